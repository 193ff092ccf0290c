"""Payments added up, for charts."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from arhan.kernel.auth import CUSTOMER, permit
from arhan.kernel.clock import now
from arhan.kernel.office import Routes, principal_of
from arhan.payment.api.payments import payment_shape
from arhan.payment.domain.names import mask_name
from arhan.payment.schemas.figures import (
    HourlyFigures,
    HourShape,
    MonthlyFigures,
    MonthShape,
    PayeeShape,
    SpendingShape,
)
from arhan.payment.service import figures

routes = Routes(service="payment", tag="figures")


@routes.get("/v1/monthly-figures", permit=permit(CUSTOMER), answer=MonthlyFigures)
def show_months(
    request: HttpRequest,
    *,
    months: Annotated[int, Query(ge=1, le=24)] = 6,
    recent: Annotated[int, Query(ge=0, le=50, description="Newest payments to add")] = 0,
) -> MonthlyFigures:
    """What I received and sent by calendar month (UTC), whom and how I paid most; completed payments only."""
    principal = principal_of(request)
    found = figures.add_up_months(principal=principal, months=months, recent=recent, at=now())
    return MonthlyFigures(
        months=[MonthShape.from_orm(month) for month in found.months],
        payees=[
            PayeeShape(
                number=payee.number,
                name=mask_name(payee.name),
                currency=payee.currency,
                sent=payee.sent,
                payments=payee.payments,
            )
            for payee in found.payees
        ],
        spending=[SpendingShape.from_orm(way) for way in found.spending],
        recent=[payment_shape(order, principal) for order in found.recent],
    )


@routes.get(
    "/v1/hourly-figures",
    permit=permit("teller", "support", "risk", "auditor", "admin"),
    answer=HourlyFigures,
)
def show_hours(request: HttpRequest, *, hours: Annotated[int, Query(ge=1, le=168)] = 24) -> HourlyFigures:
    """Orders of the last hours by kind, state and code."""
    found = figures.count_hours(hours=hours, at=now())
    return HourlyFigures(hours=[HourShape.from_orm(hour) for hour in found])
