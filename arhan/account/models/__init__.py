"""Account's tables."""

from __future__ import annotations

from arhan.account.models.accounts import Account, Balance
from arhan.account.models.cob import BusinessDay, CobRun, CobStep
from arhan.account.models.documents import Document
from arhan.account.models.holds import Hold
from arhan.account.models.limits import AccountLimit, Standing
from arhan.account.models.loans import (
    Loan,
    LoanHappening,
    LoanInstalment,
    LoanPayment,
    LoanProduct,
)
from arhan.account.models.movements import Entry, Movement
from arhan.account.models.pins import PinVerifier
from arhan.account.models.products import Product
from arhan.account.models.tickets import Ticket, TicketMessage

__all__ = [
    "Account",
    "AccountLimit",
    "Balance",
    "BusinessDay",
    "CobRun",
    "CobStep",
    "Document",
    "Entry",
    "Hold",
    "Loan",
    "LoanHappening",
    "LoanInstalment",
    "LoanPayment",
    "LoanProduct",
    "Movement",
    "PinVerifier",
    "Product",
    "Standing",
    "Ticket",
    "TicketMessage",
]
