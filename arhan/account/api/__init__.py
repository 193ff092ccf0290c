"""The HTTP side of account."""

from __future__ import annotations

from arhan.account.api import (
    account_terms,
    accounts,
    businesses,
    cards,
    cob,
    corrections,
    internal,
    limits,
    loan_quotes,
    loan_relief,
    loans,
    parties,
    products,
    statements,
    tickets,
)
from arhan.account.engine import engine
from arhan.kernel.office import build_api

api = build_api(
    "account",
    title="Account",
    description="Customers' accounts, their balances and PINs; the engine that moves money.",
    routes=[
        products.routes,
        accounts.routes,
        account_terms.routes,
        limits.routes,
        parties.routes,
        businesses.routes,
        cards.routes,
        corrections.routes,
        loan_quotes.routes,
        loans.routes,
        loan_relief.routes,
        cob.routes,
        statements.routes,
        tickets.routes,
        internal.routes,
    ],
    engine_openapi=engine.openapi,
    four_eyes=(
        *corrections.FOUR_EYES,
        *loan_relief.FOUR_EYES,
        *parties.FOUR_EYES,
        *businesses.FOUR_EYES,
        *products.FOUR_EYES,
    ),
)
