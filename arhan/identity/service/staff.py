"""The bank's own people: invited, given roles, helped when their phone is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.identity.domain.letters import ROLE_CHANGED, STAFF_INVITATION
from arhan.identity.domain.roles import ADMIN_INVITATION, FACTOR_RESET, ROLE_CHANGE, is_staff_role, needs_two
from arhan.identity.errors import EMAIL_TAKEN, LINK_INVALID, NOT_STAFF, SAME_ROLE
from arhan.identity.models import Invitation
from arhan.identity.service import letters, registration, standing
from arhan.identity.service.people import get_person
from arhan.identity.store import audit, challenges, factors, people
from arhan.identity.store import roles as store
from arhan.kernel import clock, proposals
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arhan.identity.models import Person
    from arhan.identity.service.registration import Particulars
    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal


def invite(*, principal: Principal, email: str, role: str, reason: str) -> Invitation | Proposal:
    """Invite somebody to work here; another admin takes a second person. Refused(email_taken)."""
    if people.find_by_login(email) is not None:
        raise Refused(EMAIL_TAKEN)
    with django_transaction() as cursor:
        if needs_two(role):
            return proposals.propose(
                cursor,
                action=ADMIN_INVITATION,
                body={"email": email, "role": role},
                subject=email,
                reason=reason,
                principal=principal,
            )
        return _invite(email, role, invited_by=principal.subject)


def invite_admin(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want another admin."""
    invitation = _invite(proposal.body["email"], proposal.body["role"], invited_by=proposal.proposed_by)
    return {"invitation": invitation.id}


def accept_invitation(*, token: str, particulars: Particulars, password: str) -> Person:
    """Whoever has the link becomes a member of staff in the role they were invited for.

    Refused(link_invalid | username_taken | email_taken | weak_password). The address is verified:
    the link was sent there.
    """
    now = clock.now()
    with django_transaction():
        secret = letters.redeem(token, purpose=STAFF_INVITATION)
        invitation = store.lock_open_invitation(secret.concerns)
        if invitation is None or invitation.email.lower() != particulars.email.lower():
            raise Refused(LINK_INVALID)
        person = registration.appoint_staff(
            particulars=particulars, password=password, role=invitation.role, verify_email=False
        )
        people.set_email_verified(person.id, now=now)
        store.accept_invitation(invitation, person_id=person.id, now=now)
    return person


def list_invitations() -> list[Invitation]:
    """Those nobody has accepted yet."""
    return store.list_open_invitations()


def withdraw_invitation(*, principal: Principal, invitation_id: str) -> None:
    """The link leads nowhere any more; Refused(not_found)."""
    with django_transaction():
        invitation = store.lock_open_invitation(invitation_id)
        if invitation is None:
            raise not_found(what="invitation")
        store.withdraw_invitation(invitation, now=clock.now())
        _note("staff.invitation_withdrawn", principal.subject, invitation_id)


def propose_role(*, principal: Principal, person_id: str, role: str, reason: str) -> Proposal:
    """Put somebody's next role before a second person; Refused(not_staff | same_role)."""
    person = get_person(person_id)
    if not is_staff_role(person.role):
        raise Refused(NOT_STAFF)
    if person.role == role:
        raise Refused(SAME_ROLE)
    body = {"person": person.id, "role": role, "from": person.role}
    return _propose(principal, ROLE_CHANGE, person.id, reason, body)


def change_role(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: the new role holds at once, everywhere; Refused(last_admin)."""
    person = standing.lock_person(proposal.body["person"])
    standing.refuse_if_last_admin(person)
    standing.set_role(person, proposal.body["role"])
    letters.post(ROLE_CHANGED, person=person, role=person.role)
    return {"person": person.id, "role": person.role}


def propose_factor_reset(*, principal: Principal, person_id: str, reason: str) -> Proposal:
    """Somebody lost every second factor: put before a second person that they set up a new one."""
    person = get_person(person_id)
    return _propose(principal, FACTOR_RESET, person.id, reason, {"person": person.id})


def reset_factor(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: all second factors are gone, all sessions end."""
    person = standing.lock_person(proposal.body["person"])
    factors.delete_authenticator(person.id)
    factors.replace_recovery_codes(person.id, [], now=clock.now())
    challenges.delete_passkeys(person.id)
    standing.end_sessions(person, reason="second_factor_reset")
    return {"person": person.id}


def _propose(
    principal: Principal, action: str, subject: str, reason: str, body: Mapping[str, Any]
) -> Proposal:
    with django_transaction() as cursor:
        return proposals.propose(
            cursor, action=action, body=body, subject=subject, reason=reason, principal=principal
        )


def _invite(email: str, role: str, *, invited_by: str) -> Invitation:
    invitation = Invitation(
        id=new_id("inv"), email=email, role=role, invited_by_id=invited_by, created_at=clock.now()
    )
    store.insert_invitation(invitation)
    letters.post(STAFF_INVITATION, person=None, address=email, role=role, concerns=invitation.id)
    _note("staff.invited", invited_by, invitation.id, role=role)
    return invitation


def _note(action: str, actor: str, subject: str, **details: str) -> None:
    audit.append(Deed(action=action, actor=actor, subject=subject, details=details))
