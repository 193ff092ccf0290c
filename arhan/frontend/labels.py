"""What people read where the services say a code: states, kinds, roles, screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class State(NamedTuple):
    """How a state is shown: its word, its tone, its icon."""

    label: _StrPromise
    tone: str
    icon: str


SCREENS: dict[str, _StrPromise] = {
    "dashboard": _("Home"),
    "accounts": _("Accounts"),
    "send": _("Send money"),
    "transactions": _("Transactions"),
    "insights": _("Insights"),
    "cards": _("Cards"),
    "staff-cards": _("Cards"),
    "loans": _("Loans"),
    "activity": _("Activity"),
    "notifications": _("Notifications"),
    "tickets": _("Help"),
    "ticket-queue": _("Tickets"),
    "profile": _("Profile"),
    "staff": _("Overview"),
    "deposit": _("Cash deposit"),
    "trial-balance": _("Trial balance"),
    "journal": _("Journal"),
    "people": _("Customers and staff"),
    "staff-payments": _("Payments"),
    "staff-loans": _("Loans"),
    "kyc-queue": _("Identity checks"),
    "cases": _("Reviews"),
    "rules": _("Rules"),
    "stopped": _("Stopped payments"),
    "general-ledger": _("General ledger"),
    "proposals": _("Approvals"),
    "audit": _("Audit trail"),
    "products": _("Products"),
    "businesses": _("Businesses"),
    "closing": _("Close of business"),
    "team": _("Staff and roles"),
    "mailbox": _("Letters"),
    "health": _("Services"),
}

PAYMENT_STATES: dict[str, State] = {
    "completed": State(_("Completed"), "ok", "circle-check"),
    "declined": State(_("Declined"), "bad", "circle-x"),
    "review": State(_("In review"), "warn", "clock-hour-4"),
    "requires_action": State(_("Needs your confirmation"), "warn", "shield-lock"),
    "awaiting_approval": State(_("Waits for signatures"), "warn", "user-check"),
    "created": State(_("Processing"), "busy", "refresh"),
    "screened": State(_("Processing"), "busy", "refresh"),
    "authorised": State(_("Reserved"), "busy", "lock"),
    "cancelled": State(_("Cancelled"), "calm", "circle-x"),
}

PARTY_ROLES: dict[str, _StrPromise] = {
    "owner": _("Owner"),
    "joint_holder": _("Joint holder"),
    "signatory": _("Signatory"),
    "viewer": _("Viewer"),
}

PARTY_STATES: dict[str, State] = {
    "invited": State(_("Invited"), "warn", "clock-hour-4"),
    "active": State(_("On the account"), "ok", "circle-check"),
    "declined": State(_("Declined"), "calm", "circle-x"),
    "ended": State(_("Ended"), "calm", "circle-x"),
}

BUSINESS_STATES: dict[str, State] = {
    "applied": State(_("Being checked"), "warn", "clock-hour-4"),
    "verified": State(_("Verified"), "ok", "circle-check"),
    "refused": State(_("Turned away"), "bad", "circle-x"),
}

NOTICES: dict[str, _StrPromise] = {
    "money_received": _("You received money"),
    "cash_deposited": _("Cash was paid in"),
    "refund_received": _("You received a refund"),
    "money_sent": _("You sent money"),
    "refund_sent": _("You gave money back"),
    "standing_order_paid": _("A standing order was paid"),
    "payment_declined": _("A payment was refused"),
    "payment_in_review": _("We look at a payment of yours"),
    "card_used": _("Your card was used"),
    "card_declined": _("Your card was refused"),
    "account_changed": _("Your account changed"),
    "new_device": _("A new device signed in"),
    "tier_granted": _("We know you better now"),
    "tier_refused": _("We could not confirm who you are"),
    "loan_offered": _("We offer you the loan"),
    "loan_rejected": _("We cannot give you the loan"),
    "loan_paid_out": _("Your loan is paid out"),
    "loan_repaid": _("Your loan is repaid"),
    "instalment_due": _("An instalment falls due"),
    "instalment_paid": _("An instalment was paid"),
    "instalment_missed": _("An instalment could not be collected"),
    "ticket_answered": _("We answered you"),
    "ticket_resolved": _("Your question is resolved"),
    "statement_ready": _("A statement is ready"),
    "standing_order_failed": _("A standing order could not be paid"),
    "approval_wanted": _("Your signature is wanted"),
    "payment_approved": _("Your payment is signed"),
    "payment_not_approved": _("Your payment was not signed"),
    "account_invitation": _("You are asked into an account"),
}

NOTICE_TOPICS: dict[str, _StrPromise] = {
    "money_in": _("Money that comes in"),
    "money_out": _("Money that leaves"),
    "refusals": _("Payments refused or looked at"),
    "cards": _("Use of your cards"),
    "accounts": _("Changes of your accounts"),
    "security": _("New devices"),
    "identity": _("Tiers and documents"),
    "loans": pgettext_lazy("topic", "Loans and instalments"),
    "help": _("Answers to your questions"),
    "statements": pgettext_lazy("topic", "New statements"),
    "standing_orders": _("Standing orders that fail"),
    "approvals": _("Invitations, and signatures of payments"),
}

CARD_STATES: dict[str, State] = {
    "pending_activation": State(_("On its way to you"), "busy", "clock-hour-4"),
    "open": State(pgettext_lazy("card", "Ready"), "ok", "circle-check"),
    "frozen": State(pgettext_lazy("card", "Frozen"), "warn", "snowflake"),
    "closed": State(pgettext_lazy("card", "Closed"), "calm", "circle-x"),
}

CARD_KINDS: dict[str, _StrPromise] = {"virtual": _("On the screen"), "physical": _("On plastic")}

CARD_VARIANTS: dict[str, _StrPromise] = {
    "standard": _("Everything"),
    "single_use": _("One payment"),
    "merchant_locked": _("The first merchant it pays"),
}

CARD_REASONS: dict[str, _StrPromise] = {
    "lost": _("It is lost"),
    "stolen": _("It was stolen"),
    "compromised": _("Somebody else knows its number"),
    "damaged": _("It was replaced"),
    "customer_request": _("Closed at its owner's wish"),
    "issuer_request": _("Closed by the bank"),
    "suspicious": _("Something looked suspicious"),
    "expired": _("It has expired"),
}

CARD_PINS: dict[str, _StrPromise] = {
    "ok": _("Set"),
    "blocked": _("Blocked"),
    "not_set": _("Not set"),
}

CARD_WINDOWS: dict[str, _StrPromise] = {
    "day": _("Paid today"),
    "week": _("Paid this week"),
    "month": _("Paid this month"),
    "ever": _("Paid in all"),
}

ACCOUNT_STATES: dict[str, State] = {
    "active": State(pgettext_lazy("account", "Active"), "ok", "circle-check"),
    "frozen": State(pgettext_lazy("account", "Frozen"), "warn", "snowflake"),
    "pending": State(pgettext_lazy("account", "Waits for its first deposit"), "busy", "clock-hour-4"),
    "dormant": State(pgettext_lazy("account", "Dormant"), "calm", "moon"),
    "closed": State(pgettext_lazy("account", "Closed"), "calm", "circle-x"),
}

FREQUENCIES: dict[str, _StrPromise] = {
    "daily": _("Every day"),
    "weekly": _("Every week"),
    "monthly": _("Every month"),
    "yearly": _("Every year"),
}

HOLIDAYS: dict[str, _StrPromise] = {
    "following": _("Pay on the next working day"),
    "preceding": _("Pay on the working day before"),
    "as_is": _("Pay all the same"),
}

STANDING_STATES: dict[str, State] = {
    "unconfirmed": State(_("Needs your confirmation"), "warn", "shield-lock"),
    "active": State(pgettext_lazy("standing order", "Active"), "ok", "circle-check"),
    "paused": State(pgettext_lazy("standing order", "Rests"), "warn", "clock-hour-4"),
    "completed": State(pgettext_lazy("standing order", "All paid"), "calm", "check"),
    "ended": State(pgettext_lazy("standing order", "Ended"), "calm", "circle-x"),
    "cancelled": State(_("Cancelled"), "calm", "circle-x"),
}

EXECUTION_STATES: dict[str, State] = {
    "ordered": State(_("Processing"), "busy", "refresh"),
    "waiting": State(_("In review"), "warn", "clock-hour-4"),
    "paid": State(pgettext_lazy("standing order", "Paid"), "ok", "circle-check"),
    "failed": State(pgettext_lazy("standing order", "Not paid"), "bad", "circle-x"),
    "skipped": State(pgettext_lazy("standing order", "Left out"), "calm", "circle-x"),
}

STATEMENT_FORMATS: dict[str, _StrPromise] = {
    "pdf": _("PDF, to read and to print"),
    "csv": _("CSV, for spreadsheets"),
    "ofx": _("OFX, for accounting programs"),
    "camt053": _("camt.053 (ISO 20022)"),
    "mt940": _("MT940 (SWIFT)"),
}

STATEMENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "ofx": "application/x-ofx",
    "camt053": "application/xml",
    "mt940": "text/plain; charset=us-ascii",
}
"""Media type by format; nothing of it is shown inside the portal's own pages."""

