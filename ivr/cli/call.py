"""`ivr call`."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from ivr.app import RehearsalLine, line_for_tests
from ivr.cli.findings import end_with, shown
from ivr.simulator.agents import Behaviour, Person
from ivr.simulator.conversation import FIRST_TIME
from ivr.simulator.handset import Handset
from ivr.simulator.transcript import told
from ivr.simulator.wire import CallBroken
from ivr.start import StartFault

_HELP = "keys: 0-9 * #   -  silence   h  hang up   anything else is spoken"
_SHORT: dict[str, Behaviour] = {
    "a": "answers",
    "d": "declines",
    "s": "silent",
    "b": "busy",
    "n": "no_answer",
    "f": "failed",
}


@click.command("call")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
@click.option("--at", default=FIRST_TIME, show_default=True, help="When the call is made (ISO 8601, offset).")
@click.option("--from", "caller", default="+14155550199", show_default=True, help="The caller's number.")
@click.option("--keys", help='Do this and end, instead of asking: "1 2 - h".')
@click.option("--save", type=click.Path(path_type=Path), help="Write the call here as a conversation test.")
def command(menus: Path, prompts: Path, at: str, caller: str, keys: str | None, save: Path | None) -> None:
    """Call the line from this terminal. The call goes through the real webhooks, signed."""
    try:
        line = line_for_tests(menus=str(menus), prompts=str(prompts), at=_instant(at))
    except StartFault as fault:
        end_with(shown(fault.findings, menus=menus, prompts=prompts), "there is no menu to call")
    click.echo(f"menu {line.tree.version}; {_HELP}")
    people: dict[str, Behaviour] = {}
    asked = _asked_agents(people) if keys is None else _willing(people)
    handset = Handset(line=line, caller=caller, answer_as=asked, told=lambda heard: click.echo(told(heard)))
    steps = _talk(handset, _typed() if keys is None else _listed(keys))
    if save is not None:
        _save(save, line, handset, at=at, people=people, steps=steps)


def _listed(keys: str) -> Callable[[], str]:
    """Give one act after the other, and a hang-up where they run out."""
    acts = iter(keys.split())
    return lambda: next(acts, "h")


def _typed() -> Callable[[], str]:
    def typed() -> str:
        try:
            return click.prompt("      you", prompt_suffix=" > ", default="-", show_default=False)
        except click.Abort:
            click.echo()
            return "h"

    return typed


def _talk(handset: Handset, next_act: Callable[[], str]) -> list[dict[str, object]]:
    """Play the call to its end, and give what was done as steps of a conversation."""
    handset.dial()
    steps: list[dict[str, object]] = [_heard(handset, 0)]
    while not handset.is_over:
        checked = len(handset.heard)
        act = next_act().strip()
        try:
            steps += _acted(handset, act)
        except CallBroken as broken:
            click.echo(f"  {broken}")
            continue
        if not handset.is_over:
            steps.append(_heard(handset, checked))
    return [step for step in steps if step]


def _acted(handset: Handset, act: str) -> list[dict[str, object]]:
    if act == "h":
        handset.hang_up()
        return [{"hangs_up": True}]
    if handset.waiting == "message":
        seconds = int(act) if act.isdecimal() and len(act) < 4 else 0  # noqa: PLR2004 -- seconds of a message
        handset.record(seconds)
        return [{"records": seconds}]
    if act in ("-", ""):
        handset.stay_silent()
        return [{"stays": "silent"}]
    if all(key in "0123456789*#" for key in act):
        for key in act:
            handset.press(key)
        return [{"presses": act}]
    handset.say(act)
    return [{"says": act}]


def _heard(handset: Handset, since: int) -> dict[str, object]:
    said = [one.words for one in handset.heard[since:] if one.who == "line"]
    return {"hears": said[-1]} if said else {}


def _asked_agents(people: dict[str, Behaviour]) -> Callable[[Person], Behaviour]:
    def asked(person: Person) -> Behaviour:
        letter = click.prompt(
            f"  {person.name} is rung: (a)nswers (d)eclines (s)ilent (b)usy (n)o answer (f)ails",
            type=click.Choice(list(_SHORT)),
            default="a",
            show_choices=False,
        )
        people[person.name] = _SHORT[letter]
        return people[person.name]

    return asked


def _willing(people: dict[str, Behaviour]) -> Callable[[Person], Behaviour]:
    def willing(person: Person) -> Behaviour:
        return people.setdefault(person.name, "answers")

    return willing


def _save(
    path: Path,
    line: RehearsalLine,
    handset: Handset,
    *,
    at: str,
    people: dict[str, Behaviour],
    steps: list[dict[str, object]],
) -> None:
    """Write the call as a conversation. JSON's texts are YAML's too, quoted so that none is misread."""
    rows = ["call: " + json.dumps(f"saved from a call to menu {line.tree.version}"), f'at: "{at}"']
    rows.append("caller: " + json.dumps(handset.caller))
    if people:
        rows.append("people:")
        rows += [f"  {json.dumps(name)}: {behaviour}" for name, behaviour in people.items()]
    rows.append("steps:")
    for step in steps:
        rows += [f"  - {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in step.items()]
    rows.append(f"ends: {line.disposition(handset.call)}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    click.echo(f"wrote {path}")


def _instant(at: str) -> datetime:
    try:
        instant = datetime.fromisoformat(at)
    except ValueError as error:
        raise click.UsageError(f'--at "{at}" is no time; write {FIRST_TIME}') from error
    if instant.tzinfo is None:
        raise click.UsageError(f'--at "{at}" has no offset; write {FIRST_TIME}')
    return instant
