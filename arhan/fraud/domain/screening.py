"""From screenings and what is known to decisions: repeats first, then every rule, the most severe wins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from arhan.contracts.fraud import Decision, DecisionOutcome, Reason, Screening
from arhan.fraud.domain.history import WINDOWS, PayerHistory
from arhan.fraud.domain.rules import SEVERITY, Facts, Rule
from arhan.kernel.clock import rfc3339
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

VALID_FOR = timedelta(minutes=15)
"""How long allow and step_up hold; review waits for a person and decline is for ever."""

BANKS_OWN_KINDS = frozenset({"deposit", "refund", "loan_disbursement", "loan_repayment"})
"""Payments the bank makes under its own controls: decided `allow` and kept, but neither judged nor
counted. Any other kind, also one we have not heard of, is judged."""

OTHER_PAYMENT = "bound_to_another_payment"
"""Pseudo-rule of the decline for a payment that differs from what was decided under its id."""


HELD_WITHOUT_ANSWER = Reason(
    rule="held_without_answer",
    version=1,
    observed="payment had no decision in time",
    threshold="every payment is screened",
    message="We could not check this payment just now.",
)
"""Why a person must look at a payment that its own service held because ours was silent."""


class PayerKey(NamedTuple):
    """Whose history: a customer, over all their accounts, in one currency."""

    customer: str
    currency: str


class Standing(msgspec.Struct, kw_only=True):
    """The decision that stands for a payment: the newest of its revisions."""

    id: str
    payment: str
    revision: int
    fingerprint: bytes
    outcome: DecisionOutcome
    reasons: list[Reason]
    decided_at: datetime
    expires_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it may still be acted on."""
        return self.expires_at is None or self.expires_at > at

    def answer(self) -> Decision:
        """As payment hears it."""
        return Decision(
            id=self.id,
            payment=self.payment,
            outcome=self.outcome,
            reasons=self.reasons,
            expires_at=rfc3339(self.expires_at) if self.expires_at else "",
        )


class Decided(Standing, kw_only=True):
    """A decision made just now, with what must be kept to explain it."""

    screening: Screening
    watched: list[Reason]
    """What the rules without consequence said."""
    evidence: dict[str, Any] | None
    """What was known of the payer; kept when the answer is not a plain allow."""
    decided_by: str = ""
    """Empty when the rules decided."""


class RuleBook(NamedTuple):
    """The rules as they stand after the change of this number."""

    change: int
    active: tuple[Rule, ...]
    watching: tuple[Rule, ...]
    """Asked too, without consequence: those in shadow, and those in force that allow."""


@dataclass
class Memory:
    """What is known about a batch's payments, payers and payees; grows while the batch is decided."""

    standing: dict[str, Standing] = field(default_factory=dict)
    histories: dict[PayerKey, PayerHistory] = field(default_factory=dict)
    payee_paid_since: dict[tuple[str, str], int] = field(default_factory=dict)
    """By payer's customer and payee's account."""


def is_judged(screening: Screening) -> bool:
    """Whether the rules apply and the payment counts in its payer's history."""
    return screening.kind not in BANKS_OWN_KINDS


def payer_key(screening: Screening) -> PayerKey:
    """Whose history counts; an account without a customer stands for itself."""
    return PayerKey(screening.payer_customer or screening.payer_account, screening.currency)


def card_key(screening: Screening) -> PayerKey | None:
    """Whose history counts attempts with the card that pays; guarded by the payer's lock, whose card it is."""
    return PayerKey(screening.card, screening.currency) if screening.card else None


def history_keys(screening: Screening) -> list[PayerKey]:
    """Every history that a judged payment counts in."""
    return [key for key in (payer_key(screening), card_key(screening)) if key is not None]


def fingerprint(screening: Screening) -> bytes:
    """SHA-256 over what a decision is bound to: payer, payee, amount, currency."""
    bound = (
        screening.payer_account,
        screening.payer_customer,
        screening.payee_account,
        screening.payee_customer,
        str(screening.amount),
        screening.currency,
    )
    return hashlib.sha256("\0".join(bound).encode()).digest()


def screen(
    screenings: Sequence[Screening], memory: Memory, book: RuleBook, *, at: datetime
) -> tuple[list[Decision], list[Decided]]:
    """Answers in the order asked, and the decisions among them that are new and must be kept.

    Each payment is judged with the batch's earlier ones already counted in `memory`.
    """
    answers: list[Decision] = []
    made: list[Decided] = []
    for screening in screenings:
        mark = fingerprint(screening)
        standing = memory.standing.get(screening.payment)
        if standing is not None and standing.fingerprint != mark:
            answers.append(_other_payment(standing))
            continue
        if standing is None or not standing.holds(at):
            standing = _decide(screening, mark, standing, memory, book, at)
            memory.standing[screening.payment] = standing
            made.append(standing)
        answers.append(standing.answer())
    return answers, made