STATEMENT_STATES: dict[str, State] = {
    "preparing": State(_("In the making"), "busy", "refresh"),
    "ready": State(pgettext_lazy("statement", "Ready"), "ok", "circle-check"),
    "failed": State(pgettext_lazy("statement", "Failed"), "bad", "circle-x"),
}

PERIODS: dict[str, _StrPromise] = {
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("Three months"),
    "year": _("This year"),
    "last_year": _("Last year"),
}

FREEZES: dict[str, _StrPromise] = {
    "debit": _("Nothing leaves the account; money can still come in."),
    "credit": _("Nothing comes in; money can still leave."),
    "both": _("Nothing leaves the account and nothing comes in."),
}

CASE_STATES: dict[str, State] = {
    "open": State(pgettext_lazy("case", "Open"), "warn", "clock-hour-4"),
    "release_proposed": State(_("Release proposed"), "busy", "user-check"),
    "resolved": State(_("Decided"), "ok", "circle-check"),
}

PROPOSAL_STATES: dict[str, State] = {
    "waiting": State(_("Waiting"), "warn", "clock-hour-4"),
    "approved": State(_("Approved"), "ok", "circle-check"),
    "rejected": State(_("Rejected"), "bad", "circle-x"),
    "withdrawn": State(_("Withdrawn"), "calm", "arrow-back-up"),
}

