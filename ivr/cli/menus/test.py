"""`ivr test`."""

import time
from pathlib import Path

import click

from ivr.adapters.logging import log_to_stderr
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.bootstrap.startup import StartFault
from ivr.cli.findings import FAULT_STATUS, end_with, shown
from ivr.domain.yaml_source.finding import Finding, line_of
from ivr.domain.yaml_source.yaml_document import YamlDocument
from ivr.simulator.conversation import FIRST_TIME, moment_of, read_conversation
from ivr.simulator.menu_coverage import Coverage, coverage_of
from ivr.simulator.play import Result, play

_UNCOVERED_STATUS = 1


@click.command("test")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
@click.option(
    "--need",
    type=click.IntRange(0, 100),
    default=100,
    show_default=True,
    help="Percent of options and answers that must be reached.",
)
def command(menus: Path, prompts: Path, need: int) -> None:
    """Run every conversation in MENUS/calls, and name the options and answers that none of them reaches.

    Ends with status 2 where a conversation went otherwise, and with 1 where too little was reached.
    """
    began = time.perf_counter()
    files = sorted((menus / "calls").glob("*.yaml"))
    if not files:
        raise click.ClickException(
            f"there is no conversation in {menus / 'calls'}: write one, or `ivr call --save`"
        )
    log_to_stderr("critical")
    try:
        line = line_for_tests(menus=str(menus), prompts=str(prompts), at=moment_of(FIRST_TIME))
    except StartFault as start:
        end_with(shown(start.findings, menus=menus, prompts=prompts), "no conversation was run")
    runs = [_run(file, line, number) for number, file in enumerate(files)]
    faults = [fault for _, found in runs for fault in found]
    for fault in faults:
        click.echo(line_of(fault))
    failed = sum(bool(found) for _, found in runs)
    click.echo(f"{len(files) - failed} passed, {failed} failed, in {time.perf_counter() - began:.1f} s")
    results = [result for result, _ in runs if result is not None]
    coverage = coverage_of(line.tree, results, public_url=line.public_url)
    _tell(coverage)
    if faults or coverage.percent < need:
        raise SystemExit(FAULT_STATUS if faults else _UNCOVERED_STATUS)


def _run(file: Path, line: RehearsalLine, number: int) -> tuple[Result | None, tuple[Finding, ...]]:
    """Play one file as a call of its own; all of them share a line, since a large menu takes time to load."""
    document, conversation, found = read_conversation(str(file), file.read_bytes())
    if conversation is None:
        return None, found
    line.clock.at = conversation.at
    try:
        there = line.in_circumstances(hours=conversation.hours, away=conversation.away)
    except ValueError as fault:
        return None, (_unreal(document, str(fault)),)
    result = play(document, conversation, there, number=number)
    return result, () if result.fault is None else (result.fault,)


def _unreal(document: YamlDocument, what: str) -> Finding:
    remedy = "write a line of lines.yaml, and its hours as there"
    return Finding(
        rule="conversation", severity="error", spot=document.spot(("hours",)), what=what, remedy=remedy
    )


def _tell(coverage: Coverage) -> None:
    for node, key in coverage.missed_options:
        click.echo(f"no conversation presses {key} at {node}")
    for answer in coverage.missed_answers:
        click.echo(f"no conversation hears the answer {answer}")
    options = f"{coverage.options - len(coverage.missed_options)} of {coverage.options} options"
    answers = f"{coverage.answers - len(coverage.missed_answers)} of {coverage.answers} answers"
    click.echo(f"{coverage.percent} % reached: {options}, {answers}")
