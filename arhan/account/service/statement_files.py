"""Statements of any length: asked for, made piece by piece in the background, kept for a while.

What a file says is settled when it is asked for. A piece, how far the file has come with it and the
part that holds it are one transaction: a worker that dies leaves nothing half, the next one goes on
behind the last part. The same is made once, however often and however many at once ask for it.
"""

from __future__ import annotations

import time
import zlib
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from arhan.account.errors.statements import STATEMENT_NOT_READY, STATEMENT_TOO_LONG, TOO_MANY_STATEMENTS
from arhan.account.models import StatementFile
from arhan.account.service import statements
from arhan.account.service.accounts import get_account, get_for
from arhan.account.service.statements import Settled, StatementWrongError
from arhan.account.statements import FORMATS, PIECE
from arhan.account.store import statement_files as store
from arhan.contracts.account import NoticeRaised
from arhan.kernel import clock, logging, outbox
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.failpoints import failpoint
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from arhan.account.models import Account
    from arhan.account.statements import Statement
    from arhan.kernel.auth import Principal

log = logging.get_logger(__name__)

PART = 1024 * 1024
"""Bytes of a part of a document that was joined."""
MOST_KEPT = 20
"""Files of an account: one more makes the oldest that is ready go."""
KEPT_FOR = timedelta(days=7)


def ask_numbered(principal: Principal, account_id: str, *, number: int, form: str) -> StatementFile:
    """A numbered statement as a file; Refused(not_found | statement_too_long | too_many_statements)."""
    account = get_for(principal, account_id)
    return _ask(principal, statements.settle_numbered(account, number), form)


def ask_period(
    principal: Principal, account_id: str, *, since: date, until: date, form: str
) -> StatementFile:
    """An extract as a file; Refused(not_found | period_unfit | statement_too_long | too_many_statements)."""
    account = get_for(principal, account_id)
    return _ask(principal, statements.settle_period(account, since=since, until=until), form)


def list_files(principal: Principal, account_id: str) -> list[StatementFile]:
    """The files of an account, newest first; Refused(not_found)."""
    return store.list_of(get_for(principal, account_id).id)


def get_file(principal: Principal, account_id: str, file_id: str) -> StatementFile:
    """A file, and how far it is; Refused(not_found)."""
    file = store.find(get_for(principal, account_id).id, file_id)
    if file is None:
        raise not_found(what="statement")
    return file


def find_file(principal: Principal, file_id: str) -> StatementFile:
    """A file of an account of which only the file is known; Refused(not_found)."""
    file = store.find_anywhere(file_id)
    if file is None:
        raise not_found(what="statement")
    get_for(principal, file.account)
    return file


def read_file(
    principal: Principal, account_id: str, file_id: str
) -> tuple[StatementFile, str, Iterator[bytes]]:
    """A file, its media type and its content part by part; Refused(not_found | statement_not_ready)."""
    file = get_file(principal, account_id, file_id)
    if file.state != "ready":
        raise Refused(STATEMENT_NOT_READY)
    return file, FORMATS[file.format].media_type, _read(file)


def file_name(file: StatementFile) -> str:
    """What the file is called where it is kept."""
    return f"{_told(file, get_account(file.account)).name}.{FORMATS[file.format].ending}"


def forget_expired() -> int:
    """Drop the files that nobody asked for any more; how many that were."""
    with django_transaction():
        return store.drop_expired(clock.now())


def prepare(*, longest_s: float) -> int:
    """Work on what was asked for, a piece of each in turn; how many pieces that were."""
    deadline, pieces = time.monotonic() + longest_s, 0
    forget_expired()
    while time.monotonic() < deadline and (file_id := store.claim(clock.now())):
        with django_transaction() as cursor:
            file = store.lock(file_id)
            if file is not None:
                _go_on(file)
                _tell(cursor, file)
                failpoint("account.statement_piece_made")
        failpoint("account.statement_piece_kept")
        pieces += 1
    return pieces


