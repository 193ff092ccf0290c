"""What the person who asks was told, and how they want to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.identity.domain.notices import KINDS
from arhan.identity.schemas import notices as shapes
from arhan.identity.service import notices
from arhan.kernel.auth import ANYONE_SIGNED_IN
from arhan.kernel.office import Routes, principal_of

if TYPE_CHECKING:
    from arhan.identity.models import Notification
    from arhan.identity.service.notices import Choice

routes = Routes(service="identity", tag="notifications")


@routes.get("/v1/notifications", permit=ANYONE_SIGNED_IN, answer=shapes.Notifications)
def list_notifications(request: HttpRequest, wanted: Query[shapes.NotificationQuery]) -> shapes.Notifications:
    """What I was told, newest first."""
    told = notices.list_told(
        principal=principal_of(request), after=wanted.after, unread=wanted.unread, limit=wanted.limit
    )
    more = told.items[-1].id if len(told.items) == wanted.limit else None
    return shapes.Notifications(items=[_shape(each) for each in told.items], next=more, unread=told.unread)


@routes.get("/v1/notifications/unread", permit=ANYONE_SIGNED_IN, answer=shapes.Unread)
def count_unread(request: HttpRequest) -> shapes.Unread:
    """How much of it I have not read."""
    return shapes.Unread(unread=notices.count_unread(principal=principal_of(request)))


@routes.post("/v1/notifications/reads", permit=ANYONE_SIGNED_IN, answer=None, status=204)
def read_all(request: HttpRequest, body: shapes.ReadThrough) -> HttpResponse:
    """I have read everything up to this one."""
    notices.read_all(principal=principal_of(request), through=body.through)
    return HttpResponse(status=204)


@routes.post("/v1/notifications/{notification_id}/read", permit=ANYONE_SIGNED_IN, answer=None, status=204)
def read_one(request: HttpRequest, notification_id: str) -> HttpResponse:
    """I have read this one."""
    notices.read_one(principal=principal_of(request), notification_id=notification_id)
    return HttpResponse(status=204)


@routes.get("/v1/me/notification-preferences", permit=ANYONE_SIGNED_IN, answer=shapes.Preferences)
def list_preferences(request: HttpRequest) -> shapes.Preferences:
    """How I am told, topic by topic."""
    return _preferences(notices.list_choices(principal_of(request).subject))


@routes.put("/v1/me/notification-preferences", permit=ANYONE_SIGNED_IN, answer=shapes.Preferences)
def choose(request: HttpRequest, body: shapes.Wishes) -> shapes.Preferences:
    """Choose how to be told; what concerns my safety I am always told."""
    wishes = [notices.Choice(w.topic, in_app=w.in_app, email=w.email, fixed=False) for w in body.items]
    return _preferences(notices.choose(principal=principal_of(request), wishes=wishes))


def _shape(notification: Notification) -> shapes.Notification:
    return shapes.Notification(
        id=notification.id,
        kind=notification.kind,
        topic=KINDS[notification.kind].topic,
        subject=notification.subject,
        amount=notification.amount,
        currency=notification.currency,
        state=notification.state,
        name=notification.name,
        due_on=notification.due_on,
        created_at=notification.created_at,
        read_at=notification.read_at,
    )


def _preferences(found: list[Choice]) -> shapes.Preferences:
    items = [
        shapes.Preference(topic=each.topic, in_app=each.in_app, email=each.email, fixed=each.fixed)
        for each in found
    ]
    return shapes.Preferences(items=items)
