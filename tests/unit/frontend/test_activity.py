"""A payment as one of its parties sees it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from arhan.frontend.domain.activity import by_day, line
from arhan.frontend.schemas.payments import Payment
from tests.unit.frontend.siblings import CURRENT, PAYMENTS, SAVINGS


def payment(**changed: object) -> Payment:
    return msgspec.convert(PAYMENTS[0] | changed, Payment, strict=False)


def test_money_out_names_the_payee() -> None:
    seen = line(payment(direction="out", amount=500))
    assert (seen.direction, seen.counterparty, seen.signed_amount) == ("out", "Chidi E***", -500)


def test_money_in_names_the_payer() -> None:
    seen = line(payment(direction="in", payer_account="", payer_name="Funmi Bello", amount=500))
    assert (seen.direction, seen.counterparty, seen.signed_amount) == ("in", "Funmi Bello", 500)


def test_between_own_accounts_is_neither() -> None:
    seen = line(payment(payer_account=CURRENT, payee_account=SAVINGS, payee_name="Ada Okafor"))
    assert seen.direction == "own"


def test_only_completed_money_has_moved() -> None:
    moved = {status: line(payment(status=status)).moved for status in ("completed", "declined", "review")}
    assert moved == {"completed": True, "declined": False, "review": False}


def test_days_are_the_visitors_own() -> None:
    late = line(payment(created_at="2026-05-04T23:30:00Z"))
    early = line(payment(created_at="2026-05-04T00:30:00Z"))
    lagos = by_day([late, early], ZoneInfo("Africa/Lagos"))
    assert [day.isoformat() for day, _ in lagos] == ["2026-05-05", "2026-05-04"]
    assert len(by_day([late, early], ZoneInfo("UTC"))) == 1
