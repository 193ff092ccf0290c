"""Who has a part in an account: asked, invited, accepted, ended; and how many of them sign.

`account_for` is the one door: whatever touches an account on somebody's word comes through it.
Whatever changes who may pay outdates the account's PIN proofs in the same transaction, so that a
payment somebody is making meanwhile is refused by the books (`pin_changed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.account.domain import parties as rules
from arhan.account.domain.parties import Mandate
from arhan.account.errors import parties as errors
from arhan.account.models import Account, AccountParty
from arhan.account.service import confirmations, pins
from arhan.account.store import accounts as account_store
from arhan.account.store import parties as store
from arhan.account.store.database import posting_cursor
from arhan.contracts.account import AccountMandate, Holding, Holdings, NoticeRaised, PartyChanged, Signatory
from arhan.kernel import audit, clock, outbox, proposals
from arhan.kernel.audit import Deed
from arhan.kernel.auth import Principal
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id
from arhan.kernel.proofs import Act

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arhan.account.domain.parties import Action, Appointed, Role
    from arhan.kernel.errors import Refusal
    from arhan.kernel.proposals import Proposal

INVITE = "invite_to_account"
JOIN = "join_account"
MANDATE = "change_mandate"
MANDATE_CHANGE = "account.mandate_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom to ask in, as identity knows them, and what as."""

    person: str
    name: str
    role: Appointed
    payment_limit: int | None = None


def account_for(principal: Principal, account_id: str, action: Action) -> Account:
    """The account, for who may do that on it; the bank's staff may, their route says which of them.

    Refused(not_found) for strangers, (account_role_insufficient | signatures_needed) for its parties.
    """
    account = account_store.find(account_id)
    if account is None:
        raise not_found(what="account")
    refuse(principal, account, action)
    return account


def refuse(principal: Principal, account: Account, action: Action) -> None:
    """Refused unless this person may do that on the account."""
    if principal.is_staff:
        return
    standing = standing_on(account, principal.subject)
    found = rules.refusal(standing, action, mandate=store.mandate(account))
    if standing is None:
        raise not_found(what="account")
    if found is not None:
        raise Refused(found)


def may(person: str, account: Account | None, action: Action) -> bool:
    """Whether this person may do that on the account, if there is one."""
    if account is None:
        return False
    return rules.refusal(standing_on(account, person), action, mandate=store.mandate(account)) is None


def standing_on(account: Account, person: str) -> rules.Standing | None:
    """What this person is on the account; None for a stranger. The owner is not looked up."""
    if person == account.customer:
        return rules.standing_of(person, owner=account.customer, party=None)
    return store.standing(store.find_active(account.id, person))


def is_its_holder(account: Account, person: str) -> bool:
    """Whether what this person did to the account, its holders did and not the bank."""
    return person == account.customer or store.name_of(account.id, person) is not None


def name_of_holder(account: Account, person: str) -> str | None:
    """What somebody is called who owns the account, or has or had a part in it; None for everybody else."""
    return owners_name(account) if person == account.customer else store.name_of(account.id, person)


def list_parties(principal: Principal, account_id: str) -> tuple[Account, list[AccountParty]]:
    """An account and who has a part in it besides its owner, or is invited."""
    account = account_for(principal, account_id, "view")
    return account, store.list_of(account.id)


def list_own(principal: Principal) -> list[AccountParty]:
    """Where this person has a part, or is invited."""
    return store.list_of_person(principal.subject)


def invite(
    *, principal: Principal, account_id: str, invited: Invited, named: str, proof: str = "", reason: str = ""
) -> AccountParty:
    """Ask somebody in; they have no part in it before they accept.

    The owner confirms (action `invite_to_account`, payee whom as typed, reference the account); staff
    give a reason. Locks the balance row. Refused(not_found | account_role_insufficient | proof_invalid |
    proof_used | already_party | too_many_parties).
    """
    account_for(principal, account_id, "invite")
    with django_transaction() as cursor:
        if not principal.is_staff:
            act = Act(action=INVITE, payee=named, reference=account_id)
            confirmations.accept(proof, principal=principal, act=act)
        account = account_store.lock(account_id)
        party = appoint(account, invited, by=principal.subject)
        told = [changed(party, by=principal.subject), asked(party)]
        outbox.publish(cursor, told, event_at=party.invited_at)
        _record(cursor, "party.invited", principal, party, reason)
        return party


def appoint(account: Account, invited: Invited, *, by: str) -> AccountParty:
    """Keep an invitation to a locked account; Refused(already_party | too_many_parties)."""
    if account.status == "closed" or not account.customer:
        raise not_found(what="account")
    if invited.person == account.customer:
        raise Refused(errors.ALREADY_PARTY)
    if len(store.list_of(account.id)) >= rules.MOST_PARTIES:
        raise Refused(errors.TOO_MANY_PARTIES)
    party = AccountParty(
        id=new_id("pty"),
        account=account,
        person=invited.person,
        name=invited.name,
        role=invited.role,
        state="invited",
        payment_limit=invited.payment_limit,
        invited_by=by,
        invited_at=clock.now(),
    )
    store.insert(party)
    return party


