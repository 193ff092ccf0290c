from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from arhan.account.domain import lifecycle
from arhan.account.domain.book import AccountState
from arhan.account.domain.lifecycle import STATUSES, TRANSITIONS, Verb
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.domain.lifecycle import Status

REFUSED_TRANSITIONS = {
    ("pending", "freeze"): "account_status_unfit",  # nothing leaves it anyway
    ("pending", "unfreeze"): "account_status_unfit",
    ("pending", "fall_asleep"): "account_status_unfit",
    ("frozen", "activate"): "account_status_unfit",
    ("frozen", "fall_asleep"): "account_status_unfit",
    ("dormant", "unfreeze"): "account_status_unfit",
    ("dormant", "fall_asleep"): "account_status_unfit",
    ("closed", "activate"): "account_is_closed",
    ("closed", "freeze"): "account_is_closed",
    ("closed", "unfreeze"): "account_is_closed",
    ("closed", "fall_asleep"): "account_is_closed",
}


def account(*, balance: int = 0, held: int = 0) -> AccountState:
    return AccountState("acc", "NGN", "2010", balance, held, 0, 0, True, True, False, 1)


def test_every_verb_in_every_state_leads_somewhere_or_is_refused() -> None:
    for status, verb in product(STATUSES, get_args(Verb)):
        if (status, verb) in REFUSED_TRANSITIONS:
            with pytest.raises(Refused) as refused:
                lifecycle.next_status(status, verb=verb)
            assert refused.value.refusal.code == REFUSED_TRANSITIONS[status, verb]
        else:
            assert lifecycle.next_status(status, verb=verb) == TRANSITIONS[status, verb]


@pytest.mark.parametrize(
    ("verb", "after"), [("freeze", "frozen"), ("unfreeze", "active"), ("close", "closed")]
)
def test_asking_twice_is_like_asking_once(verb: Verb, after: Status) -> None:
    once = lifecycle.next_status("active", verb=verb)
    assert once == after
    assert lifecycle.next_status(once, verb=verb) == after


def test_closed_is_for_good() -> None:
    assert {after for (before, _), after in TRANSITIONS.items() if before == "closed"} == {"closed"}


def test_what_the_owner_froze_the_owner_unfreezes() -> None:
    lifecycle.refuse_holder(frozen_by_bank=False)
    with pytest.raises(Refused) as refused:
        lifecycle.refuse_holder(frozen_by_bank=True)
    assert refused.value.refusal.code == "frozen_by_bank"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (account(balance=1), "account_not_empty"),
        (account(balance=-1), "account_overdrawn"),
        (account(balance=5, held=5), "holds_open"),
    ],
)
def test_an_account_is_closed_empty(state: AccountState, code: str) -> None:
    lifecycle.refuse_closing(account(), has_way_out=False)
    with pytest.raises(Refused) as refused:
        lifecycle.refuse_closing(state, has_way_out=False)
    assert refused.value.refusal.code == code


def test_what_is_left_may_move_where_it_is_told() -> None:
    lifecycle.refuse_closing(account(balance=1), has_way_out=True)
