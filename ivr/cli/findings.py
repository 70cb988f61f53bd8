"""How findings are shown on a terminal, and which of them end a command."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from ivr.written.finding import Finding, in_order, line_of

FAULT_STATUS = 2


def shown(findings: Iterable[Finding], *, menus: Path, prompts: Path) -> list[Finding]:
    """Name files as the operator has them, where the folders are not menus/ and prompts/ of this one."""
    return [_named(finding, {"menus": menus, "prompts": prompts}) for finding in in_order(findings)]


def end_with(findings: Sequence[Finding], because: str) -> NoReturn:
    """Say what is wrong, on standard error, and end with status 2."""
    for finding in findings:
        click.echo(line_of(finding), err=True)
    click.echo(because, err=True)
    raise SystemExit(FAULT_STATUS)


def _named(finding: Finding, folders: dict[str, Path]) -> Finding:
    folder, _, name = finding.spot.file.partition("/")
    if folder not in folders or not name:
        return finding
    return replace(finding, spot=replace(finding.spot, file=str(folders[folder] / name)))
