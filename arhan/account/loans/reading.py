"""From what a request says to loan terms, or to a refusal that names everything wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from arhan.account.loans import refusals
from arhan.account.loans.fields import (
    Fields,
    Violation,
    Violations,
    choice,
    day,
    decimal,
    malformed,
    whole_number,
)
from arhan.account.loans.periods import add_months, due_dates
from arhan.account.loans.terms import (
    DayCount,
    Disbursement,
    Grace,
    LoanTerms,
    Method,
    MonthEnd,
    Period,
    PeriodUnit,
    RateChange,
    Rounding,
)
from arhan.kernel.errors import malformed as malformed_request
from arhan.kernel.money import MAX_AMOUNT, is_currency

if TYPE_CHECKING:
    from arhan.kernel.errors import Refused

MAX_SIZE = 1_000_000
"""Bytes of JSON that are read at all."""

MAX_INSTALMENTS = 1200
MAX_RATE = 1000
"""Per cent a year."""

MAX_MONTHS = 1200
"""From the disbursement to the last due date."""

MAX_MONTHS_TO_FIRST_DUE = 60
MAX_DISBURSEMENTS = 100
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LAST_DUE_DAY = date(2399, 12, 31)

MAX_EVERY = {PeriodUnit.DAYS: 3660, PeriodUnit.WEEKS: 520, PeriodUnit.MONTHS: 120}
IN_A_MONTH = {PeriodUnit.DAYS: 30, PeriodUnit.WEEKS: 4, PeriodUnit.MONTHS: 1}
"""At least so many of the unit are in a month."""

amount = whole_number(1, MAX_AMOUNT, refusals.AMOUNT_OUT_OF_BOUNDS)


def parse_terms(text: str | bytes) -> LoanTerms:
    """Loan terms from the text of a JSON object; Refused, malformed or with every member that is wrong."""
    if len(text) > MAX_SIZE:
        why = f"it is larger than {MAX_SIZE} bytes"
        raise _not_json(why)
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise _not_json(str(error)) from None
    return read_terms(given)


def _not_json(why: str) -> Refused:
    return malformed_request("", f"The terms are not a JSON object: {why}.")


def _no_number(word: str) -> NoReturn:
    msg = f"{word} is not a number"
    raise ValueError(msg)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a member given twice is a mistake, not a choice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a member is given twice"
        raise ValueError(msg)
    return found


def read_terms(given: object) -> LoanTerms:
    """Loan terms from a JSON object; Refused names every member that is wrong, by its pointer.

    `disbursements` is either all of them, from `disbursed_on`: then `principal` is their sum, or what is
    handed out that day. Or it is only the further ones, all later: then they come on top of `principal`.
    """
    violations = Violations()
    fields = Fields(given, "", violations)
    principal = fields.take("principal", amount)
    disbursed_on = fields.take("disbursed_on", day(FIRST_DAY, LAST_DAY))
    listed = _disbursements(fields)
    agreed = _agreed(fields)
    fields.refuse_unknown()
    if principal is None or disbursed_on is None or violations.found:
        violations.refuse()
    first = Disbursement(disbursed_on, principal)
    disbursements = listed if any(d.on == disbursed_on for d in listed) else [first, *listed]
    terms = LoanTerms(disbursements=tuple(sorted(disbursements, key=_on)), **agreed)
    _check_dates(terms, violations)
    _check_disbursements(terms, first, listed, violations)
    _check_rate_changes(terms, violations)
    _check_grace(terms, violations)
    _check_instalment(terms, violations)
    if violations.found:
        violations.refuse()
    return replace(terms, rate_changes=tuple(sorted(terms.rate_changes, key=_on)))


def _on(event: Disbursement | RateChange) -> date:
    return event.on


def _agreed(fields: Fields) -> dict[str, Any]:
    """All terms but the disbursements, each read by itself; not used where any of them is wrong."""
    rate, percent = decimal(0, MAX_RATE), decimal(0, 100, below=True)
    return {
        "currency": fields.take("currency", _currency),
        "annual_rate_percent": fields.take("annual_rate_percent", rate),
        "method": fields.take("method", choice(Method)),
        "day_count": fields.take("day_count", choice(DayCount)),
        "number_of_instalments": fields.take("number_of_instalments", whole_number(1, MAX_INSTALMENTS)),
        "period": _period(fields),
        "first_due_on": fields.take_if_given("first_due_on", day(FIRST_DAY, LAST_DUE_DAY)),
        "month_end": fields.take("month_end", choice(MonthEnd), MonthEnd.CLAMP),
        "grace": _grace(fields),
        "rate_changes": _rate_changes(fields),
        "down_payment_percent": fields.take("down_payment_percent", percent, Decimal(0)),
        "instalment_multiple": fields.take("instalment_multiple", amount, 1),
        "fixed_instalment": fields.take_if_given("fixed_instalment", amount),
        "rounding": fields.take("rounding", choice(Rounding), Rounding.HALF_EVEN),
    }


def _currency(value: object) -> str:
    if not isinstance(value, str):
        message = "must be a currency code"
        raise malformed(message)
    if not is_currency(value):
        raise Violation(refusals.CURRENCY_UNKNOWN, "", "is not a currency the bank lends in")
    return value


def _period(fields: Fields) -> Period | None:
    given = fields.take_object("period", needed=True)
    if not fields.given("period"):
        return None
    unit = given.take("unit", choice(PeriodUnit))
    every = given.take("every", whole_number(1, MAX_EVERY[unit or PeriodUnit.DAYS]))
    given.refuse_unknown()
    return Period(every, unit) if every and unit else None


def _grace(fields: Fields) -> Grace:
    given = fields.take_object("grace")
    counts = whole_number(0, MAX_INSTALMENTS)
    names = ("principal", "interest_payment", "interest_free")
    grace = {name: given.take(name, counts, 0) or 0 for name in names}
    given.refuse_unknown()
    return Grace(**grace)


def _disbursements(fields: Fields) -> list[Disbursement]:
    disbursements = []
    for item in fields.take_list("disbursements", MAX_DISBURSEMENTS):
        on = item.take("on", day(FIRST_DAY, LAST_DUE_DAY))
        disbursed = item.take("amount", amount)
        item.refuse_unknown()
        if on and disbursed:
            disbursements.append(Disbursement(on, disbursed))
    return disbursements


def _rate_changes(fields: Fields) -> tuple[RateChange, ...]:
    changes = []
    for item in fields.take_list("rate_changes", MAX_INSTALMENTS):
        on = item.take("on", day(FIRST_DAY, LAST_DUE_DAY))
        rate = item.take("annual_rate_percent", decimal(0, MAX_RATE))
        item.refuse_unknown()
        if on and rate is not None:
            changes.append(RateChange(on, rate))
    return tuple(changes)


# What only shows when the terms are seen together


def _check_dates(terms: LoanTerms, violations: Violations) -> None:
    """The loan ends within a lifetime, and is not due before it is paid out."""
    periods = terms.period.every * terms.number_of_instalments
    if periods > MAX_MONTHS * IN_A_MONTH[terms.period.unit]:
        message = f"makes the loan longer than {MAX_MONTHS} months"
        violations.add(refusals.TERM_TOO_LONG, "/number_of_instalments", message)
    first_due_on, latest = terms.first_due_on, add_months(terms.disbursed_on, MAX_MONTHS_TO_FIRST_DUE)
    if first_due_on and not terms.disbursed_on < first_due_on <= latest:
        message = f"must be after the disbursement, by {latest} at the latest"
        violations.add(refusals.DATE_OUT_OF_BOUNDS, "/first_due_on", message)
    if violations.found:
        violations.refuse()


def _check_disbursements(
    terms: LoanTerms, first: Disbursement, listed: list[Disbursement], violations: Violations
) -> None:
    """All of them, or only the further ones; and none when everything is to be repaid already."""
    last_due = due_dates(terms)[-1]
    for index, disbursement in enumerate(listed):
        if not first.on <= disbursement.on < last_due:
            message = f"must be from the first disbursement to before the last due date, {last_due}"
            violations.add(refusals.DATE_OUT_OF_BOUNDS, f"/disbursements/{index}/on", message)
    at_once = sum(d.amount for d in terms.disbursements if d.on == first.on)
    if first.amount not in {at_once, terms.principal}:
        message = f"start on {first.on}, so they must add up to the principal, or start with it"
        violations.add(refusals.DISBURSEMENTS_MISMATCH, "/disbursements", message)
    if terms.principal > MAX_AMOUNT:
        message = f"together with the principal are more than {MAX_AMOUNT}"
        violations.add(refusals.AMOUNT_OUT_OF_BOUNDS, "/disbursements", message)


def _check_rate_changes(terms: LoanTerms, violations: Violations) -> None:
    """Each during the loan, and one a day."""
    last_due = due_dates(terms)[-1]
    seen: set[date] = set()
    for index, change in enumerate(terms.rate_changes):
        pointer = f"/rate_changes/{index}/on"
        if not terms.disbursed_on <= change.on < last_due:
            message = f"must be from the first disbursement to before the last due date, {last_due}"
            violations.add(refusals.DATE_OUT_OF_BOUNDS, pointer, message)
        if change.on in seen:
            violations.add(refusals.EVENT_REPEATED, pointer, "already has a rate")
        seen.add(change.on)


def _check_grace(terms: LoanTerms, violations: Violations) -> None:
    """Something is left to be paid after it."""
    grace, count = terms.grace, terms.number_of_instalments
    for name, given, most in (
        ("principal", grace.principal, count - 1),
        ("interest_payment", grace.interest_payment, count - 1),
        ("interest_free", grace.interest_free, count),
    ):
        if given > most:
            violations.add(refusals.GRACE_TOO_LONG, f"/grace/{name}", f"must be {most} at most")


def _check_instalment(terms: LoanTerms, violations: Violations) -> None:
    """The agreed instalment goes with the method, and its multiple with the amount."""
    if terms.fixed_instalment is not None and terms.method is Method.BULLET:
        message = f"does not go with {Method.BULLET}"
        violations.add(refusals.NOT_FOR_METHOD, "/fixed_instalment", message)
    if terms.instalment_multiple > terms.principal:
        message = "must not be more than the principal"
        violations.add(refusals.AMOUNT_OUT_OF_BOUNDS, "/instalment_multiple", message)
