"""`ivr staff`."""

import re
import secrets
from collections.abc import Callable
from typing import Final, TypeVar

import click

from ivr.cli.audit import done_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.clock import WallClock
from ivr.mask import Secret
from ivr.settings.settings import Settings
from ivr.staff.member import MEMBER_ID, ROLES, Member, MemberId, Role
from ivr.staff.ports import Kept
from ivr.staff.roster import AlreadyThere, NoSuchMember, Roster
from ivr.start import StartFault, load_folders
from ivr.store.staff import SqlStaff
from ivr.written.suggest import did_you_mean

Result = TypeVar("Result")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.:\[\]-]+", re.ASCII)
_name = click.argument("name")


def _origin(_: click.Context, __: click.Parameter, text: str) -> str:
    if not _ORIGIN.fullmatch(text.rstrip("/")):
        raise click.BadParameter("write an address such as https://desk.example.com")
    return text.rstrip("/")


_console = click.option(
    "--console",
    default="http://127.0.0.1:5001",
    show_default=True,
    callback=_origin,
    help="Where browsers reach the console.",
)


@click.group("staff")
def command() -> None:
    """Say who works with the console, what each may do, and who may no more."""


@command.command("add")
@_name
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="One or more.")
@click.option("--line", "lines", multiple=True, help="A line whose calls the member takes; one or more.")
@click.option("--as", "shown_as", help="The name that colleagues see; NAME, where it is left out.")
@_console
def add(
    name: str, roles: tuple[Role, ...], lines: tuple[str, ...], shown_as: str | None, console: str
) -> None:
    """Add NAME, such as ana, and print the link by which ana chooses a password and sets up an app.

    It works once, for 24 hours. Whoever was disabled is let in again by this.
    """
    settings, member = settings_or_end(), _member_or_end(name)
    _check_lines(settings, roles, lines)
    seen = " ".join((shown_as or name).split())[:60]
    new = Member(id=member, name=seen, roles=frozenset(roles), lines=frozenset(lines))
    _tell_link(console, _done(settings, lambda roster: roster.add(new)))


@command.command("reset-totp")
@_name
@_console
def reset(name: str, console: str) -> None:
    """End NAME's sessions, forget app and password, and print a link to set both anew."""
    settings, member = settings_or_end(), _member_or_end(name)
    _tell_link(console, _done(settings, lambda roster: roster.reset(member)))


@command.command("disable")
@_name
def disable(name: str) -> None:
    """Shut NAME out at once: sessions and links end, and no password serves."""
    settings, member = settings_or_end(), _member_or_end(name)
    ended = _done(settings, lambda roster: roster.disable(member))
    click.echo(f"{name} is shut out; {ended} sessions ended")


@command.command("list")
def list_command() -> None:
    """List everybody: roles, lines, and whether they have joined."""
    everybody = _done(settings_or_end(), lambda roster: roster.everybody())
    for kept in everybody:
        click.echo(_line_of(kept))
    if not everybody:
        click.echo("nobody yet: `ivr staff add NAME --role supervisor` adds the first")


def _line_of(kept: Kept) -> str:
    member = kept.member
    stands = "disabled" if kept.disabled_at else "joined" if kept.password else "invited"
    lines = f"; lines {', '.join(sorted(member.lines))}" if member.lines else ""
    return f"{member.id} ({member.name}): {', '.join(sorted(member.roles))}{lines}; {stands}"


def _done(settings: Settings, work: Callable[[Roster], Result]) -> Result:
    def on_cases(staff: SqlStaff) -> Result:
        return work(Roster(staff=staff, clock=WallClock(), fresh=lambda: secrets.token_hex(16)))

    try:
        return done_or_end(settings, lambda cases: on_cases(SqlStaff(cases)))
    except NoSuchMember as fault:
        raise click.ClickException(
            f"nobody who may work here is called {fault}: see `ivr staff list`"
        ) from fault
    except AlreadyThere as fault:
        raise click.ClickException(
            f"{fault} is there already: choose another name, or `ivr staff disable {fault}` first"
        ) from fault


def _member_or_end(name: str) -> MemberId:
    if not MEMBER_ID.fullmatch(name):
        raise click.ClickException(
            f'"{name}" is no name to sign in with: use small letters, digits and hyphens, such as ana'
        )
    return MemberId(name)


def _check_lines(settings: Settings, roles: tuple[Role, ...], lines: tuple[str, ...]) -> None:
    try:
        loaded, _ = load_folders(settings.menus, settings.prompts)
    except StartFault as fault:
        end_with(fault.findings, "nobody was added")
    if loaded.tree is None:
        end_with(shown(loaded.errors, menus=settings.menus, prompts=settings.prompts), "nobody was added")
    known = [str(line) for line in loaded.tree.lines]
    for line in lines:
        if line not in known:
            near = did_you_mean(line, known)
            remedy = f"did you mean {near}?" if near else f"the lines are {', '.join(known)}"
            raise click.ClickException(f'no line is called "{line}": {remedy}')
    if "agent" in roles and not lines:
        raise click.ClickException(f"an agent takes calls of a line: add --line, one of {', '.join(known)}")


def _tell_link(console: str, link: Secret) -> None:
    click.echo("open this once, within 24 hours; it is shown nowhere else:")
    click.echo(f"{console}/join/{link.reveal()}")
