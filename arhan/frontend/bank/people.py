"""Questions to identity: who people are, how they prove it, where they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, delete, get, patch, post, put
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.people import (
    Device,
    Enrolment,
    Factors,
    Invitation,
    Letter,
    Login,
    Me,
    Note,
    PersonSeen,
    RecoveryCodes,
    Roles,
    Tokens,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "identity"


def tokens(*, username: str, password: str, otp: str, device: str) -> Question[Tokens]:
    """Sign in; `device` is what this device was given at its first login."""
    body = {"username": username, "password": password}
    body |= {"otp": otp} if otp else {}
    body |= {"device_token": device} if device else {}
    return Question(post(SERVICE, "/v1/tokens", body, deadline_s=HASHING_DEADLINE_S), Tokens)


def renewed_tokens(refresh_token: str) -> Question[Tokens]:
    """New tokens for old; the old refresh token is spent."""
    return Question(post(SERVICE, "/v1/tokens/refresh", {"refresh_token": refresh_token}), Tokens)


def end_login() -> Question[Any]:
    """End the login at identity."""
    return Question(post(SERVICE, "/v1/logout", deadline_s=3.0), Any)


def register(details: Mapping[str, str], *, key: str) -> Question[Any]:
    """Become a customer."""
    return Question(post(SERVICE, "/v1/registrations", details, key=key, deadline_s=HASHING_DEADLINE_S), Any)


def me() -> Question[Me]:
    """Who is signed in."""
    return Question(get(SERVICE, "/v1/me"), Me)


def change_password(*, current: str, new: str) -> Question[Any]:
    """Change one's password; other logins end."""
    body = {"current_password": current, "new_password": new}
    return Question(post(SERVICE, "/v1/me/password", body, deadline_s=HASHING_DEADLINE_S), Any)


def ask_reset(username: str) -> Question[Any]:
    """A letter with a link for whoever forgot the password; the answer never says whether there is one."""
    return Question(post(SERVICE, "/v1/password-resets", {"username": username}), Any)


def reset_password(*, token: str, new: str) -> Question[Any]:
    """A new password with what the link carried."""
    body = {"token": token, "new_password": new}
    return Question(post(SERVICE, "/v1/password-resets/confirm", body, deadline_s=HASHING_DEADLINE_S), Any)


def ask_email_link() -> Question[Any]:
    """A letter with a link that shows the address is one's own."""
    return Question(post(SERVICE, "/v1/me/email/verification"), Any)


def verify_email(token: str) -> Question[Any]:
    """Show that one reads the mail."""
    return Question(post(SERVICE, "/v1/email-verifications", {"token": token}), Any)


def ask_phone_code() -> Question[Any]:
    """A text with a code that shows the number is one's own."""
    return Question(post(SERVICE, "/v1/me/phone/verification"), Any)


def verify_phone(code: str) -> Question[Any]:
    """Show that one reads the texts."""
    return Question(post(SERVICE, "/v1/me/phone/verification/confirm", {"code": code}), Any)


def letters(*, address: str = "", after: str = "") -> Question[Listed[Letter]]:
    """Letters and texts that stayed in the house, newest first; for staff."""
    return Question(get(SERVICE, "/v1/mailbox", address=address, after=after, limit=25), Listed[Letter])


def accept_invitation(details: Mapping[str, str]) -> Question[Any]:
    """Become a member of staff with what the link carried."""
    call = post(SERVICE, "/v1/invitation-acceptances", details, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Any)


def factors() -> Question[Factors]:
    """The second factors one has."""
    return Question(get(SERVICE, "/v1/me/factors"), Factors)


def begin_authenticator(password: str) -> Question[Enrolment]:
    """Begin to set up an authenticator app."""
    call = post(SERVICE, "/v1/me/authenticator", {"password": password}, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Enrolment)


def confirm_authenticator(code: str) -> Question[RecoveryCodes]:
    """Show that the app works."""
    return Question(post(SERVICE, "/v1/me/authenticator/confirm", {"code": code}), RecoveryCodes)


def remove_authenticator(*, password: str, code: str) -> Question[Any]:
    """Back to a password alone."""
    body = {"password": password, "code": code}
    return Question(post(SERVICE, "/v1/me/authenticator/remove", body, deadline_s=HASHING_DEADLINE_S), Any)


def logins() -> Question[Listed[Login]]:
    """Where one is signed in."""
    return Question(get(SERVICE, "/v1/me/sessions"), Listed[Login])


def end_other_login(login_id: str) -> Question[Any]:
    """Sign out there."""
    return Question(delete(SERVICE, f"/v1/me/sessions/{login_id}"), Any)


