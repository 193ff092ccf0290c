"""A new password for whoever reads the mail of the account's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.domain.letters import PASSWORD_RESET
from arhan.identity.domain.throttle import reset_throttles
from arhan.identity.errors import LINK_INVALID
from arhan.identity.service import letters, passwords
from arhan.identity.service.throttling import count_try
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.identity.domain.origins import Origin


def request_reset(*, login: str, origin: Origin) -> None:
    """Mail a link to whoever this is, if it is anybody; the caller cannot tell.

    The name is looked up by the worker that sends the mail, so that a name nobody has takes no
    other time; a name asked for too often is passed over in silence. Refused(rate_limited) for an
    address that asks too often.
    """
    by_name, by_address = reset_throttles(login=login, address=origin.address)
    count_try([by_address])
    try:
        count_try([by_name])
    except Refused:
        return
    with django_transaction():
        letters.post(PASSWORD_RESET, person=None, login=login.strip())


def reset_password(*, token: str, new_password: str) -> None:
    """Set a new password with the link; every session ends, the second factor stays.

    Refused(link_invalid | weak_password); a refused password does not use the link up.
    """
    with django_transaction():
        secret = letters.redeem(token, purpose=PASSWORD_RESET)
        if secret.person is None or not secret.person.enabled:
            raise Refused(LINK_INVALID)
        passwords.set_password(secret.person, new_password, pointer="/new_password")