def _ask(principal: Principal, settled: Settled, form: str) -> StatementFile:
    """The file that says this; a short one is ready at once."""
    if settled.told.count > FORMATS[form].most_lines:
        raise Refused(STATEMENT_TOO_LONG)
    file = _new_file(principal, settled, form)
    with django_transaction():
        store.lock_account(file.account)
        found = store.find_same(file)
        if found is not None and found.state != "failed":
            store.keep_until(found, file.expires_at)
            return found
        if found is not None:
            store.drop(found.id)
        _make_room(file.account)
        store.insert(file)
        if file.count <= PIECE:
            _go_on(file)
    return file


def _new_file(principal: Principal, settled: Settled, form: str) -> StatementFile:
    told, now = settled.told, clock.now()
    return StatementFile(
        id=new_id("stf"),
        account=told.account,
        number=told.legal_number,
        since=told.since,
        until=told.until,
        format=form,
        opening=told.opening,
        closing=told.closing,
        count=told.count,
        next_entry=settled.first_entry,
        last_entry=settled.last_entry,
        state="preparing",
        balance=told.opening,
        asked_by=principal.subject,
        tell="" if principal.is_staff else principal.subject,
        asked_at=now,
        advanced_at=now,
        expires_at=now + KEPT_FOR,
    )


def _make_room(account: str) -> None:
    kept = store.list_of(account)
    if len(kept) < MOST_KEPT:
        return
    done = [file for file in kept if file.state != "preparing"]
    if not done:
        raise Refused(TOO_MANY_STATEMENTS)
    store.drop(done[-1].id)


def _go_on(file: StatementFile) -> None:
    """Make the next piece; behind the last one the end. The caller holds the row and the transaction."""
    how, told = FORMATS[file.format], _told(file, get_account(file.account))
    settled = Settled(told, file.next_entry, file.last_entry)
    lines = statements.read_lines(settled, begin=file.next_entry, balance=file.balance, done=file.done)
    made = [] if file.parts else [how.head(told)]
    if lines:
        made.append(how.body(told, lines, file.done))
        file.next_entry, file.balance = lines[-1].number + 1, lines[-1].balance
        file.done += len(lines)
    is_last = file.done == file.count or not lines
    if is_last and _adds_up(file, told):
        made.append(how.tail(told))
        file.state, file.ready_at = "ready", clock.now()
        file.expires_at = file.ready_at + KEPT_FOR
    _keep(file, made)


def _adds_up(file: StatementFile, told: Statement) -> bool:
    """Whether its lines say what was settled; else it has failed."""
    try:
        statements.check_end(told, balance=file.balance, done=file.done)
    except StatementWrongError as wrong:
        log.error("statement_wrong", file=file.id, why=str(wrong))  # noqa: TRY400 - the sentence says it all
        file.state = "failed"
        return False
    return True


def _keep(file: StatementFile, made: Sequence[bytes]) -> None:
    """The new part, and how far the file has come; of a format whose parts are joined, the whole at the end."""
    if (join := FORMATS[file.format].join) and file.state == "ready":
        whole = join(chain(_read(file), made))
        store.drop_parts(file)
        file.size = 0
        for start in range(0, len(whole), PART):
            _add_part(file, whole[start : start + PART])
    else:
        _add_part(file, b"".join(made))
    store.keep(file)


def _add_part(file: StatementFile, content: bytes) -> None:
    file.size += len(content)
    store.add_part(file, zlib.compress(content))


def _read(file: StatementFile) -> Iterator[bytes]:
    return map(zlib.decompress, store.read_parts(file))


def _tell(cursor: object, file: StatementFile) -> None:
    """Who waited for it need not look again and again."""
    if file.state == "ready" and file.tell:
        period = f"{file.since} - {file.until}"
        ready = NoticeRaised(id=file.id, customer=file.tell, kind="statement_ready", name=period)
        outbox.publish(cursor, [ready], event_at=clock.now())


def _told(file: StatementFile, account: Account) -> Statement:
    """What was settled when it was asked for."""
    return statements.tell(
        account,
        since=file.since,
        until=file.until,
        number=file.number,
        opening=file.opening,
        closing=file.closing,
        count=file.count,
        made_at=file.asked_at,
    )
