"""Account's commands: `arhan loans quote`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from arhan.account.loans import parse_terms, quote
from arhan.account.loans.reading import MAX_SIZE
from arhan.kernel import problem
from arhan.kernel.errors import Refused, malformed
from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from arhan.account.loans import Quote

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts, cards, loans.")
loans = typer.Typer(no_args_is_help=True, help="Quote a loan.")
app.add_typer(loans, name="loans")

REFUSED = 2
"""Exit status of a request that was understood and refused, or not understood."""


@app.callback()
def account() -> None:
    """Accounts, cards, loans."""


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


if __name__ == "__main__":
    app()
