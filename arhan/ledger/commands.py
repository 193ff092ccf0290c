"""`arhan books …`: whether the books are right, and whether a receipt holds."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads annotations while the program runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arhan.contracts.account import BalancePage
    from arhan.ledger.domain.checks import Report

app = typer.Typer(help="The bank's books.", no_args_is_help=True)
books = typer.Typer(help="Check the books; verify a receipt offline.", no_args_is_help=True)
app.add_typer(books, name="books")

ACCOUNTS_A_PAGE = 1000


@books.command()
def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable, and nothing else.")] = False,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds the ledger may stand still while it is behind.")
    ] = 15.0,
) -> None:
    """Check the books against themselves, their seals and every account's balance; exit 1 if they differ."""
    _start_django()
    from arhan.kernel.errors import Refused
    from arhan.ledger.service.checking import check_books

    try:
        with _progress(shown=not as_json) as tell:
            report = check_books(fetch=_account_service(), patience_s=patience, tell=tell)
    except Refused as refused:
        print(f"The books could not be checked: {refused}", file=sys.stderr)
        raise typer.Exit(2) from None
    print(json.dumps(report.as_json(), indent=2) if as_json else _as_text(report))
    raise typer.Exit(0 if report.ok else 1)


@books.command("verify-receipt")
def verify_receipt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A receipt, as JSON.")],
    *,
    key: Annotated[
        str, typer.Option(help="The seal key you trust, as published; without it, the receipt's own.")
    ] = "",
) -> None:
    """Verify a receipt without the bank: its entry, the proof and the seal's signature; exit 1 if it fails."""
    from arhan.ledger.domain import receipts
    from arhan.ledger.domain.seals import Key, SealError

    try:
        receipt = receipts.read(file.read_bytes())
        seal = receipts.verify(receipt, trusted=Key.parse(key) if key else None)
    except (receipts.ReceiptError, SealError) as error:
        print(f"NOT GENUINE: {error}.")
        raise typer.Exit(1) from None
    entry = receipt.entry
    print(f"GENUINE: {entry.kind} {entry.movement}, entry {entry.number} of the journal of {seal.origin},")
    print(f"sealed {seal.sealed_at} among {seal.size} entries.")
    for line in entry.lines:
        print(f"  {line.side:6}  {entry.currency} {line.amount:>15} minor units  {line.account}")
    if not key:
        print(f"Signed with the key {receipt.key}; compare it with the one the bank publishes.")


def _start_django() -> None:
    """Models can be used from here on; the environment must be that of the ledger service."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.ledger.settings"
    django.setup()


def _account_service() -> Callable[[str], BalancePage]:
    import msgspec

    from arhan.contracts.account import BalancePage
    from arhan.kernel.http import ServiceClient

    client = ServiceClient("ledger", "account")

    def fetch(after: str) -> BalancePage:
        answer = client.get("/internal/v1/balances", params={"after": after, "limit": ACCOUNTS_A_PAGE})
        return msgspec.convert(answer, BalancePage)

    return fetch


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal, on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not shown, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield tell


def _as_text(report: Report) -> str:
    """The report for a person."""
    found = report.as_json()
    counted = ", ".join(f"{number} {what}" for what, number in report.counts.items())
    lines = [f"Looked at {counted}."]
    lines += [f"{'ok ' if c['ok'] else 'NOT'}  {c['name']}: {c['means']}" for c in found["checks"]]
    lines += [f"     {d['check']}: {d['subject']}: {d['message']}" for d in found["differences"]]
    lines.append("The books are right." if report.ok else "The books are NOT right.")
    return "\n".join(lines)
