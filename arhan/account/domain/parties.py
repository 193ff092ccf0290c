"""Who may do what on an account: one table, asked by everything that touches an account. Pure.

An account has an owner: a person, or a business. A joint holder holds it with the owner; a signatory
pays from it and signs; a viewer only looks. The mandate says how many of them sign a payment: one
("either to sign"), two ("both to sign", "any two"), or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from arhan.account.errors import parties as errors
from arhan.kernel.errors import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.kernel.errors import Refusal

Role = Literal["owner", "joint_holder", "signatory", "viewer"]
Appointed = Literal["joint_holder", "signatory", "viewer"]
"""Roles somebody is invited into; the owner is who opened the account."""
Action = Literal["view", "pay", "approve", "freeze", "manage", "close", "invite", "own"]
State = Literal["invited", "active", "declined", "ended"]

ROLES: tuple[Role, ...] = get_args(Role)
APPOINTED: tuple[Appointed, ...] = get_args(Appointed)
ACTIONS: tuple[Action, ...] = get_args(Action)
STATES: tuple[State, ...] = get_args(State)

PERMITTED: dict[Role, frozenset[Action]] = {
    "owner": frozenset(ACTIONS),
    "joint_holder": frozenset({"view", "pay", "approve", "freeze", "manage", "close"}),
    "signatory": frozenset({"view", "pay", "approve", "freeze"}),
    "viewer": frozenset({"view"}),
}
"""view: balance, entries, statements, limits, who else. pay: make payments. approve: sign what another
made. freeze: stop and let go again. manage: limits, waking it, more signatures. close: end it. invite:
ask others in and let them go. own: cards, loans, deposits paid from it, standing orders: what binds
the account for longer than one payment."""

SIGNING: frozenset[Role] = frozenset(role for role in ROLES if "approve" in PERMITTED[role])
"""Whose signature counts."""
BY_ONE_ALONE: frozenset[Action] = frozenset({"close", "own"})
"""What moves money, or lets it be moved, on one person's word: not where several sign."""
MOST_PARTIES = 10
"""Of one account, invited ones among them."""
MOST_SIGNATURES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is on an account."""

    role: Role
    payment_limit: int | None = None
    """The most this person may pay or sign at once, in minor units; None: as the account."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """How many sign a payment, and from which amount."""

    signatures: int = 1
    signatures_from: int = 0

    def needed(self, amount: int) -> int:
        """How many sign a payment of this amount."""
        return self.signatures if amount >= self.signatures_from else 1

    @property
    def of_several(self) -> bool:
        """Whether there is a payment that takes more than one."""
        return self.signatures > 1


ALONE = Mandate()


def standing_of(person: str, *, owner: str, party: Standing | None) -> Standing | None:
    """The owner's standing needs no record; everybody else's is what the account's parties say."""
    return Standing("owner") if person and person == owner else party


def refusal(standing: Standing | None, action: Action, *, mandate: Mandate = ALONE) -> Refusal | None:
    """Why somebody may not do that on an account; None if they may. A stranger does not learn it exists."""
    if standing is None:
        return NOT_FOUND
    if action not in PERMITTED[standing.role]:
        return errors.ACCOUNT_ROLE_INSUFFICIENT
    if action in BY_ONE_ALONE and mandate.of_several:
        return errors.SIGNATURES_NEEDED
    return None


def may_sign(standing: Standing | None, *, amount: int) -> bool:
    """Whether this person's signature counts under a payment of this amount."""
    if refusal(standing, "approve") is not None or standing is None:
        return False
    return standing.payment_limit is None or amount <= standing.payment_limit


def count_signatories(standings: Iterable[Standing]) -> int:
    """How many could sign."""
    return sum(refusal(standing, "approve") is None for standing in standings)


def loosens(before: Mandate, after: Mandate) -> bool:
    """Whether there is a payment that takes fewer signatures than before: the bank's to decide."""
    fewer = after.signatures < before.signatures
    later = before.of_several and after.signatures_from > before.signatures_from
    return fewer or later


def ends_by(person: str, role: Role, *, member: str, of: Role, is_staff: bool) -> Refusal | None:
    """Why this person may not end that member's part; None if they may.

    Everybody may leave; the owner lets signatories and viewers go; a joint holder's part is ended by
    the bank, and so is a signatory's of a business, whose owner is no person.
    """
    if is_staff or person == member:
        return None
    if role != "owner":
        return errors.ACCOUNT_ROLE_INSUFFICIENT
    return errors.HOLDER_MUST_AGREE if of == "joint_holder" else None


def is_person(customer: str) -> bool:
    """Whether an account's owner is a person, who signs, and not a business, whose signatories do."""
    return not customer.startswith("biz_")


def joint_name(owner: str, others: Iterable[str]) -> str:
    """What a payer is shown, and a statement says, of an account held by several."""
    return " and ".join((owner, *others))
