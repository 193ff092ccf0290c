"""Who may not come in any more: every process asks identity, again and again.

Access tokens are verified offline and live for minutes, so a stolen or disabled one must be made
known (ADR 6). A process that has not heard from identity for too long accepts no token at all.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

import msgspec

from arhan.kernel import logging

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.kernel.auth import TokenVerifier

log = logging.get_logger(__name__)

INTERVAL_S = 0.7
PATIENCE_S = 60.0
"""How long identity may be silent before nobody is believed any more: longer than its restart."""


class Revocation(msgspec.Struct, frozen=True):
    """No token of this session is good any more."""

    session: str
    until: float
    """When its last token expires (seconds since 1970): then this may be forgotten."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the last answer."""

    revocations: list[Revocation]
    through: int
    """Ask for what comes after this next time."""
    keys: str
    """Fingerprint of the published key set."""


class Ask(Protocol):
    """Asks identity what is new."""

    def __call__(self, *, after: int) -> News:
        """The news; blocks."""


class Watch:
    """Keeps one process's verifier up to date."""

    def __init__(self, *, verifier: TokenVerifier, ask: Ask, fetch_keys: Callable[[], None]) -> None:
        """`ask` and `fetch_keys` block."""
        self._verifier = verifier
        self._ask = ask
        self._fetch_keys = fetch_keys
        self._through = 0
        self._keys = ""

    def start(self) -> None:
        """Hear the news once, then go on in the background; raises what the first question raises."""
        self.hear()
        threading.Thread(target=self._run, name="revocations", daemon=True).start()

    def hear(self) -> None:
        """Ask once and act on the answer."""
        asked_at = time.monotonic()
        news = self._ask(after=self._through)
        for revocation in news.revocations:
            self._verifier.revoke(revocation.session, until=revocation.until)
        self._through = news.through
        if self._keys and news.keys != self._keys:
            self._fetch_keys()
        self._keys = news.keys
        self._verifier.forget_revocations(now=time.time())
        self._verifier.believe_until(asked_at + PATIENCE_S)

    def _run(self) -> None:
        silent = False
        while True:
            time.sleep(INTERVAL_S)
            try:
                self.hear()
                silent = False
            except Exception as error:  # noqa: BLE001 - whatever it is, we ask again in a moment
                if not silent:
                    log.warning("identity_silent", error=str(error))
                silent = True
