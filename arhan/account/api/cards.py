"""Cards: have one made, look, freeze, block, replace, reveal; its PIN and its rules."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.account.api.card_shapes import card_shape, controls_of
from arhan.account.cards.states import Verb
from arhan.account.errors import cards as errors
from arhan.account.errors import parties as party_errors
from arhan.account.errors import pins as pin_errors
from arhan.account.schemas.accounts import StatusChange
from arhan.account.schemas.cards import (
    CardBlock,
    CardClosing,
    CardPage,
    CardPinChange,
    CardReplacement,
    CardRequest,
    CardRevealRequest,
    CardShape,
    ControlsChange,
    RevealedCard,
)
from arhan.account.service import card_controls, card_pins, card_reveal, cards
from arhan.account.store.cards import Search
from arhan.kernel.auth import CUSTOMER, Principal, permit
from arhan.kernel.errors import malformed
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proofs import PROOF_INVALID

routes = Routes(service="account", tag="cards")

Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=64)]
CUSTOMER_REQUEST = "customer_request"

OWNERS = permit(CUSTOMER)
READERS = permit(CUSTOMER, "teller", "support", "risk", "auditor", "admin")
KEEPERS = permit(CUSTOMER, "support", "risk", "admin")
STATE_REFUSALS = (errors.CARD_IS_CLOSED, errors.CARD_NOT_ACTIVATED, errors.CARD_FROZEN_BY_BANK)
PROOF_REFUSALS = (PROOF_INVALID, errors.PROOF_USED)


@routes.post(
    "/v1/cards",
    permit=OWNERS,
    answer=CardShape,
    status=201,
    idempotent=True,
    refusals=(
        errors.CARD_ACCOUNT_UNFIT,
        errors.TOO_MANY_CARDS,
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        party_errors.SIGNATURES_NEEDED,
    ),
)
def issue_card(request: HttpRequest, body: CardRequest) -> HttpResponse:
    """Have a card made on an account of mine: on a screen, or on plastic."""
    principal = principal_of(request)

    def do() -> CardShape:
        issued = cards.issue(
            principal=principal,
            account_id=body.account,
            kind=body.type,
            variant=body.variant,
            pin=body.pin,
        )
        return card_shape(issued)

    return once(request, body=body, do=do)


@routes.get("/v1/cards", permit=READERS, answer=CardPage)
def list_cards(
    request: HttpRequest,
    limit: Limit = 50,
    after: Word = "",
    account: Word = "",
    customer: Word = "",
    status: Word = "",
    last4: Word = "",
) -> CardPage:
    """My cards; for staff everybody's."""
    principal = principal_of(request)
    found = cards.search(
        Search(
            customer=customer if principal.is_staff else principal.subject,
            account=account,
            state=status,
            last4=last4,
            before=after,
            limit=limit + 1,
        )
    )
    day = cards.today()
    page = [card_shape(card, on=day) for card in found[:limit]]
    return CardPage(items=page, next=page[-1].id if len(found) > limit else None)


@routes.get("/v1/cards/{card_id}", permit=READERS, answer=CardShape)
def get_card(request: HttpRequest, card_id: str) -> CardShape:
    """One card, with its rules and what it spent."""
    return card_shape(cards.get_for(principal_of(request), card_id))


@routes.post("/v1/cards/{card_id}/activate", permit=OWNERS, answer=CardShape, refusals=STATE_REFUSALS)
def activate_card(request: HttpRequest, card_id: str) -> CardShape:
    """Begin to use a card that has arrived."""
    return _change_state(request, card_id, "activate", CUSTOMER_REQUEST)


@routes.post("/v1/cards/{card_id}/freeze", permit=KEEPERS, answer=CardShape, refusals=STATE_REFUSALS)
def freeze_card(request: HttpRequest, card_id: str, body: StatusChange | None = None) -> CardShape:
    """Let the card pay nothing for a while; what it has promised is still paid."""
    return _change_state(request, card_id, "freeze", _reason(request, body))


@routes.post("/v1/cards/{card_id}/unfreeze", permit=KEEPERS, answer=CardShape, refusals=STATE_REFUSALS)
def unfreeze_card(request: HttpRequest, card_id: str, body: StatusChange | None = None) -> CardShape:
    """Let the card pay again."""
    return _change_state(request, card_id, "unfreeze", _reason(request, body))


