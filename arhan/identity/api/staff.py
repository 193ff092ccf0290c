"""Managing people: customers' standing, staff, roles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.identity.domain.people import full_name
from arhan.identity.domain.roles import (
    ADMIN_INVITATION,
    FACTOR_RESET,
    PEOPLE_DISABLE,
    PEOPLE_READ,
    PERMISSIONS,
    PERMISSIONS_CHANGE,
    ROLE_CHANGE,
    ROLES_MANAGE,
    STAFF_MANAGE,
)
from arhan.identity.errors import (
    ALREADY_SO,
    EMAIL_TAKEN,
    LAST_ADMIN,
    LINK_INVALID,
    NOT_STAFF,
    NOT_YOURSELF,
    PERMISSION_UNKNOWN,
    SAME_ROLE,
    USERNAME_TAKEN,
    WEAK_PASSWORD,
)
from arhan.identity.models import Invitation, Person
from arhan.identity.schemas import staff as shapes
from arhan.identity.schemas.people import Registered
from arhan.identity.schemas.sessions import SessionsEnded
from arhan.identity.service import factors, people, roles, staff, standing
from arhan.identity.service.registration import Particulars
from arhan.kernel.auth import PUBLIC, STAFF_ROLES, permit
from arhan.kernel.errors import not_found
from arhan.kernel.office import Routes, json_response, principal_of
from arhan.kernel.oversight import Proposal, proposed
from arhan.kernel.proposals import FourEyes

routes = Routes(service="identity", tag="staff")

READERS = permit(*STAFF_ROLES, permission=PEOPLE_READ)
DISABLERS = permit(*STAFF_ROLES, permission=PEOPLE_DISABLE)
STAFF_MANAGERS = permit(*STAFF_ROLES, permission=STAFF_MANAGE)
ROLE_MANAGERS = permit(*STAFF_ROLES, permission=ROLES_MANAGE)
SECOND_PERSON = permit("admin", "risk")

ROLE_CHANGES = FourEyes(
    action=ROLE_CHANGE,
    title="Change the role of a member of staff",
    approvers=SECOND_PERSON,
    execute=staff.change_role,
)
ADMIN_INVITATIONS = FourEyes(
    action=ADMIN_INVITATION,
    title="Invite another admin",
    approvers=SECOND_PERSON,
    execute=staff.invite_admin,
)
PERMISSIONS_CHANGES = FourEyes(
    action=PERMISSIONS_CHANGE,
    title="Change what a role permits",
    approvers=SECOND_PERSON,
    execute=roles.change_permissions,
)
FACTOR_RESETS = FourEyes(
    action=FACTOR_RESET,
    title="Let somebody set up a new second factor",
    approvers=SECOND_PERSON,
    execute=staff.reset_factor,
)
FOUR_EYES = (ROLE_CHANGES, ADMIN_INVITATIONS, PERMISSIONS_CHANGES, FACTOR_RESETS)


@routes.get("/v1/people", permit=READERS, answer=shapes.PeopleSeen)
def search_people(request: HttpRequest, wanted: Query[shapes.PeopleQuery]) -> shapes.PeopleSeen:
    """Find people by name, username, address, phone or id."""
    found = people.search(query=wanted.query, role=wanted.role, before=wanted.after, limit=wanted.limit)
    more = found[-1].id if len(found) == wanted.limit else None
    return shapes.PeopleSeen(items=[_seen(person) for person in found], next=more)


@routes.get("/v1/people/{person_id}", permit=READERS, answer=shapes.PersonSeen)
def get_person(request: HttpRequest, person_id: str) -> shapes.PersonSeen:
    """One person."""
    return _seen(people.get_person(person_id))


@routes.post(
    "/v1/people/{person_id}/disable",
    permit=DISABLERS,
    answer=shapes.PersonSeen,
    refusals=(NOT_YOURSELF, LAST_ADMIN, ALREADY_SO),
)
def disable(request: HttpRequest, person_id: str, body: shapes.Because) -> shapes.PersonSeen:
    """Let somebody in no more; holds everywhere within a second."""
    return _set_enabled(request, person_id, body, enabled=False)


@routes.post(
    "/v1/people/{person_id}/enable",
    permit=DISABLERS,
    answer=shapes.PersonSeen,
    refusals=(NOT_YOURSELF, ALREADY_SO),
)
def enable(request: HttpRequest, person_id: str, body: shapes.Because) -> shapes.PersonSeen:
    """Let somebody in again."""
    return _set_enabled(request, person_id, body, enabled=True)


@routes.post(
    "/v1/people/{person_id}/sign-out",
    permit=DISABLERS,
    answer=SessionsEnded,
    refusals=(NOT_YOURSELF,),
)
def sign_out_everywhere(request: HttpRequest, person_id: str, body: shapes.Because) -> SessionsEnded:
    """End all sessions of somebody who lost a device."""
    ended = standing.sign_out_everywhere(
        principal=principal_of(request), person_id=person_id, reason=body.reason
    )
    return SessionsEnded(ended=ended)


@routes.post(
    "/v1/people/{person_id}/role",
    permit=STAFF_MANAGERS,
    answer=Proposal,
    status=202,
    refusals=(NOT_STAFF, SAME_ROLE),
)
def change_role(request: HttpRequest, person_id: str, body: shapes.RoleChange) -> HttpResponse:
    """Propose another role for a member of staff; a second person decides."""
    found = staff.propose_role(
        principal=principal_of(request), person_id=person_id, role=body.role, reason=body.reason
    )
    return proposed(found, ROLE_CHANGES)


@routes.post(
    "/v1/people/{person_id}/second-factor-reset",
    permit=STAFF_MANAGERS,
    answer=Proposal,
    status=202,
)
def reset_factor(request: HttpRequest, person_id: str, body: shapes.Because) -> HttpResponse:
    """Propose that somebody who lost theirs sets up a new second factor; a second person decides."""
    found = staff.propose_factor_reset(
        principal=principal_of(request), person_id=person_id, reason=body.reason
    )
    return proposed(found, FACTOR_RESETS)


@routes.get("/v1/staff-invitations", permit=STAFF_MANAGERS, answer=shapes.Invitations)
def list_invitations(request: HttpRequest) -> shapes.Invitations:
    """Invitations nobody has accepted yet."""
    return shapes.Invitations(items=[shapes.Invitation.from_orm(i) for i in staff.list_invitations()])


@routes.post(
    "/v1/staff-invitations",
    permit=STAFF_MANAGERS,
    answer=shapes.Invitation,
    status=201,
    may_propose=True,
    refusals=(EMAIL_TAKEN,),
)
def invite(request: HttpRequest, body: shapes.NewInvitation) -> HttpResponse:
    """Invite somebody to work here; inviting an admin takes a second person."""
    found = staff.invite(
        principal=principal_of(request), email=body.email, role=body.role, reason=body.reason
    )
    if isinstance(found, Invitation):
        shape = shapes.Invitation.from_orm(found)
        return json_response(shape.model_dump(mode="json"), status=201)
    return proposed(found, ADMIN_INVITATIONS)


@routes.delete("/v1/staff-invitations/{invitation_id}", permit=STAFF_MANAGERS)
def withdraw_invitation(request: HttpRequest, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    staff.withdraw_invitation(principal=principal_of(request), invitation_id=invitation_id)
    return HttpResponse(status=204)


@routes.post(
    "/v1/invitation-acceptances",
    permit=PUBLIC,
    answer=Registered,
    status=201,
    refusals=(LINK_INVALID, USERNAME_TAKEN, EMAIL_TAKEN, WEAK_PASSWORD),
)
def accept_invitation(request: HttpRequest, body: shapes.Acceptance) -> tuple[int, Registered]:
    """Become a member of staff with the link's token."""
    particulars = Particulars(**body.model_dump(exclude={"token", "password"}))
    person = staff.accept_invitation(token=body.token, particulars=particulars, password=body.password)
    return 201, Registered.from_orm(person)


