"""`ivr migrate`."""

import click

from ivr.cli.environment import settings_or_end
from ivr.services.ports import StoreUnavailable


@click.command("migrate")
def command() -> None:
    """Create or update the tables of IVR_DATABASE_URL. Safe to run again; `ivr serve` runs it too."""
    from ivr.adapters.database.migrate import upgrade  # noqa: PLC0415 -- Alembic is slow to import, and only this needs it

    settings = settings_or_end()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        upgrade(settings.database_url.reveal())
    except StoreUnavailable as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo("the database has the tables of this version")
