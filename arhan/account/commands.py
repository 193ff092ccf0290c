"""Account's commands: `arhan loans quote`, `arhan cob`, `arhan keys rotate --cards`."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from datetime import datetime  # noqa: TC003 - typer reads annotations while the program runs
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from arhan.account.loans import parse_terms, quote
from arhan.account.loans.reading import MAX_SIZE
from arhan.kernel import problem
from arhan.kernel.errors import Refused, malformed
from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date as day

    from arhan.account.loans import Quote
    from arhan.account.models import CobRun, CobStep
    from arhan.account.service.cob import Tell
    from arhan.account.store.business_day import Day

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts, cards, loans.")
loans = typer.Typer(no_args_is_help=True, help="Quote a loan.")
app.add_typer(loans, name="loans")
keys = typer.Typer(no_args_is_help=True, help="The key card numbers are encrypted under.")
app.add_typer(keys, name="keys")
cob = typer.Typer(no_args_is_help=True, help="Close of business: close the day, or look how far it is.")
app.add_typer(cob, name="cob")

REFUSED = 2
"""Exit status of a request that was understood and refused, or not understood."""


@app.callback()
def account() -> None:
    """Accounts, cards, loans."""


@keys.callback()
def about_keys() -> None:
    """The key card numbers are encrypted under."""


@keys.command("rotate")
def rotate_card_keys(
    *,
    cards: Annotated[bool, typer.Option("--cards", help="Card numbers; always on here.")] = True,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="First step: put a new key in front, for the next start.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Encrypt every card number anew under the first key of ENCRYPTION_KEY, while cards are in use.

    Three steps: `--new-key` and restart the bank, so that every process knows the key; this; then take
    the old key out of ENCRYPTION_KEY. Interrupted, run it again: it goes on where it stopped.
    """
    from arhan.account.service import card_rotation

    if new_key:
        _add_key()
        return
    began = time.monotonic()
    left, done = card_rotation.count_left(), 0
    with typer.progressbar(length=left, label="Card numbers", file=sys.stderr) as bar:
        for page in card_rotation.rotate():
            done += page
            bar.update(page)
    found = {
        "rotated": done,
        "left": card_rotation.count_left(),
        "seconds": round(time.monotonic() - began, 2),
    }
    typer.echo(json.dumps(found) if as_json else f"{done} numbers encrypted anew, {found['left']} left")
    if found["left"]:
        raise typer.Exit(1)


def _add_key() -> None:
    """Put a new key in front of account's, in the file it is read from at the next start."""
    from cryptography.fernet import Fernet

    from arhan.kernel import settings

    home = settings.load("account").home
    file = home / "keys" / "account" / "encryption_key" if home else None
    if file is None or not file.exists():
        typer.echo(
            "The key is not kept here: put a new one in front in ENCRYPTION_KEY, and restart.", err=True
        )
        raise typer.Exit(REFUSED)
    partial = file.with_suffix(".new")
    partial.touch(mode=0o600)
    partial.write_text(f"{Fernet.generate_key().decode()},{file.read_text().strip()}\n")
    partial.replace(file)
    typer.echo("A new key is in front. Restart the bank, then: arhan keys rotate --cards")


@loans.callback()
def about_loans() -> None:
    """Quote a loan."""


