"""Setting and changing PINs."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from arhan.account.domain import pins
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.service import pin_checks
from arhan.account.store import pins as store
from arhan.account.store.database import lasting_cursor, posting_cursor
from arhan.kernel import audit, settings
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.models import Account
    from arhan.kernel.auth import Principal


@lru_cache
def pin_key() -> bytes:
    """The key PINs are sealed under; it is kept outside the database."""
    return settings.require("ARHAN_PIN_KEY").encode()


def set_pin(*, account: str, pin: str) -> None:
    """Set an account's PIN; three tries again, and no proof of an older PIN counts any more."""
    salt = os.urandom(pins.SALT_BYTES)
    sealed = pins.seal(key=pin_key(), account=account, pin=pin)
    verifier = pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS)
    with django_transaction(), posting_cursor() as cursor:
        store.set_verifier(
            cursor,
            account=account,
            salt=salt,
            iterations=pins.ITERATIONS,
            verifier=verifier,
            tries=pins.TRIES,
        )


def change_pin(*, account: Account, current: str | None, new: str) -> None:
    """The owner changes the PIN and must know the current one.

    Refused(pin_required | pin_not_set | wrong_pin | pin_blocked); the try is counted whatever
    becomes of the request.
    """
    prove_pin(account=account, pin=current)
    set_pin(account=account.id, pin=new)


def prove_pin(*, account: Account, pin: str | None) -> None:
    """The owner proves the account's PIN; the try is counted whatever becomes of the request.

    Refused(pin_required | pin_not_set | wrong_pin | pin_blocked).
    """
    if pin is None:
        raise Refused(PIN_REQUIRED)
    entered = pin_checks.Entered(account.id, pins.seal(key=pin_key(), account=account.id, pin=pin))
    with lasting_cursor() as cursor:
        if not pin_checks.has_pin(cursor, account.id):
            raise Refused(PIN_NOT_SET)
        (checked,) = pin_checks.check(cursor, [entered])
    if not checked.right:
        refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
        raise Refused(refusal, extra={"tries_left": checked.tries_left})


def reset_pin(*, account: Account, new: str, reason: str, by: Principal) -> None:
    """Staff set a PIN for a customer who forgot or blocked it, and say why."""
    with django_transaction() as cursor:
        set_pin(account=account.id, pin=new)
        deed = Deed(
            action="pin.reset",
            actor=by.subject,
            role=by.role,
            subject=account.id,
            details={"reason": reason},
        )
        audit.record(cursor, deed)
