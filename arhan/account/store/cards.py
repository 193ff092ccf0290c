"""Cards, as rows: the office's queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from arhan.account.models import Balance, Card, CardCode, CardPin, CardSpending, UsedProof

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet


def insert(card: Card) -> bool:
    """Keep a new card with its counters; False when its number is another's."""
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError as error:
        if "card_number_once" in str(error):
            return False
        raise
    CardSpending(card=card).save(force_insert=True)
    CardCode(card=card).save(force_insert=True)
    return True


def copy_spending(*, source: Card, target: Card) -> None:
    """A replacement goes on counting where the old card stopped."""
    row = CardSpending.objects.get(card=source)
    row.card = target
    row.save(force_update=True)


def count_open(account: str) -> int:
    """How many cards of this account are not closed."""
    return Card.objects.filter(account_id=account).exclude(state="closed").count()


def find(card_id: str) -> Card | None:
    """The card of this id, with its account and PIN."""
    return _whole().filter(id=card_id).first()


def lock(card: Card) -> Card:
    """The card as it is, its account's balance row locked until the transaction ends."""
    Balance.objects.select_for_update(no_key=True).get(account_id=card.account_id)
    return _whole().get(id=card.id)


def has_replacement(card: Card) -> bool:
    """Whether another card took its place."""
    return Card.objects.filter(replaces=card).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which cards to list; empty members match everything."""

    customer: str = ""
    account: str = ""
    state: str = ""
    last4: str = ""
    before: str = ""
    """Id to continue from."""
    limit: int = 50


def search(wanted: Search) -> list[Card]:
    """Cards that match, newest first."""
    exact: dict[str, Any] = {
        "customer": wanted.customer,
        "account_id": wanted.account,
        "state": wanted.state,
        "last4": wanted.last4,
        "id__lt": wanted.before,
    }
    found = _whole().order_by("-id")
    return list(found.filter(**{name: value for name, value in exact.items() if value})[: wanted.limit])


def _whole() -> QuerySet[Card]:
    return Card.objects.select_related("account", "pin", "spending", "replacement")


def set_state(card: Card, *, state: str, reason: str, changed_by: str, changed_at: datetime) -> None:
    """Keep the new state; the account's balance row is locked."""
    card.state, card.reason, card.changed_by, card.changed_at = state, reason, changed_by, changed_at
    card.save(update_fields=["state", "reason", "changed_by", "changed_at"])


def set_controls(card: Card, *, owners: str | None, banks: str | None) -> None:
    """Keep new rules; the account's balance row is locked."""
    card.controls = card.controls if owners is None else owners
    card.bank_controls = card.bank_controls if banks is None else banks
    card.save(update_fields=["controls", "bank_controls"])


def set_pin(*, card: str, salt: bytes, iterations: int, verifier: bytes, tries: int) -> None:
    """Replace the verifier of a card's PIN; whatever proved the old one counts no more."""
    before = CardPin.objects.select_for_update().filter(card_id=card).first()
    CardPin(
        card_id=card,
        salt=salt,
        iterations=iterations,
        verifier=verifier,
        version=before.version + 1 if before else 1,
        tries_left=tries,
    ).save(force_insert=before is None, force_update=before is not None)


def forgive_codes(card: str, *, tries: int) -> None:
    """All tries at the code on the back again."""
    CardCode.objects.filter(card_id=card).update(tries_left=tries)


def use_proof(jti: str, *, at: datetime) -> bool:
    """Remember a confirmation; False when it was accepted before."""
    try:
        with transaction.atomic():
            UsedProof(jti=jti, used_at=at).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def expire(*, before: date, at: datetime, limit: int) -> int:
    """Close cards past their time; how many. Locks their accounts' balance rows, in order."""
    due = Card.objects.filter(expires_on__lt=before).exclude(state="closed").order_by("expires_on")
    accounts = sorted(set(due.values_list("account_id", flat=True)[:limit]))
    list(
        Balance.objects.select_for_update(no_key=True)
        .filter(account_id__in=accounts)
        .order_by("account_id")
        .values_list("account_id")
    )
    late = Card.objects.filter(account_id__in=accounts, expires_on__lt=before).exclude(state="closed")
    return late.update(state="closed", reason="expired", changed_by="account", changed_at=at)