@loans.command("quote")
def quote_loan(
    file: Annotated[str, typer.Argument(help="JSON file with the terms; - reads standard input.")] = "-",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Work out the schedule of a loan, its cost, and the rates to disclose.

    The terms are the JSON of POST /v1/loan-quotes; amounts are whole numbers of the currency's minor
    unit. Exit status 2 when the terms are refused: with --json the answer is then a problem document.
    """
    try:
        quoted = quote(parse_terms(_read(file)))
    except Refused as refused:
        _refuse(refused, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(quoted.answer()))
    else:
        _print(quoted)


def _read(file: str) -> bytes:
    """What is in the file, or comes from standard input; no more than a little over what is read at all."""
    if file == "-":
        return sys.stdin.buffer.read(MAX_SIZE + 1)
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - the name may be anything, also a pipe's
            return opened.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def unreadable(file: str, error: Exception) -> Refused:
    """The file with the terms is not there, or not ours to read."""
    return malformed("", f"{file!r} cannot be read: {getattr(error, 'strerror', None) or error}.")


def _refuse(refused: Refused, *, as_json: bool) -> NoReturn:
    """Say why, and leave with the status scripts look at."""
    if as_json:
        typer.echo(json.dumps(problem.document(refused)))
    elif refused.errors:
        for error in refused.errors:
            typer.echo(f"{error.pointer} {error.message}".strip(), err=True)
    else:
        typer.echo(refused.detail, err=True)
    raise typer.Exit(REFUSED)


def _print(quoted: Quote) -> None:
    """The quote as a table."""
    terms = quoted.schedule.terms

    def money(amount: int) -> str:
        return format_amount(amount, terms.currency)

    typer.echo(f"{terms.currency} {money(terms.principal)}, {terms.method.replace('_', ' ')}")
    typer.echo(f"instalment      {money(quoted.schedule.instalment)}")
    typer.echo(f"total interest  {money(quoted.schedule.total_interest)}")
    typer.echo(f"APR             {quoted.apr_percent} %")
    typer.echo(f"effective rate  {quoted.effective_rate_percent} %")
    typer.echo(f"{'':>4}  {'due':10}  {'principal':>16}  {'interest':>16}  {'to pay':>16}  {'balance':>16}")
    for row in quoted.schedule.rows:
        amounts = "  ".join(f"{money(a):>16}" for a in (row.principal, row.interest, row.due, row.balance))
        typer.echo(f"{row.number:>4}  {row.due_on}  {amounts}")


@cob.callback()
def about_cob() -> None:
    """Close of business: close the day, or look how far it is."""


@cob.command("run")
def run_cob(
    *,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Close every open day up to this one; without it, up to today. A day to come is"
            " closed too: for training banks.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Close the business date: accrue, charge, expire, compare with the ledger, begin the next day.

    What is closed already stays as it is: a second run on the same day changes nothing. A run that was
    interrupted goes on where it was. Exit status 1 when a step failed (it says which and why), 3 when
    another process is closing.
    """
    _start_django()
    from arhan.account.service import cob as closing
    from arhan.account.service.cob_steps import STEPS
    from arhan.contracts.calendar import calendar_day
    from arhan.kernel import clock

    through = date.date() if date else calendar_day(clock.now())
    try:
        with _closing_progress(shown=not as_json) as tell:
            report = closing.close(through=through, by="", steps=STEPS, tell=tell)
    except Refused as refused:
        typer.echo(refused.detail or refused.refusal.title, err=True)
        raise typer.Exit(3) from None
    _print_report(report.closed, report.failure, business_date=closing.look().date, as_json=as_json)
    raise typer.Exit(1 if report.failure else 0)


@cob.command("status")
def show_cob(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False
) -> None:
    """Show the business date and the steps of the latest closing."""
    _start_django()
    from arhan.account.service import cob as closing

    _show(closing.look(), closing.list_runs(before=None, limit=1), closing.list_steps, as_json=as_json)


def _show(
    today: Day, newest: list[CobRun], steps_of: Callable[[day], list[CobStep]], *, as_json: bool
) -> None:
    steps = steps_of(newest[0].date) if newest else []
    if as_json:
        found = [{"name": s.name, "state": s.state, "done": s.done, "failure": s.failure} for s in steps]
        latest = [{"date": run.date.isoformat(), "state": run.state, "steps": found} for run in newest]
        typer.echo(json.dumps({"business_date": today.date.isoformat(), "latest": latest}))
        return
    typer.echo(f"The business date is {today.date}.")
    if today.next_date:
        typer.echo(f"It is cut off: what comes in is booked on {today.next_date}.")
    for step in steps:
        failure = f": {step.failure}" if step.failure else ""
        typer.echo(f"{step.state:8} {step.done:>10}  {step.title}{failure}")


def _start_django() -> None:
    """Models can be used from here on; the environment must be that of the account service."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.account.settings"
    django.setup()


@contextmanager
def _closing_progress(*, shown: bool) -> Iterator[Tell]:
    """A bar for each step on the terminal, on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not shown) as bar:
        tasks: dict[tuple[Any, ...], Any] = {}

        def tell(run: CobRun, step: CobStep) -> None:
            key = (run.date, step.name)
            if key not in tasks:
                tasks[key] = bar.add_task(f"{run.date} {step.title}", total=step.total)
            total = step.done if step.state == "done" else step.total
            bar.update(tasks[key], completed=step.done, total=max(total, 1) if total is not None else None)

        yield tell


def _print_report(closed: list[day], failure: str, *, business_date: day, as_json: bool) -> None:
    if as_json:
        days = [each.isoformat() for each in closed]
        found = {"closed": days, "failure": failure, "business_date": business_date.isoformat()}
        typer.echo(json.dumps(found))
        return
    if failure:
        typer.echo(f"The closing stopped. {failure}", err=True)
    elif not closed:
        typer.echo("Nothing to close.")
    typer.echo(f"The business date is {business_date}.")


if __name__ == "__main__":
    app()
