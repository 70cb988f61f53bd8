"""`ivr staff`."""

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import click

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.adapters.accounts.mail_address import plain_address
from ivr.adapters.clock import WallClock
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, load_folders
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.cli.records.audit import done_or_end
from ivr.domain.phone import E164, NumberRefused, own
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.suggestions import did_you_mean
from ivr.services.staff.member import MEMBER_ID, ROLES, Member, MemberId, Role
from ivr.services.staff.roster import AlreadyThere, NoSuchMember, Roster
from ivr.services.staff.staff_ports import StoredMember

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
    """Manage who can use the console."""


@command.command("add")
@_name
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="One or more.")
@click.option("--line", "lines", multiple=True, help="A line whose calls the member takes; one or more.")
@click.option("--phone", help="An account manager's telephone, as the accounts file has it: +14155550190.")
@click.option("--mail", help="By what the company's own sign-in knows NAME; questions to vouch go there too.")
@click.option("--as", "shown_as", help="The name that colleagues see; NAME, where it is left out.")
@_console
def add(
    *,
    name: str,
    roles: tuple[Role, ...],
    lines: tuple[str, ...],
    phone: str | None,
    mail: str | None,
    shown_as: str | None,
    console: str,
) -> None:
    """Add NAME, such as ana, and print the link by which ana chooses a password and sets up an app.

    It works once, for 24 hours. It also lets a disabled member back in. An account manager who is to
    vouch for callers is added with --phone and --mail.
    """
    settings, member = settings_or_end(), _member_or_end(name)
    _check_lines(settings, roles, lines)
    seen = " ".join((shown_as or name).split())[:60]
    new = Member(
        id=member,
        name=seen,
        roles=frozenset(roles),
        lines=frozenset(lines),
        phone=None if phone is None else _number_or_end(phone),
        mail=None if mail is None else _address_or_end(mail),
    )
    _check_asked(new)
    _tell_link(console, _done(settings, lambda roster: roster.add(new)))


@command.command("reset-totp")
@_name
@_console
def reset(name: str, console: str) -> None:
    """End NAME's sessions, remove the app and password, and print a link to set up both again."""
    settings, member = settings_or_end(), _member_or_end(name)
    _tell_link(console, _done(settings, lambda roster: roster.reset(member)))


@command.command("disable")
@_name
def disable(name: str) -> None:
    """Shut NAME out at once: sessions and links end, and no password serves."""
    settings, member = settings_or_end(), _member_or_end(name)
    ended = _done(settings, lambda roster: roster.disable(member))
    click.echo(f"{name} is shut out; {ended} sessions ended")


@command.command("mail")
@_name
@click.argument("address")
def mail(name: str, address: str) -> None:
    """Say by which ADDRESS the company's own sign-in knows NAME; questions to vouch go there too."""
    settings, member, known_by = settings_or_end(), _member_or_end(name), _address_or_end(address)
    _done(settings, lambda roster: roster.mail(member, known_by))
    click.echo(f"{name} is known by that address from now on")


@command.command("list")
def list_command() -> None:
    """List everybody: roles, lines, telephones by `members` of lines.yaml, and whether they have joined."""
    settings = settings_or_end()
    everybody = _done(settings, lambda roster: roster.everybody())
    telephones = _telephones(settings)
    for kept in everybody:
        click.echo(_line_of(kept, telephones.pop(str(kept.member.id), ())))
    if not everybody:
        click.echo("nobody yet: `ivr staff add NAME --role supervisor` adds the first")
    for stranger, people in telephones.items():
        click.echo(f"lines.yaml gives {' and '.join(people)} to {stranger}, who is nobody of these")


def _line_of(kept: StoredMember, telephones: Sequence[str]) -> str:
    member = kept.member
    stands = "disabled" if kept.disabled_at else "joined" if kept.password else "invited"
    lines = f"; lines {', '.join(sorted(member.lines))}" if member.lines else ""
    rung = f"; rung as {' and '.join(telephones)}" if telephones else ""
    return f"{member.id} ({member.name}): {', '.join(sorted(member.roles))}{lines}{rung}; {stands}"


def _telephones(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Say by member which person of which line has the member's telephone; nothing of menus with faults."""
    try:
        tree = load_folders(settings.menus, settings.prompts)[0].tree
    except StartFault:
        tree = None
    found: dict[str, tuple[str, ...]] = {}
    for line in () if tree is None else tree.lines.values():
        for member, person in line.members.items():
            found[member] = (*found.get(member, ()), f"{line.people[person]} of {line.id}")
    return found


def _done(settings: Settings, work: Callable[[Roster], Result]) -> Result:
    def on_cases(staff: SqlStaff) -> Result:
        return work(Roster(staff=staff, clock=WallClock(), fresh=lambda: secrets.token_hex(16)))

    try:
        return done_or_end(settings, lambda cases: on_cases(SqlStaff(cases)))
    except NoSuchMember as fault:
        raise click.ClickException(f"no active member is called {fault}: see `ivr staff list`") from fault
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


def _number_or_end(text: str) -> E164:
    number = own(text)
    if isinstance(number, NumberRefused):
        raise click.ClickException(f"--phone: {number.reason}; write it such as +14155550190")
    return number


def _address_or_end(text: str) -> str:
    address = plain_address(text)
    if isinstance(address, Wrong):
        raise click.ClickException(f"--mail {address.what}: {address.remedy}")
    return address


def _check_asked(member: Member) -> None:
    # A mail alone is what the company's own sign-in knows a member by.
    is_asked = member.phone is not None or (member.may("tam") and member.mail is not None)
    if is_asked and None in (member.phone, member.mail):
        raise click.ClickException("give both --phone and --mail: whoever is asked to vouch needs both")
    if member.phone is not None and not member.may("tam"):
        raise click.ClickException("only an account manager is asked to vouch: add --role tam")


def _tell_link(console: str, link: Secret) -> None:
    click.echo("open this once, within 24 hours; it is shown nowhere else:")
    click.echo(f"{console}/join/{link.reveal()}")
