"""Cash in amounts that one person alone does not book: proposed at the counter, booked with a second yes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.account import Party, ResolutionRequest, ResolutionRequests, Resolutions
from arhan.contracts.chart import bank_account
from arhan.contracts.tiers import large_deposit_from
from arhan.kernel import proposals
from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.http import ServiceClient
from arhan.kernel.ids import new_id
from arhan.payment.domain.intents import Intent, Parties, Side, check_amount, place
from arhan.payment.domain.orders import Circumstances, bank_party
from arhan.payment.errors import NOT_LARGE, PAYEE_NOT_FOUND
from arhan.payment.store import history as store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal

LARGE_DEPOSIT = "payment.large_deposit"
ROUTE = "POST /v1/deposit-proposals"


def propose(
    *, principal: Principal, number: str, amount: int, currency: str, narration: str, address: str
) -> Proposal:
    """Put a large deposit before a second person.

    Refused(amount_out_of_range | deposit_not_large | payee_not_found | currency_mismatch).
    """
    check_amount(amount)
    if amount < large_deposit_from(currency, on=now().date()):
        raise Refused(NOT_LARGE)
    payee = _payee(number)
    told = Circumstances(session=principal.session, address=address, channel="branch")
    intent = _intent(principal.subject, "proposed", payee, amount, currency, narration, told)
    place(intent, _parties(payee, currency), order_id=new_id("pay"), at=now())
    body = {
        "payee": msgspec.to_builtins(payee),
        "amount": amount,
        "currency": currency,
        "narration": narration,
        "session": principal.session,
        "address": address,
    }
    with django_transaction() as cursor:
        return proposals.propose(
            cursor, action=LARGE_DEPOSIT, body=body, subject=number, reason=narration, principal=principal
        )


def book(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: an order, in the transaction of the approval; the engine carries it out at once.

    Its key is the proposal's id, so that there is one order whatever happens.
    """
    body = proposal.body
    payee = msgspec.convert(body["payee"], Party)
    told = Circumstances(session=body["session"], address=body["address"], channel="branch")
    teller = proposal.proposed_by
    intent = _intent(teller, proposal.id, payee, body["amount"], body["currency"], body["narration"], told)
    at = now()
    order = place(intent, _parties(payee, body["currency"]), order_id=new_id("pay"), at=at)
    with django_transaction() as cursor:
        store.insert(cursor, msgspec.structs.replace(order, due_at=at))
    return {"payment": order.id}


def _intent(
    teller: str, key: str, payee: Party, amount: int, currency: str, narration: str, told: Circumstances
) -> Intent:
    asked = {"number": payee.number, "amount": amount, "currency": currency, "narration": narration}
    return Intent(
        principal=teller,
        route=ROUTE,
        key=key,
        body_hash=msgspec.json.encode(asked, order="sorted").hex(),
        kind="deposit",
        payer=Side(party=bank_party(bank_account("cash", currency), currency)),
        payee=Side(party=payee),
        amount=amount,
        currency=currency,
        narration=narration,
        initiator=teller,
        circumstances=told,
    )


def _parties(payee: Party, currency: str) -> Parties:
    return Parties(payer=bank_party(bank_account("cash", currency), currency), payee=payee)


def _payee(number: str) -> Party:
    asked = ResolutionRequest(payee_number=number, pin_needed=False)
    answer = _account().post("/internal/v1/resolutions", ResolutionRequests(resolutions=[asked]))
    (resolution,) = msgspec.convert(answer, Resolutions).resolutions
    if resolution.payee is None:
        raise Refused(PAYEE_NOT_FOUND)
    return resolution.payee


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("payment", "account", engine=True)
