"""Notices, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.identity.domain.notices import TOPICS, Topic
from arhan.kernel.ids import id_pattern
from arhan.kernel.office import Shape

NotificationId = Annotated[str, Field(pattern=id_pattern("ntf"))]


class Notification(Shape):
    """Something the person was told; its sentence is made of its kind and what it names."""

    id: str
    kind: str
    topic: Topic
    subject: Annotated[str, Field(description="Id of what it is about")]
    amount: Annotated[int, Field(description="Minor units; 0 where it is about no money")]
    currency: str
    state: Annotated[str, Field(description="A state or a refusal's code, where the kind has one")]
    name: Annotated[str, Field(description="Of the other person, or of what it is about")]
    due_on: str
    created_at: datetime
    read_at: datetime | None


class Notifications(Shape):
    """What the person was told, newest first."""

    items: list[Notification]
    next: str | None
    unread: Annotated[int, Field(description="Of all of them; 100 stands for more")]


class NotificationQuery(Shape):
    """Which ones."""

    after: Annotated[str, Field(max_length=40)] = ""
    unread: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 25


class Unread(Shape):
    """How many are not read yet."""

    unread: Annotated[int, Field(description="100 stands for more")]


class ReadThrough(Shape):
    """The newest one that was seen; everything up to it was read."""

    through: NotificationId


class Preference(Shape):
    """How the person is told about a topic."""

    topic: Topic
    in_app: bool
    email: bool
    fixed: Annotated[bool, Field(description="Nobody can choose otherwise")]


class Preferences(Shape):
    """How the person is told, topic by topic."""

    items: list[Preference]


class Wish(Shape):
    """How to be told about a topic from now on."""

    topic: Topic
    in_app: bool
    email: bool


class Wishes(Shape):
    """Topics not named stay as they are."""

    items: Annotated[list[Wish], Field(max_length=len(TOPICS))]
