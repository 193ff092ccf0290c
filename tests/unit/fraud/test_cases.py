"""A case: who may end it, and how."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, get_args

import msgspec
import pytest

from arhan.fraud.domain.cases import TRANSITIONS, Case, CaseStatus, Verdict, is_repeat, next_status
from arhan.kernel.clock import now
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

CASE = Case(
    id="cas_1",
    payment="pay_1",
    status="open",
    opened_at=now(),
    kind="transfer",
    payer_account="acc_ada",
    payer_customer="usr_ada",
    payee_account="acc_bola",
    payee_customer="usr_bola",
    amount=1,
    currency="NGN",
    reasons=[],
    proposed_by="",
    proposed_at=None,
    verdict="",
    note="",
    resolved_by="",
    resolved_at=None,
)


def case(**changes: Any) -> Case:
    return msgspec.structs.replace(CASE, **changes)


PROPOSED = case(status="release_proposed", proposed_by="usr_one")


def test_every_status_and_verdict_has_an_answer() -> None:
    pairs = set(product(get_args(CaseStatus), get_args(Verdict)))
    assert {pair for pair in pairs if pair[0] != "resolved"} == set(TRANSITIONS)


def test_one_person_declines() -> None:
    assert next_status(case(), "decline", person="usr_one") == "resolved"


def test_the_first_person_only_proposes_a_release() -> None:
    assert next_status(case(), "release", person="usr_one") == "release_proposed"


def test_a_second_person_confirms_it() -> None:
    assert next_status(PROPOSED, "release", person="usr_two") == "resolved"


def test_nobody_confirms_their_own_proposal() -> None:
    with pytest.raises(Refused, match="second_person_needed"):
        next_status(PROPOSED, "release", person="usr_one")


@pytest.mark.parametrize("person", ["usr_one", "usr_two"])
def test_anybody_may_still_decline_a_proposed_release(person: str) -> None:
    assert next_status(PROPOSED, "decline", person=person) == "resolved"


@pytest.mark.parametrize("verdict", ["release", "decline"])
def test_a_resolved_case_is_over(verdict: Verdict) -> None:
    with pytest.raises(Refused, match="case_resolved"):
        next_status(case(status="resolved", verdict="decline"), verdict, person="usr_two")


def test_the_same_words_of_the_same_person_are_a_repeat() -> None:
    ended = case(status="resolved", verdict="decline", resolved_by="usr_one")
    assert is_repeat(ended, "decline", person="usr_one")
    assert not is_repeat(ended, "release", person="usr_one")
    assert not is_repeat(ended, "decline", person="usr_two")
    assert not is_repeat(case(), "decline", person="usr_one")
