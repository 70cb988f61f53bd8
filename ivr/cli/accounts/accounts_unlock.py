"""`ivr accounts unlock`."""

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.cli.accounts.accounts_invite import open_directory
from ivr.cli.environment import settings_or_end
from ivr.cli.records.audit import done_or_end
from ivr.services.desk.moves.unlock_account import NotOpened, unlock

_NOTHING = "nothing was changed"
_IN_CONSOLE = (
    "in production two who are signed in open an account, since a terminal cannot tell one person from two: "
    "on the card of a case of the account, one asks for it, and a colleague opens it"
)


@click.command("unlock")
@click.argument("subscription_number")
@click.option("--agent", required=True, help="Who opens it, as `ivr staff list` has it.")
@click.option("--second", required=True, help="Who has looked at it as well; somebody else.")
def command(subscription_number: str, agent: str, second: str) -> None:
    """In development, let an account be verified by phone again that twenty wrong entries in a row closed.

    Both must be agents or supervisors. In production that is done in the console, by two who are signed in.
    The limits of an hour and of a day still hold. Nobody is verified by this.
    """
    settings = settings_or_end()
    if settings.is_production:
        raise click.ClickException(f"{_IN_CONSOLE}; {_NOTHING}")
    with open_directory(settings, nothing=_NOTHING) as directory:
        account = directory.find(subscription_number.strip())
    if account is None:
        raise click.ClickException(f"no account has this subscription number; {_NOTHING}")

    def opens(cases: SqlCases) -> int:
        roster = SqlStaff(cases).act(lambda tx: tx.members())
        return unlock(cases, account, agent=agent, second=second, roster=roster, at=WallClock().now())

    try:
        failures = done_or_end(settings, opens)
    except NotOpened as fault:
        raise click.ClickException(f"{fault}; {_NOTHING}") from fault
    click.echo(f"{failures} wrong entries in a row are forgotten; on record as {agent} with {second}")
