"""From application to acceptance: who asks, who decides, who agrees."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.domain import loan_assessment
from arhan.account.domain.loan_assessment import Answers, Assessment, History
from arhan.account.domain.loan_states import next_state
from arhan.account.errors import loans as errors
from arhan.account.loans import (
    DayCount,
    Disbursement,
    LoanTerms,
    Method,
    Period,
    PeriodUnit,
    schedule,
)
from arhan.account.models import Account, Balance, Loan, LoanHappening, LoanPayment
from arhan.account.service import documents, parties
from arhan.account.service.business_day import business_date
from arhan.account.service.loan_payments import ASKED_AGAIN_AFTER
from arhan.account.store import accounts as account_store
from arhan.account.store import loan_payments as payment_store
from arhan.account.store import loans as store
from arhan.account.store.database import posting_cursor
from arhan.contracts.account import AccountOpened, NoticeKind, NoticeRaised
from arhan.kernel import clock, outbox
from arhan.kernel.clock import rfc3339
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id
from arhan.kernel.proposals import SECOND_PERSON_NEEDED

if TYPE_CHECKING:
    from datetime import date, datetime

    from arhan.account.domain.loan_states import Happening
    from arhan.account.models import Document, LoanProduct
    from arhan.kernel.auth import Principal

MOST_UNDER_WAY = 3
"""Applications and loans of one customer."""
MONTHS_LOOKED_AT = 3
DAYS_OF_A_MONTH = 30
RECEIVABLE = "1200"
"""Ledger account of what loans owe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a customer asks for. Amounts are minor units."""

    product: str
    amount: int
    currency: str
    number_of_instalments: int
    purpose: str
    account: str
    answers: Answers


def today() -> date:
    """The bank's day."""
    with posting_cursor() as cursor:
        return business_date(cursor)


def list_products() -> list[LoanProduct]:
    """Every loan the bank offers."""
    return store.list_products()


def apply(*, principal: Principal, wanted: Application) -> Loan:
    """A customer asks for a loan; what speaks for and against it is worked out at once.

    Refused(loan_product_not_found | loan_amount_not_offered | loan_term_not_offered |
    loan_purpose_not_offered | loan_tier_too_low | loan_account_unfit | too_many_applications).
    """
    product = store.find_product(wanted.product)
    if product is None:
        raise Refused(errors.LOAN_PRODUCT_NOT_FOUND)
    _refuse_unoffered(product, wanted, tier=principal.tier)
    with django_transaction():
        account_store.lock_openings(principal.subject)
        _refuse_unfit_account(principal, wanted)
        past = store.list_of(principal.subject)
        if sum(loan.state in store.UNDER_WAY for loan in past) >= MOST_UNDER_WAY:
            raise Refused(errors.TOO_MANY_APPLICATIONS)
        assessment = _assess(principal, product, wanted, past)
        loan = _new_loan(principal, product, wanted, assessment)
        store.insert(loan)
        _note(loan, "applied", by=principal.subject)
        return loan


def _refuse_unoffered(product: LoanProduct, wanted: Application, *, tier: int) -> None:
    if wanted.currency != product.currency or not product.least <= wanted.amount <= product.most:
        raise Refused(errors.LOAN_AMOUNT_NOT_OFFERED)
    if wanted.number_of_instalments not in product.terms:
        raise Refused(errors.LOAN_TERM_NOT_OFFERED)
    if wanted.purpose not in product.purposes:
        raise Refused(errors.LOAN_PURPOSE_NOT_OFFERED)
    if tier < product.min_tier:
        raise Refused(errors.LOAN_TIER_TOO_LOW)


def _refuse_unfit_account(principal: Principal, wanted: Application) -> None:
    account = account_store.find(wanted.account)
    is_fit = (
        account is not None
        and parties.may(principal.subject, account, "own")
        and account.status == "active"
        and account.currency == wanted.currency
    )
    if not is_fit:
        raise Refused(errors.LOAN_ACCOUNT_UNFIT)