def accept(*, principal: Principal, party_id: str, pin: str | None, proof: str) -> AccountParty:
    """The person invited says yes, with a confirmation (action `join_account`) and a PIN of their own.

    A viewer needs no PIN. Locks the balance row, then the party. Refused(not_found | not_invited |
    pin_required | proof_invalid | proof_used).
    """
    seen = _own(principal, party_id)
    with django_transaction() as cursor:
        account, party = _lock(seen)
        if party.state == "active":
            return party
        if party.state != "invited" or account.status == "closed":
            raise Refused(errors.NOT_INVITED)
        pays = rules.refusal(store.standing(party), "pay") is None
        if pays and pin is None:
            raise Refused(errors.PIN_NEEDED)
        act = Act(action=JOIN, reference=party.id)
        confirmations.accept(proof, principal=principal, act=act)
        owner = owners_name(account)
        store.answer(party, state="active", at=clock.now())
        if pays and pin is not None:
            pins.set_party_pin(party=party.id, pin=pin)
        _take_effect(account, owner)
        outbox.publish(cursor, [changed(party, by=principal.subject)], event_at=clock.now())
        _record(cursor, "party.accepted", principal, party)
        return party


def decline(*, principal: Principal, party_id: str) -> AccountParty:
    """The person invited says no; Refused(not_found | not_invited)."""
    seen = _own(principal, party_id)
    with django_transaction() as cursor:
        _account, party = _lock(seen)
        if party.state == "declined":
            return party
        if party.state != "invited":
            raise Refused(errors.NOT_INVITED)
        store.answer(party, state="declined", at=clock.now())
        outbox.publish(cursor, [changed(party, by=principal.subject)], event_at=clock.now())
        return party


def end(*, principal: Principal, party_id: str, reason: str) -> AccountParty:
    """Somebody leaves, is let go, or an invitation is taken back; ended already stays as it is.

    From the commit on nothing they proved or signed counts. Locks the balance row, then the party.
    Refused(not_found | account_role_insufficient | holder_must_agree | mandate_needs_them).
    """
    seen = store.find(party_id)
    if seen is None or not (principal.is_staff or _is_theirs(principal, seen)):
        raise not_found(what="party")
    with django_transaction() as cursor:
        account, party = _lock(seen)
        if party.state in {"ended", "declined"}:
            return party
        _refuse_ending(principal, account, party)
        owner = owners_name(account)
        store.end(party, by=principal.subject, reason=reason, at=clock.now())
        _refuse_too_few(account, errors.MANDATE_NEEDS_THEM)
        _take_effect(account, owner)
        outbox.publish(cursor, [changed(party, by=principal.subject)], event_at=clock.now())
        _record(cursor, "party.ended", principal, party, reason)
        return party


def set_mandate(
    *, principal: Principal, account_id: str, mandate: Mandate, proof: str = "", reason: str = ""
) -> Account:
    """Say how many sign; holders may ask for more than before (action `change_mandate`), the bank for less.

    Locks the balance row, so that no payment is under way meanwhile. Refused(not_found |
    account_role_insufficient | mandate_loosened | too_few_signatories | cards_pay_alone | proof_invalid | proof_used).
    """
    account_for(principal, account_id, "manage")
    with django_transaction() as cursor:
        account = account_store.lock(account_id)
        before = store.mandate(account)
        if before == mandate:
            return account
        if not principal.is_staff:
            if rules.loosens(before, mandate):
                raise Refused(errors.MANDATE_LOOSENED)
            act = Act(action=MANDATE, reference=account_id)
            confirmations.accept(proof, principal=principal, act=act)
        if mandate.of_several and store.has_open_cards(account_id):
            raise Refused(errors.CARDS_PAY_ALONE)
        store.set_mandate(account, mandate)
        _refuse_too_few(account, errors.TOO_FEW_SIGNATORIES)
        with posting_cursor() as posting:
            store.outdate_proofs(posting, account.id)
        deed = Deed(
            action=MANDATE_CHANGE,
            actor=principal.subject,
            role=principal.role,
            subject=account.id,
            details={"signatures": mandate.signatures, "from": mandate.signatures_from, "reason": reason},
        )
        audit.record(cursor, deed)
        return account


def propose_mandate(*, principal: Principal, account_id: str, mandate: Mandate, reason: str) -> Proposal:
    """Put the bank's change of a mandate before a second person; Refused(not_found)."""
    account_for(principal, account_id, "manage")
    with django_transaction() as cursor:
        return proposals.propose(
            cursor,
            action=MANDATE_CHANGE,
            body={"signatures": mandate.signatures, "signatures_from": mandate.signatures_from},
            subject=account_id,
            reason=reason,
            principal=principal,
        )


