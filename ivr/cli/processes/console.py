"""`ivr console`."""

import os
from typing import Final

import click

from ivr.bootstrap.console_process import IS_HTTPS
from ivr.bootstrap.startup import provider_of
from ivr.cli.environment import settings_or_end
from ivr.cli.processes.listening import check_reach, run_server
from ivr.cli.processes.prepare import readied_or_end, upgraded_or_end

_NOTHING: Final = "the console was not started"


@click.command("console")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5001, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--behind-https", is_flag=True, help="Browsers come by https, through one proxy of yours.")
def command(host: str, port: int, workers: int, behind_https: bool) -> None:  # noqa: FBT001 -- click's own way
    """Serve the staff's console on HOST:PORT: who waits, and the card of each case.

    Whoever opens it signs in; `ivr staff add` lets somebody in. Without --behind-https it is for browsers on
    this machine alone.
    """
    settings = settings_or_end()
    check_reach(host, port, is_https=behind_https, bare="passwords")
    readied_or_end(settings, nothing=_NOTHING, also=provider_of)
    upgraded_or_end(settings, nothing=_NOTHING)
    click.echo(f"the console listens on http://{host}:{port}")
    if behind_https:
        os.environ[IS_HTTPS] = "1"
    run_server(
        "ivr.bootstrap.console_process:application", host=host, port=port, workers=workers, interface="asgi"
    )
