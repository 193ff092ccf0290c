"""Every refusal has its sentence, every icon its drawing, and no template anything inline."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from arhan import topology
from arhan.frontend import errors, labels
from arhan.frontend.domain.screens import CUSTOMER, STAFF
from arhan.kernel.auth import ROLES
from arhan.kernel.errors import Refusal

FRONTEND = Path(errors.__file__).parent
PACKAGE = FRONTEND.parent
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))
NEVER_SEEN_BY_PEOPLE = {
    # between services, or before a page can ask
    "invalid_client",
    "audience_not_permitted",
    "kind_unknown",
    "unbalanced_movement",
    "hold_term_out_of_range",
    "id_used_for_other_movement",
    "movement_not_found",
    "already_reversed",
    "reversal_differs",
    "hold_not_found",
    "hold_already_captured",
    "hold_already_released",
    "hold_not_expired",
    "not_the_held_account",
    "capture_exceeds_hold",
    "not_authorised",
    "capture_refused",
}


NAMES = {
    "Arhan",
    "English",
    "Français",
    "Chidi",
    "Eze",
    "Funmi",
    "Bello",
    "Musa",
    "Kareem",
    "Ada",
    "amp",
    "CSV",
    "PDF",
}


def refusal_codes() -> set[str]:
    """Codes of every Refusal(...) in the package, found without importing the services."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if "loans" in path.parts or path.is_relative_to(FRONTEND):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                found |= {str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant)}
    return found


def test_every_refusal_has_a_sentence_for_people() -> None:
    speechless = refusal_codes() - set(errors.SENTENCES) - NEVER_SEEN_BY_PEOPLE
    assert speechless == set(), "say it in arhan/frontend/errors.py, or list it above"


def test_own_refusals_have_one_too() -> None:
    own = {value.code for value in vars(errors).values() if isinstance(value, Refusal)}
    assert own <= set(errors.SENTENCES)


def test_every_screen_role_and_service_has_a_name() -> None:
    assert {screen.name for screen in (*CUSTOMER, *STAFF)} <= set(labels.SCREENS)
    assert set(ROLES) == set(labels.ROLES)
    assert {service.name for service in topology.SERVICES} == set(labels.SERVICES)


def test_every_icon_is_in_the_sprite() -> None:
    drawn = set((FRONTEND / "assets" / "icons.txt").read_text().split())
    used = {screen.icon for screen in (*CUSTOMER, *STAFF)}
    used |= {
        state.icon for table in (labels.PAYMENT_STATES, labels.ACCOUNT_STATES) for state in table.values()
    }
    for path in TEMPLATES:
        used |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
    assert used - drawn == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FRONTEND / "templates")))
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"hx-on|hx-vals='?\"?js:", text)
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FRONTEND / "templates")))
def test_every_form_that_posts_carries_its_token(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), flags=re.DOTALL):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FRONTEND / "templates")))
def test_every_word_can_be_translated(path: Path) -> None:
    text = path.read_text()
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block (width|box|entry_class) %}.*?{% endblock %}", "", text, flags=re.DOTALL)
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.DOTALL)
    between = re.sub(r"<[^>]*>", " ", text)
    words = set(re.findall(r"[A-Za-zç]{3,}", between)) - NAMES
    assert words == set()
