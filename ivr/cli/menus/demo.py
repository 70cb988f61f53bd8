"""`ivr demo`."""

from itertools import takewhile
from pathlib import Path
from textwrap import fill

import click

from ivr.adapters.logging import log_to_stderr
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.bootstrap.startup import StartFault
from ivr.cli.findings import end_with, shown
from ivr.domain.recovery.case import CaseNumber
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.simulator.carrier.simulated_agents import as_cast
from ivr.simulator.conversation import moment_of
from ivr.simulator.handset import Handset
from ivr.simulator.transcript import told

_NIGHT = moment_of("2026-11-24T03:07:00-08:00")
_KEYS = "112"
_SUBSCRIPTION = "204117"
_AGENT = "ana"
_NEXT = """
Type next:
  make serve              answer webhooks on this machine, with demo numbers
  .venv/bin/ivr call      call the line and press the keys yourself
  .venv/bin/ivr check     check the menus, and list what is still the example's
  .venv/bin/ivr test      run the conversations beside the menus"""


@click.command("demo")
@click.option("--menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
def command(menus: Path, prompts: Path) -> None:
    """Play one call: a locked-out primary administrator, at seven past three in the morning."""
    log_to_stderr("critical")
    try:
        line = line_for_tests(menus=str(menus), prompts=str(prompts), at=_NIGHT)
    except StartFault as fault:
        found = shown(fault.findings, menus=menus, prompts=prompts)
        end_with(found, "there is no menu to call: run this where menus/ and prompts/ are")
    click.echo(f"A call at {_NIGHT:%H:%M}, through the real webhooks, to menu {line.tree.version}.\n")
    # Nobody picks up the first telephone, so that the second person takes the call.
    handset = Handset(
        line=line,
        answer_as=as_cast({"on call": ("no_answer",)}),
        told=lambda heard: click.echo(told(heard)),
    )
    desk = line.desk
    if desk is not None:
        handset.in_talk = lambda: _work(line, desk, handset)
    _call(handset)
    click.echo(_NEXT)


def _call(handset: Handset) -> None:
    """Go through the call; a menu that is no longer the shipped one may lead elsewhere."""
    handset.dial()
    for key in _KEYS:
        if handset.waiting == "keys" and not handset.waits_for_entry:
            handset.press(key)
    if handset.waits_for_entry:
        handset.type(_SUBSCRIPTION)
        handset.type(handset.code_from("text"))
        handset.type(handset.code_from("mail"))
        handset.press(handset.named_key())
    if handset.waiting == "keys":
        handset.stay_silent()
    if not handset.is_over:
        handset.hang_up()


def _work(line: RehearsalLine, desk: Desk, handset: Handset) -> None:
    """Be the agent who took the call: look at the card, be refused once, and go on by the rule."""
    cards = desk.open_cards(at=line.clock.now())
    match = handset.match_digits()
    if not cards or match is None:
        return
    number = CaseNumber(cards[0].number)
    said = f"The agent's desk, while the two talk: {_AGENT} has typed the digits that were whispered."
    click.echo(f"\n{said}\n")
    desk.claim(number, _AGENT, match=match, at=line.clock.now())
    desk.spoke(number, _AGENT, at=line.clock.now())
    _show(desk, number, line, until="Actions")
    click.echo("\nTried now, the change is refused:\n")
    try:
        desk.change(number, _AGENT, at=line.clock.now())
    except MoveBlocked as refused:
        for lack in refused.lacks:
            click.echo(fill(f"{lack.missing}: {lack.remedy}", initial_indent="  ", subsequent_indent="  "))
    desk.subaccounts(number, _AGENT, count=0, at=line.clock.now())
    desk.change(number, _AGENT, at=line.clock.now())
    click.echo(f"\n{_AGENT} looks in the product and finds no subaccount: the change is allowed, once.\n")
    _show(desk, number, line, until="")
    click.echo()


def _show(desk: Desk, number: CaseNumber, line: RehearsalLine, *, until: str) -> None:
    """Show the card down to the first line that is *until*."""
    for text in takewhile(lambda text: text != until, lines_of(desk.card(number, at=line.clock.now()))):
        click.echo(f"  {text}".rstrip())
