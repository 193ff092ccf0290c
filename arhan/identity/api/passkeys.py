"""Passkeys: made, listed, given up, and used to sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.api.origins import origin_of
from arhan.identity.api.tokens import pair
from arhan.identity.errors import LOCKED, PASSKEY_INVALID, WRONG_PASSWORD
from arhan.identity.schemas.challenges import (
    NewPasskey,
    Passkey,
    PasskeyBeginning,
    PasskeyLogin,
    PasskeyOptions,
    Passkeys,
)
from arhan.identity.schemas.tokens import TokenPair
from arhan.identity.service import passkeys, sessions
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, ANYONE_SIGNED_IN, PUBLIC
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="passkeys")


@routes.get("/v1/me/passkeys", permit=ANYONE_HALF_SIGNED_IN, answer=Passkeys)
def list_passkeys(request: HttpRequest) -> Passkeys:
    """My passkeys."""
    found = passkeys.list_passkeys(principal=principal_of(request))
    return Passkeys(items=[Passkey.from_orm(each) for each in found])


@routes.post(
    "/v1/me/passkeys/options",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=PasskeyOptions,
    refusals=(WRONG_PASSWORD, LOCKED),
)
def begin_passkey(request: HttpRequest, body: PasskeyBeginning) -> PasskeyOptions:
    """What my browser needs to make a passkey."""
    found = passkeys.registration_options(principal=principal_of(request), password=body.password)
    return PasskeyOptions(options=found)


@routes.post(
    "/v1/me/passkeys",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=Passkey,
    status=201,
    refusals=(PASSKEY_INVALID,),
)
def register_passkey(request: HttpRequest, body: NewPasskey) -> tuple[int, Passkey]:
    """Keep the passkey my browser made."""
    found = passkeys.register(principal=principal_of(request), name=body.name, credential=body.credential)
    return 201, Passkey.from_orm(found)


@routes.post(
    "/v1/me/passkeys/{passkey_id}/remove",
    permit=ANYONE_SIGNED_IN,
    answer=None,
    status=204,
    refusals=(WRONG_PASSWORD, LOCKED),
)
def remove_passkey(request: HttpRequest, passkey_id: str, body: PasskeyBeginning) -> HttpResponse:
    """Give a passkey up."""
    passkeys.remove(principal=principal_of(request), passkey_id=passkey_id, password=body.password)
    return HttpResponse(status=204)


@routes.post("/v1/passkey-logins/options", permit=PUBLIC, answer=PasskeyOptions)
def begin_login(request: HttpRequest) -> PasskeyOptions:
    """What a browser needs to sign in with whichever passkey it has."""
    return PasskeyOptions(options=passkeys.signing_options(purpose=passkeys.SIGN_IN, person=None))


@routes.post("/v1/passkey-logins", permit=PUBLIC, answer=TokenPair, refusals=(PASSKEY_INVALID,))
def sign_in(request: HttpRequest, body: PasskeyLogin) -> TokenPair:
    """Sign in with a passkey: no name, no password, and it counts as two factors."""
    tokens = sessions.sign_in_with_passkey(
        credential=body.credential, origin=origin_of(request, body.device_token)
    )
    return pair(tokens)
