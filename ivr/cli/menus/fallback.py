"""`ivr fallback`."""

import re
from pathlib import Path
from typing import Final

import click

from ivr.adapters.settings.settings import Settings
from ivr.adapters.twilio.apology import write_accept
from ivr.adapters.twilio.urls import FRAGMENT
from ivr.bootstrap.line_parts import apology_of, apology_whisper_of
from ivr.bootstrap.startup import StartFault, tree_to_serve
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.domain.menus.tree import MenuTree

_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*", re.ASCII)


@click.command("fallback")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write here instead of printing: a file, or a folder."
)
@click.option(
    "--address",
    help="Where that folder is served, such as https://files.example.com/ivr. Three documents are then "
    "written, and whoever is rung takes the call by a key.",
)
def command(out: Path | None, address: str | None) -> None:
    """Write the document for Twilio's fallback URL, to be served from another host than this one.

    It apologizes, rings the people of the general line together, and needs nothing of this service. Write it
    again after each change of menus or numbers.
    """
    address = None if address is None else address.rstrip("/")
    if address is not None and out is None:
        raise click.UsageError("--address needs --out: the folder that is served there")
    if address is not None and not _ADDRESS.fullmatch(address):
        raise click.UsageError("--address is no plain address: write it as https://files.example.com/ivr")
    settings = settings_or_end()
    try:
        tree = tree_to_serve(settings)
    except StartFault as fault:
        findings = shown(fault.findings, menus=settings.menus, prompts=settings.prompts)
        end_with(findings, "no fallback was written")
    if out is not None and address is not None:
        _write_folder(settings, tree, out, address)
    elif out is not None:
        _write(out, apology_of(settings, tree))
    else:
        click.echo(apology_of(settings, tree).decode())


def _write_folder(settings: Settings, tree: MenuTree, folder: Path, address: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise click.ClickException(f"{folder} cannot be made ({fault.strerror})") from fault
    documents = {
        "accept.xml": write_accept(),
        "whisper.xml": apology_whisper_of(tree, accept_url=f"{address}/accept.xml{FRAGMENT}"),
        "fallback.xml": apology_of(settings, tree, whisper_url=f"{address}/whisper.xml{FRAGMENT}"),
    }
    for name, document in documents.items():
        _write(folder / name, document)


def _write(path: Path, document: bytes) -> None:
    try:
        path.write_bytes(document)
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be written ({fault.strerror})") from fault
    click.echo(f"wrote {path}")
