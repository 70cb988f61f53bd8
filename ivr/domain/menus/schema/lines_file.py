"""What lines.yaml says: who takes the calls of each line, and when."""

from collections.abc import Mapping

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.parse_files import LINES
from ivr.domain.menus.hours_expression import night_into_a_closed_day
from ivr.domain.menus.line import Line, LineId, PersonIndex, Shift
from ivr.domain.menus.opening_hours import Hours, HoursFault
from ivr.domain.menus.schema.menu_file import LineIn, LinesFile, ShiftIn
from ivr.domain.menus.schema.text import filled
from ivr.domain.prompts.speech import Language, Text


def lines_of(
    file: LinesFile, slots: Mapping[str, Text], first: Language, complaints: Complaints
) -> dict[LineId, Line]:
    lines = {}
    for name, wanted in file.lines.items():
        line = _line(LineId(name), wanted, slots, first, complaints)
        if line is not None:
            lines[line.id] = line
    if file.person not in file.lines:
        complaints.unknown("line", file.person, file.lines, complaints.parsed.spot(LINES, "person"))
    return lines


def _line(
    name: LineId, wanted: LineIn, slots: Mapping[str, Text], first: Language, complaints: Complaints
) -> Line | None:
    for twice in sorted({person for person in wanted.people if wanted.people.count(person) > 1}):
        spot = complaints.parsed.spot(LINES, "lines", name)
        complaints.error(
            "clashing-person", spot, f'{name} names "{twice}" twice', "give each person a name of their own"
        )
    if wanted.ring == "all_at_once" and len(wanted.people) > 1:
        complaints.add(
            "mailbox-wins",
            "warning",
            complaints.parsed.spot(LINES, "lines", name, "ring"),
            f"{name} rings everybody at once, and whoever picks up first ends the ringing of the others: "
            "a voicemail that does so presses no key, and the caller reaches nobody",
            "write `ring: in_order`, or see that no telephone of this line has a voicemail",
        )
    hours = _hours(wanted, wanted.hours, ("lines", name, "hours"), complaints)
    on_call = _people(wanted, wanted.on_call or wanted.people, ("lines", name, "on_call"), complaints)
    members = _members(wanted, ("lines", name, "members"), complaints)
    rota = [_shift(wanted, shift, (name, position), complaints) for position, shift in enumerate(wanted.rota)]
    if hours is None or any(shift is None for shift in rota):
        return None
    spoken = filled(wanted.name, slots, first)
    return Line(
        id=name,
        name=spoken,
        whispered=wanted.whisper or spoken.words_in(first),
        people=tuple(wanted.people),
        ring=wanted.ring,
        ring_s=wanted.ring_s,
        hours=hours,
        rota=tuple(shift for shift in rota if shift is not None),
        voicemail=wanted.voicemail,
        own=wanted.own,
        on_call=on_call if wanted.after_hours.who == "on_call" else (),
        wakes_for=wanted.after_hours.callers,
        members=members,
    )


def _hours(
    wanted: LineIn, expression: str, path: tuple[str | int, ...], complaints: Complaints
) -> Hours | None:
    hours = Hours.parse(expression, wanted.time_zone, wanted.holidays)
    if isinstance(hours, HoursFault):
        complaints.hours(LINES, path, expression, hours)
        return None
    night = night_into_a_closed_day(expression)
    if night is not None:
        complaints.hours(LINES, path, expression, night, rule="night-into-closed-day", severity="advice")
    return hours


def _shift(wanted: LineIn, shift: ShiftIn, place: tuple[str, int], complaints: Complaints) -> Shift | None:
    name, position = place
    path = ("lines", name, "rota", position)
    hours = _hours(wanted, shift.when, (*path, "when"), complaints)
    people = _people(wanted, shift.ring, (*path, "ring"), complaints)
    return None if hours is None else Shift(hours=hours, people=people)


def _people(
    wanted: LineIn, named: list[str], path: tuple[str | int, ...], complaints: Complaints
) -> tuple[PersonIndex, ...]:
    people = []
    for person in named:
        if person in wanted.people:
            people.append(PersonIndex(wanted.people.index(person)))
        else:
            complaints.unknown("person", person, wanted.people, complaints.parsed.spot(LINES, *path))
    return tuple(people)


def _members(wanted: LineIn, path: tuple[str | int, ...], complaints: Complaints) -> dict[str, PersonIndex]:
    named = {
        member: _people(wanted, [person], (*path, member), complaints)
        for member, person in wanted.members.items()
    }
    return {member: people[0] for member, people in named.items() if people}
