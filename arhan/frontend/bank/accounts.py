"""Questions to account: products, accounts, entries; freezing, closing, PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post, put
from arhan.frontend.schemas.accounts import (
    Account,
    AccountTerms,
    BankAccount,
    Entry,
    Limits,
    Product,
    ProductVersion,
    Standing,
)
from arhan.frontend.schemas.common import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "account"
MOST = 200


def products() -> Question[list[Product]]:
    """What a customer may open."""
    return Question(get(SERVICE, "/v1/products"), list[Product])


def mine() -> Question[Listed[Account]]:
    """The person's own accounts, newest first."""
    return Question(get(SERVICE, "/v1/accounts"), Listed[Account])


def one(account_id: str) -> Question[Account]:
    """One account that the person may see."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}"), Account)


def entries(account_id: str, *, after: str = "", limit: int = 25) -> Question[Listed[Entry]]:
    """What moved on an account, newest first."""
    call = get(SERVICE, f"/v1/accounts/{account_id}/entries", limit=limit, after=after)
    return Question(call, Listed[Entry])


def open_account(
    *, product: str, pin: str, key: str, wishes: Mapping[str, Any] | None = None
) -> Question[Account]:
    """Open an account; `wishes` are the deposit's or the pot's."""
    body = {"product": product, "pin": pin} | dict(wishes or {})
    return Question(post(SERVICE, "/v1/accounts", body, key=key, deadline_s=HASHING_DEADLINE_S), Account)


def change_status(
    account_id: str, verb: Literal["freeze", "unfreeze", "close"], *, reason: str
) -> Question[Standing]:
    """Freeze, unfreeze or close; staff say why, and some of them wait for a second person."""
    body = {"reason": reason} if reason else {}
    return Question(post(SERVICE, f"/v1/accounts/{account_id}/{verb}", body), Standing)


def freeze(account_id: str, *, side: str, reason: str) -> Question[Standing]:
    """Let no money out (debit), in (credit), or neither (both)."""
    body = {"side": side} | ({"reason": reason} if reason else {})
    return Question(post(SERVICE, f"/v1/accounts/{account_id}/freeze", body), Standing)


def close(account_id: str, *, remainder_to: str, reason: str, pin: str) -> Question[Standing]:
    """Close an account for good; what is left moves where it is told."""
    wishes = {"remainder_to": remainder_to, "reason": reason, "pin": pin}
    body = {name: value for name, value in wishes.items() if value}
    call = post(SERVICE, f"/v1/accounts/{account_id}/close", body, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Standing)


def change_pin(account_id: str, *, current: str, new: str, key: str) -> Question[Account]:
    """A new PIN, proved with the current one."""
    body = {"current_pin": current, "new_pin": new}
    call = post(SERVICE, f"/v1/accounts/{account_id}/pin", body, key=key, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Account)


def reset_pin(account_id: str, *, new: str, reason: str, key: str) -> Question[Account]:
    """A new PIN set by staff, who say why."""
    body = {"new_pin": new, "reason": reason}
    call = post(SERVICE, f"/v1/accounts/{account_id}/pin", body, key=key, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Account)


def search(
    *, number: str = "", customer: str = "", status: str = "", after: str = "", limit: int = 25
) -> Question[Listed[Account]]:
    """Customers' accounts, for staff."""
    call = get(
        SERVICE, "/v1/accounts", number=number, customer=customer, status=status, after=after, limit=limit
    )
    return Question(call, Listed[Account])


def of_the_bank() -> Question[Listed[BankAccount]]:
    """The bank's own accounts, for staff."""
    return Question(get(SERVICE, "/v1/accounts", bank="true", limit=MOST), Listed[BankAccount])


def limits(account_id: str) -> Question[Limits]:
    """What may leave an account."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}/limits"), Limits)


def choose_limits(account_id: str, chosen: Mapping[str, int | None]) -> Question[Limits]:
    """Limits of one's own; None for none."""
    return Question(put(SERVICE, f"/v1/accounts/{account_id}/limits", chosen), Limits)


def terms(account_id: str) -> Question[AccountTerms]:
    """What an account promises and what it has earned."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}/terms"), AccountTerms)


def versions(code: str) -> Question[list[ProductVersion]]:
    """Every version a product ever had, newest first; for staff."""
    return Question(get(SERVICE, f"/v1/products/{code}/versions"), list[ProductVersion])


def propose_version(code: str, *, terms: Mapping[str, Any], reason: str) -> Question[Any]:
    """Ask a second person to sell a product on new terms."""
    return Question(post(SERVICE, f"/v1/products/{code}/versions", {"terms": terms, "reason": reason}), Any)


def propose_move(code: str, *, reason: str) -> Question[Any]:
    """Ask a second person to move every account to the newest version."""
    return Question(post(SERVICE, f"/v1/products/{code}/moves", {"reason": reason}), Any)
