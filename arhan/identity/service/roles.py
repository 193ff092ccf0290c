"""What roles permit: looked up for every token, changed by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.identity.domain.roles import PERMISSIONS, PERMISSIONS_CHANGE
from arhan.identity.errors import PERMISSION_UNKNOWN
from arhan.identity.store import people, sessions
from arhan.identity.store import roles as store
from arhan.kernel import clock, proposals
from arhan.kernel.auth import ROLES
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal


def list_roles() -> dict[str, list[str]]:
    """Every role and what it permits."""
    return {role: store.list_permissions(role) for role in ROLES}


def propose_permissions(
    *, principal: Principal, role: str, permissions: Sequence[str], reason: str
) -> Proposal:
    """Put before a second person what a role is to permit; Refused(permission_unknown)."""
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise Refused(PERMISSION_UNKNOWN, f"There is no permission {', '.join(sorted(unknown))}.")
    with django_transaction() as cursor:
        return proposals.propose(
            cursor,
            action=PERMISSIONS_CHANGE,
            body={"role": role, "permissions": sorted(set(permissions))},
            subject=role,
            reason=reason,
            principal=principal,
        )


def change_permissions(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: the role permits exactly this; who has it signs in anew."""
    role, permissions = proposal.body["role"], proposal.body["permissions"]
    store.replace_permissions(role, permissions)
    for person_id in people.list_ids_of_role(role):
        sessions.end_all(person_id, now=clock.now(), reason="permissions_changed")
    return {"role": role, "permissions": permissions}