@routes.get("/v1/roles", permit=READERS, answer=shapes.Roles)
def list_roles(request: HttpRequest) -> shapes.Roles:
    """What each role permits."""
    items = [shapes.Role(role=role, permissions=found) for role, found in roles.list_roles().items()]
    return shapes.Roles(items=items, permissions=PERMISSIONS)


@routes.put(
    "/v1/roles/{role}/permissions",
    permit=ROLE_MANAGERS,
    answer=Proposal,
    status=202,
    refusals=(PERMISSION_UNKNOWN,),
)
def change_permissions(request: HttpRequest, role: str, body: shapes.PermissionsChange) -> HttpResponse:
    """Propose what a role is to permit; a second person decides."""
    if role not in STAFF_ROLES:
        raise not_found(what="staff role")
    found = roles.propose_permissions(
        principal=principal_of(request), role=role, permissions=body.permissions, reason=body.reason
    )
    return proposed(found, PERMISSIONS_CHANGES)


def _set_enabled(
    request: HttpRequest, person_id: str, body: shapes.Because, *, enabled: bool
) -> shapes.PersonSeen:
    person = standing.set_enabled(
        principal=principal_of(request), person_id=person_id, enabled=enabled, reason=body.reason
    )
    return _seen(person)


def _seen(person: Person) -> shapes.PersonSeen:
    return shapes.PersonSeen(
        id=person.id,
        username=person.username,
        email=person.email,
        name=full_name(person.first_name, person.last_name),
        phone=person.phone,
        role=person.role,
        tier=person.tier,
        enabled=person.enabled,
        email_verified=person.email_verified_at is not None,
        phone_verified=person.phone_verified_at is not None,
        second_factor=factors.is_enrolled(person.id),
        created_at=person.created_at,
    )
