"""How findings are shown on a terminal, and which of them end a command."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click

from ivr.domain.yaml_source.finding import Finding, in_order, line_of, named

FAULT_STATUS = 2


def shown(findings: Iterable[Finding], *, menus: Path, prompts: Path) -> list[Finding]:
    """Name files as the operator has them, where the folders are not menus/ and prompts/ of this one."""
    folders = {"menus": str(menus), "prompts": str(prompts)}
    return [named(finding, folders) for finding in in_order(findings)]


def tell(findings: Iterable[Finding]) -> None:
    """Say what is wrong, on standard error."""
    for finding in findings:
        click.echo(line_of(finding), err=True)


def end_with(findings: Sequence[Finding], because: str) -> NoReturn:
    """Say what is wrong, and end with status 2."""
    tell(findings)
    click.echo(because, err=True)
    raise SystemExit(FAULT_STATUS)