AUDIT_OUTCOMES: dict[str, _StrPromise] = {
    "done": pgettext_lazy("deed", "Done"),
    "refused": pgettext_lazy("deed", "Refused"),
    "begun": pgettext_lazy("deed", "Begun"),
}

PROPOSALS: dict[str, _StrPromise] = {
    "person.role_change": _("Another role for a member of staff"),
    "staff.admin_invitation": _("Another administrator"),
    "role.permissions_change": _("What a role permits"),
    "person.second_factor_reset": _("A new second factor for somebody"),
    "product.version.added": _("New terms for a product"),
    "product.created": _("A new product"),
    "product.accounts.moved": _("Every account to the newest version"),
    "books.manual_journal": _("A correction of the books"),
    "account.status_changed": _("An account frozen, opened again or closed"),
    "loan.charged_off": _("A loan charged off"),
    "loan.written_off": _("A loan written off"),
    "loan.rescheduled": _("New instalments for a loan"),
    "payment.large_deposit": _("A very large cash deposit"),
    "rule.promoted": _("A rule brought into force"),
    "business.verified": _("A business found to be what it says"),
    "account.mandate_changed": _("Who signs for an account"),
}
"""What takes two people."""

RULE_STATES: dict[str, State] = {
    "draft": State(_("Draft"), "calm", "notes"),
    "shadow": State(_("On trial"), "busy", "eye"),
    "active": State(_("In force"), "ok", "circle-check"),
    "retired": State(_("Retired"), "calm", "history"),
}

APPLICATION_STATES: dict[str, State] = {
    "waiting": State(_("Waiting"), "warn", "clock-hour-4"),
    "approved": State(_("Approved"), "ok", "circle-check"),
    "rejected": State(_("Rejected"), "bad", "circle-x"),
}

DOCUMENT_KINDS: dict[str, _StrPromise] = {
    "passport": _("Passport"),
    "national_id": _("National identity card"),
    "drivers_licence": _("Driver's licence"),
    "voters_card": _("Voter's card"),
    "utility_bill": _("Utility bill"),
    "bank_statement": _("Bank statement"),
    "tenancy_agreement": _("Tenancy agreement"),
}

LOAN_DOCUMENT_KINDS: dict[str, _StrPromise] = {
    "proof_of_income": _("Proof of income"),
    "bank_statement": _("Bank statement"),
    "collateral": _("Collateral"),
    "other": _("Something else"),
}

CLOSING_STATES: dict[str, State] = {
    "waiting": State(_("Waiting"), "calm", "clock-hour-4"),
    "running": State(_("Under way"), "busy", "refresh"),
    "failed": State(_("Failed"), "bad", "alert-triangle"),
    "done": State(_("Done"), "ok", "circle-check"),
}

LIMIT_SOURCES: dict[str, _StrPromise] = {
    "tier": _("It is the law's for your tier."),
    "product": _("It is the account's own."),
    "customer": _("You set it."),
}

