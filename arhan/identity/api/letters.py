"""Verifying addresses, and the mailbox of a bank without a mail server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.identity.errors import ALREADY_VERIFIED, LINK_INVALID, LOCKED
from arhan.identity.schemas.letters import LinkToken, Mailbox, MailboxItem, MailboxQuery, TextedCode
from arhan.identity.service import letters, verification
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, PUBLIC, STAFF_ROLES, permit
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="addresses")


@routes.post(
    "/v1/me/email/verification",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=None,
    status=202,
    refusals=(ALREADY_VERIFIED,),
)
def send_email_link(request: HttpRequest) -> HttpResponse:
    """Mail me a link that shows the address is mine."""
    verification.send_email_link(principal=principal_of(request))
    return HttpResponse(status=202)


@routes.post("/v1/email-verifications", permit=PUBLIC, answer=None, status=204, refusals=(LINK_INVALID,))
def verify_email(request: HttpRequest, body: LinkToken) -> HttpResponse:
    """Show that I read the mail of the address the link was sent to."""
    verification.verify_email(token=body.token)
    return HttpResponse(status=204)


@routes.post(
    "/v1/me/phone/verification",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=None,
    status=202,
    refusals=(ALREADY_VERIFIED,),
)
def send_phone_code(request: HttpRequest) -> HttpResponse:
    """Text me a code that shows the phone is mine."""
    verification.send_phone_code(principal=principal_of(request))
    return HttpResponse(status=202)


@routes.post(
    "/v1/me/phone/verification/confirm",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=None,
    status=204,
    refusals=(LINK_INVALID, LOCKED),
)
def verify_phone(request: HttpRequest, body: TextedCode) -> HttpResponse:
    """Show that I hold the phone the code was sent to."""
    verification.verify_phone(principal=principal_of(request), code=body.code)
    return HttpResponse(status=204)


@routes.get("/v1/mailbox", permit=permit(*STAFF_ROLES), answer=Mailbox)
def list_mailbox(request: HttpRequest, wanted: Query[MailboxQuery]) -> Mailbox:
    """Letters that stayed in the house because no mail server is set; absent when one is."""
    found = letters.list_mailbox(address=wanted.address, before=wanted.after, limit=wanted.limit)
    more = str(found[-1].id) if len(found) == wanted.limit else None
    return Mailbox(items=[MailboxItem.from_orm(item) for item in found], next=more)
