"""Beneficiaries, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.kernel.ids import id_pattern
from arhan.kernel.office import Shape


class NewBeneficiary(Shape):
    """Whom to keep: the name enquiry that showed who it is, and what the person calls them."""

    enquiry: Annotated[str, Field(pattern=id_pattern("enq"))]
    nickname: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$")]


class BeneficiaryShape(Shape):
    """A payee saved by the payer."""

    id: str
    number: str
    name: str
    """The holder's, as the person was shown it."""
    nickname: str
    saved_at: datetime


class Beneficiaries(Shape):
    """A person's beneficiaries, by nickname."""

    items: list[BeneficiaryShape]
