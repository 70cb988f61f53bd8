"""`ivr accounts unlock`."""

import click

from ivr.agents.unlocking import NotOpened, unlock
from ivr.cli.accounts_invite import open_directory
from ivr.cli.audit import done_or_end
from ivr.cli.environment import settings_or_end
from ivr.clock import WallClock

_NOTHING = "nothing was changed"


@click.command("unlock")
@click.argument("subscription_number")
@click.option("--agent", required=True, help="Who opens it.")
@click.option("--second", required=True, help="Who has looked at it as well; somebody else.")
def command(subscription_number: str, agent: str, second: str) -> None:
    """Let an account be verified by phone again, after twenty wrong entries in a row closed it for that.

    Its limits of an hour and of a day still hold. Nobody is verified by this.
    """
    settings = settings_or_end()
    with open_directory(settings, nothing=_NOTHING) as directory:
        account = directory.find(subscription_number.strip())
    if account is None:
        raise click.ClickException(f"no account has this subscription number; {_NOTHING}")
    try:
        failures = done_or_end(
            settings, lambda cases: unlock(cases, account, agent=agent, second=second, at=WallClock().now())
        )
    except NotOpened as fault:
        raise click.ClickException(f"{fault}; {_NOTHING}") from fault
    click.echo(f"{failures} wrong entries in a row are forgotten; on record as {agent} with {second}")
