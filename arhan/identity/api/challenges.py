"""Step-up: confirming one act with a second factor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity import models
from arhan.identity.domain.challenges import PROOF_LIFE
from arhan.identity.errors import (
    CHALLENGE_ANSWERED,
    CHALLENGE_BLOCKED,
    CHALLENGE_LAPSED,
    LINK_INVALID,
    LOCKED,
    METHOD_UNAVAILABLE,
    OTP_INVALID,
    PASSKEY_INVALID,
)
from arhan.identity.schemas.challenges import (
    ActToConfirm,
    Challenge,
    ChallengeAnswer,
    NewChallenge,
    PasskeyOptions,
    Proof,
    ServiceChallenge,
)
from arhan.identity.service import challenges
from arhan.kernel.auth import ANYONE_SIGNED_IN, permit
from arhan.kernel.office import Routes, principal_of
from arhan.kernel.proofs import Act

routes = Routes(service="identity", tag="step-up")

OVER = (CHALLENGE_LAPSED, CHALLENGE_ANSWERED, CHALLENGE_BLOCKED)


@routes.post("/v1/challenges", permit=ANYONE_SIGNED_IN, answer=Challenge, status=201)
def begin(request: HttpRequest, body: NewChallenge) -> tuple[int, Challenge]:
    """Begin to confirm an act; changing any part of it takes another confirmation."""
    challenge = challenges.begin(
        session_id=principal_of(request).session, audience=body.audience, act=_act(body)
    )
    return 201, _shape(challenge)


@routes.get("/v1/challenges/{challenge_id}", permit=ANYONE_SIGNED_IN, answer=Challenge)
def get_challenge(request: HttpRequest, challenge_id: str) -> Challenge:
    """What I am asked to confirm in this session."""
    principal = principal_of(request)
    return _shape(challenges.get_challenge(principal=principal, challenge_id=challenge_id))


@routes.post(
    "/v1/challenges/{challenge_id}/text",
    permit=ANYONE_SIGNED_IN,
    answer=None,
    status=202,
    refusals=(*OVER, METHOD_UNAVAILABLE),
)
def send_code(request: HttpRequest, challenge_id: str) -> HttpResponse:
    """Text me a code that names what it confirms; for who has no second factor."""
    challenges.send_code(principal=principal_of(request), challenge_id=challenge_id)
    return HttpResponse(status=202)


@routes.post(
    "/v1/challenges/{challenge_id}/passkey-options",
    permit=ANYONE_SIGNED_IN,
    answer=PasskeyOptions,
    refusals=(*OVER, METHOD_UNAVAILABLE),
)
def passkey_options(request: HttpRequest, challenge_id: str) -> PasskeyOptions:
    """What my browser needs to have a passkey confirm."""
    found = challenges.passkey_options(principal=principal_of(request), challenge_id=challenge_id)
    return PasskeyOptions(options=found)


@routes.post(
    "/v1/challenges/{challenge_id}/answer",
    permit=ANYONE_SIGNED_IN,
    answer=Proof,
    refusals=(*OVER, OTP_INVALID, LINK_INVALID, PASSKEY_INVALID, LOCKED),
)
def answer(request: HttpRequest, challenge_id: str, body: ChallengeAnswer) -> Proof:
    """Confirm; answers the proof, good for five minutes and for this act alone."""
    proof = challenges.answer(
        principal=principal_of(request),
        challenge_id=challenge_id,
        code=body.code,
        credential=body.credential,
    )
    return Proof(proof=proof, expires_in=int(PROOF_LIFE.total_seconds()))


@routes.post(
    "/internal/v1/challenges", permit=permit(scope="identity:challenge"), answer=Challenge, status=201
)
def begin_for_service(request: HttpRequest, body: ServiceChallenge) -> tuple[int, Challenge]:
    """A service asks that the person in a session confirms an act; the proof is for that service."""
    challenge = challenges.begin(
        session_id=body.session, audience=principal_of(request).subject, act=_act(body)
    )
    return 201, _shape(challenge)


def _act(body: ActToConfirm) -> Act:
    return Act(
        action=body.action,
        amount=body.amount,
        currency=body.currency,
        payee=body.payee,
        reference=body.reference,
    )


def _shape(challenge: models.Challenge) -> Challenge:
    return Challenge(
        id=challenge.id,
        audience=challenge.audience,
        action=challenge.action,
        amount=challenge.amount,
        currency=challenge.currency,
        payee=challenge.payee,
        reference=challenge.reference,
        methods=challenges.methods_of(challenge.person_id),
        expires_at=challenge.expires_at,
    )
