"""Products, as requests and answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from arhan.account.schemas.accounts import Percent, Reason
from arhan.kernel.office import Shape

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
TermsOfProduct = Annotated[
    dict[str, Any],
    Field(
        description="tiers, day_count, compounding, capitalisation, withholding_tax, fees, overdraft, limits …;"
        " amounts in minor units, rates in ten-thousandths of a percent."
    ),
]


class ProductShape(Shape):
    """What a customer can open."""

    code: str
    kind: str
    """savings, current, fixed_term (a deposit) or target_savings (a pot)."""
    name: str
    currency: str
    interest_rate: Percent
    """Percent a year at best, as a decimal number in a string."""
    version: int
    terms: dict[str, Any]
    """What the version that is sold now says; what is left out does not apply."""


class VersionShape(Shape):
    """A version of a product."""

    number: int
    since: dt.date
    terms: dict[str, Any]
    proposal: str
    """By which two people made it; empty for what the bank began with."""


class NewTerms(Shape):
    """Terms to put before a second person."""

    terms: TermsOfProduct
    reason: Reason


class NewProduct(NewTerms):
    """A product to put before a second person."""

    code: Code
    kind: Literal["savings", "current", "fixed_term", "target_savings"]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class MoveWanted(Shape):
    """Why every account of the product should have its newest version."""

    reason: Reason
