"""What siblings ask of identity; the gateway does not lead here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from arhan.identity.domain.people import full_name
from arhan.identity.domain.sessions import SERVICE_TOKEN_LIFE
from arhan.identity.errors import AUDIENCE_NOT_PERMITTED, INVALID_CLIENT
from arhan.identity.schemas.people import PeopleFound, PeopleLookup, PersonFound
from arhan.identity.schemas.tokens import RevocationNews, ServiceLogin, ServiceToken
from arhan.identity.service import people, revocations, service_tokens
from arhan.kernel.auth import PUBLIC, permit
from arhan.kernel.database import django_transaction
from arhan.kernel.events import feed_page
from arhan.kernel.office import Routes, json_response

routes = Routes(service="identity", tag="internal")


@routes.post(
    "/internal/v1/service-tokens",
    permit=PUBLIC,
    answer=ServiceToken,
    refusals=(INVALID_CLIENT, AUDIENCE_NOT_PERMITTED),
)
def issue_service_token(request: HttpRequest, body: ServiceLogin) -> ServiceToken:
    """A token for a service that proves itself with its client secret."""
    token = service_tokens.issue(
        client_id=body.client_id, client_secret=body.client_secret, audience=body.audience
    )
    life = int(SERVICE_TOKEN_LIFE.total_seconds())
    return ServiceToken(access_token=token, token_type="Bearer", expires_in=life)  # noqa: S106 - RFC 6750


@routes.post("/internal/v1/people/lookups", permit=permit(scope="identity:read"), answer=PeopleFound)
def look_people_up(request: HttpRequest, body: PeopleLookup) -> PeopleFound:
    """Name and standing of people, for siblings that keep only their ids."""
    found = [
        PersonFound(
            id=person.id,
            username=person.username,
            name=full_name(person.first_name, person.last_name),
            role=person.role,
            tier=person.tier,
            enabled=person.enabled,
        )
        for person in people.list_people(body.ids, logins=body.logins)
    ]
    return PeopleFound(people=found)


@routes.get("/internal/v1/events", permit=permit(scope="identity:feed"), answer=dict[str, Any])
def list_events(request: HttpRequest, after: int = 0, limit: int = 1000, types: str = "") -> dict[str, Any]:
    """What happened since a position, for whoever missed the broker's delivery."""
    with django_transaction() as cursor:
        return feed_page(cursor, publisher="identity", after=after, limit=limit, types=types)


@routes.get("/internal/v1/revocations", permit=permit(scope="identity:revocations"), answer=RevocationNews)
def list_revocations(request: HttpRequest, after: int = 0) -> HttpResponse:
    """Who may not come in any more, since the last answer; every process asks all the time."""
    return json_response(revocations.list_news(after=after))
