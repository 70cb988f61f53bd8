"""`ivr demo`."""

from pathlib import Path

import click

from ivr.cli.findings import end_with, shown
from ivr.logs import log_to_stderr
from ivr.rehearsal import line_for_tests
from ivr.simulator.agents import as_cast
from ivr.simulator.conversation import moment_of
from ivr.simulator.handset import Handset
from ivr.simulator.transcript import told
from ivr.start import StartFault

_NIGHT = moment_of("2026-11-24T03:07:00-08:00")
_KEYS = "112"
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
    log_to_stderr("warning")
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
    _call(handset)
    click.echo(_NEXT)


def _call(handset: Handset) -> None:
    """Go through the keys; a menu that is no longer the shipped one may take fewer of them."""
    handset.dial()
    for key in _KEYS:
        if handset.waiting == "keys":
            handset.press(key)
    if handset.waiting == "keys":
        handset.stay_silent()
    if not handset.is_over:
        handset.hang_up()
