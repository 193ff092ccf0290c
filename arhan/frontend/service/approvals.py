"""What waits for a second person, beside what it would change: asked of the service that knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend import bank
from arhan.frontend.domain.changes import Change, compare, differences
from arhan.frontend.service.asking import ask
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arhan.frontend.schemas.oversight import Proposal
    from arhan.frontend.service.sessions import Visitor

UNSEEN = frozenset({"session", "address"})
"""Members of a body that are for the service that does it."""


def changes(visitor: Visitor, proposal: Proposal) -> list[Change]:
    """Before and after, member by member; without the service that knows the before, only the after."""
    find = BEFORE_AND_AFTER.get(proposal.action)
    if find is None:
        return _as_proposed(proposal)
    try:
        return find(visitor, proposal)
    except Refused:
        return _as_proposed(proposal)


def _as_proposed(proposal: Proposal) -> list[Change]:
    return compare({}, {name: value for name, value in proposal.body.items() if name not in UNSEEN})


def _new_terms(visitor: Visitor, proposal: Proposal) -> list[Change]:
    """Beside the terms sold now; of a change that was made, beside the version it followed."""
    versions = ask(visitor, bank.accounts.versions(proposal.body["product"]))
    made = next((n for n, version in enumerate(versions) if version.proposal == proposal.id), -1)
    earlier = versions[made + 1 :] if proposal.status != "waiting" else versions
    return differences(earlier[0].terms if earlier else {}, proposal.body["terms"])


def _permissions(visitor: Visitor, proposal: Proposal) -> list[Change]:
    roles = ask(visitor, bank.people.roles())
    now = next((found.permissions for found in roles.items if found.role == proposal.body["role"]), [])
    wanted = proposal.body["permissions"]
    names = sorted({*now, *wanted})
    found = [Change(name, "yes" * (name in now), "yes" * (name in wanted)) for name in names]
    return [change for change in found if change.is_one] if proposal.status == "waiting" else found


def _role(_visitor: Visitor, proposal: Proposal) -> list[Change]:
    return [Change("role", proposal.body["from"], proposal.body["role"])]


def _standing(visitor: Visitor, proposal: Proposal) -> list[Change]:
    account = ask(visitor, bank.accounts.one(proposal.subject))
    verb, side = proposal.body.get("verb", ""), str(proposal.body.get("side") or "")
    after = {"freeze": "frozen", "unfreeze": "active", "close": "closed"}.get(verb, verb)
    before = account.status if proposal.status == "waiting" else ""
    return [
        Change("account", account.number, account.number),
        Change("status", before, after),
        *([Change("side", account.frozen_side, side)] if side else []),
    ]


def _new_instalments(visitor: Visitor, proposal: Proposal) -> list[Change]:
    loan = ask(visitor, bank.lending.one(proposal.subject))
    before = {
        "number_of_instalments": loan.number_of_instalments,
        "first_due_on": loan.next_due_on.isoformat() if loan.next_due_on else "",
    }
    return compare(before if proposal.status == "waiting" else {}, proposal.body)


def _loss(visitor: Visitor, proposal: Proposal) -> list[Change]:
    loan = ask(visitor, bank.lending.one(proposal.subject))
    before = loan.state if proposal.status == "waiting" else ""
    return [
        Change("status", before, proposal.action.removeprefix("loan.")),
        Change("principal_owed", str(loan.principal_owed), ""),
    ]


def _rule(visitor: Visitor, proposal: Proposal) -> list[Change]:
    rules = ask(visitor, bank.screening.rules()).items
    now = next((rule.state for rule in rules if rule.id == proposal.subject), "")
    name = f"{proposal.body['rule']} v{proposal.body['version']}"
    return [Change("rule", name, name), Change("state", now, proposal.body["to"])]


BEFORE_AND_AFTER: Mapping[str, Callable[[Visitor, Proposal], list[Change]]] = {
    "product.version.added": _new_terms,
    "role.permissions_change": _permissions,
    "person.role_change": _role,
    "account.status_changed": _standing,
    "loan.rescheduled": _new_instalments,
    "loan.charged_off": _loss,
    "loan.written_off": _loss,
    "rule.promoted": _rule,
}


def owner_of(proposal: Proposal) -> tuple[str, dict[str, Any]]:
    """The page of what a proposal is about: the name of its route and its arguments; empty when none."""
    subject = proposal.subject
    routes: dict[str, tuple[str, dict[str, Any]]] = {
        "product": ("product", {"code": subject}),
        "person": ("person", {"person_id": subject}),
        "loan": ("staff-loan", {"loan_id": subject}),
        "role": ("team", {}),
        "rule": ("rules", {}),
    }
    return routes.get(proposal.action.partition(".")[0], ("", {}))
