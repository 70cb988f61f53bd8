"""`ivr accounts`."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from ivr.adapters.accounts.csv_file import read_accounts
from ivr.adapters.accounts.csv_row import Rules
from ivr.adapters.accounts.imported_account import FiledAccount
from ivr.adapters.accounts.spreadsheet_cells import harmless
from ivr.adapters.clock import WallClock
from ivr.adapters.database.accounts.account_store import ListedAccount
from ivr.adapters.database.accounts.accounts_import import (
    AccountsImport,
    ContactsChanged,
    ImportOvertaken,
    SqlAccounts,
)
from ivr.cli.accounts.accounts_invite import command as invite
from ivr.cli.accounts.accounts_pin import command as issue_pin
from ivr.cli.accounts.accounts_readiness import command as tell_readiness
from ivr.cli.accounts.accounts_unlock import command as unlock
from ivr.cli.accounts.stored_accounts import accounts_database, listed_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import FAULT_STATUS, end_with
from ivr.domain.redaction import masked_email, masked_number
from ivr.domain.yaml_source.finding import Finding, in_order, line_of
from ivr.domain.yaml_source.location import Spot

_MOST_WARNINGS = 20
_READINESS = "ivr accounts readiness"
_NOTHING = "nothing was imported"
_HEADINGS = ("subscription_number", "company", "phone", "mailbox", "subaccounts", "language", "closed")


@click.group("accounts")
def command() -> None:
    """Import the company's accounts from a file, list them, and see who could get in tonight."""


command.add_command(invite)
command.add_command(issue_pin)
command.add_command(tell_readiness)
command.add_command(unlock)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", "is_confirmed", is_flag=True, help="Import without asking.")
@click.option(
    "--allow-contact-changes",
    "allowed",
    default=0,
    type=click.IntRange(min=0),
    help="So many accounts may lose or change a contact, where it is more than 5 in 100.",
)
@click.option(
    "--lengths-differ", is_flag=True, help="Subscription numbers of this company have no one length."
)
def import_accounts(file: Path, *, is_confirmed: bool, allowed: int, lengths_differ: bool) -> None:
    """Replace the accounts by those in FILE (CSV): shows what changes and asks, then does all of it at once.

    Ends with status 2 where the file has faults, or changes too many contacts; then nothing is changed.
    """
    settings = settings_or_end()
    now = WallClock().now()
    rules = Rules(today=now.date(), countries=settings.countries, lengths_differ=lengths_differ)
    with accounts_database(settings) as database:
        accounts = SqlAccounts(database)
        findings: list[Finding] = []
        try:
            prepared = accounts.prepare(_rows(file, rules, findings), at=now)
        except OSError as fault:
            _end_unread(file, fault)
        _tell_findings(findings)
        _tell(prepared)
        _refuse_contact_changes(prepared, allowed)
        if not (is_confirmed or click.confirm("Import them?")):
            raise click.ClickException(_NOTHING)
        try:
            accounts.apply(prepared, allowed_contact_changes=allowed)
        except (ImportOvertaken, ContactsChanged) as fault:
            raise click.ClickException(f"{fault}; {_NOTHING}") from fault
    click.echo(f"imported; next: {_READINESS}")


@command.command("list")
@click.option("--csv", "is_csv", is_flag=True, help="For a spreadsheet.")
def list_accounts(*, is_csv: bool) -> None:
    """List the accounts by their subscription numbers; of telephones and mailboxes only a little is shown."""
    rows = [_shown(listed) for listed in listed_or_end(settings_or_end())]
    if is_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(_HEADINGS)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        return
    for row in rows:
        click.echo("  ".join(row))
    if not rows:
        click.echo("no accounts")


def _rows(file: Path, rules: Rules, findings: list[Finding]) -> Iterator[FiledAccount]:
    with file.open("rb") as stream:
        for found in read_accounts(str(file), stream, rules=rules):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                yield found


def _tell_findings(findings: list[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        end_with(in_order(errors), _NOTHING)
    for warning in findings[:_MOST_WARNINGS]:
        click.echo(line_of(warning))
    if len(findings) > _MOST_WARNINGS:
        click.echo(f"and {len(findings) - _MOST_WARNINGS} more warnings")


def _tell(prepared: AccountsImport) -> None:
    click.echo(
        f"{len(prepared.added)} added, {len(prepared.changed)} changed, {len(prepared.removed)} removed, "
        f"{prepared.unchanged} unchanged"
    )
    alone = f", {prepared.other_changes} of them other mailboxes alone" if prepared.other_changes else ""
    click.echo(f"{prepared.contact_changes} of {prepared.before} accounts lose or change a contact{alone}")


def _refuse_contact_changes(prepared: AccountsImport, allowed: int) -> None:
    if prepared.needs_allowance and prepared.contact_changes > allowed:
        click.echo(
            "that is more than 5 in 100: have a second person compare them with what customers asked for, "
            f"then say --allow-contact-changes {prepared.contact_changes}",
            err=True,
        )
        click.echo(_NOTHING, err=True)
        raise SystemExit(FAULT_STATUS)


def _end_unread(file: Path, fault: OSError) -> NoReturn:
    spot = Spot(file=str(file), line=1, column=1)
    what, remedy = f"this cannot be read ({fault.strerror})", "see that it exists and may be read"
    found = Finding(rule="unreadable-file", severity="error", spot=spot, what=what, remedy=remedy)
    end_with([found], _NOTHING)


def _shown(listed: ListedAccount) -> tuple[str, ...]:
    phone, mailbox = listed.account.contact("phone"), listed.account.contact("mailbox")
    others = sum(contact.is_other for contact in listed.account.contacts)
    more = f" and {others} more" if others else ""
    return (
        listed.number,
        listed.company,
        masked_number(listed.addresses[phone.id]) if phone else "no phone",
        f"{masked_email(listed.addresses[mailbox.id])}{more}" if mailbox else "no mailbox",
        listed.account.subaccounts,
        listed.account.language,
        "closed" if listed.account.is_closed else "open",
    )
