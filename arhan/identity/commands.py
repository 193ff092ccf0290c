"""`arhan staff …` and `arhan keys …`: what only somebody at the machine may do."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="People and keys of the bank.", no_args_is_help=True)
staff = typer.Typer(help="Members of staff.", no_args_is_help=True)
keys = typer.Typer(help="Keys that sign the bank's tokens.", no_args_is_help=True)
app.add_typer(staff, name="staff")
app.add_typer(keys, name="keys")
mailbox = typer.Typer(help="Letters of a bank without a mail server.", no_args_is_help=True)
app.add_typer(mailbox, name="mailbox")


def _start_django() -> None:
    """Models can be used from here on; the environment must be that of the identity service."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.identity.settings"
    django.setup()


@staff.command("create")
def create_staff(
    *,
    username: Annotated[str, typer.Option(help="Login name.")],
    email: Annotated[str, typer.Option(help="Email address.")],
    role: Annotated[str, typer.Option(help="teller, support, loan_officer, risk, auditor or admin.")],
    first_name: Annotated[str, typer.Option()],
    last_name: Annotated[str, typer.Option()],
    phone: Annotated[str, typer.Option()] = "+2348000000000",
    totp_secret: Annotated[
        str, typer.Option(help="Base 32 secret of their authenticator app; without it they set one up first.")
    ] = "",
    password: Annotated[
        str,
        typer.Option(
            help="Better left out: read from standard input, or asked for.", envvar="ARHAN_STAFF_PASSWORD"
        ),
    ] = "",
) -> None:
    """Make somebody a member of staff; prints their id."""
    _start_django()
    from arhan.identity.domain import people
    from arhan.identity.service import registration
    from arhan.kernel.errors import Refused

    secret = password or _ask_password()
    try:
        particulars = registration.Particulars(
            username=people.parse_username(username),
            email=people.parse_email(email),
            first_name=people.parse_name(first_name),
            last_name=people.parse_name(last_name),
            phone=people.parse_phone(phone),
        )
        person = registration.appoint_staff(
            particulars=particulars, password=secret, role=role, totp_secret=totp_secret
        )
    except (ValueError, Refused) as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(person.id)


@keys.command("rotate")
def rotate_keys(
    *,
    services: Annotated[
        bool, typer.Option("--services", help="The secrets of services instead of the signing key.")
    ] = False,
    cards: Annotated[
        bool, typer.Option("--cards", help="Card numbers instead: see `arhan keys rotate --cards --help`.")
    ] = False,
    only: Annotated[str, typer.Option(help="With --services: this service's alone.")] = "",
    overlap_s: Annotated[
        int, typer.Option(min=0, help="With --services: how long the old secret holds still.")
    ] = 3600,
    directory: Annotated[
        str, typer.Option(help="With --services: where the secrets are kept; else ARHAN_HOME/keys.")
    ] = "",
) -> None:
    """Publish a new signing key; it takes over in a few seconds, and no token given out breaks.

    With --services every service gets a new secret, from the file it reads it from, and nothing is
    started anew; the old one holds for the overlap.
    """
    _start_django()
    if services:
        _rotate_services(only=only, overlap_s=overlap_s, directory=directory)
        return
    from arhan.identity.service import keys as service

    key = service.rotate()
    typer.echo(f"{key.kid} signs from {key.signs_from.isoformat(timespec='seconds')}")


def _rotate_services(*, only: str, overlap_s: int, directory: str) -> None:
    from arhan import topology
    from arhan.identity.service import client_secrets
    from arhan.kernel import settings

    home = settings.load("identity").home
    if not directory and home is None:
        msg = "say --directory, or set ARHAN_HOME"
        raise typer.BadParameter(msg)
    if only and only not in topology.BY_NAME:
        msg = f"no service is called {only}"
        raise typer.BadParameter(msg)
    where = Path(directory) if directory else Path(str(home)) / "keys"
    for name in [only] if only else list(topology.BY_NAME):
        client_secrets.rotate(name, directory=where, overlap=timedelta(seconds=overlap_s))
        typer.echo(f"{name} has a new secret; the one before holds for {overlap_s} s")


@mailbox.command("list")
def list_mailbox(
    *,
    address: Annotated[str, typer.Option(help="Only what was sent to this mail address or phone.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
) -> None:
    """Show the newest letters."""
    _start_django()
    from arhan.identity.service import letters

    for item in letters.list_mailbox(address=address, before=None, limit=limit):
        typer.echo(f"{item.created_at:%Y-%m-%d %H:%M:%S}  to {item.address}  {item.subject}\n{item.body}\n")


@mailbox.command("deliver")
def deliver_letters() -> None:
    """Send what is due now instead of waiting for the worker."""
    _start_django()
    from arhan.identity.service import letters

    typer.echo(f"{letters.deliver_due()} sent")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
