"""`ivr test`."""

import time
from pathlib import Path

import click

from ivr.app import RehearsalLine, line_for_tests
from ivr.cli.findings import FAULT_STATUS, end_with, shown
from ivr.simulator.conversation import read_conversation
from ivr.simulator.coverage import Coverage, coverage_of
from ivr.simulator.run import Result, play
from ivr.start import StartFault
from ivr.written.finding import Finding, line_of


@click.command("test")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
@click.option("--need", default=100, show_default=True, help="Percent of options that must be reached.")
def command(menus: Path, prompts: Path, need: int) -> None:
    """Run every conversation in MENUS/calls, and name the options that none of them presses."""
    began = time.perf_counter()
    files = sorted((menus / "calls").glob("*.yaml"))
    if not files:
        raise click.ClickException(
            f"there is no conversation in {menus / 'calls'}: write one, or `ivr call --save`"
        )
    results: list[Result] = []
    faults: list[Finding] = []
    line: RehearsalLine | None = None
    for file in files:
        document, conversation, found = read_conversation(str(file), file.read_bytes())
        if conversation is None:
            faults.extend(found)
            continue
        try:
            line = line_for_tests(menus=str(menus), prompts=str(prompts), at=conversation.begins_at())
        except StartFault as start:
            end_with(shown(start.findings, menus=menus, prompts=prompts), "no conversation was run")
        result = play(document, conversation, line)
        results.append(result)
        if result.fault is not None:
            faults.append(result.fault)
    for fault in faults:
        click.echo(line_of(fault))
    covered = _told(results, faults, line, time.perf_counter() - began)
    if faults or covered < need:
        raise SystemExit(FAULT_STATUS if faults else 1)


def _told(results: list[Result], faults: list[Finding], line: RehearsalLine | None, took_s: float) -> int:
    passed = sum(result.fault is None for result in results)
    click.echo(f"{passed} passed, {len(faults)} failed")
    if line is None:
        return 0
    coverage: Coverage = coverage_of(line.tree, results, public_url=line.public_url)
    for node, key in coverage.missed:
        click.echo(f"no conversation presses {key} at {node}")
    click.echo(f"{coverage.percent} % of {coverage.options} options reached, in {took_s:.1f} s")
    return coverage.percent