def change_mandate(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: in the name of who proposed it. Refused as alone; then nothing is decided."""
    account = set_mandate(
        principal=Principal(subject=proposal.proposed_by, role="admin"),
        account_id=proposal.subject,
        mandate=Mandate(proposal.body["signatures"], proposal.body["signatures_from"]),
        reason=proposal.reason,
    )
    return {"signatures": account.signatures, "signatures_from": account.signatures_from}


def describe_mandate(account_id: str) -> AccountMandate:
    """Who signs for an account and how many of them, for payment; Refused(not_found)."""
    account = account_store.find(account_id)
    if account is None or not account.customer:
        raise not_found(what="account")
    active = store.list_of(account.id, states=("active",))
    signatories = [
        Signatory(person=party.person, name=party.name, payment_limit=party.payment_limit)
        for party in active
        if rules.refusal(store.standing(party), "approve") is None
    ]
    if rules.is_person(account.customer):
        signatories.insert(0, Signatory(person=account.customer, name=_owners_name(account, active)))
    signing = {signatory.person for signatory in signatories}
    return AccountMandate(
        account=account.id,
        signatures=account.signatures,
        signatures_from=account.signatures_from,
        version=account.balance.pin_version,
        signatories=signatories,
        viewers=[party.person for party in active if party.person not in signing],
    )


def list_holdings(person: str) -> Holdings:
    """Others' accounts in which a person has a part, for payment."""
    found = store.list_of_person(person, states=("active",))
    return Holdings(
        items=[
            Holding(account=party.account_id, customer=party.account.customer, role=party.role)
            for party in found
        ]
    )


def changed(party: AccountParty, *, by: str) -> PartyChanged:
    """What others hear of it."""
    return PartyChanged(
        id=party.id,
        account=party.account_id,
        person=party.person,
        role=party.role,
        state=party.state,
        changed_by=by,
    )


def asked(party: AccountParty) -> NoticeRaised:
    """What the person invited is told: into whose account, and what as."""
    return NoticeRaised(
        id=party.id,
        customer=party.person,
        kind="account_invitation",
        state=party.role,
        name=owners_name(party.account),
    )


def _own(principal: Principal, party_id: str) -> AccountParty:
    found = store.find(party_id)
    if found is None or found.person != principal.subject:
        raise not_found(what="party")
    return found


def _is_theirs(principal: Principal, party: AccountParty) -> bool:
    return principal.subject == party.person or may(principal.subject, party.account, "view")


def _lock(seen: AccountParty) -> tuple[Account, AccountParty]:
    """The account's balance row first, then the party: as everything that changes parties does."""
    account = account_store.lock(seen.account_id)
    party = store.lock(seen.id)
    party.account = account
    return account, party


def _refuse_ending(principal: Principal, account: Account, party: AccountParty) -> None:
    standing = standing_on(account, principal.subject)
    role: Role = standing.role if standing else "viewer"
    found = rules.ends_by(
        principal.subject,
        role,
        member=party.person,
        of=party.role,  # type: ignore[arg-type]
        is_staff=principal.is_staff,
    )
    if found is not None:
        raise Refused(found)


def _refuse_too_few(account: Account, refusal: Refusal) -> None:
    """Enough people are left, or there, to sign what takes several."""
    active = store.list_of(account.id, states=("active",))
    owner = [rules.Standing("owner")] if rules.is_person(account.customer) else []
    if (
        account.signatures > 1
        and rules.count_signatories([*owner, *store.standings(active)]) < account.signatures
    ):
        raise Refused(refusal)


def owners_name(account: Account) -> str:
    """What the owner alone is called."""
    return _owners_name(account, store.list_of(account.id, states=("active",)))


def _owners_name(account: Account, active: Sequence[AccountParty]) -> str:
    return account.name.removesuffix(rules.joint_name("", _joint(active)))


def _joint(active: Sequence[AccountParty]) -> list[str]:
    return [party.name for party in active if party.role == "joint_holder"]


def _take_effect(account: Account, owner: str) -> None:
    """The account is called after all who hold it; what was proved for it must be proved again."""
    name = rules.joint_name(owner, _joint(store.list_of(account.id, states=("active",))))
    if name != account.name:
        store.set_name(account, name)
    with posting_cursor() as posting:
        store.outdate_proofs(posting, account.id)


def _record(cursor: Any, action: str, principal: Principal, party: AccountParty, reason: str = "") -> None:
    deed = Deed(
        action=action,
        actor=principal.subject,
        role=principal.role,
        subject=party.account_id,
        details={"party": party.id, "person": party.person, "role": party.role, "reason": reason},
    )
    audit.record(cursor, deed)
