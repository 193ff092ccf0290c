"""Sessions and devices of the person who asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.models import Session
from arhan.identity.schemas import sessions as shapes
from arhan.identity.service import devices, own_sessions
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, ANYONE_SIGNED_IN
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="sessions")


@routes.get("/v1/me/sessions", permit=ANYONE_HALF_SIGNED_IN, answer=shapes.Sessions)
def list_sessions(request: HttpRequest) -> shapes.Sessions:
    """Where I am signed in."""
    principal = principal_of(request)
    found = own_sessions.list_sessions(principal=principal)
    return shapes.Sessions(items=[session_shape(each, this=principal.session) for each in found])


@routes.delete("/v1/me/sessions/{session_id}", permit=ANYONE_HALF_SIGNED_IN)
def end_session(request: HttpRequest, session_id: str) -> HttpResponse:
    """Sign out there."""
    own_sessions.end_session(principal=principal_of(request), session_id=session_id)
    return HttpResponse(status=204)


@routes.delete("/v1/me/sessions", permit=ANYONE_HALF_SIGNED_IN, answer=shapes.SessionsEnded, status=200)
def end_sessions(request: HttpRequest, *, but_this: bool = True) -> shapes.SessionsEnded:
    """Sign out everywhere else, or everywhere."""
    ended = own_sessions.end_sessions(principal=principal_of(request), but_this=but_this)
    return shapes.SessionsEnded(ended=ended)


@routes.get("/v1/me/devices", permit=ANYONE_SIGNED_IN, answer=shapes.Devices)
def list_devices(request: HttpRequest) -> shapes.Devices:
    """The devices I have signed in with."""
    found = devices.list_devices(principal=principal_of(request))
    return shapes.Devices(items=[shapes.Device.from_orm(each) for each in found])


@routes.patch("/v1/me/devices/{device_id}", permit=ANYONE_SIGNED_IN, answer=shapes.Device)
def rename_device(request: HttpRequest, device_id: str, body: shapes.DeviceName) -> shapes.Device:
    """Give a device a name."""
    found = devices.rename_device(principal=principal_of(request), device_id=device_id, name=body.name)
    return shapes.Device.from_orm(found)


@routes.delete("/v1/me/devices/{device_id}", permit=ANYONE_SIGNED_IN)
def forget_device(request: HttpRequest, device_id: str) -> HttpResponse:
    """Forget a device and sign out there."""
    devices.forget_device(principal=principal_of(request), device_id=device_id)
    return HttpResponse(status=204)


def session_shape(session: Session, *, this: str) -> shapes.Session:
    """A session as its owner sees it."""
    return shapes.Session(
        id=session.id,
        is_this=session.id == this,
        device_id=session.device.id if session.device else None,
        device_name=session.device.name if session.device else None,
        user_agent=session.user_agent,
        address=session.address,
        methods=session.methods,
        signed_in_at=session.signed_in_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
    )
