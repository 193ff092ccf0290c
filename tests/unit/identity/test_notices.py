"""The words of notices, and that none is forgotten."""

from __future__ import annotations

from typing import get_args

import pytest

from arhan.contracts.account import NoticeKind
from arhan.contracts.payment import OrderKind
from arhan.identity.domain import notices


@pytest.mark.parametrize("kind", notices.KINDS)
def test_every_notice_can_be_written_in_a_letter(kind: str) -> None:
    notice = notices.Notice(
        person="usr_1",
        kind=kind,
        cause="c",
        subject="s",
        amount=123_456,
        currency="NGN",
        state="2",
        name="Ada Obi",
        due_on="2026-12-01",
    )
    title, sentence = notice.words()
    assert title
    assert "{" not in title + sentence
    assert notice.topic in notices.TOPICS


def test_every_kind_that_account_raises_has_words() -> None:
    assert set(get_args(NoticeKind)) <= set(notices.KINDS)


def test_every_kind_of_payment_is_told_to_somebody_or_moves_nothing() -> None:
    assert set(get_args(OrderKind)) - set(notices._BOTH_SIDES) == {"card_release"}
