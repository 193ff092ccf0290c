"""Seals and receipts."""

from __future__ import annotations

from base64 import b64encode

import msgspec
from django.http import HttpRequest, HttpResponse

from arhan.kernel.auth import CUSTOMER, PUBLIC, permit
from arhan.kernel.office import Routes, json_response, principal_of
from arhan.ledger.domain.seals import Key
from arhan.ledger.errors import NOT_SEALED_YET
from arhan.ledger.schemas import ReceiptShape, SealKeys, SealShape
from arhan.ledger.service import receipts, seals

routes = Routes(service="ledger", tag="seals")


@routes.get(
    "/v1/receipts/{payment_id}",
    permit=permit(CUSTOMER, "auditor", "admin"),
    answer=ReceiptShape,
    refusals=(NOT_SEALED_YET,),
)
def get_receipt(request: HttpRequest, payment_id: str) -> HttpResponse:
    """The receipt of a payment: its journal entry and the proof that a seal covers it."""
    receipt = receipts.issue_receipt(principal=principal_of(request), payment=payment_id)
    return json_response(msgspec.to_builtins(receipt))


@routes.get("/v1/seals/latest", permit=permit("auditor", "admin"), answer=SealShape)
def get_latest_seal(request: HttpRequest) -> SealShape:
    """The newest seal over the journal."""
    found = seals.get_latest_seal()
    return SealShape(
        size=found.size,
        root=b64encode(found.root).decode(),
        sealed_at=found.sealed_at,
        seal=found.note,
        key=str(Key(found.key.name, found.key.public)),
    )


@routes.get("/v1/seal-keys", permit=PUBLIC, answer=SealKeys)
def list_seal_keys(request: HttpRequest) -> SealKeys:
    """The keys that seal the books, newest first: what a receipt's key is compared with."""
    return SealKeys(keys=[str(key) for key in seals.list_keys()])
