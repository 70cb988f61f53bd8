"""`ivr fallback`."""

from pathlib import Path

import click

from ivr.app import apology_of
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.start import StartFault, tree_to_serve


@click.command("fallback")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the document here instead of printing it."
)
def command(out: Path | None) -> None:
    """Write the document for Twilio's fallback URL, to be served from another host than this one.

    It apologizes, rings the people of the general line together, and needs nothing of this service. Write it
    again after each change of menus or numbers.
    """
    settings = settings_or_end()
    try:
        tree = tree_to_serve(settings)
    except StartFault as fault:
        findings = shown(fault.findings, menus=settings.menus, prompts=settings.prompts)
        end_with(findings, "no fallback was written")
    document = apology_of(settings, tree)
    if out is None:
        click.echo(document.decode())
        return
    out.write_bytes(document)
    click.echo(f"wrote {out}")
