"""Who has a part in an account, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from arhan.account.domain.parties import Mandate, Standing
from arhan.account.errors.parties import ALREADY_PARTY
from arhan.account.models import Account, AccountParty, Card
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    import psycopg

_OUTDATE = """
WITH balances AS (
    UPDATE balance SET pin_version = pin_version + 1 WHERE account = %(account)s
)
UPDATE pin_verifier SET version = version + 1 WHERE account = %(account)s
"""


def insert(party: AccountParty) -> None:
    """Keep an invitation; Refused(already_party), also in a race."""
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError:
        raise Refused(ALREADY_PARTY) from None


def find(party_id: str) -> AccountParty | None:
    """One party, with its account."""
    return AccountParty.objects.select_related("account").filter(id=party_id).first()


def lock(party_id: str) -> AccountParty:
    """A party that exists, locked until the transaction ends; lock the account's balance row before."""
    return AccountParty.objects.select_for_update(no_key=True).get(id=party_id)


def find_active(account: str, person: str) -> AccountParty | None:
    """What part this person has in an account now, if any."""
    return AccountParty.objects.filter(account_id=account, person=person, state="active").first()


def list_of(account: str, *, states: Collection[str] = ("invited", "active")) -> list[AccountParty]:
    """The parties of an account, in the order they were asked in."""
    return list(AccountParty.objects.filter(account_id=account, state__in=states).order_by("id"))


def name_of(account: str, person: str) -> str | None:
    """What this person is called who has or had a part in an account; None for who never had."""
    past = AccountParty.objects.filter(account_id=account, person=person)
    past = past.exclude(answered_at=None).exclude(state="declined").order_by("-id")
    return past.values_list("name", flat=True).first()


def list_of_person(person: str, *, states: Collection[str] = ("invited", "active")) -> list[AccountParty]:
    """Everything this person has a part in, or is asked into, newest first."""
    found = AccountParty.objects.select_related("account").filter(person=person, state__in=states)
    return list(found.order_by("-id"))


def list_shared(person: str) -> list[str]:
    """Ids of the accounts of others this person has a part in."""
    found = AccountParty.objects.filter(person=person, state="active")
    return list(found.values_list("account_id", flat=True))


def answer(party: AccountParty, *, state: str, at: datetime) -> None:
    """The person said yes or no."""
    party.state, party.answered_at = state, at
    party.save(update_fields=["state", "answered_at"])


def end(party: AccountParty, *, by: str, reason: str, at: datetime) -> None:
    """The part is over; the record stays."""
    party.state, party.ended_by, party.reason, party.ended_at = "ended", by, reason, at
    party.save(update_fields=["state", "ended_by", "reason", "ended_at"])


def set_name(account: Account, name: str) -> None:
    """What payers are shown and statements say from now on."""
    account.name = name
    account.save(update_fields=["name"])


def set_mandate(account: Account, mandate: Mandate) -> None:
    """How many sign from now on."""
    account.signatures, account.signatures_from = mandate.signatures, mandate.signatures_from
    account.save(update_fields=["signatures", "signatures_from"])


def outdate_proofs(cursor: psycopg.Cursor[Any], account: str) -> None:
    """Whatever was proved for this account counts no more: neither PIN nor standing."""
    cursor.execute(_OUTDATE, {"account": account})


def has_open_cards(account: str) -> bool:
    """Whether a card of the account could still pay."""
    return Card.objects.filter(account_id=account).exclude(state="closed").exists()


def standing(party: AccountParty | None) -> Standing | None:
    """A record as the rules see it."""
    return Standing(party.role, party.payment_limit) if party is not None else None  # type: ignore[arg-type]


def standings(parties: Sequence[AccountParty]) -> list[Standing]:
    """Records as the rules see them."""
    return [found for party in parties if (found := standing(party))]


def mandate(account: Account) -> Mandate:
    """An account's mandate as the rules see it."""
    return Mandate(account.signatures, account.signatures_from)
