"""A process dies at every border of a transfer that costs something: amount and fee have moved together, once."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import pytest

from arhan.contracts.fees import TransferFee
from arhan.payment.service import desk, drive
from tests.payment_fakes import LOST, SILENT, Books, Holder, holder
from tests.payment_house import House, transfer

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.payment.domain.intents import Intent

FAILPOINTS = ("payment.order_stored", "payment.screened", "payment.posted", "payment.settled")
FEES = [
    TransferFee(name="Transfer fee", percent=5_000, least=1_00, most=5_00),
    TransferFee(name="Stamp duty", flat=50, from_amount=30_00, goes_to="tax"),
]
"""Of 30.00: 1.00 and 0.50."""
UNTOUCHED = (1_000_00, 1_000_00, 0)
MOVED = (968_50, 1_030_00, 1_50)
"""What the payer, the payee and the bank have."""


class _Died(Exception):  # noqa: N818 - a death, not an error
    """As a process does: nothing after it is done."""


@pytest.fixture
def ada() -> Holder:
    """Has 1,000.00, and pays for transfers."""
    found = holder("ada")
    found.party = msgspec.structs.replace(found.party, transfer_fees=FEES)
    return found


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often to die at which failpoint from now on."""
    left: Counter[str] = Counter()

    def failpoint(name: str) -> None:
        if left[name]:
            left[name] -= 1
            raise _Died(name)

    monkeypatch.setattr(desk, "failpoint", failpoint)
    monkeypatch.setattr(drive, "failpoint", failpoint)
    return left


@pytest.fixture
def money(books: Books, ada: Holder, bola: Holder) -> Callable[[], tuple[int, int, int]]:
    return lambda: (ada.balance, bola.balance, books.cash)


def pay_and_die(house: House, wish: Intent) -> str:
    """The payment's id; the process that took it is no more."""
    with contextlib.suppress(_Died):
        house.pay(wish)
        pytest.fail("nothing died")
    house.forget()
    ((payment,),) = house.execute("SELECT id FROM payment_order WHERE key = %s", wish.key)
    return str(payment)


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_amount_and_fee_move_together_or_not_at_all(
    house: House,
    books: Books,
    ada: Holder,
    bola: Holder,
    deaths: Counter[str],
    money: Callable[[], tuple[int, int, int]],
    failpoint: str,
) -> None:
    """Killed where the client's order died, and once more where the sweep takes it up."""
    wish = transfer(ada, bola, 30_00)
    deaths[failpoint] = 1
    payment = pay_and_die(house, wish)
    before_posting = failpoint in FAILPOINTS[:2]
    assert money() == (UNTOUCHED if before_posting else MOVED)

    if house.state(payment) != "completed" and failpoint != "payment.order_stored":
        deaths[failpoint] = 1
        with pytest.raises(_Died):
            house.sweep()
        assert money() == (UNTOUCHED if before_posting else MOVED)
        house.forget()
    house.sweep()

    assert (house.state(payment), money()) == ("completed", MOVED)
    again = house.pay(transfer(ada, bola, 30_00, key=wish.key))
    assert (again.replayed, again.order.id, again.order.fee) == (True, payment, 1_50)
    assert list(books.posted) == [payment], "one movement"
    (told,) = [event for event in house.events(payment) if event == "payment.order.completed"]
    assert told
    assert (house.sweep(), money()) == (0, MOVED)


@pytest.mark.parametrize("fate", [SILENT, LOST])
@pytest.mark.parametrize("failpoint", FAILPOINTS[1:])
def test_two_may_die_in_one_payment(
    house: House,
    books: Books,
    ada: Holder,
    bola: Holder,
    deaths: Counter[str],
    money: Callable[[], tuple[int, int, int]],
    failpoint: str,
    fate: str,
) -> None:
    """Account falls silent, before or after it moved the money, and then payment dies as well."""
    wish = transfer(ada, bola, 30_00)
    books.fates.extend(["", fate] if failpoint != "payment.screened" else [""])
    deaths[failpoint] = 1
    payment = pay_and_die(house, wish)
    moved = fate == LOST and failpoint != "payment.screened"
    assert money() == (MOVED if moved else UNTOUCHED)
    ada.party = msgspec.structs.replace(ada.party, transfer_fees=[TransferFee(name="More", flat=99_00)])
    if failpoint == "payment.screened":
        books.fates.append(fate)
        house.sweep()
        assert money() == (MOVED if fate == LOST else UNTOUCHED)
    house.sweep()
    assert (house.state(payment), money()) == ("completed", MOVED)
    assert list(books.posted) == [payment]
