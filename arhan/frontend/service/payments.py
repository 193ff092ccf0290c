"""Money about to move: prepared, confirmed, sent once, and found again when the answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from arhan.frontend import bank, store
from arhan.frontend.models import Draft
from arhan.frontend.service import sessions
from arhan.frontend.service.asking import ask
from arhan.kernel.clock import now
from arhan.kernel.errors import IDEMPOTENCY_IN_PROGRESS, Refused
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arhan.frontend.bank import Question
    from arhan.frontend.schemas.payments import Payment, Quote
    from arhan.frontend.service.sessions import Visitor

T = TypeVar("T")
UNKNOWN_FROM = 500
"""From this status on the bank may have taken the order and failed to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What somebody wants to pay."""

    kind: str
    payee_number: str
    amount: int
    currency: str
    narration: str
    payer_account: str = ""


def prepare(visitor: Visitor, intent: Intent) -> Draft:
    """Ask for the payee's name and keep the draft for its confirmation page."""
    payee = ask(visitor, bank.payments.checked_name(intent.payee_number))
    draft = Draft(
        id=new_id("drf"),
        session_id=visitor.session.id,
        kind=intent.kind,
        payer_account=intent.payer_account,
        payee_number=intent.payee_number,
        payee_name=payee.name,
        enquiry=payee.ref,
        amount=intent.amount,
        currency=intent.currency,
        narration=intent.narration,
        created_at=now(),
    )
    store.add_draft(draft)
    return draft


def find_draft(visitor: Visitor, draft_id: str, *, kind: str) -> Draft | None:
    """A draft of this session."""
    return store.find_draft(draft_id, session=visitor.session.id, kind=kind)


def quote_of(draft: Draft) -> Question[Quote]:
    """What paying the draft would cost, to be read before it is confirmed."""
    names = ("payer_account", "payee_number", "amount", "currency")
    return bank.payments.quote({name: getattr(draft, name) for name in names})


def send_transfer(visitor: Visitor, draft: Draft, *, pin: str) -> Payment | None:
    """Pay; None when the bank has not said yet what became of it. Refused when nothing was ordered."""
    order = {
        "payer_account": draft.payer_account,
        "payee_number": draft.payee_number,
        "amount": draft.amount,
        "currency": draft.currency,
        "pin": pin,
        "narration": draft.narration,
        "enquiry": draft.enquiry,
    }
    return _send(visitor, draft, bank.payments.transfer(order, key=draft.id))


def send_deposit(visitor: Visitor, draft: Draft) -> Payment | None:
    """Book cash taken in; None and Refused as above."""
    order = {
        "account_number": draft.payee_number,
        "amount": draft.amount,
        "currency": draft.currency,
        "narration": draft.narration,
    }
    return _send(visitor, draft, bank.payments.deposit(order, key=draft.id))


def propose_deposit(visitor: Visitor, draft: Draft) -> None:
    """Put cash of a very large amount before a second person."""
    order = {
        "account_number": draft.payee_number,
        "amount": draft.amount,
        "currency": draft.currency,
        "narration": draft.narration,
    }
    ask(visitor, bank.payments.propose_deposit(order))


def _send(visitor: Visitor, draft: Draft, question: Question[Payment]) -> Payment | None:
    """The draft's id is the idempotency key, so a second submit, or a retry, pays nothing twice."""
    store.note_draft_sent(draft.id, at=now())
    try:
        payment = ask(visitor, question)
    except Refused as refused:
        if refused.refusal.status >= UNKNOWN_FROM or refused.refusal.code == IDEMPOTENCY_IN_PROGRESS.code:
            return None
        store.forget_draft_sent(draft.id)
        raise
    store.note_draft_paid(draft.id, payment=payment.id)
    return payment


def confirm(
    visitor: Visitor,
    go_on: Callable[[str], Question[T]],
    *,
    challenge: str,
    code: str = "",
    credential: Mapping[str, object] | None = None,
) -> T:
    """Answer what identity asks, and let it go on with the proof. Refused with identity's or payment's codes."""
    proved = ask(visitor, bank.passkeys.answer(challenge, code=code, credential=credential))
    return ask(visitor, go_on(proved.proof))


def confirm_by_login(visitor: Visitor, go_on: Question[T], *, password: str, otp: str, device: str) -> T:
    """Sign the payer in anew and let it go on. Refused with identity's or payment's codes."""
    sessions.prove_again(visitor, password=password, otp=otp, device=device)
    return ask(visitor, go_on)


def find_out(visitor: Visitor, draft: Draft) -> str:
    """The id of the payment a draft became, when the answer was lost; empty while there is none."""
    if not draft.payment:
        recent = ask(visitor, bank.payments.newest(limit=1, key=draft.id))
        if recent.items:
            store.note_draft_paid(draft.id, payment=recent.items[0].id)
            return recent.items[0].id
    return draft.payment
