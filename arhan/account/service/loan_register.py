"""Looking at loans: one with all there is to know, many, and what they may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account.domain.loan_provisions import PERCENT, provision
from arhan.account.service import documents, lending
from arhan.account.store import loan_payments as payment_store
from arhan.account.store import loans as store
from arhan.kernel.errors import not_found

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.domain.loan_servicing import Position
    from arhan.account.models import Document, Loan, LoanHappening, LoanPayment
    from arhan.account.store.loans import Search
    from arhan.kernel.auth import Principal


@dataclass(frozen=True, slots=True)
class Dossier:
    """A loan with its schedule, its payments, its history and its documents."""

    loan: Loan
    position: Position
    payments: list[LoanPayment]
    happenings: list[LoanHappening]
    documents: list[Document]
    today: date


@dataclass(frozen=True, slots=True)
class Provision:
    """Loans of one currency that are equally late, and what should be set aside for them."""

    currency: str
    bucket: str
    loans: int
    principal: int
    interest_due: int

    @property
    def percent(self) -> int:
        """The share that should be set aside."""
        return PERCENT[self.bucket]

    @property
    def provision(self) -> int:
        """What should be set aside."""
        return provision(bucket=self.bucket, owed=self.principal + self.interest_due)


def open_dossier(loan: Loan) -> Dossier:
    """All there is to know about a loan as it is now."""
    current = store.find(loan.id)
    if current is None:
        raise not_found(what="loan")
    return Dossier(
        loan=current,
        position=store.positions([current])[current.id],
        payments=payment_store.list_of(current.id),
        happenings=store.list_happenings(current.id),
        documents=documents.list_of([current.id]),
        today=lending.today(),
    )


def dossier_for(principal: Principal, loan_id: str) -> Dossier:
    """A loan this person may see; Refused(not_found)."""
    return open_dossier(lending.get_for(principal, loan_id))


def search(wanted: Search) -> list[Loan]:
    """Loans that match, newest first."""
    return store.search(wanted)


def list_provisions(*, on: date) -> list[Provision]:
    """What should be set aside for active loans, by currency and bucket."""
    return [Provision(*row) for row in sorted(store.provisions(on=on))]