@routes.post("/v1/cards/{card_id}/block", permit=KEEPERS, answer=CardShape, refusals=STATE_REFUSALS)
def block_card(request: HttpRequest, card_id: str, body: CardBlock) -> CardShape:
    """Close a card that is lost, stolen or known to others, for good."""
    return _change_state(request, card_id, "close", body.reason)


@routes.post("/v1/cards/{card_id}/close", permit=KEEPERS, answer=CardShape, refusals=STATE_REFUSALS)
def close_card(request: HttpRequest, card_id: str, body: CardClosing | None = None) -> CardShape:
    """Close a card for good."""
    return _change_state(request, card_id, "close", body.reason if body else CUSTOMER_REQUEST)


@routes.post(
    "/v1/cards/{card_id}/replace",
    permit=KEEPERS,
    answer=CardShape,
    status=201,
    idempotent=True,
    refusals=(
        errors.ALREADY_REPLACED,
        errors.CARD_ACCOUNT_UNFIT,
        errors.CARD_FROZEN_BY_BANK,
        errors.TOO_MANY_CARDS,
    ),
)
def replace_card(request: HttpRequest, card_id: str, body: CardReplacement) -> HttpResponse:
    """Close a card and have another one made with the same rules."""
    principal = principal_of(request)

    def do() -> CardShape:
        made = cards.replace(principal=principal, card_id=card_id, reason=body.reason, pin=body.pin)
        return card_shape(made)

    return once(request, body=body, do=do)


@routes.post(
    "/v1/cards/{card_id}/pin",
    permit=OWNERS,
    answer=CardShape,
    idempotent=True,
    refusals=(
        pin_errors.PIN_REQUIRED,
        pin_errors.PIN_NOT_SET,
        pin_errors.WRONG_PIN,
        pin_errors.PIN_BLOCKED,
        *PROOF_REFUSALS,
    ),
)
def change_card_pin(request: HttpRequest, card_id: str, body: CardPinChange) -> HttpResponse:
    """Set a new PIN with the current one; or, forgotten or blocked, after confirming it."""
    principal = principal_of(request)

    def do() -> CardShape:
        card_pins.change_pin(
            principal=principal,
            card=cards.get_for(principal, card_id),
            current=body.current_pin,
            proof=body.proof,
            new=body.new_pin,
        )
        return card_shape(cards.get(card_id))

    return once(request, body=body, do=do, status=200)


@routes.post(
    "/v1/cards/{card_id}/reveal",
    permit=OWNERS,
    answer=RevealedCard,
    refusals=(errors.CARD_IS_CLOSED, *PROOF_REFUSALS),
)
def reveal_card(request: HttpRequest, card_id: str, body: CardRevealRequest) -> RevealedCard:
    """Show my card's number and code, after confirming it; every time on record."""
    shown = card_reveal.reveal(principal=principal_of(request), card_id=card_id, proof=body.proof)
    return RevealedCard(id=shown.id, name=shown.name, number=shown.number, expiry=shown.expiry, cvv=shown.cvv)


@routes.post(
    "/v1/cards/{card_id}/controls", permit=KEEPERS, answer=CardShape, refusals=(errors.CARD_IS_CLOSED,)
)
def set_card_controls(request: HttpRequest, card_id: str, body: ControlsChange) -> CardShape:
    """Replace the rules of the card: the owner's own, or the bank's for staff."""
    principal = principal_of(request)
    changed = card_controls.set_controls(
        principal=principal,
        card_id=card_id,
        controls=controls_of(body),
        reason=_said(principal, body.reason),
    )
    return card_shape(changed)


def _change_state(request: HttpRequest, card_id: str, verb: Verb, reason: str) -> CardShape:
    changed = cards.change_state(principal=principal_of(request), card_id=card_id, verb=verb, reason=reason)
    return card_shape(changed)


def _reason(request: HttpRequest, body: StatusChange | None) -> str:
    return _said(principal_of(request), body.reason if body else None)


def _said(principal: Principal, reason: str | None) -> str:
    """Staff say why they act; owners need not."""
    if reason is None and principal.is_staff:
        raise malformed(pointer="/reason", message="Staff say why.")
    return reason or CUSTOMER_REQUEST
