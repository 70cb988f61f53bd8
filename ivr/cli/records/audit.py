"""`ivr audit`."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import Connection

from ivr.adapters.clock import WallClock
from ivr.adapters.database.audit.audit_checkpoint import AuditBroken, begin_anchor
from ivr.adapters.database.audit.audit_store import checkpoint_in, exported, records, verify
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import at_of
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, anchor_of, check_key, line_key
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with
from ivr.cli.os_user import os_user
from ivr.domain.recovery.audit_chain import Checkpoint
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable
from ivr.services.ports import StoreUnavailable

Result = TypeVar("Result")
_LONGEST_WAIT_S = 30


def key_or_end(settings: Settings) -> Secret:
    """Give the key, which the database knows; or end with what is wrong with it."""
    try:
        key = line_key(settings)
        check_key(settings, key)
    except StartFault as fault:
        end_with(fault.findings, "nothing was done")
    return key


def database_of(settings: Settings) -> Database:
    """Open the database for a person who waits, and so may wait longer than a caller."""
    return Database(
        settings.database_url.reveal(),
        breaker=Breaker(),
        durability="survives_power_loss",
        longest_wait_s=_LONGEST_WAIT_S,
    )


def cases_of(settings: Settings, database: Database) -> SqlCases:
    """Give the cases to a command: whatever it puts on record says who ran it."""
    return SqlCases(
        database, key=key_or_end(settings), anchor=anchor_of(settings), beside={"os_user": os_user()}
    )


def done_or_end(settings: Settings, work: Callable[[SqlCases], Result]) -> Result:
    """Do *work* on the cases of these settings, or end with why that was not possible."""
    database = database_of(settings)
    try:
        return work(cases_of(settings, database))
    except StoreUnavailable as fault:
        raise click.ClickException(f"{fault}; before the first `ivr serve`, run `ivr migrate`") from fault
    except AuditUnavailable as fault:
        raise click.ClickException(f"{fault}; what cannot go on record is not done") from fault
    finally:
        database.close()


def read_or_end(settings: Settings, work: Callable[[Connection], Result]) -> Result:
    """Read the database, or end with why that was not possible."""
    database = database_of(settings)
    try:
        return database.try_now(work)
    except StoreUnavailable as fault:
        raise click.ClickException(f"{fault}; before the first `ivr serve`, run `ivr migrate`") from fault
    finally:
        database.close()


@click.group("audit")
def command() -> None:
    """See whether the record of what was done is whole, or write it out."""


@command.command("verify")
def verify_command() -> None:
    """Say whether the chain of records holds, and from which on, in one sentence.

    Ends with 1 where it does not.
    """
    settings = settings_or_end()
    key, anchor = key_or_end(settings), anchor_of(settings)

    def work(connection: Connection) -> tuple[str | None, int, Checkpoint | None]:
        fault = verify(connection, key, anchor)
        return fault, sum(1 for _ in records(connection)), checkpoint_in(connection)

    fault, count, checkpoint = read_or_end(settings, work)
    if fault is not None:
        click.echo(f"the audit does not hold: {fault}")
        raise SystemExit(1)
    click.echo(f"the audit holds: {count} records{_since(checkpoint)}")


def _since(checkpoint: Checkpoint | None) -> str:
    if checkpoint is None:
        return ""
    day = at_of(checkpoint.at_us).date()
    return f", from record {checkpoint.seq + 1} on; those before were let go on {day}"


@command.command("export")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of printing.")
def export_command(out: Path | None) -> None:
    """Write every record as a line of JSON, oldest first, with the seal that chains it to the one before."""
    lines = read_or_end(settings_or_end(), lambda connection: list(exported(connection)))
    if out is None:
        for line in lines:
            click.echo(line)
        return
    try:
        out.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    except OSError as fault:
        raise click.ClickException(f"{out} was not written ({fault.strerror})") from fault
    click.echo(f"wrote {len(lines)} records to {out}")


@command.command("anchor")
def anchor_command() -> None:
    """Begin another anchor at the last record, where the old one is lost or does not fit any more.

    Only with a chain that holds. What was found goes on record, with the operating system's user, and the old
    file stays beside the new one: keep it, since it may be all that tells of a cut before this moment.
    """
    settings = settings_or_end()
    key, anchor, at = key_or_end(settings), anchor_of(settings), WallClock().now()

    def work(cases: SqlCases) -> int:
        return begin_anchor(cases, key, anchor, by=f"shell:{os_user()}", at=at)

    try:
        seq = done_or_end(settings, work)
    except AuditBroken as fault:
        raise click.ClickException(f"{fault}; no anchor was begun") from fault
    click.echo(f"another anchor begins at record {seq}: {settings.anchor}")
