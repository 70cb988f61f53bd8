"""`ivr`: one group of commands, each imported only when it is called."""

import sys
from importlib import import_module
from typing import Final

import click

_COMMANDS: Final = {
    "serve": ("processes.serve", "Answer calls: the voice webhooks, on a port of this machine."),
    "check": ("menus.check", "Check menus and prompts, every file and every fault at once."),
    "test": ("menus.test", "Run the conversations in menus/calls, and list what none of them reaches."),
    "call": ("menus.call", "Call the line from this terminal, and press the keys yourself."),
    "demo": ("menus.demo", "Play one whole support call, and end."),
    "import": ("menus.import_faq", "Turn a FAQ document into menu files."),
    "drift": ("menus.drift", "Compare the menus with the current FAQ document."),
    "schema": ("menus.schema", "Write the JSON Schema of the menu files, for completion in an editor."),
    "fallback": ("menus.fallback", "Write the document that a second host serves while this one is down."),
    "voicemail": ("records.voicemail", "List the messages that callers left."),
    "accounts": (
        "accounts.accounts",
        "Import the company's accounts, list them, and see who could get in tonight.",
    ),
    "audit": ("records.audit", "See whether the record of what was done is whole, or write it out."),
    "console": ("processes.console", "Serve the staff's console: who waits, and the card of each case."),
    "events": ("processes.events", "Receive events from the product, on a separate port."),
    "staff": ("staff", "Manage who can use the console."),
    "reconcile": (
        "records.reconcile",
        "Compare the product's own list of password changes with the permits that were issued.",
    ),
    "desk": ("desk.desk", "Work on a caller's case: what is verified, what is missing, what comes next."),
    "purge": ("records.purge", "Delete what is past its retention period."),
    "forget": ("records.forget", "Erase a customer."),
    "work": ("processes.work", "Send what waits to be sent: texts, calls with a code, mail."),
    "bounce": ("records.bounce", "Note that a mail came back, from the message on standard input."),
    "migrate": ("records.migrate", "Bring the database to the tables of this version."),
}
"""By name: the module that has the command, and what it is for."""


class _Lazy(click.Group):
    """Shows every command, and imports the one that is run: `ivr --help` must not wait for a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's own signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- as above
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command = import_module(f"ivr.cli.{module}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"ivr.cli.{module} has no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- as above
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Answer the support line: menus from a FAQ, read aloud, and calls put through to the right person."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
