"""`ivr call`."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from ivr.adapters.logging import log_to_stderr
from ivr.bootstrap.rehearsal import line_for_tests
from ivr.bootstrap.startup import StartFault
from ivr.cli.findings import end_with, shown
from ivr.domain.dialogue.place import CODE_STAGES
from ivr.simulator.carrier.signed_requests import CallBroken
from ivr.simulator.carrier.simulated_agents import AnswerAs, Behaviour, Person
from ivr.simulator.conversation import FIRST_CALLER, FIRST_TIME, Conversation, Step, caller_of, moment_of
from ivr.simulator.handset import Handset, Waiting
from ivr.simulator.saved_conversation import written
from ivr.simulator.transcript import told

_HELP = "keys: 0-9 * # (codes end with #)   -  silence   h  hang up   anything else is spoken"
_KEYS = frozenset("0123456789*#")
_LONGEST_MESSAGE_S = 3600
_SHORT: dict[str, Behaviour] = {
    "a": "answers",
    "d": "declines",
    "s": "silent",
    "b": "busy",
    "n": "no_answer",
    "f": "failed",
    "h": "caller_leaves",
}
_BEHAVIOURS = "(a)nswers (d)eclines (s)ilent (b)usy (n)o answer (f)ails, or you (h)ang up"
_BROKEN_STATUS = 1
_LAST_SENTENCE = re.compile(r"\s*[^.!?]+[.!?]\s*$")

NextAct = Callable[[Waiting], str]


@click.command("call")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
@click.option("--at", default=FIRST_TIME, show_default=True, help="When the call is made (ISO 8601, offset).")
@click.option(
    "--from", "caller", default=FIRST_CALLER, show_default=True, help="The caller's number, or anonymous."
)
@click.option("--keys", help='Do this and end, instead of asking: "1 2 - h". Whoever is rung answers.')
@click.option("--save", type=click.Path(path_type=Path), help="Write the call here as a conversation test.")
def command(menus: Path, prompts: Path, at: str, caller: str, keys: str | None, save: Path | None) -> None:
    """Call the line from this terminal. The call goes through the real webhooks, signed."""
    began_at, caller = _checked(at, caller)
    log_to_stderr("critical")
    try:
        line = line_for_tests(menus=str(menus), prompts=str(prompts), at=began_at)
    except StartFault as fault:
        end_with(shown(fault.findings, menus=menus, prompts=prompts), "there is no menu to call")
    click.echo(f"menu {line.tree.version}; {_HELP}")
    people: dict[str, tuple[Behaviour, ...]] = {}
    handset = Handset(
        line=line,
        caller=caller,
        answer_as=_noted(people, _asked if keys is None else _willing),
        told=lambda heard: click.echo(told(heard)),
    )
    try:
        steps = _talk(handset, _typed if keys is None else _listed(keys))
    except CallBroken as broken:
        click.echo(f"the call broke off: {broken}", err=True)
        raise SystemExit(_BROKEN_STATUS) from broken
    ends = line.disposition(handset.call)
    if save is not None and ends is not None:
        name = f"A call saved from menu {line.tree.version}"
        call = Conversation(call=name, at=began_at, caller=caller, people=people, steps=steps, ends=ends)
        _save(save, call)


def _checked(at: str, caller: str) -> tuple[datetime, str]:
    try:
        return moment_of(at), caller_of(caller)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _listed(keys: str) -> NextAct:
    """Give one act after the other, and a hang-up where they run out."""
    acts = iter(keys.split())
    return lambda _: next(acts, "h")


def _typed(waiting: Waiting) -> str:
    label = "seconds of your message" if waiting == "message" else "you"
    try:
        typed: str = click.prompt(f"{label:>9}", prompt_suffix=" > ", default="-", show_default=False)
    except click.Abort:
        click.echo()
        return "h"
    return typed.strip()


def _talk(handset: Handset, next_act: NextAct) -> list[Step]:
    """Play the call to its end, and give what was done and heard as steps of a conversation."""
    handset.dial()
    steps = _heard(handset, 0)
    while not handset.is_over:
        checked = len(handset.heard)
        step = _step(next_act(handset.waiting), handset.waiting)
        if step is None:
            click.echo("  the line takes a message now: a number of seconds, - for none, or h")
            continue
        steps += [_act(handset, step), *_heard(handset, checked)]
    return steps


def _step(act: str, waiting: Waiting) -> Step | None:
    """Read what was typed; None where the line cannot be told it now."""
    if act == "h":
        return Step(hangs_up=True)
    if waiting == "message":
        seconds = "0" if act == "-" else act
        if seconds.isascii() and seconds.isdecimal() and int(seconds[:9]) <= _LONGEST_MESSAGE_S:
            return Step(records=int(seconds))
        return None
    if all(key in _KEYS for key in act):
        return Step(presses=act)
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in act).split())
    return Step(stays="silent") if words in ("-", "") else Step(says=words)


def _act(handset: Handset, step: Step) -> Step:
    """Do it, and give what was done: keys that come when no key is waited for are not pressed."""
    if step.presses is not None:
        return _keyed(handset, step.presses)
    if step.hangs_up is not None:
        handset.hang_up()
    elif step.records is not None:
        handset.record(step.records)
    elif step.says is not None:
        handset.say(step.says)
    else:
        handset.stay_silent()
    return step


def _keyed(handset: Handset, keys: str) -> Step:
    """Press the keys. What differs in every call, a code or the key of a warning, is noted by what it was."""
    entry = keys.removesuffix("#")
    if handset.waits_for_entry and keys.endswith("#") and entry and "#" not in entry:
        noted = _noted_entry(handset, entry)
        handset.type(entry)
        return noted
    if handset.stage == "warning" and keys == handset.named_key():
        handset.press(keys)
        return Step(presses_named_key=True)
    return Step(presses="".join(_pressed(handset, keys)))


def _noted_entry(handset: Handset, entry: str) -> Step:
    kinds: tuple[Literal["text", "mail"], ...] = ("text", "mail")
    if handset.stage in CODE_STAGES:
        for kind in kinds:
            if handset.has_code(kind, entry):
                return Step(types_code=kind)
    return Step(types=entry)


def _pressed(handset: Handset, keys: str) -> Iterator[str]:
    for key in keys:
        if handset.waiting != "keys":
            return
        handset.press(key)
        yield key


def _heard(handset: Handset, since: int) -> list[Step]:
    said = [one.words for one in handset.heard[since:] if one.who == "line"]
    if not said:
        return []
    # The warning's last sentence names a key that is another one in every call.
    words = _LAST_SENTENCE.sub("", said[-1]) if handset.stage == "warning" else said[-1]
    return [Step(hears=words)]


def _asked(person: Person) -> Behaviour:
    try:
        letter = click.prompt(
            f"  {person.name} is rung: {_BEHAVIOURS}",
            type=click.Choice(list(_SHORT)),
            default="a",
            show_choices=False,
        )
    except click.Abort:
        click.echo()
        letter = "h"
    return _SHORT[letter]


def _willing(_: Person) -> Behaviour:
    return "answers"


def _noted(people: dict[str, tuple[Behaviour, ...]], asked: AnswerAs) -> AnswerAs:
    """Keep how everybody behaved, ring by ring."""

    def noted(person: Person) -> Behaviour:
        behaviour = asked(person)
        people[person.name] = (*people.get(person.name, ()), behaviour)
        return behaviour

    return noted


def _save(path: Path, call: Conversation) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(call), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written ({error.strerror})") from error
    click.echo(f"wrote {path}")
