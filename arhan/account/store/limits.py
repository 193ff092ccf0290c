"""Limits and standings, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.domain.limits import Choice, Limits
from arhan.account.models import AccountLimit, Balance, Outflow, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


def find_choice(account_id: str) -> tuple[Choice, datetime | None]:
    """What the customer chose for an account, and when what was raised comes into force."""
    row = AccountLimit.objects.filter(account_id=account_id).first()
    if row is None:
        return Choice(Limits(), None), None
    later = Limits(row.raised_payment, row.raised_day, row.raised_month) if row.raised_at else None
    return Choice(Limits(row.payment, row.day, row.month), later), row.raised_at


def put_choice(
    account_id: str, choice: Choice, *, raised_at: datetime | None, changed_by: str, changed_at: datetime
) -> None:
    """Keep what the customer chose; hold the lock of the account's balance row."""
    later = choice.later or Limits()
    AccountLimit.objects.update_or_create(
        account_id=account_id,
        defaults={
            "payment": choice.now.payment,
            "day": choice.now.day,
            "month": choice.now.month,
            "raised_at": raised_at,
            "raised_payment": later.payment,
            "raised_day": later.day,
            "raised_month": later.month,
            "changed_by": changed_by,
            "changed_at": changed_at,
        },
    )


def enforce(account_id: str, limits: Limits) -> None:
    """Let movements be held to these limits; hold the lock of the account's balance row."""
    Balance.objects.filter(account_id=account_id).update(
        payment_limit=limits.payment, day_limit=limits.day, month_limit=limits.month
    )


def list_cooled_off(*, now: datetime, limit: int) -> list[str]:
    """Accounts whose raised limits come into force now."""
    found = AccountLimit.objects.filter(raised_at__lte=now).order_by("raised_at")
    return list(found.values_list("account_id", flat=True)[:limit])


def find_tier(customer: str) -> int | None:
    """The tier identity last told of; None for somebody it has not told of."""
    return Standing.objects.filter(customer=customer).values_list("tier", flat=True).first()


def insert_tier(customer: str, tier: int) -> None:
    """Keep a first tier; what is known already stays."""
    Standing.objects.bulk_create([Standing(customer=customer, tier=tier)], ignore_conflicts=True)


def put_tier(customer: str, tier: int) -> None:
    """A customer's tier changed, for all their accounts; locks those balance rows, in the order of their ids."""
    Standing.objects.update_or_create(customer=customer, defaults={"tier": tier})
    theirs = Balance.objects.filter(account__customer=customer).order_by("account_id")
    ids = [row.account_id for row in theirs.select_for_update(no_key=True, of=("self",))]
    Balance.objects.filter(account_id__in=ids).update(tier=tier)


def lock_siblings(customer: str, currency: str) -> list[Balance]:
    """A customer's accounts of a currency, their balance rows locked in the order of their ids."""
    theirs = Balance.objects.filter(account__customer=customer, currency=currency, tier__isnull=False)
    return list(theirs.order_by("account_id").select_for_update(no_key=True, of=("self",)))


def share(accounts: Sequence[Balance], *, customer: str, currency: str, day: date, amount: int) -> None:
    """Let these accounts count together, beginning with what was paid on this day; hold their locks."""
    first = Outflow(customer=customer, currency=currency, day=day, amount=amount)
    Outflow.objects.bulk_create([first], ignore_conflicts=True)
    ids = [balance.account_id for balance in accounts]
    Balance.objects.filter(account_id__in=ids, spender__isnull=True).update(spender=customer)


def find_outflow(customer: str, currency: str) -> Outflow | None:
    """What a customer with several accounts of a currency paid from all of them."""
    return Outflow.objects.filter(customer=customer, currency=currency).first()
