"""Beneficiaries: payees a person keeps, each seen by name enquiry first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id
from arhan.payment.errors import ENQUIRY_NOT_VALID, TOO_MANY_BENEFICIARIES
from arhan.payment.store import beneficiaries as store
from arhan.payment.store.beneficiaries import Beneficiary

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal

MOST = 200


def list_beneficiaries(principal: Principal) -> list[Beneficiary]:
    """The person's own, by nickname."""
    with django_transaction() as cursor:
        return store.list_of(cursor, person=principal.subject)


def save(*, principal: Principal, enquiry: str, nickname: str) -> Beneficiary:
    """Keep a payee; a number that is kept already gets the new nickname.

    Refused(enquiry_not_valid | too_many_beneficiaries).
    """
    at = now()
    with django_transaction() as cursor:
        store.lock(cursor, person=principal.subject)
        found = store.find_enquiry(cursor, enquiry=enquiry, person=principal.subject, at=at)
        if found is None:
            raise Refused(ENQUIRY_NOT_VALID)
        number, name = found
        known = store.list_of(cursor, person=principal.subject)
        if len(known) >= MOST and number not in {each.number for each in known}:
            raise Refused(TOO_MANY_BENEFICIARIES)
        kept = Beneficiary(new_id("ben"), number, name, nickname.strip(), at)
        return store.save(cursor, person=principal.subject, kept=kept)


def forget(*, principal: Principal, beneficiary: str) -> None:
    """Keep it no more; Refused(not_found) when it is absent or somebody else's."""
    with django_transaction() as cursor:
        if not store.delete(cursor, beneficiary=beneficiary, person=principal.subject):
            raise not_found(what="beneficiary")
