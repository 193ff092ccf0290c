"""What there is to be permitted. Which role permits what is data (table role_permission)."""

from __future__ import annotations

from arhan.kernel.auth import STAFF_ROLES

PEOPLE_READ = "people:read"
PEOPLE_DISABLE = "people:disable"
STAFF_MANAGE = "staff:manage"
ROLES_MANAGE = "roles:manage"
KYC_REVIEW = "kyc:review"

PERMISSIONS: dict[str, str] = {
    PEOPLE_READ: "See who the bank's customers and staff are.",
    PEOPLE_DISABLE: "Disable and enable customers, and end their sessions.",
    STAFF_MANAGE: "Invite staff, disable them, change their roles.",
    ROLES_MANAGE: "Change what a role permits.",
    KYC_REVIEW: "Decide whether a customer has proved who they are.",
}
"""Permissions of identity's own; other services say on each route which roles it is for."""

ROLE_CHANGE = "person.role_change"
ADMIN_INVITATION = "staff.admin_invitation"
PERMISSIONS_CHANGE = "role.permissions_change"
FACTOR_RESET = "person.second_factor_reset"


def needs_two(invited_role: str) -> bool:
    """Whether an invitation takes two people: an admin alone must not be able to make another."""
    return invited_role == "admin"


def is_staff_role(role: str) -> bool:
    """Whether it is a role of the bank's own people."""
    return role in STAFF_ROLES
