"""`ivr events`."""

from typing import Final

import click

from ivr.adapters.settings.product_settings import SECRET
from ivr.cli.environment import settings_or_end
from ivr.cli.processes.listening import check_reach, run_server
from ivr.cli.processes.prepare import readied_or_end, upgraded_or_end

_NOTHING: Final = "nothing is heard"


@click.command("events")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5002, show_default=True, type=click.IntRange(1, 65535))
@click.option("--behind-https", is_flag=True, help="The product comes by https, through a proxy of yours.")
def command(host: str, port: int, behind_https: bool) -> None:  # noqa: FBT001 -- click's own way
    """Hear on HOST:PORT what the product says happened: POST /product/events, signed by IVR_PRODUCT_SECRET.

    A listener of its own: the port that callers' webhooks reach has nothing of it.
    """
    settings = settings_or_end()
    if settings.product is None:
        raise click.UsageError(f"{SECRET} is not set, so no event could be believed: set it on both sides")
    check_reach(host, port, is_https=behind_https, bare="permits")
    readied_or_end(settings, nothing=_NOTHING)
    upgraded_or_end(settings, nothing=_NOTHING)
    click.echo(f"the product's events are heard on http://{host}:{port}/product/events")
    run_server("ivr.bootstrap.events_process:front", host=host, port=port, workers=1, interface="rsgi")
