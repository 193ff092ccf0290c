"""What the bank offers: looking, and changing it by two people's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.domain import product_terms
from arhan.account.errors.accounts import PRODUCT_NOT_FOUND
from arhan.account.errors.products import PRODUCT_EXISTS, TERMS_UNFIT
from arhan.account.service import business_day
from arhan.account.store import products as store
from arhan.kernel import proposals
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import MALFORMED, FieldError, Refused
from arhan.kernel.money import is_currency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arhan.account.domain.product_terms import Terms
    from arhan.account.models import Product, ProductVersion
    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal

CHANGED = "product.version.added"
CREATED = "product.created"
MOVED = "product.accounts.moved"
LEDGER_ACCOUNTS = {"savings": "2010", "current": "2020", "fixed_term": "2030", "target_savings": "2040"}
"""Where the ledger keeps the accounts of each kind of product."""


def list_products() -> list[Product]:
    """Every product a customer can open."""
    return store.list_all()


def newest_versions() -> dict[str, ProductVersion]:
    """The version in which each product is sold now, by its code."""
    return store.newest_versions()


def list_versions(code: str) -> list[ProductVersion]:
    """Every version a product ever had, newest first; Refused(product_not_found)."""
    _get(code)
    return store.list_versions(code)


def _get(code: str) -> Product:
    product = store.find(code)
    if product is None:
        raise Refused(PRODUCT_NOT_FOUND)
    return product


def read_terms(sent: Mapping[str, Any]) -> Terms:
    """Terms somebody sent; Refused(malformed_request) says where they are wrong."""
    try:
        return product_terms.read(dict(sent))
    except msgspec.ValidationError as error:
        raise Refused(MALFORMED, errors=(FieldError("/terms", str(error)),)) from None


def _refuse_unfit(kind: str, terms: Terms) -> None:
    """A fixed-term deposit has a chart, and nothing else has; only current accounts are overdrawn."""
    if (kind == "fixed_term") != (terms.fixed_term is not None):
        raise Refused(TERMS_UNFIT, "A fixed-term deposit, and nothing else, has a rate chart.")
    if (kind == "fixed_term") != (terms.capitalisation == "maturity"):
        raise Refused(TERMS_UNFIT, "A fixed-term deposit, and nothing else, pays its interest at maturity.")
    if terms.overdraft_limit and kind != "current":
        raise Refused(TERMS_UNFIT, "Only a current account may be overdrawn.")


def propose_version(*, principal: Principal, code: str, terms: Mapping[str, Any], reason: str) -> Proposal:
    """Put new terms before a second person; accounts keep theirs until they are moved.

    Refused(product_not_found | malformed_request | terms_unfit).
    """
    read = read_terms(terms)
    with django_transaction() as cursor:
        _refuse_unfit(_get(code).kind, read)
        body = {"product": code, "terms": product_terms.write(read)}
        return proposals.propose(
            cursor, action=CHANGED, body=body, subject=code, reason=reason, principal=principal
        )


def propose_product(
    *,
    principal: Principal,
    code: str,
    kind: str,
    name: str,
    currency: str,
    terms: Mapping[str, Any],
    reason: str,
) -> Proposal:
    """Put a new product before a second person; Refused(product_exists | malformed_request | terms_unfit)."""
    read = read_terms(terms)
    if not is_currency(currency):
        raise Refused(TERMS_UNFIT, "The bank keeps no accounts in this currency.")
    _refuse_unfit(kind, read)
    with django_transaction() as cursor:
        if store.find(code) is not None:
            raise Refused(PRODUCT_EXISTS)
        body = {
            "product": code,
            "kind": kind,
            "name": name,
            "currency": currency,
            "terms": product_terms.write(read),
        }
        return proposals.propose(
            cursor, action=CREATED, body=body, subject=code, reason=reason, principal=principal
        )


def propose_move(*, principal: Principal, code: str, reason: str) -> Proposal:
    """Put it before a second person to move every account of a product to its newest version."""
    with django_transaction() as cursor:
        _get(code)
        return proposals.propose(
            cursor, action=MOVED, body={"product": code}, subject=code, reason=reason, principal=principal
        )


def add_version(proposal: Proposal) -> Mapping[str, Any]:
    """The product is sold on these terms from now on."""
    product = _get(proposal.body["product"])
    terms = product_terms.read(proposal.body["terms"])
    version = store.add_version(product, terms, since=_today(), proposal=proposal.id)
    return {"product": product.code, "version": version.number}


def create(proposal: Proposal) -> Mapping[str, Any]:
    """The bank offers something new; Refused(product_exists)."""
    body = proposal.body
    if store.find(body["product"]) is not None:
        raise Refused(PRODUCT_EXISTS)
    terms = product_terms.read(body["terms"])
    product = store.insert(
        code=body["product"],
        kind=body["kind"],
        name=body["name"],
        currency=body["currency"],
        ledger_account=LEDGER_ACCOUNTS[body["kind"]],
        terms=terms,
    )
    version = store.add_version(product, terms, since=_today(), proposal=proposal.id)
    return {"product": product.code, "version": version.number}


def move_accounts(proposal: Proposal) -> Mapping[str, Any]:
    """Every account of the product has its newest version from the bank's open day on."""
    newest = store.newest_versions()[proposal.body["product"]]
    terms = product_terms.read(newest.terms)
    moved = store.move_accounts(newest, since=_today(), floor=-terms.overdraft_limit)
    return {"product": proposal.body["product"], "version": newest.number, "accounts": moved}


def _today() -> date:
    with django_transaction() as cursor:
        return business_day.current(cursor).books_on
