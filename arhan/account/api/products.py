"""What the bank offers, and changing it by two people's word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.account.errors import accounts as account_errors
from arhan.account.errors import products as errors
from arhan.account.schemas.products import MoveWanted, NewProduct, NewTerms, ProductShape, VersionShape
from arhan.account.service import products
from arhan.kernel import oversight
from arhan.kernel.auth import PUBLIC, STAFF_ROLES, permit
from arhan.kernel.office import Routes, principal_of
from arhan.kernel.proposals import FourEyes

routes = Routes(service="account", tag="products")

EDITORS = permit("risk", "admin")

VERSIONS = FourEyes(
    action=products.CHANGED,
    title="Sell a product on new terms",
    approvers=EDITORS,
    execute=products.add_version,
)
PRODUCTS = FourEyes(
    action=products.CREATED, title="Offer a new product", approvers=EDITORS, execute=products.create
)
MOVES = FourEyes(
    action=products.MOVED,
    title="Move every account of a product to its newest version",
    approvers=EDITORS,
    execute=products.move_accounts,
)
FOUR_EYES = (VERSIONS, PRODUCTS, MOVES)


@routes.get("/v1/products", permit=PUBLIC, answer=list[ProductShape])
def list_products(request: HttpRequest) -> list[ProductShape]:
    """Every product a customer can open."""
    versions = products.newest_versions()
    return [
        ProductShape(
            code=product.code,
            kind=product.kind,
            name=product.name,
            currency=product.currency,
            interest_rate=product.interest_rate,
            version=versions[product.code].number,
            terms=versions[product.code].terms,
        )
        for product in products.list_products()
    ]


@routes.post(
    "/v1/products",
    permit=EDITORS,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.PRODUCT_EXISTS, errors.TERMS_UNFIT),
)
def add_product(request: HttpRequest, body: NewProduct) -> HttpResponse:
    """Ask a second person to offer a new product."""
    found = products.propose_product(principal=principal_of(request), **body.model_dump())
    return oversight.proposed(found, PRODUCTS)


@routes.get(
    "/v1/products/{code}/versions",
    permit=permit(*STAFF_ROLES),
    answer=list[VersionShape],
    refusals=(account_errors.PRODUCT_NOT_FOUND,),
)
def list_versions(request: HttpRequest, code: str) -> list[VersionShape]:
    """Every version a product ever had, newest first; accounts keep theirs until they are moved."""
    return [VersionShape.from_orm(version) for version in products.list_versions(code)]


@routes.post(
    "/v1/products/{code}/versions",
    permit=EDITORS,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(account_errors.PRODUCT_NOT_FOUND, errors.TERMS_UNFIT),
)
def add_version(request: HttpRequest, code: str, body: NewTerms) -> HttpResponse:
    """Ask a second person to sell a product on new terms."""
    found = products.propose_version(principal=principal_of(request), code=code, **body.model_dump())
    return oversight.proposed(found, VERSIONS)


@routes.post(
    "/v1/products/{code}/moves",
    permit=EDITORS,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(account_errors.PRODUCT_NOT_FOUND,),
)
def move_accounts(request: HttpRequest, code: str, body: MoveWanted) -> HttpResponse:
    """Ask a second person to move every account of a product to its newest version."""
    found = products.propose_move(principal=principal_of(request), code=code, reason=body.reason)
    return oversight.proposed(found, MOVES)
