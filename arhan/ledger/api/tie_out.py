"""For the account service: whether accounts stand in the books as it says."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse

from arhan.contracts.account import BalanceLine
from arhan.kernel.auth import permit
from arhan.kernel.office import Routes, json_response
from arhan.ledger.schemas import TieOutShape, TieOutWanted
from arhan.ledger.service import tie_out

routes = Routes(service="ledger", tag="internal")


@routes.post("/internal/v1/tie-outs", permit=permit(scope="ledger:read"), answer=TieOutShape)
def compare_balances(request: HttpRequest, body: TieOutWanted) -> HttpResponse:
    """Compare accounts' balances with the lines of those numbers in the journal."""
    lines = [msgspec.convert(line.model_dump(), BalanceLine) for line in body.lines]
    return json_response(msgspec.to_builtins(tie_out.compare(lines)))
