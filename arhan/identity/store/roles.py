"""Roles, permissions and invitations, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.models import Invitation, RolePermission

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


def list_permissions(role: str) -> list[str]:
    """What a role permits, in order."""
    found = RolePermission.objects.filter(role=role).order_by("permission")
    return list(found.values_list("permission", flat=True))


def replace_permissions(role: str, permissions: Collection[str]) -> None:
    """From now on the role permits exactly this."""
    RolePermission.objects.filter(role=role).delete()
    RolePermission.objects.bulk_create(
        [RolePermission(role=role, permission=each) for each in sorted(set(permissions))]
    )


def insert_invitation(invitation: Invitation) -> None:
    """Keep a new invitation."""
    invitation.save(force_insert=True)


def lock_open_invitation(invitation_id: str) -> Invitation | None:
    """The invitation of this id that nobody has accepted or withdrawn, locked."""
    found = Invitation.objects.filter(id=invitation_id, accepted_at__isnull=True, withdrawn_at__isnull=True)
    return found.select_for_update().first()


def list_open_invitations() -> list[Invitation]:
    """Invitations nobody has accepted or withdrawn, newest first."""
    found = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return list(found.order_by("-created_at"))


def accept_invitation(invitation: Invitation, *, person_id: str, now: datetime) -> None:
    """It is used up."""
    Invitation.objects.filter(id=invitation.id).update(accepted_by_id=person_id, accepted_at=now)


def withdraw_invitation(invitation: Invitation, *, now: datetime) -> None:
    """It is not meant any more."""
    Invitation.objects.filter(id=invitation.id).update(withdrawn_at=now)
