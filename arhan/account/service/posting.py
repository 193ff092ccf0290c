"""Posting: a batch of commands, one transaction, an answer for each."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Self

import psycopg
from psycopg import errors as database_errors

from arhan.account.domain import posting as domain
from arhan.account.errors.posting import REFUSED_BY_DATABASE
from arhan.account.service.business_day import booking_date
from arhan.account.store import posting as store
from arhan.contracts.tiers import tiers_on
from arhan.kernel import clock, logging
from arhan.kernel.errors import UNAVAILABLE, Refused
from arhan.kernel.failpoints import failpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from arhan.contracts.account import Command, Outcome

log = logging.get_logger(__name__)

ATTEMPTS = 5
LOCK_TIMEOUT_S = 3
FEW = 50
"""Commands up to which saving round trips is worth more than the cheapest row."""

_TRY_AGAIN = (
    database_errors.SerializationFailure,
    database_errors.DeadlockDetected,
    database_errors.LockNotAvailable,
    database_errors.UniqueViolation,
)
"""Somebody else was at the same rows: another writer, or an office with a lock on one of them."""
_REFUSED = (psycopg.IntegrityError, psycopg.DataError)


def post_within(cursor: psycopg.Cursor[Any], commands: Sequence[Command], *, now: datetime) -> list[Outcome]:
    """Post in the caller's transaction; balance rows stay locked until it ends.

    While the database finds and locks the rows, the commands are read for what they say.
    """
    connection = cursor.connection
    with connection.pipeline():
        day = booking_date(connection, now=now)
        asked = store.ask_for_book(connection, commands)
        drafts = domain.draft(commands)
        book, today = asked(), day()
    result = domain.apply(book=book, drafts=drafts, now=now, booking_date=today, tiers=tiers_on(today))
    store.write(connection, result)
    return result.outcomes


class Writer:
    """The one writer of a book: a connection of its own, batches one after another. Not thread-safe.

    An answer is given only for what is committed. When a batch fails halfway nothing of it was
    posted, and when the connection is lost during the commit the same batch is sent again: what was
    posted is recognised by its id.
    """

    def __init__(self, database_url: str, *, now: Callable[[], datetime] | None = None) -> None:
        """Connects when the first batch comes."""
        self._database_url = database_url
        self._now = now or clock.now
        self._connection: psycopg.Connection[Any] | None = None

    def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """An outcome for each command, in order; Refused(service_unavailable) when the database is away."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                outcomes = self._post_once(commands)
            except _TRY_AGAIN as error:
                log.warning("posting_again", attempt=attempt, error=type(error).__name__)
            except _REFUSED as error:
                return self._post_apart(commands, error)
            except psycopg.OperationalError as error:
                log.warning("posting_lost_database", attempt=attempt, error=str(error))
                self.close()
            else:
                failpoint("account.committed")
                return outcomes
        raise Refused(UNAVAILABLE, "The books are busy; nothing of this is known to be posted.")

    def _post_once(self, commands: Sequence[Command]) -> list[Outcome]:
        connection = self._connected()
        together = connection.pipeline() if len(commands) <= FEW else nullcontext()
        with connection.transaction(), together, connection.cursor() as cursor:
            return post_within(cursor, commands, now=self._now())

    def _post_apart(self, commands: Sequence[Command], error: psycopg.Error) -> list[Outcome]:
        """The database refused the batch: find the command it refused, and post its neighbours."""
        if len(commands) == 1:
            log.error("refused_by_database", id=commands[0].id, error=str(error))
            return [domain.refused(commands[0], REFUSED_BY_DATABASE)]
        middle = len(commands) // 2
        return self.post(commands[:middle]) + self.post(commands[middle:])

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._database_url,
                application_name="account-engine",
                autocommit=True,
                options=f"-c lock_timeout={LOCK_TIMEOUT_S}s",
            )
        return self._connection

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the connection back."""
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