def _assess(principal: Principal, product: LoanProduct, wanted: Application, past: list[Loan]) -> Assessment:
    """Weigh the first instalment against the answers and what the bank has seen."""
    opened_at, held = store.holdings(customer=principal.subject, currency=wanted.currency)
    looked_at = timedelta(days=MONTHS_LOOKED_AT * DAYS_OF_A_MONTH)
    history = History(
        months_with_bank=(clock.now() - opened_at).days // DAYS_OF_A_MONTH,
        monthly_credits=store.monthly_credits(
            customer=principal.subject,
            currency=wanted.currency,
            since=today() - looked_at,
            months=MONTHS_LOOKED_AT,
        ),
        balance=held,
        loans_repaid=sum(loan.state == "closed" for loan in past),
        loans_under_way=sum(loan.state == "active" for loan in past),
        worst_days_late=max((loan.days_past_due for loan in past if loan.state == "active"), default=0),
        loans_written_off=sum(loan.written_off > 0 for loan in past),
    )
    terms = _terms(product, wanted.amount, wanted.number_of_instalments, on=today())
    instalment = schedule(terms).instalment
    return loan_assessment.assess(
        instalment=instalment, amount=wanted.amount, answers=wanted.answers, history=history
    )


def _terms(product: LoanProduct, amount: int, count: int, *, on: date) -> LoanTerms:
    return LoanTerms(
        currency=product.currency,
        disbursements=(Disbursement(on, amount),),
        annual_rate_percent=product.annual_rate_percent,
        method=Method(product.method),
        day_count=DayCount(product.day_count),
        number_of_instalments=count,
        period=Period(1, PeriodUnit.MONTHS),
    )


def _new_loan(
    principal: Principal, product: LoanProduct, wanted: Application, assessment: Assessment
) -> Loan:
    return Loan(
        id=new_id("loan"),
        customer=principal.subject,
        product=product,
        account_id=wanted.account,
        amount=wanted.amount,
        currency=wanted.currency,
        number_of_instalments=wanted.number_of_instalments,
        purpose=wanted.purpose,
        answers=asdict(wanted.answers),
        score=assessment.score,
        recommendation=assessment.recommendation,
        reasons=[reason._asdict() for reason in assessment.reasons],
        state="applied",
        applied_at=clock.now(),
    )


def approve(*, principal: Principal, loan_id: str, reason: str) -> Loan:
    """A loan officer offers what was applied for, on the product's terms of today."""
    with django_transaction() as cursor:
        loan = lock(loan_id)
        _decide(loan, "approved", by=principal, reason=reason)
        loan.offered_until = today() + timedelta(days=loan.product.offer_days)
        store.set_plan(loan, _terms(loan.product, loan.amount, loan.number_of_instalments, on=today()))
        store.save(loan)
        outbox.publish(cursor, [notice(loan, "loan_offered")])
        return loan


def reject(*, principal: Principal, loan_id: str, reason: str) -> Loan:
    """A loan officer says no, and why."""
    with django_transaction() as cursor:
        loan = lock(loan_id)
        _decide(loan, "rejected", by=principal, reason=reason)
        store.save(loan)
        outbox.publish(cursor, [notice(loan, "loan_rejected")])
        return loan


def _decide(loan: Loan, what: Happening, *, by: Principal, reason: str) -> None:
    """Nobody decides on their own loan; Refused(second_person_needed | loan_not_in_state)."""
    if by.subject == loan.customer:
        raise Refused(SECOND_PERSON_NEEDED, "Nobody decides on a loan of their own.")
    loan.state = next_state(loan.state, what)
    loan.decided_by, loan.decided_at, loan.decision_reason = by.subject, clock.now(), reason
    _note(loan, what, by=by.subject, reason=reason)


def notice(loan: Loan, kind: NoticeKind) -> NoticeRaised:
    """What its customer is told about a loan."""
    return NoticeRaised(
        id=loan.id, customer=loan.customer, kind=kind, amount=loan.amount, currency=loan.currency
    )


def withdraw(*, principal: Principal, loan_id: str) -> Loan:
    """The customer wants the loan no more."""
    with django_transaction():
        loan = lock(loan_id, customer=principal.subject)
        loan.state = next_state(loan.state, "withdrawn")
        _note(loan, "withdrawn", by=principal.subject)
        store.save(loan)
        return loan


