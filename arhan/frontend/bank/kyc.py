"""Questions to identity about who customers have proved to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post, put
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.kyc import Application, Document, Dossier, IdentityNumber
from arhan.kernel.http import Call, File

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

SERVICE = "identity"


def mine() -> Question[Dossier]:
    """What I have told and shown, my tier and its limits."""
    return Question(get(SERVICE, "/v1/me/kyc"), Dossier)


def set_particulars(found: Mapping[str, str]) -> Question[Dossier]:
    """Tell the date of birth and the address."""
    return Question(put(SERVICE, "/v1/me/kyc/profile", found), Dossier)


def add_number(*, kind: str, number: str) -> Question[IdentityNumber]:
    """Have the registry confirm a BVN or NIN."""
    call = post(SERVICE, "/v1/me/kyc/identity-numbers", {"kind": kind, "number": number})
    return Question(call, IdentityNumber)


def add_document(*, kind: str, file: File) -> Question[Document]:
    """Show a document."""
    call = Call(
        callee=SERVICE,
        path="/v1/me/kyc/documents",
        method="POST",
        params={"kind": kind},
        file=file,
        deadline_s=HASHING_DEADLINE_S,
    )
    return Question(call, Document)


def apply(tier: int) -> Question[Application]:
    """Ask for a higher tier."""
    return Question(post(SERVICE, "/v1/me/kyc/applications", {"tier": tier}), Application)


def applications(*, status: str, after: str = "") -> Question[Listed[Application]]:
    """The review queue; who waited longest comes first."""
    return Question(
        get(SERVICE, "/v1/kyc/applications", status=status, after=after, limit=25), Listed[Application]
    )


def application(application_id: str) -> Question[Dossier]:
    """What the applicant has told and shown."""
    return Question(get(SERVICE, f"/v1/kyc/applications/{application_id}"), Dossier)


def of_person(person_id: str) -> Question[Dossier]:
    """What somebody has told and shown, whether they applied for anything or not."""
    return Question(get(SERVICE, f"/v1/people/{person_id}/kyc"), Dossier)


def document(document_id: str) -> Call:
    """A document's content; identity writes down who opened it."""
    return get(SERVICE, f"/v1/kyc/documents/{document_id}")


def decide(application_id: str, verb: Literal["approve", "reject"], *, reason: str) -> Question[Any]:
    """Give the tier, or say why not."""
    return Question(post(SERVICE, f"/v1/kyc/applications/{application_id}/{verb}", {"reason": reason}), Any)
