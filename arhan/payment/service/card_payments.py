"""Paying by card, and what follows: capture, release, refund.

Whoever presents a card acts for the payee: they, the payee and the bank's staff capture and release;
the payee and staff give back what was captured. Whose card it is has promised: presenting it
themselves they may capture, which harms nobody else, and never release; they dispute.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.contracts.account import Party
from arhan.contracts.cards import response_code
from arhan.kernel import idempotency
from arhan.kernel.errors import NOT_PERMITTED, FieldError, Refused, not_found
from arhan.payment.domain.card_payments import HOLD_LIFE, refuse_ended, tolerance_of
from arhan.payment.domain.intents import CardProof, Intent, Side, check_amount
from arhan.payment.domain.luhn import is_card_number
from arhan.payment.domain.orders import CardTold, Circumstances
from arhan.payment.errors import AMOUNT_OUT_OF_RANGE, CAPTURE_REFUSED, CARD_NUMBER_INVALID, PART_REFUSALS
from arhan.payment.store import orders as store

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order
    from arhan.payment.schemas.card_payments import Capture, CardPaymentRequest
    from arhan.payment.service.desk import Answered, Desk

CardPartKind = Literal["card_capture", "card_release"]
Verb = Literal["capture", "release"]

NOUN = "card payment"
ROUTE = "POST /v1/card-payments"


def hold_life_s() -> int:
    """How long funds are held for a capture, in seconds (ARHAN_CARD_HOLD_S)."""
    return int(os.environ.get("ARHAN_CARD_HOLD_S", "") or HOLD_LIFE.total_seconds())


async def pay(
    desk: Desk, *, principal: Principal, key: str, asked: CardPaymentRequest, told: Circumstances
) -> Answered:
    """Pay by card, at once or to be captured later; a card that is refused makes a declined payment.

    Refused with card_number_invalid, card_not_found, payee_not_found, or as any payment.
    """
    check_amount(asked.amount)
    if not is_card_number(asked.card_number):
        raise Refused(CARD_NUMBER_INVALID, extra={"response_code": response_code("card_number_invalid")})
    intent = Intent(
        principal=principal.subject,
        route=ROUTE,
        key=key,
        body_hash=_fingerprint(asked),
        kind="card_payment",
        payer=Side(),
        payee=Side(number=asked.payee_number),
        amount=asked.amount,
        currency=asked.currency,
        initiator=principal.subject,
        narration=asked.narration,
        card=CardProof(
            number=asked.card_number,
            expiry=asked.expiry,
            cvv=asked.cvv,
            pin=asked.pin,
            session=principal.session,
            channel=asked.channel,
            mcc=asked.mcc,
            country=asked.country,
            capture=asked.capture,
            hold_s=hold_life_s() if asked.capture == "later" else 0,
        ),
        circumstances=msgspec.structs.replace(told, new_device_until=0),  # whose device it is, says nothing
    )
    return await desk.pay(intent)


def _fingerprint(asked: CardPaymentRequest) -> str:
    """What was asked, under a key; without code and PIN, which prove and ask nothing."""
    parts = [asked.card_number, asked.expiry, asked.payee_number, asked.amount, asked.currency]
    parts += [asked.capture, asked.channel, asked.mcc, asked.country, asked.narration]
    return idempotency.hash_body(parts).hex()


async def capture(
    desk: Desk,
    *,
    principal: Principal,
    payment: str,
    key: str,
    asked: Capture,
    told: Circumstances,
) -> tuple[Answered, Order]:
    """Turn held funds into money; the capture, and the card payment after it.

    Refused(not_found | not_permitted | not_authorised | hold_already_captured | hold_already_released |
    hold_expired | capture_exceeds_hold | insufficient_funds).
    """
    body_hash = idempotency.hash_body([asked.amount, asked.final, asked.narration]).hex()
    authorisation, earlier = await _begin(desk, principal, payment, "capture", key=key, body_hash=body_hash)
    if earlier is None:
        refuse_ended(authorisation)
        amount = _left(authorisation) if asked.amount is None else asked.amount
        if amount < 1:
            error = FieldError("/amount", "must be positive")
            raise Refused(AMOUNT_OUT_OF_RANGE, errors=(error,))
        check_amount(amount)
        earlier = await desk.pay(
            _part(
                authorisation,
                kind="card_capture",
                principal=principal,
                route=_route(payment, "capture"),
                key=key,
                body_hash=body_hash,
                amount=amount,
                told=told,
                narration=asked.narration or authorisation.narration,
                final=asked.final,
            )
        )
    return _settled(earlier), await _found(desk, payment)


async def release(
    desk: Desk, *, principal: Principal, payment: str, key: str, told: Circumstances
) -> tuple[Answered, Order]:
    """Give held funds back to the payer; the release, and the card payment after it.

    Refused(not_found | not_permitted | not_authorised | hold_already_captured | hold_already_released |
    hold_expired).
    """
    body_hash = idempotency.hash_body([payment]).hex()
    authorisation, earlier = await _begin(desk, principal, payment, "release", key=key, body_hash=body_hash)
    if earlier is None:
        refuse_ended(authorisation)
        earlier = await desk.pay(
            _part(
                authorisation,
                kind="card_release",
                principal=principal,
                route=_route(payment, "release"),
                key=key,
                body_hash=body_hash,
                amount=max(_left(authorisation), 1),
                told=told,
                narration=authorisation.narration,
                final=True,
            )
        )
    return _settled(earlier), await _found(desk, payment)


async def _begin(
    desk: Desk, principal: Principal, payment: str, verb: Verb, *, key: str, body_hash: str
) -> tuple[Order, Answered | None]:
    """The card payment this is about, and the answer given under this key before.

    Refused(not_permitted) for its payer where they may not, Refused(not_found) for strangers.
    """
    authorisation = await _found(desk, payment)
    if not _may_carry_on(principal, authorisation, verb=verb):
        if principal.subject == authorisation.payer_customer:
            raise Refused(NOT_PERMITTED, "What you promised a payee only the payee gives back; dispute it.")
        raise not_found(NOUN)
    name = principal.subject, _route(payment, verb), key
    return authorisation, await desk.answer_repeat(name, body_hash=body_hash)


def _route(payment: str, verb: Verb) -> str:
    return f"{ROUTE}/{payment}/{verb}"


def _may_carry_on(principal: Principal, authorisation: Order, *, verb: Verb) -> bool:
    if principal.is_staff or principal.subject == authorisation.payee_customer:
        return True
    presented = principal.subject == authorisation.initiator
    return presented and (verb == "capture" or principal.subject != authorisation.payer_customer)


async def _found(desk: Desk, payment: str) -> Order:
    async with desk.pool.connection() as connection:
        order = await store.get(connection, payment)
    if order is None or order.kind != "card_payment":
        raise not_found(NOUN)
    return order


def _left(authorisation: Order) -> int:
    return max(authorisation.amount - authorisation.captured, 0)


def _settled(answered: Answered) -> Answered:
    """A part the books refused is no capture and no release: refused, with their word for it."""
    order = answered.order
    if order.state == "declined":
        refusal = PART_REFUSALS.get(order.code, CAPTURE_REFUSED)
        raise Refused(refusal, extra={"payment": order.id, "response_code": response_code(order.code)})
    return answered


def _part(
    authorisation: Order,
    *,
    kind: CardPartKind,
    principal: Principal,
    route: str,
    key: str,
    body_hash: str,
    amount: int,
    told: Circumstances,
    narration: str,
    final: bool,
) -> Intent:
    """A capture or a release, between the same two as the card payment."""
    card = authorisation.circumstances.card
    assert card is not None, "a card payment has a card"
    return Intent(
        principal=principal.subject,
        route=route,
        key=key,
        body_hash=body_hash,
        kind=kind,
        payer=Side(party=_party(authorisation, "payer")),
        payee=Side(party=_party(authorisation, "payee")),
        amount=amount,
        currency=authorisation.currency,
        initiator=principal.subject,
        narration=narration,
        authorisation=authorisation.id,
        circumstances=Circumstances(
            session=told.session,
            address=told.address,
            channel=told.channel,
            card=CardTold(
                card=card.card,
                bin=card.bin,
                last4=card.last4,
                channel=card.channel,
                final=final,
                may_exceed=tolerance_of(authorisation.amount) if final and kind == "card_capture" else 0,
            ),
        ),
    )


def _party(order: Order, side: Literal["payer", "payee"]) -> Party:
    """A side of the card payment, as it was then."""
    account, number, name, customer = (
        getattr(order, f"{side}_{member}") for member in ("account", "number", "name", "customer")
    )
    return Party(
        account=account,
        number=number,
        name=name,
        customer=customer,
        currency=order.currency,
        product="",
        opened_at="",
    )