def accept(*, principal: Principal, loan_id: str) -> LoanPayment:
    """The customer agrees to the offer: the payment of the loan is put down, to be carried out next.

    With it the account is opened that will carry what the loan owes: it cannot be debited with more
    than was lent, so that no error anywhere pays a loan out twice. Refused(loan_not_in_state | offer_lapsed).
    """
    with django_transaction() as cursor:
        loan = lock(loan_id, customer=principal.subject)
        loan.state = next_state(loan.state, "accepted")
        if loan.offered_until is None or loan.offered_until < today():
            raise Refused(errors.OFFER_LAPSED)
        now = clock.now()
        loan.accepted_at = now
        if not loan.receivable:
            outbox.publish(cursor, [_open_receivable(loan, now=now)], event_at=now)
        _note(loan, "accepted", by=principal.subject)
        store.save(loan)
        attempt = payment_store.count_of(loan.id, kind="disbursement") + 1
        payment = put_down(
            loan, key=f"{loan.id}:disbursement:{attempt}", kind="disbursement", amount=loan.amount
        )
        payment_store.insert(payment)
        return payment


def _open_receivable(loan: Loan, *, now: datetime) -> AccountOpened:
    loan.receivable = f"bank_{loan.id}"
    account = Account(
        id=loan.receivable,
        customer="",
        currency=loan.currency,
        name=f"Loan {loan.id}",
        status="active",
        status_changed_at=now,
        opened_at=now,
    )
    balance = Balance(account=account, currency=loan.currency, ledger_account=RECEIVABLE, floor=-loan.amount)
    payment_store.open_receivable(account, balance)
    return AccountOpened(
        id=account.id,
        number="",
        customer="",
        product="",
        currency=account.currency,
        ledger_account=RECEIVABLE,
        name=account.name,
        opened_at=rfc3339(now),
    )


def put_down(loan: Loan, *, key: str, kind: str, amount: int, effect: str = "") -> LoanPayment:
    """A payment to be ordered for a loan."""
    now = clock.now()
    return LoanPayment(
        key=key,
        loan=loan,
        kind=kind,
        effect=effect,
        amount=amount,
        asked_on=today(),
        asked_at=now,
        ask_again_at=now + ASKED_AGAIN_AFTER,
        state="asked",
    )


def lock(loan_id: str, *, customer: str = "") -> Loan:
    """The loan, locked; Refused(not_found) also where it is another customer's."""
    loan = store.lock([loan_id]).get(loan_id)
    if loan is None or customer not in {"", loan.customer}:
        raise not_found(what="loan")
    return loan


def add_document(
    *, principal: Principal, loan_id: str, kind: str, media_type: str, content: bytes
) -> Document:
    """The customer shows something that speaks for the loan, until it is decided on.

    Refused(not_found | loan_not_in_state | too_many_documents).
    """
    with django_transaction():
        loan = lock(loan_id, customer=principal.subject)
        if loan.state != "applied":
            raise Refused(errors.LOAN_NOT_IN_STATE)
        before = {document.id for document in documents.list_of([loan.id])}
        document = documents.add(
            principal=principal, about=loan.id, kind=kind, media_type=media_type, content=content
        )
        if document.id not in before:
            _note(loan, "document_added", by=principal.subject, reason=kind)
        return document


def open_document(*, principal: Principal, loan_id: str, document_id: str) -> tuple[Document, bytes]:
    """A document of a loan this person may see, and its content; Refused(not_found)."""
    loan = get_for(principal, loan_id)
    return documents.open_one(principal=principal, document_id=document_id, about=[loan.id])


def get_for(principal: Principal, loan_id: str) -> Loan:
    """A loan this person may see: their own, or any for staff; Refused(not_found)."""
    loan = store.find(loan_id)
    if loan is None or not (principal.is_staff or loan.customer == principal.subject):
        raise not_found(what="loan")
    return loan


def _note(loan: Loan, what: str, *, by: str, reason: str = "") -> None:
    happening = LoanHappening(loan=loan, what=what, state=loan.state, by=by, reason=reason, at=clock.now())
    store.note([happening])