def end_other_logins() -> Question[Any]:
    """Sign out everywhere else."""
    return Question(delete(SERVICE, "/v1/me/sessions"), Any)


def devices() -> Question[Listed[Device]]:
    """The devices one has signed in with."""
    return Question(get(SERVICE, "/v1/me/devices"), Listed[Device])


def forget_device(device_id: str) -> Question[Any]:
    """Forget a device and sign out there."""
    return Question(delete(SERVICE, f"/v1/me/devices/{device_id}"), Any)


def search(*, query: str, role: str = "", after: str = "", limit: int = 25) -> Question[Listed[PersonSeen]]:
    """Customers and staff, for staff."""
    call = get(SERVICE, "/v1/people", query=query, role=role, after=after, limit=limit)
    return Question(call, Listed[PersonSeen])


def one(person_id: str) -> Question[PersonSeen]:
    """One person, for staff."""
    return Question(get(SERVICE, f"/v1/people/{person_id}"), PersonSeen)


def logins_of(person_id: str) -> Question[Listed[Login]]:
    """Where somebody is signed in, for staff."""
    return Question(get(SERVICE, f"/v1/people/{person_id}/sessions"), Listed[Login])


def devices_of(person_id: str) -> Question[Listed[Device]]:
    """The devices somebody has signed in with, for staff."""
    return Question(get(SERVICE, f"/v1/people/{person_id}/devices"), Listed[Device])


def notes(person_id: str) -> Question[Listed[Note]]:
    """What colleagues wrote about somebody, newest first."""
    return Question(get(SERVICE, f"/v1/people/{person_id}/notes"), Listed[Note])


def write_note(person_id: str, *, text: str, key: str) -> Question[Any]:
    """Leave a note for colleagues."""
    return Question(post(SERVICE, f"/v1/people/{person_id}/notes", {"text": text}, key=key), Any)


def set_enabled(person_id: str, *, enabled: bool, reason: str) -> Question[PersonSeen]:
    """Let somebody in no more, or again."""
    verb = "enable" if enabled else "disable"
    return Question(post(SERVICE, f"/v1/people/{person_id}/{verb}", {"reason": reason}), PersonSeen)


def sign_out_everywhere(person_id: str, *, reason: str) -> Question[Any]:
    """End all logins of somebody who lost a device."""
    return Question(post(SERVICE, f"/v1/people/{person_id}/sign-out", {"reason": reason}), Any)


def invitations() -> Question[Listed[Invitation]]:
    """Invitations nobody has accepted yet."""
    return Question(get(SERVICE, "/v1/staff-invitations"), Listed[Invitation])


def invite(*, email: str, role: str, reason: str) -> Question[Any]:
    """Invite somebody to work here; an admin's invitation waits for a second person."""
    body = {"email": email, "role": role, "reason": reason}
    return Question(post(SERVICE, "/v1/staff-invitations", body), Any)


def withdraw_invitation(invitation_id: str) -> Question[Any]:
    """Take an invitation back."""
    return Question(delete(SERVICE, f"/v1/staff-invitations/{invitation_id}"), Any)


def change_role(person_id: str, *, role: str, reason: str) -> Question[Any]:
    """Propose another role; a second person decides."""
    return Question(post(SERVICE, f"/v1/people/{person_id}/role", {"role": role, "reason": reason}), Any)


def reset_factor(person_id: str, *, reason: str) -> Question[Any]:
    """Propose that somebody sets up a new second factor; a second person decides."""
    return Question(post(SERVICE, f"/v1/people/{person_id}/second-factor-reset", {"reason": reason}), Any)


def roles() -> Question[Roles]:
    """What each role permits."""
    return Question(get(SERVICE, "/v1/roles"), Roles)


def change_permissions(role: str, *, permissions: list[str], reason: str) -> Question[Any]:
    """Propose what a role is to permit; a second person decides."""
    body = {"permissions": permissions, "reason": reason}
    return Question(put(SERVICE, f"/v1/roles/{role}/permissions", body), Any)


def renew_recovery_codes(password: str) -> Question[RecoveryCodes]:
    """Ten new recovery codes; the old ones are void."""
    call = post(SERVICE, "/v1/me/recovery-codes", {"password": password}, deadline_s=HASHING_DEADLINE_S)
    return Question(call, RecoveryCodes)


def rename_device(device_id: str, *, name: str) -> Question[Any]:
    """Call a device something."""
    return Question(patch(SERVICE, f"/v1/me/devices/{device_id}", {"name": name}), Any)
