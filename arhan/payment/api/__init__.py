"""The office's routes; the engine's are listed in the same OpenAPI document."""

from __future__ import annotations

from arhan.kernel.office import build_api
from arhan.payment.api import beneficiaries, deposits, enquiries, feed, figures, payments, standing_orders
from arhan.payment.engine import engine

api = build_api(
    "payment",
    title="Arhan payment",
    description="Orders to pay: transfers, deposits, refunds and batches; their history; name enquiry.",
    routes=[
        payments.routes,
        deposits.routes,
        enquiries.routes,
        beneficiaries.routes,
        standing_orders.routes,
        figures.routes,
        feed.routes,
    ],
    engine_openapi=engine.openapi,
    four_eyes=deposits.FOUR_EYES,
)
