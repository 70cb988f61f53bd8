"""`ivr purge`."""

import click

from ivr.cli.audit import done_or_end
from ivr.cli.environment import settings_or_end
from ivr.clock import WallClock
from ivr.store.retention import Retention, purge


@click.command("purge")
def command() -> None:
    """Let go of what is too old to be kept, and end cases that were open for a day. Run it once a day.

    Codes and replies go after 1 day; callers' numbers, and what messages to customers said, after 30; calls,
    their turns and messages that callers left after 90; cases after 730. The audit is kept, and names nobody.
    """
    at = WallClock().now()
    gone = done_or_end(settings_or_end(), lambda cases: purge(cases, Retention(), at=at))
    told = ", ".join(f"{count} {kind}" for kind, count in gone.items())
    click.echo(f"gone: {told}" if told else "nothing is too old")
