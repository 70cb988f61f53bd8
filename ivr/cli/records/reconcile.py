"""`ivr reconcile`."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.product.changes_file import MOST_BYTES, read_changes
from ivr.adapters.product.reconciliation import ListedChange, alarms_of, over_since
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import directory_of
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with
from ivr.cli.records.audit import database_of, done_or_end
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.services.case_ports import DirectoryUnavailable
from ivr.services.product_ports import Permit

_DAY: Final = timedelta(days=1)
"""Longer than any permit serves: a change that came too late is told from one without any permit."""


@click.command("reconcile")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Compare the product's own list of password changes with the permits that were issued.

    FILE is CSV, with the columns account (the subscription number), time (with its zone, as in
    2026-11-24T18:00:00Z) and reference. A change without a permit is an alarm: one line each, and the command
    ends with 1. A permit without a change is a note.
    """
    changes, findings = read_changes(str(file), _bytes_or_end(file))
    if findings:
        end_with(findings, "nothing was compared")
    settings = settings_or_end()
    now = WallClock().now()
    first = min((change.at for change in changes), default=now - _DAY)
    permits: tuple[Permit, ...] = done_or_end(
        settings, lambda cases: cases.act(lambda tx: tx.permits.permits(since=first - _DAY))
    )
    alarms, left = alarms_of(_named(settings, changes), permits)
    for change, why in alarms:
        click.echo(f"ALARM {file}:{change.line}: {_told(change)}: {why}")
    for permit in over_since(first, left, at=now):
        click.echo(f"note: no change here belongs to the permit of {_time(permit.issued_at)}{_about(permit)}")
    click.echo(f"{len(changes)} changes, {len(alarms)} without a permit")
    if alarms:
        raise SystemExit(1)


def _named(
    settings: Settings, changes: tuple[ListedChange, ...]
) -> tuple[tuple[ListedChange, str | None], ...]:
    """Find the account of each change; None where no account has its number."""
    database = database_of(settings)
    directory = directory_of(settings, database)
    try:
        found = {number: directory.find(number) for number in {change.number for change in changes}}
    except DirectoryUnavailable as fault:
        raise click.ClickException(f"{fault}, so nothing was compared: try again") from fault
    finally:
        database.close()
    accounts = {number: None if account is None else account.id for number, account in found.items()}
    return tuple((change, accounts[change.number]) for change in changes)


def _bytes_or_end(file: Path) -> bytes:
    spot = Spot(file=str(file), line=1, column=1)
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as fault:
        what, remedy = f"this cannot be read ({fault.strerror})", "name the file that the product wrote"
        end_with([_finding("unreadable-file", spot, what, remedy)], "nothing was compared")
    if len(content) > MOST_BYTES:
        what = f"this is longer than {MOST_BYTES // 1_000_000} MB"
        end_with(
            [_finding("unreadable-file", spot, what, "compare one month at a time")], "nothing was compared"
        )
    return content


def _finding(rule: str, spot: Spot, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity="error", spot=spot, what=what, remedy=remedy)


def _told(change: ListedChange) -> str:
    return f"account {change.number} was changed at {_time(change.at)} (reference {change.reference})"


def _about(permit: Permit) -> str:
    used = f", reported with reference {permit.reference}" if permit.used_at is not None else ", never used"
    return f" for account {permit.account}{used}"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
