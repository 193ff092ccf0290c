"""Writing to people: posted in a transaction, sent by the worker, secrets made on the way out."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings as django
from django.core.mail import send_mail

from arhan.identity import mailbox
from arhan.identity.domain import letters as rules
from arhan.identity.domain.people import full_name
from arhan.identity.errors import LINK_INVALID
from arhan.identity.models import Letter, SentSecret
from arhan.identity.store import letters as store
from arhan.identity.store import people
from arhan.kernel import clock, logging, settings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.identity.models import MailboxItem, Person

log = logging.get_logger(__name__)

CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter ready to leave."""

    letter_id: str
    channel: str
    address: str
    subject: str
    body: str


def post(kind: str, *, person: Person | None, address: str = "", **values: Any) -> None:
    """Write a letter in the caller's transaction; the worker sends it within seconds.

    Without an address it goes to the person's mail address or phone, whichever fits the kind.
    """
    now = clock.now()
    texts = {name: str(value) for name, value in values.items()}
    store.insert(
        Letter(
            id=new_id("let"),
            kind=kind,
            person=person,
            address=address or (_address(kind, person) if person else ""),
            values=texts,
            created_at=now,
            next_try_at=now,
        )
    )


def deliver_due() -> int:
    """Send every letter whose time has come; how many went out."""
    sent = 0
    while (outgoing := _take_next()) is not None:
        if outgoing.address and _send(outgoing):
            sent += 1
    return sent


def redeem(secret: str, *, purpose: str, person: Person | None = None) -> SentSecret:
    """Use up what a letter carried; needs the caller's transaction. Refused(link_invalid).

    Codes are short and belong to a person who must be named.
    """
    now = clock.now()
    hashed = hash_code(secret, purpose, person.id) if person else store.hash_secret(secret)
    found = store.lock_secret(hashed, purpose=purpose)
    if found is None or found.expires_at <= now:
        raise Refused(LINK_INVALID)
    store.use_secret(found, now=now)
    return found


def hash_code(code: str, purpose: str, person_id: str) -> bytes:
    """What is kept of a six-digit code: worthless without the key, good for one person and purpose."""
    key = settings.load("identity").secret_key.encode()
    return hmac.digest(key, f"code\0{purpose}\0{person_id}\0{code}".encode(), "sha256")


def list_mailbox(*, address: str, before: int | None, limit: int) -> list[MailboxItem]:
    """Letters that stayed in the house; Refused(not_found) when a mail server is set."""
    if django.EMAIL_BACKEND != mailbox.BACKEND:
        raise not_found(what="mailbox")
    return store.list_mailbox(address=address, before=before, limit=limit)


def _take_next() -> Outgoing | None:
    """Claim a letter and make the secret it carries, in one transaction; None when none is due."""
    now = clock.now()
    with django_transaction():
        letter = store.lock_due(now)
        if letter is None:
            return None
        letter.tries += 1
        letter.next_try_at = now + rules.retry_after(letter.tries)
        person = letter.person or people.find_by_login(letter.values.get("login", ""))
        lost = person is None and not letter.address
        if lost or now - letter.created_at > rules.GIVEN_UP_AFTER:
            letter.sent_at = now
        store.save_try(letter)
        return _write(letter, person, now)


def _write(letter: Letter, person: Person | None, now: datetime) -> Outgoing:
    kind = rules.KINDS[letter.kind]
    address = letter.address or (_address(letter.kind, person) if person else "")
    if letter.sent_at is not None or not address:
        return Outgoing(letter.id, kind.channel, "", "", "")
    values = {"address": address, **letter.values, **_about(person)}
    if kind.path:
        values["link"] = _link(letter, person, address, now)
    elif kind.good_for:
        values["code"] = _code(letter, person, now)
    return Outgoing(letter.id, kind.channel, address, *rules.render(letter.kind, values))


def _about(person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    return {"username": person.username, "name": full_name(person.first_name, person.last_name)}


def _address(kind: str, person: Person) -> str:
    return person.email if rules.KINDS[kind].channel == rules.MAIL else person.phone


def _link(letter: Letter, person: Person | None, address: str, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    concerns = letter.values.get("concerns", address)
    _keep(letter, store.hash_secret(secret), person, concerns, now)
    public_url = settings.load("identity").public_url
    return f"{public_url}{rules.KINDS[letter.kind].path}?token={secret}"


def _code(letter: Letter, person: Person | None, now: datetime) -> str:
    assert person is not None
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    concerns = letter.values.get("concerns", letter.address)
    purpose = letter.values.get("purpose", letter.kind)
    _keep(letter, hash_code(code, purpose, person.id), person, concerns, now, purpose=purpose)
    return code


def _keep(
    letter: Letter,
    secret_hash: bytes,
    person: Person | None,
    concerns: str,
    now: datetime,
    *,
    purpose: str = "",
) -> None:
    """Only the newest letter's secret is good."""
    purpose = purpose or letter.kind
    if person is not None:
        store.revoke_secrets(person, purpose=purpose, now=now)
    store.add_secret(
        SentSecret(
            secret_hash=secret_hash,
            purpose=purpose,
            person=person,
            concerns=concerns,
            created_at=now,
            expires_at=now + rules.KINDS[letter.kind].good_for,
        )
    )


def _send(outgoing: Outgoing) -> bool:
    try:
        if outgoing.channel == rules.MAIL:
            send_mail(outgoing.subject, outgoing.body, django.DEFAULT_FROM_EMAIL, [outgoing.address])
        else:
            mailbox.send_text(phone=outgoing.address, body=outgoing.body)
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, we try again later
        log.warning("letter_not_sent", letter=outgoing.letter_id, error=type(error).__name__)
        return False
    with django_transaction():
        store.mark_sent(outgoing.letter_id, now=clock.now())
    return True
