"""`ivr check`."""

from pathlib import Path

import click

from ivr.adapters.mail.message_templates import read_template_files, read_templates
from ivr.bootstrap.startup import StartFault, load_folders
from ivr.cli.findings import FAULT_STATUS, end_with, shown
from ivr.domain.menus.building.loader import Loaded
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding, as_json, line_of
from ivr.entrypoints.worker.sender_identity import house_of
from ivr.entrypoints.worker.text_lengths import LONGEST_PHONE, TextLengths


@click.command("check")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
@click.option("--prompts", default="prompts", envvar="IVR_PROMPTS", type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--public-url",
    default="https://answer-line.example.com",
    envvar="IVR_PUBLIC_URL",
    help="What the links in texts begin with: texts are measured with it.",
)
@click.option("--strict", is_flag=True, help="End with status 2 on warnings too.")
def command(menus: Path, prompts: Path, style: str, public_url: str, *, strict: bool) -> None:
    """Check the folder MENUS and the line's own prompts.

    Ends with status 2 where there is an error. Warnings and advice are shown, and change nothing.
    """
    try:
        loaded, _ = load_folders(menus, prompts)
    except StartFault as fault:
        end_with(fault.findings, "nothing was checked")
    written = _template_findings(loaded, prompts, public_url)
    findings = shown((*loaded.findings, *written), menus=menus, prompts=prompts)
    if style == "json":
        click.echo(as_json(findings))
    else:
        for finding in findings:
            click.echo(line_of(finding))
        click.echo(_summary(findings, str(loaded.tree.version) if loaded.tree else None))
    counted = [one for one in findings if one.severity == "error" or (strict and one.severity == "warning")]
    if counted:
        raise SystemExit(FAULT_STATUS)


def _template_findings(loaded: Loaded, prompts: Path, public_url: str) -> tuple[Finding, ...]:
    """Check what is sent, where anybody is verified: what it has to say, and how long a text may get."""
    if loaded.tree is None or loaded.tree.verification is None:
        return ()
    files = read_template_files(prompts)
    templates, findings = read_templates(files, loaded.tree.languages)
    # Every key makes links of the same length.
    house = house_of(loaded, phone=LONGEST_PHONE, public_url=public_url, key=Secret("0" * 32))
    lengths = TextLengths(files=files, templates=templates, loaded=loaded, house=house)
    return (*findings, *lengths.findings())


def _summary(findings: list[Finding], version: str | None) -> str:
    count = {kind: sum(one.severity == kind for one in findings) for kind in ("error", "warning", "advice")}
    verdict = f"menu {version} can be served" if version else "this menu cannot be served"
    counts = f"{_many(count['error'], 'error')}, {_many(count['warning'], 'warning')}"
    return f"{verdict}: {counts}, {count['advice']} of advice"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