TICKET_STATES: dict[str, State] = {
    "new": State(pgettext_lazy("ticket", "New"), "warn", "clock-hour-4"),
    "open": State(_("Being looked at"), "busy", "eye"),
    "waiting": State(_("Waits for the customer"), "warn", "clock-hour-4"),
    "resolved": State(_("Resolved"), "ok", "circle-check"),
    "closed": State(pgettext_lazy("ticket", "Closed"), "calm", "circle-x"),
}

TICKET_SUBJECTS: dict[str, _StrPromise] = {
    "transaction": _("A payment"),
    "account": _("An account"),
    "card": _("A card"),
    "loan": _("A loan"),
    "other": _("Something else"),
}

TICKET_PRIORITIES: dict[str, _StrPromise] = {
    "low": pgettext_lazy("priority", "Low"),
    "normal": pgettext_lazy("priority", "Normal"),
    "high": pgettext_lazy("priority", "High"),
    "urgent": pgettext_lazy("priority", "Urgent"),
}

TICKET_TABS: dict[str, _StrPromise] = {
    "due": _("Due first"),
    "overdue": _("Late"),
    "mine": _("Mine"),
    "complaints": _("Complaints"),
    "all": _("All"),
}

LOAN_STATES: dict[str, State] = {
    "applied": State(_("Applied"), "warn", "clock-hour-4"),
    "offered": State(_("Offered"), "busy", "file-text"),
    "rejected": State(_("Rejected"), "bad", "circle-x"),
    "withdrawn": State(_("Withdrawn"), "calm", "arrow-back-up"),
    "lapsed": State(_("Lapsed"), "calm", "clock"),
    "accepted": State(_("Being paid out"), "busy", "refresh"),
    "active": State(pgettext_lazy("loan", "Running"), "ok", "circle-check"),
    "closed": State(pgettext_lazy("loan", "Repaid"), "ok", "circle-check"),
    "charged_off": State(_("Charged off"), "bad", "alert-triangle"),
    "written_off": State(_("Written off"), "bad", "alert-triangle"),
}

