"""`ivr accounts readiness`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import click

from ivr.adapters.accounts.readiness import NOTHING, readiness
from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.enrollment_store import enrolments_of_all
from ivr.adapters.settings.settings import Settings
from ivr.cli.accounts.accounts_invite import open_directory, policy_or_end
from ivr.cli.accounts.stored_accounts import listed_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.records.audit import read_or_end
from ivr.domain.recovery.enrollment import Enrolment
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Account

_UNTOLD: Final = "nothing was judged"


@click.command("readiness")
@click.argument("subscription_numbers", nargs=-1)
def command(subscription_numbers: tuple[str, ...]) -> None:
    """Tell for each account how its administrator would prove now who calls, or why nobody could.

    It is judged by verification.yaml and the line's own rule. With SUBSCRIPTION_NUMBERS only of those, and so
    of accounts that a service of the company keeps.
    """
    settings, now = settings_or_end(), WallClock().now()
    if subscription_numbers:
        named = _named_or_end(settings, subscription_numbers)
    else:
        listed = listed_or_end(settings)
        named = {f"{one.number}  {one.company}": one.account for one in listed}
    policy = policy_or_end(settings, nothing=_UNTOLD)
    enrolled = read_or_end(settings, enrolments_of_all)
    ready = sum(_tell(name, account, policy, enrolled, now) for name, account in named.items())
    click.echo(f"{ready} of {len(named)} accounts are ready")


def _named_or_end(settings: Settings, numbers: tuple[str, ...]) -> Mapping[str, Account]:
    found: dict[str, Account] = {}
    with open_directory(settings, nothing=_UNTOLD) as directory:
        for number in numbers:
            account = directory.find(number)
            if account is None:
                raise click.ClickException(f"{number}: no account has this subscription number; {_UNTOLD}")
            found[number] = account
    return found


def _tell(
    name: str, account: Account, policy: Policy, enrolled: Mapping[str, Enrolment], at: datetime
) -> bool:
    found = readiness(account, enrolled.get(account.id, NOTHING), policy, at=at)
    ways = f"by {', '.join(found.ways)}" if found.ways else "by nothing"
    told = f"ready  {ways}" if found.is_ready else f"not ready  {'; '.join(found.lacks)} ({ways})"
    click.echo(f"{name}  {told}")
    return found.is_ready
