"""Step-up challenges and passkeys, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from arhan.identity.domain.people import parse_name
from arhan.identity.schemas.people import Password
from arhan.kernel.money import MAX_AMOUNT, MINOR_DIGITS
from arhan.kernel.office import Shape

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.:-]{0,59}$")]
Currency = Literal[("", *MINOR_DIGITS)]  # type: ignore[valid-type]


class ActToConfirm(Shape):
    """What is to be confirmed: action, amount, payee, and the one thing it refers to."""

    action: Word
    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = 0
    currency: Currency = ""
    payee: Annotated[str, Field(max_length=100)] = ""
    reference: Annotated[str, Field(max_length=100)] = ""


class NewChallenge(ActToConfirm):
    """The act, and the service that will check the proof."""

    audience: Literal["payment", "account"]


class ServiceChallenge(ActToConfirm):
    """A service asks that the person in this session confirms an act; the proof is for that service."""

    session: Annotated[str, Field(max_length=64)]


class Challenge(Shape):
    """An act that waits to be confirmed, and how the person can do it."""

    id: str
    audience: str
    action: str
    amount: int
    currency: str
    payee: str
    reference: str
    methods: list[str]
    expires_at: datetime


class ChallengeAnswer(Shape):
    """A code (of the authenticator, a recovery code, or the one texted), or a passkey's signature."""

    code: Annotated[str, Field(max_length=32)] = ""
    credential: dict[str, Any] | None = None


class Proof(Shape):
    """Identity's signed word that the act was confirmed; the audience checks it offline."""

    proof: str
    expires_in: int


class PasskeyOptions(Shape):
    """For `navigator.credentials` in the browser, as JSON (WebAuthn level 3)."""

    options: dict[str, Any]


class PasskeyBeginning(Shape):
    """The password once more, before a passkey is made."""

    password: Password


class NewPasskey(Shape):
    """What the browser made, and a name for it."""

    name: Annotated[str, Field(max_length=60), AfterValidator(parse_name)]
    credential: dict[str, Any]


class Passkey(Shape):
    """A passkey, as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class Passkeys(Shape):
    """Passkeys, newest first."""

    items: list[Passkey]


class PasskeyLogin(Shape):
    """What the passkey signed."""

    credential: dict[str, Any]
    device_token: Annotated[str, Field(max_length=128)] | None = None
