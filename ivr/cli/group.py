"""`ivr`: one group of commands, each imported only when it is called."""

import sys
from importlib import import_module
from typing import Final

import click

_COMMANDS: Final = {
    "serve": "Answer calls: the voice webhooks, on a port of this machine.",
    "check": "Check menus and prompts, every file and every fault at once.",
    "test": "Run the conversations in menus/calls, and list what none of them reaches.",
    "call": "Call the line from this terminal, and press the keys yourself.",
    "demo": "Play one whole support call, and end.",
    "import": "Turn a FAQ document into menu files.",
    "drift": "Compare the menus with the FAQ document as it is now.",
    "schema": "Write the JSON Schema of the menu files, for completion in an editor.",
    "fallback": "Write the document that a second host serves while this one is down.",
    "voicemail": "List the messages that callers left.",
    "accounts": "Import the company's accounts, list them, and see who could get in tonight.",
    "audit": "See whether the record of what was done is whole, or write it out.",
    "console": "Serve the staff's console: who waits, and the card of each case.",
    "events": "Hear what the product says happened, on a port of its own.",
    "staff": "Say who works with the console, what each may do, and who may no more.",
    "reconcile": "Compare the product's own list of password changes with the permits that were issued.",
    "desk": "Work on a caller's case: what is verified, what is missing, what comes next.",
    "purge": "Let go of what is too old to be kept.",
    "forget": "Erase a customer.",
    "work": "Send what waits to be sent: texts, calls with a code, mail.",
    "bounce": "Note that a mail came back, from the message on standard input.",
    "migrate": "Bring the database to the tables of this version.",
}


class _Lazy(click.Group):
    """Shows every command, and imports the one that is run: `ivr --help` must not wait for a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's own signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- as above
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"ivr.cli.{_module(cmd_name)}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"ivr.cli.{_module(cmd_name)} has no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- as above
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _module(name: str) -> str:
    return "import_faq" if name == "import" else name


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Answer the support line: menus from a FAQ, read aloud, and calls put through to the right person."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
