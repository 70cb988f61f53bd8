"""`ivr voicemail`."""

import click

from ivr.adapters.database.open_store import open_store
from ivr.cli.environment import settings_or_end
from ivr.domain.redaction import masked_digit_runs
from ivr.services.ports import StoreUnavailable, Voicemail


@click.command("voicemail")
@click.option("--line", "line_id", help="Only the messages of this line, such as support.")
def command(line_id: str | None) -> None:
    """List the messages that callers left, oldest first: when, for which line, how long, what was said."""
    settings = settings_or_end()
    store = open_store(settings.database_url.reveal(), spool_folder=settings.home / "spool")
    try:
        messages = store.voicemails.voicemails()
    except StoreUnavailable as fault:
        raise click.ClickException(
            f"no messages can be read ({fault}); before the first `ivr serve`, run `ivr migrate`"
        ) from fault
    finally:
        store.close()
    wanted = [message for message in messages if line_id in (None, message.line)]
    for message in wanted:
        click.echo(_told(message))
    if not wanted:
        click.echo("no messages")


def _told(message: Voicemail) -> str:
    said = {None: "(not put into text yet)", "": "(could not be put into text)"}
    words = said.get(message.transcript) or masked_digit_runs(message.transcript or "")
    head = f"{message.at:%Y-%m-%d %H:%M} UTC  {message.line}  {message.seconds} s  {message.recording}"
    return f"{head}\n    {words}"
