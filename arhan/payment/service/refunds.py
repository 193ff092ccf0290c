"""Giving a payment back: a new order from its payee to its payer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.account import Party
from arhan.kernel.errors import NOT_PERMITTED, Refused, not_found
from arhan.payment.domain.intents import Intent, Proof, Side
from arhan.payment.domain.orders import BANK_NAME, is_bank_account
from arhan.payment.domain.refunds import refundable_amount
from arhan.payment.domain.sight import may_see
from arhan.payment.store import orders as store

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Circumstances, Order
    from arhan.payment.service.desk import Answered, Desk

NOUN = "payment"


async def refund(
    desk: Desk,
    *,
    principal: Principal,
    payment: str,
    route: str,
    key: str,
    body_hash: str,
    amount: int | None,
    pin: str | None,
    narration: str,
    circumstances: Circumstances,
) -> Answered:
    """Give a payment back, whole or in part.

    Its payee may, or who else pays from the account it went to, with their PIN; a teller or an admin may without. Refused
    with not_refundable, refund_exceeds_payment, or as any payment.
    """
    if earlier := await desk.answer_repeat((principal.subject, route, key), body_hash=body_hash):
        return earlier
    async with desk.pool.connection() as connection:
        original = await store.get(connection, payment)
    if original is None:
        raise not_found(NOUN)
    if not (principal.is_staff or await _acts_for_payee(desk, principal, original)):
        if not may_see(principal, original):
            raise not_found(NOUN)
        raise Refused(NOT_PERMITTED, "Only who received a payment can give it back.")
    proof = None
    if not principal.is_staff:
        proof = Proof(person=principal.subject, session=principal.session, pin=pin)
    return await desk.pay(
        Intent(
            principal=principal.subject,
            route=route,
            key=key,
            body_hash=body_hash,
            kind="refund",
            payer=payee_of(original) if proof is None else Side(account=original.payee_account),
            payee=payer_of(original),
            amount=refundable_amount(original, asked=amount),
            currency=original.currency,
            initiator=principal.subject,
            narration=narration or f"Refund of {original.id}",
            proof=proof,
            circumstances=circumstances,
            refund_of=original.id,
        )
    )


async def _acts_for_payee(desk: Desk, principal: Principal, original: Order) -> bool:
    """Who received it, or who may pay from the account it came to."""
    if principal.subject == original.payee_customer:
        return True
    if original.state not in {"completed", "authorised"} or is_bank_account(original.payee_account):
        return False
    return await desk.directory.may_pay_from(original.payee_account, person=principal.subject)


def payee_of(original: Order) -> Side:
    """Who was paid, as the side that now pays."""
    return Side(
        party=_party(
            account=original.payee_account,
            number=original.payee_number,
            name=original.payee_name,
            customer=original.payee_customer,
            currency=original.currency,
        )
    )


def payer_of(original: Order) -> Side:
    """Who paid, as the side that is now paid."""
    return Side(
        party=_party(
            account=original.payer_account,
            number=original.payer_number,
            name=original.payer_name,
            customer=original.payer_customer,
            currency=original.currency,
        )
    )


def _party(*, account: str, number: str, name: str, customer: str, currency: str) -> Party:
    """A side of the original, as it was then; whether it may pay or be paid now, the books say."""
    return Party(
        account=account,
        number=number,
        name=BANK_NAME if is_bank_account(account) else name,
        customer=customer,
        currency=currency,
        product="",
        opened_at="",
    )
