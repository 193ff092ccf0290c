"""What the bank offers."""

from __future__ import annotations

from django.http import HttpRequest

from arhan.account.schemas.accounts import ProductShape
from arhan.account.service import products
from arhan.kernel.auth import PUBLIC
from arhan.kernel.office import Routes

routes = Routes(service="account", tag="products")


@routes.get("/v1/products", permit=PUBLIC, answer=list[ProductShape])
def list_products(request: HttpRequest) -> list[ProductShape]:
    """Every product a customer can open."""
    return [ProductShape.from_orm(product) for product in products.list_products()]