LOAN_HAPPENINGS: dict[str, _StrPromise] = {
    "applied": _("Applied"),
    "document_added": _("Document handed in"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "lapsed": _("Lapsed"),
    "accepted": _("Offer accepted"),
    "disbursed": _("Paid out"),
    "not_disbursed": _("Could not be paid out"),
    "rescheduled": _("Rescheduled"),
    "paused": _("Paused"),
    "repaid": _("Repaid in full"),
    "charged_off": _("Charged off"),
    "written_off": _("Written off"),
    "recovered": _("Recovered"),
}

ROW_STATES: dict[str, State] = {
    "paid": State(_("Paid"), "ok", "circle-check"),
    "late": State(_("Late"), "bad", "alert-triangle"),
    "due": State(_("Due today"), "warn", "clock-hour-4"),
    "coming": State(_("To come"), "calm", "calendar"),
}

LOAN_PAYMENT_STATES: dict[str, State] = {
    "asked": State(_("Processing"), "busy", "refresh"),
    "paid": State(_("Paid"), "ok", "circle-check"),
    "failed": State(_("Failed"), "bad", "circle-x"),
}

LOAN_PURPOSES: dict[str, _StrPromise] = {
    "business": _("Business"),
    "education": _("Education"),
    "home": _("House or flat"),
    "medical": _("Health"),
    "rent": _("Rent"),
    "vehicle": _("Vehicle"),
    "other": _("Something else"),
}

RECOMMENDATIONS: dict[str, State] = {
    "approve": State(_("Speaks for it"), "ok", "circle-check"),
    "look": State(_("Look closely"), "warn", "eye"),
    "reject": State(_("Speaks against it"), "bad", "circle-x"),
}

LATENESS: dict[str, _StrPromise] = {
    "current": _("On time"),
    "1-30": _("Up to 30 days late"),
    "31-60": _("31 to 60 days late"),
    "61-90": _("61 to 90 days late"),
    "90+": _("More than 90 days late"),
}

OUTCOMES: dict[str, _StrPromise] = {
    "allow": _("Allowed"),
    "step_up": _("Confirmation asked"),
    "review": _("Sent to review"),
    "decline": _("Declined"),
}

VERDICTS: dict[str, _StrPromise] = {"release": _("Released"), "decline": _("Declined")}

ALERTS: dict[str, _StrPromise] = {
    "service": _("Does not answer; what depends on it is unavailable."),
    "closing": _("The closing of this day failed and waits to go on."),
    "books": _("Debits and credits of the books differ."),
    "cases": _("Payments wait for risk."),
    "ticket-queue": _("Tickets are late."),
    "proposals": _("Proposals wait for a second person."),
}

LEDGER_TYPES: dict[str, _StrPromise] = {
    "asset": _("Asset"),
    "liability": _("Liability"),
    "equity": _("Equity"),
    "income": _("Income"),
    "expense": _("Expense"),
}

LEDGER_ACCOUNTS: dict[str, _StrPromise] = {
    "1010": _("Cash in vaults"),
    "1020": _("Settlement with other banks"),
    "1200": _("Loans receivable"),
    "1210": _("Loan interest receivable"),
    "1220": _("Loan fees and penalties receivable"),
    "1290": _("Allowance for loan losses"),
    "1300": _("Overdrafts interest receivable"),
    "2010": _("Customers' savings accounts"),
    "2020": _("Customers' current accounts"),
    "2030": _("Customers' fixed-term deposits"),
    "2040": _("Customers' target savings"),
    "2100": _("Interest payable"),
    "2200": _("Card settlement"),
    "2300": _("Tax payable"),
    "2900": _("Suspense"),
    "2910": _("Loan repayments being allocated"),
    "3010": _("Share capital"),
    "3020": _("Retained earnings"),
    "4010": _("Loan interest income"),
    "4020": _("Fee income"),
    "4030": _("Penalty income"),
    "4040": _("Recoveries of written-off loans"),
    "4050": _("Overdraft interest income"),
    "5010": _("Interest expense"),
    "5020": _("Marketing expense"),
    "5030": _("Loan loss expense"),
}
"""The chart of accounts (contracts/chart.py), as people read it."""

PAYMENT_KINDS: dict[str, _StrPromise] = {
    "transfer": _("Transfer"),
    "deposit": _("Cash deposit"),
    "refund": _("Refund"),
    "card_payment": _("Card payment"),
    "loan_disbursement": _("Loan paid out"),
    "loan_repayment": _("Loan repayment"),
    "standing_order": _("Standing order"),
}

MOVEMENT_KINDS: dict[str, _StrPromise] = {
    **PAYMENT_KINDS,
    "opening_bonus": _("Welcome bonus"),
    "fee": _("Fee"),
    "interest": _("Interest"),
    "overdraft_interest": _("Overdraft interest"),
    "deposit_placement": _("Fixed-term deposit placed"),
    "deposit_payout": _("Fixed-term deposit paid out"),
    "closing": _("Account closed"),
    "reversal": _("Reversal"),
    "interest_accrual": _("Interest earned"),
    "overdraft_accrual": _("Overdraft interest earned"),
    "manual_journal": _("Correction by hand"),
    "loan_allocation": _("Loan repayment allocated"),
    "loan_interest": _("Loan interest earned"),
    "loan_penalty": _("Loan penalty"),
    "loan_write_off": _("Loan written off"),
    "loan_recovery": _("Loan recovery"),
    "loan_charge_off": _("Loan charged off"),
    "loan_provision": _("Loan provision"),
    "loan_return": _("Loan money returned"),
}

PRODUCT_KINDS: dict[str, _StrPromise] = {
    "savings": _("Savings account"),
    "current": _("Current account"),
    "fixed_term": _("Fixed-term deposit"),
    "target_savings": _("Target savings"),
}

PITCHES: dict[str, _StrPromise] = {
    "savings": _("Put money aside and watch it grow."),
    "current": _("For pay and everyday payments."),
    "fixed_term": _("A fixed rate for a fixed time."),
    "target_savings": _("Save towards something."),
}

ROLES: dict[str, _StrPromise] = {
    "customer": pgettext_lazy("role", "Customer"),
    "teller": pgettext_lazy("role", "Teller"),
    "support": pgettext_lazy("role", "Support"),
    "loan_officer": pgettext_lazy("role", "Loan officer"),
    "risk": pgettext_lazy("role", "Risk"),
    "auditor": pgettext_lazy("role", "Auditor"),
    "admin": pgettext_lazy("role", "Administrator"),
}

SERVICES: dict[str, _StrPromise] = {
    "identity": _("Sign-in and profile"),
    "account": _("Accounts"),
    "payment": _("Payments"),
    "ledger": _("Books"),
    "fraud": _("Security checks"),
    "frontend": _("Portal"),
}
"""What people call a service whose panel is out."""


def of(table: dict[str, _StrPromise], code: str) -> str:
    """The word for a code; the code itself, made readable, where there is none."""
    found = table.get(code)
    return str(found) if found is not None else code.replace("_", " ").capitalize()


def state(table: dict[str, State], code: str) -> State:
    """How to show a state; a new one calmly, under its own name."""
    known = table.get(code)
    return known or State(code.replace("_", " ").capitalize(), "calm", "info-circle")  # type: ignore[arg-type]
