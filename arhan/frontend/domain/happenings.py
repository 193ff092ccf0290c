"""What happened lately around one person, from everything the bank tells them, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from arhan.frontend.domain.activity import line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from arhan.frontend.schemas.kyc import Dossier
    from arhan.frontend.schemas.lending import Loan
    from arhan.frontend.schemas.payments import Payment
    from arhan.frontend.schemas.people import Login

Kind = Literal["payment", "loan", "login", "identity"]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened; `about` is a line, a loan, a login or an application."""

    kind: Kind
    at: datetime
    about: Any


def gather(
    *, payments: Iterable[Payment], loans: Iterable[Loan], logins: Iterable[Login], dossier: Dossier | None
) -> list[Happening]:
    """Everything on one string of time."""
    found = [Happening("payment", payment.created_at, line(payment)) for payment in payments]
    found += [Happening("loan", loan.applied_at, loan) for loan in loans]
    found += [Happening("login", login.signed_in_at, login) for login in logins]
    if dossier and dossier.application:
        application = dossier.application
        found.append(Happening("identity", application.decided_at or application.submitted_at, application))
    return sorted(found, key=lambda happening: happening.at, reverse=True)
