"""Second factors of the person who asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.errors import (
    LOCKED,
    OTP_INVALID,
    SECOND_FACTOR_MANDATORY,
    SECOND_FACTOR_MISSING,
    SECOND_FACTOR_PRESENT,
    WRONG_PASSWORD,
)
from arhan.identity.schemas.factors import (
    AuthenticatorEnrolment,
    AuthenticatorRemoval,
    CodeConfirmation,
    Factors,
    PasswordConfirmation,
    RecoveryCodes,
)
from arhan.identity.service import factors
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, ANYONE_SIGNED_IN
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="second factors")


@routes.get("/v1/me/factors", permit=ANYONE_HALF_SIGNED_IN, answer=Factors)
def show(request: HttpRequest) -> Factors:
    """What second factors I have."""
    person_id = principal_of(request).subject
    return Factors(
        authenticator=factors.is_enrolled(person_id),
        recovery_codes_left=factors.recovery_codes_left(person_id),
    )


@routes.post(
    "/v1/me/authenticator",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=AuthenticatorEnrolment,
    status=201,
    refusals=(WRONG_PASSWORD, LOCKED, SECOND_FACTOR_PRESENT),
)
def begin_authenticator(
    request: HttpRequest, body: PasswordConfirmation
) -> tuple[int, AuthenticatorEnrolment]:
    """Begin to set up an authenticator app; it counts once confirmed."""
    found = factors.begin_authenticator(principal=principal_of(request), password=body.password)
    return 201, AuthenticatorEnrolment(secret=found.secret, uri=found.uri, qr_svg=found.qr_svg)


@routes.post(
    "/v1/me/authenticator/confirm",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=RecoveryCodes,
    refusals=(OTP_INVALID, LOCKED, SECOND_FACTOR_PRESENT),
)
def confirm_authenticator(request: HttpRequest, body: CodeConfirmation) -> RecoveryCodes:
    """Show that the app works; answers the recovery codes, once. Refresh the token afterwards."""
    codes = factors.confirm_authenticator(principal=principal_of(request), code=body.code)
    return RecoveryCodes(recovery_codes=codes)


@routes.post(
    "/v1/me/authenticator/remove",
    permit=ANYONE_SIGNED_IN,
    answer=None,
    status=204,
    refusals=(WRONG_PASSWORD, OTP_INVALID, LOCKED, SECOND_FACTOR_MISSING, SECOND_FACTOR_MANDATORY),
)
def remove_authenticator(request: HttpRequest, body: AuthenticatorRemoval) -> HttpResponse:
    """Go back to a password alone; not for staff."""
    factors.remove_authenticator(principal=principal_of(request), password=body.password, code=body.code)
    return HttpResponse(status=204)


@routes.post(
    "/v1/me/recovery-codes",
    permit=ANYONE_SIGNED_IN,
    answer=RecoveryCodes,
    status=201,
    refusals=(WRONG_PASSWORD, LOCKED, SECOND_FACTOR_MISSING),
)
def renew_recovery_codes(request: HttpRequest, body: PasswordConfirmation) -> tuple[int, RecoveryCodes]:
    """Ten new recovery codes; the old ones are worthless."""
    codes = factors.renew_recovery_codes(principal=principal_of(request), password=body.password)
    return 201, RecoveryCodes(recovery_codes=codes)
