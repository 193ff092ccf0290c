"""Everything people read is said in French too, and the compiled catalogue is the one of the source."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

from arhan import frontend

FRONTEND = Path(frontend.__file__).parent
MESSAGES = FRONTEND / "locale" / "fr" / "LC_MESSAGES"
HOW = (
    "cd arhan/frontend && django-admin makemessages -l fr --no-location, translate, "
    "msgfmt -o locale/fr/LC_MESSAGES/django.mo locale/fr/LC_MESSAGES/django.po"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TRANSLATE = re.compile(r'{% translate "((?:[^"\\]|\\.)*)"')
MARKERS = {"_": 0, "gettext": 0, "pgettext_lazy": 1}
"""Functions that mark a string for translation -> which argument it is."""


def catalogue() -> dict[str, tuple[str, ...]]:
    """The .po file: what it translates -> its forms in French."""
    found: dict[str, tuple[str, ...]] = {}
    for block in (MESSAGES / "django.po").read_text(encoding="utf-8").split("\n\n"):
        members: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if match := re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line):
                name = match[1]
                members[name] = str(ast.literal_eval(match[2]))
            elif line.startswith('"') and name:
                members[name] += str(ast.literal_eval(line))
        if members.get("msgid"):
            forms = tuple(text for key, text in members.items() if key.startswith("msgstr"))
            context = members.get("msgctxt")
            found[f"{context}\x04{members['msgid']}" if context else members["msgid"]] = forms
    return found


def marked_in_code() -> set[str]:
    """Strings that the code marks for translation."""
    found = set()
    for path in FRONTEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = MARKERS.get(node.func.id)
            words = node.args if place is not None else []
            if place is not None and len(words) > place:
                texts = [word.value for word in words[: place + 1] if isinstance(word, ast.Constant)]
                if len(texts) == place + 1:
                    found.add("\x04".join(str(text) for text in texts))
    return found


def marked_in_templates() -> set[str]:
    """Strings that templates mark with `translate`."""
    found: set[str] = set()
    for path in (FRONTEND / "templates").rglob("*.html"):
        found |= set(TRANSLATE.findall(path.read_text()))
    return found


def test_nothing_is_left_in_english() -> None:
    assert (marked_in_code() | marked_in_templates()) - set(catalogue()) == set(), HOW


def test_nothing_is_translated_to_nothing() -> None:
    assert [source for source, forms in catalogue().items() if not all(forms)] == [], HOW


def test_placeholders_are_the_same() -> None:
    wrong = [
        source
        for source, forms in catalogue().items()
        if len(forms) == 1 and set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(forms[0]))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with (MESSAGES / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [
        source
        for source, forms in catalogue().items()
        if "\x04" not in source and len(forms) == 1 and compiled.gettext(source) != forms[0]
    ]
    assert stale == [], HOW
