"""Account's tables."""

from __future__ import annotations

from arhan.account.models.accounts import Account, Balance
from arhan.account.models.cards import Card, CardCode, CardPin, CardSpending, UsedProof
from arhan.account.models.cob import BusinessDay, CobRun, CobStep
from arhan.account.models.deposits import Pot, TermDeposit
from arhan.account.models.documents import Document
from arhan.account.models.fees import FeeCharge
from arhan.account.models.holds import Hold
from arhan.account.models.interest import AccountVersion, Accrual, EntryAhead, InterestPosting
from arhan.account.models.limits import AccountLimit, Outflow, Standing
from arhan.account.models.loans import (
    Loan,
    LoanHappening,
    LoanInstalment,
    LoanPayment,
    LoanProduct,
)
from arhan.account.models.movements import Entry, Movement, ValueDated
from arhan.account.models.parties import AccountParty, Business, PartyPin
from arhan.account.models.pins import PinVerifier
from arhan.account.models.products import Product, ProductVersion
from arhan.account.models.statements import Statement, StatementFile, StatementPart
from arhan.account.models.tickets import Ticket, TicketMessage

__all__ = [
    "Account",
    "AccountLimit",
    "AccountParty",
    "AccountVersion",
    "Accrual",
    "Balance",
    "Business",
    "BusinessDay",
    "Card",
    "CardCode",
    "CardPin",
    "CardSpending",
    "CobRun",
    "CobStep",
    "Document",
    "Entry",
    "EntryAhead",
    "FeeCharge",
    "Hold",
    "InterestPosting",
    "Loan",
    "LoanHappening",
    "LoanInstalment",
    "LoanPayment",
    "LoanProduct",
    "Movement",
    "Outflow",
    "PartyPin",
    "PinVerifier",
    "Pot",
    "Product",
    "ProductVersion",
    "Standing",
    "Statement",
    "StatementFile",
    "StatementPart",
    "TermDeposit",
    "Ticket",
    "TicketMessage",
    "UsedProof",
    "ValueDated",
]
