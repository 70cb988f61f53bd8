"""`ivr desk keypad` and `ivr desk callers`."""

import re
from typing import Final

import click

from ivr.bootstrap.startup import calls_of
from ivr.cli.desk.open_desk import by_agent, member_or_end, now, opened_desk, tell_done, tree_or_end
from ivr.cli.environment import settings_or_end
from ivr.domain.recovery.case import CaseNumber
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.live_callers import OnLine
from ivr.services.desk.moves.send_to_keypad import Keypad

_NAME: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_SENT: Final = "the caller is at the keypad, and the same agent is rung first afterwards"


@click.command("callers")
@by_agent
def callers(agent: str) -> None:
    """List who talks with an agent now in a call about no case, and what to name in `keypad`."""
    with opened_desk(agent) as desk:
        found = OnLine(keypad=_keypad(desk)).callers(member_or_end(desk, agent), at=now())
    for caller in found:
        people = ", ".join(caller.people) or "the account's own manager"
        click.echo(f"{caller.name}  {caller.line}: {people}, since {caller.since:%H:%M:%S} UTC. {caller.why}")
    if not found:
        click.echo("nobody is on the line without a case")


@click.command("keypad")
@click.argument("caller")
@by_agent
def keypad(caller: str, agent: str) -> None:
    """Send a caller to the keypad, in the middle of the talk; the same agent is rung first afterwards.

    CALLER is a case's number, or for a caller without a case the name that `callers` shows.
    """
    with opened_desk(agent) as desk:
        sends = _keypad(desk)
        if not _NAME.fullmatch(caller):
            sends.send(CaseNumber(caller), agent, at=now())
            tell_done(desk, caller, agent)
            return
        is_first = OnLine(keypad=sends).send(caller, member_or_end(desk, agent), at=now())
    click.echo(f"done, and on record: {_SENT}" if is_first else f"done already, once: {_SENT}")


def _keypad(desk: Desk) -> Keypad:
    settings = settings_or_end()
    calls = calls_of(settings)
    if calls is None:
        raise click.ClickException("nothing was done: these are a demo's settings, whose calls go nowhere")
    return Keypad(desk=desk, tree=tree_or_end(settings), calls=calls)
