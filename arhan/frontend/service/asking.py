"""Putting questions to the other services with the visitor's own token."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from arhan.frontend.errors import ENROLMENT_NEEDED, SESSION_OVER
from arhan.frontend.service import sessions
from arhan.kernel import logging
from arhan.kernel.errors import UNAVAILABLE, Refused
from arhan.kernel.http import forwarding_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arhan.frontend.bank import Question
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.service.sessions import Visitor
    from arhan.kernel.http import Call

T = TypeVar("T")
log = logging.get_logger(__name__)
SOURCE = "source"
"""Where a refusal carries the name of the service it comes from."""
CONCERNS_THE_PAGE = SESSION_OVER | {ENROLMENT_NEEDED}
"""Refusals that are not about one panel."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: what it shows, or why it cannot."""

    value: Any = None
    refused: Refused | None = None
    source: str = ""
    """The service it comes from."""

    @property
    def ok(self) -> bool:
        """Whether there is something to show."""
        return self.refused is None


@dataclass(frozen=True, slots=True)
class Panels:
    """The parts of a page by name."""

    found: dict[str, Panel] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Panel:
        """A part; templates read it as `panels.name`."""
        return self.found[name]

    def need(self, name: str) -> Any:
        """What a part shows, where there is no page without it; Refused as it was."""
        panel = self.found[name]
        if panel.refused is not None:
            raise panel.refused
        return panel.value


def ask(visitor: Visitor, question: Question[T]) -> T:
    """The answer; Refused when the service says no or does not answer."""
    content = fetch(visitor, question.call)
    with _naming(question.call):
        return read(question, content)


def fetch(visitor: Visitor, call: Call) -> bytes:
    """The answer as it came, for documents; Refused when the service says no or does not answer.

    A refusal of a service that is out says which it is, for the page that is shown instead.
    """
    token = sessions.access_token(visitor)
    with _naming(call):
        return forwarding_client("frontend").send(call, token=token, headers=visitor.origin)


@contextmanager
def _naming(call: Call) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        refused.extra[SOURCE] = call.callee
        raise


def stream(visitor: Visitor, call: Call) -> Iterator[bytes]:
    """A document that may be large, part by part; Refused before the first when the service says no."""
    token = sessions.access_token(visitor)
    return forwarding_client("frontend").stream(call, token=token, headers=visitor.origin)


def look_up(question: Question[Any]) -> Panel:
    """What anybody may know, with nobody's token."""
    try:
        content = forwarding_client("frontend").send(question.call)
    except Refused as refused:
        return Panel(refused=refused, source=question.call.callee)
    return _panel(question, content)


def ask_all(visitor: Visitor, **questions: Question[Any]) -> Panels:
    """All answers at once; a service that is slow, dead or wrong costs its own panel only.

    Refused only when the session itself is over.
    """
    try:
        token = sessions.access_token(visitor)
    except Refused as refused:
        if refused.refusal.code in CONCERNS_THE_PAGE:
            raise
        return Panels({n: Panel(refused=refused, source=q.call.callee) for n, q in questions.items()})
    answers = forwarding_client("frontend").gather(
        {name: question.call for name, question in questions.items()}, token=token, headers=visitor.origin
    )
    return Panels({name: _panel(questions[name], answer) for name, answer in answers.items()})


def every(visitor: Visitor, page: Callable[[str], Question[Listed[T]]]) -> Iterator[T]:
    """All items of a list, page after page; `page` makes the question for a cursor."""
    after: str | None = ""
    while after is not None:
        found = ask(visitor, page(after))
        yield from found.items
        after = found.next or None


def _panel(question: Question[Any], answer: bytes | Refused) -> Panel:
    if isinstance(answer, bytes):
        try:
            return Panel(value=read(question, answer), source=question.call.callee)
        except Refused as refused:
            answer = refused
    if answer.refusal.code in CONCERNS_THE_PAGE:
        raise answer
    answer.extra[SOURCE] = question.call.callee
    return Panel(refused=answer, source=question.call.callee)


def read(question: Question[T], content: bytes) -> T:
    """The answer in its shape; service_unavailable when the service answered something else."""
    try:
        return msgspec.json.decode(content or b"null", type=question.shape, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        log.exception("unexpected_answer", callee=question.call.callee, path=question.call.path)
        raise Refused(UNAVAILABLE, f"The {question.call.callee} service answered strangely.") from error
