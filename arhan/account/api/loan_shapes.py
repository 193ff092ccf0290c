"""Loans as answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from arhan.account.domain.loan_servicing import Row
from arhan.account.models import Loan, LoanPayment
from arhan.account.schemas.loans import (
    Affordability,
    AssessmentReason,
    Happening,
    LoanDetails,
    LoanDocument,
    LoanPaymentShape,
    LoanShape,
    RowState,
    ScheduleRow,
)
from arhan.account.service.loan_register import Dossier


def loan_shape(loan: Loan) -> LoanShape:
    """A loan in a list."""
    return LoanShape(**_plainly(loan))


def loan_details(found: Dossier) -> LoanDetails:
    """A loan with its schedule, its payments and its history."""
    loan, position = found.loan, found.position
    return LoanDetails(
        **_plainly(loan),
        answers=Affordability(**loan.answers),
        reasons=[AssessmentReason(**reason) for reason in loan.reasons],
        principal_owed=position.principal,
        interest_accrued=loan.interest_accrued,
        written_off=loan.written_off,
        recovered=loan.recovered,
        rows=[_row(row, today=found.today) for row in position.rows],
        payments=[payment_shape(payment) for payment in found.payments],
        happenings=[Happening.from_orm(happening) for happening in found.happenings],
        documents=[LoanDocument.from_orm(document) for document in found.documents],
    )


def _plainly(loan: Loan) -> dict[str, Any]:
    names = LoanShape.model_fields.keys() - {"product", "account", "annual_rate_percent"}
    agreed = Decimal(loan.plan["annual_rate_percent"]) if loan.plan else loan.product.annual_rate_percent
    return {name: getattr(loan, name) for name in names} | {
        "product": loan.product_id,
        "account": loan.account_id,
        "annual_rate_percent": agreed,
    }


def _row(row: Row, *, today: date) -> ScheduleRow:
    due = row.principal + row.interest + row.fees + row.penalties
    left = row.unpaid.total
    return ScheduleRow(
        number=row.number,
        kind=row.kind,
        due_on=row.due_on,
        principal=row.principal,
        interest=row.interest,
        fees=row.fees,
        penalties=row.penalties,
        due=due,
        paid=due - left,
        state=_row_state(row, today=today),
    )


def _row_state(row: Row, *, today: date) -> RowState:
    if not row.unpaid.total:
        return "paid"
    if row.due_on > today:
        return "coming"
    return "due" if row.due_on == today else "late"


def payment_shape(payment: LoanPayment) -> LoanPaymentShape:
    """A payment ordered for a loan."""
    names = LoanPaymentShape.model_fields.keys() - {"id"}
    return LoanPaymentShape(id=payment.key, **{name: getattr(payment, name) for name in names})
