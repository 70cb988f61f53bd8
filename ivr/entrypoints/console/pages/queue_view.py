"""A row of the queue as its page shows it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ivr.domain.menus.line import Line, LineId
from ivr.entrypoints.console.page_times import Times
from ivr.entrypoints.console.pages.page_words import GOALS, OWED, PATHS, SHORT_FACTORS, STATES
from ivr.services.desk.card.card import Standing
from ivr.services.desk.card.member_names import Names
from ivr.services.desk.case_queue import Waiting
from ivr.services.desk.live_callers import rung

_BADGES: Final[Mapping[Standing, str]] = {
    "hung_up": "Hung up: was verified in that call",
    "confirmed": "Not verified now: was when confirming",
    "held": "Not verified: was, before opening",
    "elsewhere": "Not verified in this call",
    "ran_out": "Not verified: ran out",
    "unverified": "Not verified",
    "allowed": "Allowed",
    "over": "Over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """badge: whether the caller is verified now, and how. since, verified_at: ISO 8601, in UTC.

    waits: whether it waits for a subaccount's login. login: when that came, "" where it has not. lapses: when
    it is over. owed: what was allowed, and is not recorded yet; "" where nothing is.
    ringing: whose telephone rings, "" where none does.
    """

    number: str
    why: str
    path: str
    state: str
    is_verified: bool
    badge: str
    verified_at: str
    since: str
    since_shown: str
    agent: str
    lines: str
    rings: bool
    is_held: bool
    waits: bool
    login: str
    lapses: str
    is_bare: bool
    owed: str
    ringing: str = ""


def rows_of(
    waiting: Iterable[Waiting], *, times: Times, names: Names, lines: Mapping[LineId, Line]
) -> tuple[QueueRow, ...]:
    """Make the rows. Of several that ring at once each says which it is, and which telephone rings."""
    kept = tuple(waiting)
    many = sum(one.rings for one in kept)
    found, place = [], 0
    for one in kept:
        place += one.rings
        ringing = _ringing(one, lines, f" {place} of {many}" if many > 1 else "") if one.rings else ""
        found.append(replace(_row(one, times, names), ringing=ringing))
    return tuple(found)


def ringing_of(rows: Iterable[QueueRow]) -> tuple[str, ...]:
    """Name the cases that ring, each in one clause."""
    return tuple(f"{row.number}: {row.ringing}, {row.lines}" for row in rows if row.rings)


def headline(rings: int, waiting: int) -> str:
    """Say before the title of a page what waits, and first of all what rings."""
    if rings:
        return f"{rings} ringing, {waiting} waiting · "
    return f"({waiting}) " if waiting else ""


def _ringing(one: Waiting, lines: Mapping[LineId, Line], which: str) -> str:
    line = None if one.rung is None else lines.get(LineId(one.rung.lines[0]))
    people = () if line is None or one.rung is None else rung(line, one.rung)
    named = "" if line is None or not people else f": {', '.join(line.people[person] for person in people)}"
    return f"Ringing{which}{named}"


def count_of(rows: Iterable[QueueRow]) -> int:
    """Count the rows that an agent has something to do with: none that waits for a login yet, or is bare."""
    return sum(row.rings or ((not row.waits or row.login != "") and not row.is_bare) for row in rows)


def mark_of(rows: Iterable[QueueRow], opening: Iterable[str]) -> str:
    """Tell two states of a queue apart: the same rows and lines have the same mark, in any process."""
    return hashlib.sha256(repr((tuple(rows), tuple(opening))).encode()).hexdigest()[:16]


def _row(one: Waiting, times: Times, names: Names) -> QueueRow:
    is_verified = one.standing == "verified"
    here = [proof for proof in one.proved if proof.is_here]
    methods = " + ".join(dict.fromkeys(SHORT_FACTORS[proof.factor] for proof in here))
    last = max((proof.at for proof in here), default=None)
    return QueueRow(
        number=one.number,
        why=GOALS[one.goal],
        path=PATHS[one.path],
        state=STATES[one.state],
        is_verified=is_verified,
        badge=f"Verified: {methods}" if is_verified else _BADGES[one.standing],
        verified_at=last.isoformat() if is_verified and last is not None else "",
        since=one.since.isoformat(),
        since_shown=times.shown(one.since),
        agent="" if one.agent is None else names.of(one.agent),
        lines=", ".join(one.lines),
        rings=one.rings,
        is_held=one.is_held,
        waits=one.waits_until is not None,
        login="" if one.login_at is None or one.waits_until is None else times.shown(one.login_at),
        lapses="" if one.waits_until is None else times.shown(one.waits_until),
        is_bare=one.is_bare,
        owed="" if one.owed is None else OWED[one.owed],
    )
