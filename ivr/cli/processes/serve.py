"""`ivr serve`."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from ivr.adapters.settings.environment.variable_names import CLOCK
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, load_folders, menu_faults
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import shown
from ivr.cli.processes.listening import check_free, is_loopback, run_server
from ivr.cli.processes.prepare import own_key_or_end, readied_or_end
from ivr.domain.yaml_source.finding import line_of

_NOTHING = "the line was not started"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--clock", help="Believe that it is this time now (ISO 8601 with offset); development only.")
def command(host: str, port: int, workers: int, clock: str | None) -> None:
    """Answer calls on HOST:PORT. Twilio is told to POST to IVR_PUBLIC_URL/voice.

    With nothing set it serves the menus of this folder with demo numbers, on this machine alone.
    """
    settings = _settings_or_end()
    _check_clock(settings, clock)
    _check_address(settings, host, port)
    tree = readied_or_end(settings, nothing=_NOTHING)
    _prepare_database()
    own_key_or_end(settings, nothing=_NOTHING)
    click.echo(
        f"menu {tree.version}; POST {settings.public_url}/voice answers a call; listening on {host}:{port}"
    )
    if clock is not None:
        os.environ[CLOCK] = clock
    run_server("ivr.bootstrap.line_process:front", host=host, port=port, workers=workers, interface="rsgi")


def _settings_or_end() -> Settings:
    """Read the settings; where they have faults, those of the menus are told in the same run."""
    try:
        return settings_or_end()
    except SystemExit:
        menus = Path(os.environ.get("IVR_MENUS") or "menus")
        prompts = Path(os.environ.get("IVR_PROMPTS") or "prompts")
        with suppress(StartFault):
            loaded, _ = load_folders(menus, prompts)
            strict = os.environ.get("IVR_ENV", "development") != "development"
            faults = menu_faults(loaded, production=strict)
            for fault in shown(faults, menus=menus, prompts=prompts):
                click.echo(line_of(fault), err=True)
        raise


def _check_clock(settings: Settings, clock: str | None) -> None:
    if clock is None:
        return
    if settings.is_production:
        raise click.UsageError("--clock is for development; production goes by the real time: drop it")
    try:
        believed = datetime.fromisoformat(clock)
    except ValueError as error:
        raise click.UsageError(f'--clock "{clock}" is no time; write 2026-11-24T10:00:00-08:00') from error
    if believed.tzinfo is None:
        raise click.UsageError(f'--clock "{clock}" has no offset; write {clock}-08:00, or {clock}Z')


def _check_address(settings: Settings, host: str, port: int) -> None:
    if settings.is_demo and not is_loopback(host):
        raise click.UsageError(
            f"--host {host} is reached by others, and anybody could sign calls with the demo's token: "
            "set TWILIO_AUTH_TOKEN, or listen on 127.0.0.1"
        )
    check_free(host, port)


def _prepare_database() -> None:
    """Migrate in a process of its own: what it imports would stay in the memory of a line.

    A database that is down does not keep the line from answering: what it cannot store is spooled.
    """
    done = subprocess.run([sys.executable, "-m", "ivr", "migrate"], check=False, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        click.echo(
            "the database was not prepared: calls are answered, and what it does not take is spooled",
            err=True,
        )
