"""What pages ask the other five services: one function per question.

A question knows whom to ask and what shape the answer has; service/asking.py puts it, with the
person's own token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from arhan.frontend.schemas import (
    Account,
    CheckedName,
    Enrolment,
    Entry,
    Factors,
    Listed,
    Me,
    Payment,
    Product,
    RecoveryCodes,
    Tokens,
)
from arhan.kernel.http import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

PAYING_DEADLINE_S = 20.0
"""A payment is worth waiting for; after this the page says that it is being found out."""
SIGN_IN_DEADLINE_S = 15.0


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A call and the shape of its answer."""

    call: Call
    shape: type[T]


def tokens(*, username: str, password: str, otp: str) -> Question[Tokens]:
    """Sign in."""
    body = {"username": username, "password": password} | ({"otp": otp} if otp else {})
    return Question(_post("identity", "/v1/tokens", body, deadline_s=SIGN_IN_DEADLINE_S), Tokens)


def renewed_tokens(refresh_token: str) -> Question[Tokens]:
    """New tokens for old; the old refresh token is spent."""
    return Question(_post("identity", "/v1/tokens/refresh", {"refresh_token": refresh_token}), Tokens)


def end_login() -> Question[Any]:
    """End the login at identity."""
    return Question(_post("identity", "/v1/logout", None, deadline_s=3.0), Any)


def register(details: Mapping[str, str], *, key: str) -> Question[Any]:
    """Become a customer."""
    call = _post("identity", "/v1/registrations", details, key=key, deadline_s=SIGN_IN_DEADLINE_S)
    return Question(call, Any)


def me() -> Question[Me]:
    """Who is signed in."""
    return Question(_get("identity", "/v1/me"), Me)


def change_password(*, current: str, new: str) -> Question[Any]:
    """Change one's password."""
    body = {"current_password": current, "new_password": new}
    return Question(_post("identity", "/v1/me/password", body, deadline_s=SIGN_IN_DEADLINE_S), Any)


def factors() -> Question[Factors]:
    """The second factors one has."""
    return Question(_get("identity", "/v1/me/factors"), Factors)


def begin_authenticator(password: str) -> Question[Enrolment]:
    """Begin to set up an authenticator app."""
    call = _post("identity", "/v1/me/authenticator", {"password": password}, deadline_s=SIGN_IN_DEADLINE_S)
    return Question(call, Enrolment)


def confirm_authenticator(code: str) -> Question[RecoveryCodes]:
    """Show that the app works."""
    return Question(_post("identity", "/v1/me/authenticator/confirm", {"code": code}), RecoveryCodes)


def remove_authenticator(*, password: str, code: str) -> Question[Any]:
    """Back to a password alone."""
    body = {"password": password, "code": code}
    return Question(
        _post("identity", "/v1/me/authenticator/remove", body, deadline_s=SIGN_IN_DEADLINE_S), Any
    )


def products() -> Question[list[Product]]:
    """What a customer may open."""
    return Question(_get("account", "/v1/products"), list[Product])


def accounts() -> Question[Listed[Account]]:
    """The person's own accounts."""
    return Question(_get("account", "/v1/accounts"), Listed[Account])


def account(account_id: str) -> Question[Account]:
    """One account of the person."""
    return Question(_get("account", f"/v1/accounts/{account_id}"), Account)


def entries(account_id: str, *, after: str = "", limit: int = 25) -> Question[Listed[Entry]]:
    """What moved on an account, newest first."""
    return Question(
        _get("account", f"/v1/accounts/{account_id}/entries", limit=limit, after=after), Listed[Entry]
    )


def open_account(*, product: str, pin: str, key: str) -> Question[Account]:
    """Open an account."""
    return Question(_post("account", "/v1/accounts", {"product": product, "pin": pin}, key=key), Account)


def payments(*, after: str = "", limit: int = 25, **filters: str) -> Question[Listed[Payment]]:
    """The person's payments, out and in, newest first."""
    return Question(_get("payment", "/v1/payments", limit=limit, after=after, **filters), Listed[Payment])


def payment(payment_id: str) -> Question[Payment]:
    """One payment the person is a party of."""
    return Question(_get("payment", f"/v1/payments/{payment_id}"), Payment)


def confirm_payment(payment_id: str) -> Question[Payment]:
    """Confirm a payment that screening stopped; the login must be newer than that."""
    path = f"/v1/payments/{payment_id}/confirm"
    return Question(
        _post("payment", path, None, key=f"confirm-{payment_id}", deadline_s=PAYING_DEADLINE_S), Payment
    )


def checked_name(number: str) -> Question[CheckedName]:
    """The name behind an account number."""
    return Question(_post("payment", "/v1/name-enquiries", {"number": number}), CheckedName)


def transfer(order: Mapping[str, Any], *, key: str) -> Question[Payment]:
    """Pay."""
    return Question(_post("payment", "/v1/transfers", order, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def deposit(order: Mapping[str, Any], *, key: str) -> Question[Payment]:
    """Take cash in at the counter."""
    return Question(_post("payment", "/v1/deposits", order, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def _get(callee: str, path: str, **params: str | int) -> Call:
    return Call(
        callee=callee, path=path, params={name: value for name, value in params.items() if value != ""}
    )


def _post(callee: str, path: str, body: object, *, key: str = "", deadline_s: float = 8.0) -> Call:
    return Call(
        callee=callee, path=path, method="POST", body=body, idempotency_key=key, deadline_s=deadline_s
    )
