"""Registration, and who am I."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.domain.people import full_name
from arhan.identity.errors import EMAIL_TAKEN, USERNAME_TAKEN, WEAK_PASSWORD
from arhan.identity.models import Person
from arhan.identity.schemas.people import Me, Registered, Registration
from arhan.identity.service import factors, people, registration
from arhan.identity.service.registration import Particulars
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, PUBLIC
from arhan.kernel.office import Routes, once, principal_of

routes = Routes(service="identity", tag="people")


@routes.post(
    "/v1/registrations",
    permit=PUBLIC,
    answer=Registered,
    status=201,
    idempotent=True,
    refusals=(USERNAME_TAKEN, EMAIL_TAKEN, WEAK_PASSWORD),
)
def register(request: HttpRequest, body: Registration) -> HttpResponse:
    """Become a customer."""

    def do() -> Registered:
        particulars = Particulars(**body.model_dump(exclude={"password", "sex"}), sex=body.sex or "")
        return Registered.from_orm(
            registration.register_customer(particulars=particulars, password=body.password)
        )

    return once(request, body=body, do=do)


@routes.get("/v1/me", permit=ANYONE_HALF_SIGNED_IN, answer=Me)
def me(request: HttpRequest) -> Me:
    """What the bank knows about me."""
    return _me(people.get_person(principal_of(request).subject))


def _me(person: Person) -> Me:
    return Me(
        id=person.id,
        username=person.username,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        name=full_name(person.first_name, person.last_name),
        phone=person.phone,
        sex=person.sex or None,
        role=person.role,
        tier=person.tier,
        email_verified=person.email_verified_at is not None,
        phone_verified=person.phone_verified_at is not None,
        second_factor=factors.is_enrolled(person.id),
        created_at=person.created_at,
    )
