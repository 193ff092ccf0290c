"""Issuing cards, looking at them, freezing, closing and replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.cards import number as numbers
from arhan.account.cards import states
from arhan.account.errors.cards import (
    ALREADY_REPLACED,
    CARD_ACCOUNT_UNFIT,
    TOO_MANY_CARDS,
)
from arhan.account.models import Card
from arhan.account.service import card_pins, card_secrets, fees, parties
from arhan.account.service.business_day import business_date
from arhan.account.store import accounts as account_store
from arhan.account.store import cards as store
from arhan.kernel import audit, clock
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.cards.states import CloseReason, Kind, Variant, Verb
    from arhan.account.store.cards import Search
    from arhan.kernel.auth import Principal

MOST_CARDS = 20
"""Of one account, not counting closed ones."""
HOLDERS_REASONS = frozenset({"lost", "stolen", "damaged", "customer_request"})
"""For which a replacement costs what a card costs; what the bank replaces for safety, or because it expired, is free."""
ATTEMPTS_AT_A_NUMBER = 20
EXPIRED_AT_ONCE = 500


def issue(*, principal: Principal, account_id: str, kind: Kind, variant: Variant, pin: str | None) -> Card:
    """A customer has a card made on an account; one on a screen is good at once.

    Refused(not_found | account_role_insufficient | signatures_needed | card_account_unfit | too_many_cards).
    """
    parties.account_for(principal, account_id, "own")
    with django_transaction() as cursor:
        account = account_store.lock(account_id)
        parties.refuse(principal, account, "own")
        if account.status != "active":
            raise Refused(CARD_ACCOUNT_UNFIT)
        if store.count_open(account_id) >= MOST_CARDS:
            raise Refused(TOO_MANY_CARDS)
        now, today = clock.now(), business_date(cursor)
        card = Card(
            id=new_id("card"),
            account=account,
            customer=account.customer,
            kind=kind,
            variant=variant,
            name=account.name,
            state=states.first_state(kind),
            changed_at=now,
            issued_at=now,
            expires_on=numbers.expiry_of(today),
        )
        _keep(card)
        fees.charge_card_fee(account_id, card=card.id, on=today)
        if pin is not None:
            card_pins.set_pin(card=card.id, pin=pin)
    return get(card.id)


def _keep(card: Card) -> None:
    """Give a card a number nobody has, and keep it."""
    for _ in range(ATTEMPTS_AT_A_NUMBER):
        number = card_secrets.new_number()
        card.bin, card.last4 = card_secrets.issuer(), number[-4:]
        card.number_index = card_secrets.index_of(number)
        card.number_ciphertext, card.key_id = card_secrets.seal(card=card.id, number=number)
        if store.insert(card):
            return
    msg = "no free card number was found: this issuer number is used up"
    raise RuntimeError(msg)


def get(card_id: str) -> Card:
    """The card of this id; Refused(not_found)."""
    card = store.find(card_id)
    if card is None:
        raise not_found(what="card")
    return card


def get_for(principal: Principal, card_id: str) -> Card:
    """A card that this person may see: their own, or any for staff; Refused(not_found)."""
    card = get(card_id)
    if not (principal.is_staff or card.customer == principal.subject):
        raise not_found(what="card")
    return card


def search(wanted: Search) -> list[Card]:
    """Cards that match, newest first."""
    return store.search(wanted)


def change_state(*, principal: Principal, card_id: str, verb: Verb, reason: str) -> Card:
    """Activate, freeze, unfreeze or close a card; what is so already stays as it is.

    Locks the account's balance row, so that no use is under way meanwhile. Refused(not_found |
    card_is_closed | card_not_activated | card_frozen_by_bank).
    """
    card = get_for(principal, card_id)
    with django_transaction() as cursor:
        card = store.lock(card)
        state = states.next_state(card.state, verb=verb)
        if card.state == "frozen" and verb == "unfreeze" and not principal.is_staff:
            states.refuse_owner(owner=card.customer, frozen_by=card.changed_by)
        if _changes(card, state=state, by=principal):
            store.set_state(
                card, state=state, reason=reason, changed_by=principal.subject, changed_at=clock.now()
            )
            audit.record(cursor, _deed(f"card.{_PAST[verb]}", card, principal, reason=reason))
    return card


_PAST = {"activate": "activated", "freeze": "frozen", "unfreeze": "unfrozen", "close": "closed"}


def _changes(card: Card, *, state: str, by: Principal) -> bool:
    """Whether there is anything to do; the bank takes over what an owner froze."""
    takes_over = state == "frozen" and by.is_staff and card.changed_by == card.customer
    return state != card.state or takes_over


def replace(*, principal: Principal, card_id: str, reason: CloseReason, pin: str | None) -> Card:
    """Close a card and have another made with the same rules, which counts on where it stopped.

    Refused(not_found | already_replaced | card_account_unfit | card_frozen_by_bank | too_many_cards).
    """
    old = get_for(principal, card_id)
    with django_transaction() as cursor:
        old = store.lock(old)
        if store.has_replacement(old):
            raise Refused(ALREADY_REPLACED)
        if old.account.status != "active":
            raise Refused(CARD_ACCOUNT_UNFIT)
        if old.state == "frozen" and not principal.is_staff:
            states.refuse_owner(owner=old.customer, frozen_by=old.changed_by)
        if old.state == "closed" and store.count_open(old.account_id) >= MOST_CARDS:
            raise Refused(TOO_MANY_CARDS)
        now, today = clock.now(), business_date(cursor)
        if old.state != "closed":
            store.set_state(old, state="closed", reason=reason, changed_by=principal.subject, changed_at=now)
        new = Card(
            id=new_id("card"),
            account=old.account,
            customer=old.customer,
            kind=old.kind,
            variant=old.variant,
            name=old.name,
            state=states.first_state(old.kind),
            changed_at=now,
            issued_at=now,
            expires_on=numbers.expiry_of(today),
            replaces=old,
            controls=old.controls,
            bank_controls=old.bank_controls,
        )
        _keep(new)
        store.copy_spending(source=old, target=new)
        if reason in HOLDERS_REASONS:
            fees.charge_card_fee(old.account_id, card=new.id, on=today)
        if pin is not None:
            card_pins.set_pin(card=new.id, pin=pin)
        audit.record(cursor, _deed("card.replaced", old, principal, reason=reason, by=new.id))
    return get(new.id)


def today() -> date:
    """The bank's day."""
    with django_transaction() as cursor:
        return business_date(cursor)


def expire_cards(on: date) -> int:
    """Close a page of the cards whose last day was before this one; how many. Nothing when it ran before."""
    with django_transaction():
        return store.expire(before=on, at=clock.now(), limit=EXPIRED_AT_ONCE)


def _deed(action: str, card: Card, principal: Principal, **details: str) -> Deed:
    return Deed(
        action=action,
        actor=principal.subject,
        role=principal.role,
        subject=card.id,
        details={"last4": card.last4} | details,
    )
