"""The one way the runner gives up: a sentence a person can act on."""

from __future__ import annotations


class CannotRun(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The bank cannot start or go on; the message says why and what to do about it."""
