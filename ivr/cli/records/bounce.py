"""`ivr bounce`."""

import sys

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.mail.bounces import read_bounce
from ivr.bootstrap.startup import anchor_of
from ivr.cli.environment import settings_or_end
from ivr.cli.records.audit import database_of, key_or_end
from ivr.services.case_ports import AuditUnavailable
from ivr.services.ports import StoreUnavailable

_LARGEST = 10 * 1024 * 1024


@click.command("bounce")
def command() -> None:
    """Read a mail that came back, from standard input: a disclaimer that failed counts no more.

    For a mail server to call with each message to the address in IVR_MAIL_FROM.
    Ends with 1 for any other mail, and then nothing is changed.
    """
    settings = settings_or_end()
    key = key_or_end(settings)
    bounce = read_bounce(sys.stdin.buffer.read(_LARGEST))
    if bounce is None:
        click.echo("this is no notice of a mail that failed", err=True)
        raise SystemExit(1)
    database = database_of(settings)
    try:
        outbox = SqlOutbox(
            database,
            key=key,
            anchor=anchor_of(settings),
            domain=settings.mail_from.rpartition("@")[2],
        )
        is_ours = outbox.bounce(bounce.message_id, bounce.status, at=WallClock().now())
    except (StoreUnavailable, AuditUnavailable) as fault:
        raise click.ClickException(f"{fault}: hand the message in again") from fault
    finally:
        database.close()
    if not is_ours:
        click.echo("it returns a mail that this line did not send", err=True)
        raise SystemExit(1)
    click.echo(f"noted: that mail came back ({bounce.status})")