def judge(rules: Sequence[Rule], facts: Facts) -> tuple[DecisionOutcome, list[Reason]]:
    """The most severe outcome of the rules that are hit, and every hit as a reason, severest first."""
    hits = [(rule, hit) for rule in rules if (hit := rule.check.hit(facts)) is not None]
    if not hits:
        return "allow", []
    hits.sort(key=lambda found: -SEVERITY[found[0].outcome])
    reasons = [
        Reason(
            rule=rule.rule,
            version=rule.version,
            observed=hit.observed,
            threshold=hit.threshold,
            message=rule.message,
        )
        for rule, hit in hits
    ]
    return hits[0][0].outcome, reasons


def _decide(
    screening: Screening,
    mark: bytes,
    expired: Standing | None,
    memory: Memory,
    book: RuleBook,
    at: datetime,
) -> Decided:
    moment = int(at.timestamp())
    outcome: DecisionOutcome = "allow"
    reasons: list[Reason] = []
    watched: list[Reason] = []
    evidence = None
    if is_judged(screening):
        history = memory.histories.setdefault(payer_key(screening), PayerHistory())
        if expired is not None:
            _forget(history, screening, expired)
        by_card = _card_history(screening, memory, expired)
        facts = _facts(screening, history, memory, moment)
        facts.card_history = by_card
        outcome, reasons = judge(book.active, facts)
        _, watched = judge(book.watching, facts)
        if outcome != "allow":
            evidence = _evidence(facts)
        _count(history, screening, outcome, moment)
        if by_card is not None:
            _count(by_card, screening, outcome, moment)
    return Decided(
        id=new_id("dec"),
        payment=screening.payment,
        revision=expired.revision + 1 if expired else 1,
        fingerprint=mark,
        outcome=outcome,
        reasons=reasons,
        decided_at=at,
        expires_at=expiry(outcome, at),
        screening=screening,
        watched=watched,
        evidence=evidence,
    )


def held_by_payment(screening: Screening, *, revision: int, at: datetime) -> Decided:
    """The decision that opens a case for what payment held by itself; counted in no history."""
    return Decided(
        id=new_id("dec"),
        payment=screening.payment,
        revision=revision,
        fingerprint=fingerprint(screening),
        outcome="review",
        reasons=[HELD_WITHOUT_ANSWER],
        decided_at=at,
        expires_at=None,
        screening=screening,
        watched=[],
        evidence=None,
        decided_by="payment",
    )


def expiry(outcome: DecisionOutcome, at: datetime) -> datetime | None:
    """Until when a decision made at this moment may be acted on; None when there is no end."""
    return at + VALID_FOR if outcome in {"allow", "step_up"} else None


def _card_history(screening: Screening, memory: Memory, expired: Standing | None) -> PayerHistory | None:
    key = card_key(screening)
    if key is None:
        return None
    history = memory.histories.setdefault(key, PayerHistory())
    if expired is not None:
        _forget(history, screening, expired)
    return history


def _facts(screening: Screening, history: PayerHistory, memory: Memory, moment: int) -> Facts:
    pair = (screening.payer_customer or screening.payer_account, screening.payee_account)
    return Facts(
        screening=screening,
        history=history,
        payee_paid_since=memory.payee_paid_since.get(pair),
        account_opened_at=_unix(screening.payer_opened_at),
        at=moment,
    )


def _unix(moment: str) -> int | None:
    if not moment:
        return None
    found = datetime.fromisoformat(moment)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _forget(history: PayerHistory, screening: Screening, expired: Standing) -> None:
    """A payment asked about again after its decision expired does not count against itself."""
    history.take_back(
        at=int(expired.decided_at.timestamp()), amount=screening.amount, currency=screening.currency
    )


def _count(history: PayerHistory, screening: Screening, outcome: DecisionOutcome, moment: int) -> None:
    if outcome == "decline":
        history.add_declined(at=moment)
    else:
        history.add_payment(
            at=moment,
            amount=screening.amount,
            currency=screening.currency,
            payee=screening.payee_account,
        )


def _evidence(facts: Facts) -> dict[str, Any]:
    """What an analyst wants to see: the counts of every window as they were, and what is new."""
    windows = {name: facts.window(name) for name in WINDOWS}
    return {
        "windows": {
            name: {
                "count": counted.count,
                "total": counted.total,
                "round": counted.round_count,
                "declined": counted.declined,
            }
            for name, counted in windows.items()
        },
        "payees_in_hour": facts.payees_in_hour(),
        "first_payment_at": _when(facts.history.first_at or None),
        "payee_paid_since": _when(facts.payee_paid_since),
        "account_opened_at": _when(facts.account_opened_at),
    }


def _when(moment: int | None) -> str | None:
    return None if moment is None else rfc3339(datetime.fromtimestamp(moment, UTC))


def _other_payment(standing: Standing) -> Decision:
    reason = Reason(
        rule=OTHER_PAYMENT,
        version=1,
        observed="another payer, payee, amount or currency",
        threshold="what was decided under this payment id",
        message="This payment was changed after it was checked.",
    )
    return Decision(id=standing.id, payment=standing.payment, outcome="decline", reasons=[reason])
