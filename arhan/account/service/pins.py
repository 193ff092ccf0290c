"""Setting and changing PINs."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from arhan.account.domain import pins
from arhan.account.domain.parties import is_person
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.service import pin_checks
from arhan.account.store import accounts, party_pins, resolutions
from arhan.account.store import parties as party_store
from arhan.account.store import pins as store
from arhan.account.store.database import lasting_cursor, posting_cursor
from arhan.kernel import audit, settings
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found

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


def set_party_pin(*, party: str, pin: str) -> None:
    """Set the PIN of a party's own; three tries again. Whoever calls it outdates the account's proofs."""
    salt = os.urandom(pins.SALT_BYTES)
    sealed = pins.seal(key=pin_key(), account=party, pin=pin)
    verifier = pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS)
    with django_transaction(), posting_cursor() as cursor:
        party_pins.set_verifier(cursor, party=party, salt=salt, iterations=pins.ITERATIONS, verifier=verifier)


def change_pin(*, account: Account, person: str, current: str | None, new: str) -> None:
    """Who may pay from the account changes the PIN of their own and must know the current one.

    Refused(pin_required | pin_not_set | wrong_pin | pin_blocked); the try is counted whatever
    becomes of the request.
    """
    prove_pin(account=account, person=person, pin=current)
    _replace(account, party=_party(account, person), pin=new)


def _replace(account: Account, *, party: str, pin: str) -> None:
    """The owner's PIN, or a party's own; the latter outdates the account's proofs as the former does."""
    if not party:
        set_pin(account=account.id, pin=pin)
        return
    with django_transaction(), posting_cursor() as cursor:
        accounts.lock(account.id)
        set_party_pin(party=party, pin=pin)
        party_store.outdate_proofs(cursor, account.id)


def _party(account: Account, person: str) -> str:
    """The party whose PIN this person's is; empty for the account's own."""
    if person == account.customer:
        return ""
    found = party_store.find_active(account.id, person)
    return found.id if found else ""


def prove_pin(*, account: Account, person: str, pin: str | None) -> None:
    """Who may pay from the account proves their PIN; the try is counted whatever becomes of the request.

    Refused(pin_required | pin_not_set | wrong_pin | pin_blocked).
    """
    if pin is None:
        raise Refused(PIN_REQUIRED)
    party = _party(account, person)
    whose = party or account.id
    verifiers: pin_checks.Verifiers = party_pins if party else resolutions
    entered = pin_checks.Entered(whose, pins.seal(key=pin_key(), account=whose, pin=pin))
    with lasting_cursor() as cursor:
        if not pin_checks.has_pin(cursor, whose, verifiers=verifiers):
            raise Refused(PIN_NOT_SET)
        (checked,) = pin_checks.check(cursor, [entered], verifiers=verifiers)
    if not checked.right:
        refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
        raise Refused(refusal, extra={"tries_left": checked.tries_left})


def reset_pin(*, account: Account, new: str, reason: str, by: Principal, party: str = "") -> None:
    """Staff set a PIN for a customer who forgot or blocked it, and say why; `party` whose, if not the owner's.

    Refused(not_found).
    """
    found = party_store.find(party) if party else None
    if party:
        is_there = found is not None and found.account_id == account.id and found.state == "active"
    else:
        is_there = is_person(account.customer)
    if not is_there:
        raise not_found(what="party")
    with django_transaction() as cursor:
        _replace(account, party=party, pin=new)
        deed = Deed(
            action="pin.reset",
            actor=by.subject,
            role=by.role,
            subject=account.id,
            details={"reason": reason} | ({"party": party} if party else {}),
        )
        audit.record(cursor, deed)
