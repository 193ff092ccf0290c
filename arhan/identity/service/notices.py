"""Telling people what concerns them: in the portal, and by letter where they want one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.identity.domain import notices as rules
from arhan.identity.domain.letters import NOTICE
from arhan.identity.domain.people import full_name
from arhan.identity.models import Letter, NotificationChoice
from arhan.identity.service.people import get_person
from arhan.identity.store import notices as store
from arhan.kernel import clock, settings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from arhan.identity.domain.notices import Notice, Topic
    from arhan.identity.models import Notification, Person
    from arhan.kernel.auth import Principal
    from arhan.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody is told about a topic."""

    topic: Topic
    in_app: bool
    email: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A page of what somebody was told, and how much of all of it is unread."""

    items: list[Notification]
    unread: int


def apply_events(cursor: Any, events: Sequence[Event]) -> None:
    """Tell everybody whom these events concern, in the transaction that moves the inbox's cursor."""
    tell(cursor, [notice for event in events for notice in rules.notices_of(event)])


def tell(cursor: Any, notices: Sequence[Notice]) -> None:
    """Tell each once, in the caller's transaction; who is nobody we know is told nothing."""
    if not notices:
        return
    people = store.people_of({id_ for n in notices for id_ in (n.person, n.other) if id_})
    known = [_named(notice, people) for notice in notices if notice.person in people]
    chosen = store.choices_of({notice.person for notice in known})
    ways = [_way(notice.topic, chosen.get((notice.person, notice.topic))) for notice in known]
    ids = [new_id("ntf") for _ in known]
    rows = [_row(*each) for each in zip(ids, known, ways, strict=True)]
    now = clock.now()
    fresh = store.insert(cursor, rows, now=now)
    store.insert_letters(
        _letter(notice, people[notice.person], now=now)
        for id_, notice, way in zip(ids, known, ways, strict=True)
        if way.email and not way.fixed and id_ in fresh
    )


def list_told(*, principal: Principal, after: str, unread: bool, limit: int) -> Told:
    """What the person who asks was told, newest first."""
    with django_transaction() as cursor:
        items = store.list_of(principal.subject, after=after, unread=unread, limit=limit)
        return Told(items, store.count_unread(cursor, principal.subject))


def count_unread(*, principal: Principal) -> int:
    """How much they have not read; a hundred stands for more."""
    with django_transaction() as cursor:
        return store.count_unread(cursor, principal.subject)


def read_one(*, principal: Principal, notification_id: str) -> None:
    """They have read it; Refused(not_found) also where it is somebody else's."""
    with django_transaction():
        if not store.mark_read(principal.subject, notification_id, now=clock.now()):
            raise not_found(what="notification")


def read_all(*, principal: Principal, through: str) -> None:
    """They have read everything up to this one: what came since they looked stays unread."""
    with django_transaction():
        store.mark_all_read(principal.subject, through=through, now=clock.now())


def list_choices(person_id: str) -> list[Choice]:
    """How somebody is told, topic by topic."""
    chosen = store.choices_of({person_id})
    return [_way(topic, chosen.get((person_id, topic))) for topic in rules.TOPICS]


def choose(*, principal: Principal, wishes: Iterable[Choice]) -> list[Choice]:
    """Choose how to be told; topics not named stay as they are, and what is fixed stays fixed.

    Refused(not_found) for somebody who is not there any more.
    """
    get_person(principal.subject)
    rows = {
        wish.topic: NotificationChoice(
            person_id=principal.subject, topic=wish.topic, in_app=wish.in_app, email=wish.email
        )
        for wish in wishes
        if wish.topic not in rules.FIXED
    }
    with django_transaction():
        store.keep_choices(list(rows.values()))
    return list_choices(principal.subject)


def _way(topic: Topic, chosen: NotificationChoice | None) -> Choice:
    if topic in rules.FIXED:
        return Choice(topic, in_app=True, email=True, fixed=True)
    if chosen is None:
        return Choice(topic, in_app=True, email=topic in rules.MAILED, fixed=False)
    return Choice(topic, in_app=chosen.in_app, email=chosen.email, fixed=False)


def _named(notice: Notice, people: dict[str, Person]) -> Notice:
    other = people.get(notice.other)
    return notice.with_name(full_name(other.first_name, other.last_name)) if other else notice


def _row(id_: str, notice: Notice, way: Choice) -> dict[str, Any]:
    return {
        "id": id_,
        "person_id": notice.person,
        "cause": notice.cause,
        "kind": notice.kind,
        "subject": notice.subject,
        "amount": notice.amount,
        "currency": notice.currency,
        "state": notice.state,
        "name": notice.name,
        "due_on": notice.due_on,
        "shown": way.in_app,
    }


def _letter(notice: Notice, person: Person, *, now: datetime) -> Letter:
    title, sentence = notice.words()
    portal = settings.load("identity").public_url
    return Letter(
        id=new_id("let"),
        kind=NOTICE,
        person=person,
        address=person.email,
        values={"title": title, "sentence": sentence, "portal": f"{portal}/notifications"},
        created_at=now,
        next_try_at=now,
    )
