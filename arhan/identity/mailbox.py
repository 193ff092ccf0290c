"""Django's mail backend of the embedded bank: letters go into a table instead of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail.backends.base import BaseEmailBackend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage

BACKEND = "arhan.identity.mailbox.Backend"


def send_text(*, phone: str, body: str) -> None:
    """Send a text message. No operator is connected yet, so it goes into the mailbox in every mode."""
    from arhan.identity.store import letters  # noqa: PLC0415 - models are loaded by then

    letters.put_in_mailbox(address=phone, subject="", body=body)


class Backend(BaseEmailBackend):
    """Puts each message into the mailbox, once per recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; how many."""
        from arhan.identity.store import letters  # noqa: PLC0415 - models are loaded by then

        for message in email_messages:
            for address in message.recipients():
                letters.put_in_mailbox(address=address, subject=str(message.subject), body=str(message.body))
        return len(email_messages)
