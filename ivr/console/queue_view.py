"""A row of the queue as its page shows it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.agents.queue import Waiting
from ivr.console.moment import shown
from ivr.console.words import GOALS, OWED, PATHS, SHORT_FACTORS, STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """badge: whether the caller is verified now, and how. since, verified_at: ISO 8601, in UTC.

    waits: whether it waits for a subaccount's login. login: when that came, "" where it has not. lapses: when
    it is over. owed: what was allowed, and is not recorded yet; "" where nothing is.
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
    owed: str


def rows_of(waiting: Iterable[Waiting], *, at: datetime) -> tuple[Row, ...]:
    return tuple(_row(one, at) for one in waiting)


def count_of(rows: Iterable[Row]) -> int:
    """Count the rows that an agent has something to do with: not those that wait for a login yet."""
    return sum(not row.waits or row.login != "" for row in rows)


def mark_of(rows: Iterable[Row], opening: Iterable[str]) -> str:
    """Tell two states of a queue apart: the same rows and lines have the same mark, in any process."""
    return hashlib.sha256(repr((tuple(rows), tuple(opening))).encode()).hexdigest()[:16]


def _row(one: Waiting, at: datetime) -> Row:
    is_verified = one.verified_until is not None and at <= one.verified_until and not one.is_held
    methods = " + ".join(dict.fromkeys(SHORT_FACTORS[proof.factor] for proof in one.proved))
    last = max((proof.at for proof in one.proved), default=None)
    return Row(
        number=one.number,
        why=GOALS[one.goal],
        path=PATHS[one.path],
        state=STATES[one.state],
        is_verified=is_verified,
        badge=f"Verified: {methods}" if is_verified else _unverified(one),
        verified_at=last.isoformat() if is_verified and last is not None else "",
        since=one.since.isoformat(),
        since_shown=shown(one.since),
        agent=one.agent or "",
        lines=", ".join(one.lines),
        rings=one.rings,
        is_held=one.is_held,
        waits=one.waits_until is not None,
        login="" if one.login_at is None or one.waits_until is None else shown(one.login_at),
        lapses="" if one.waits_until is None else shown(one.waits_until),
        owed="" if one.owed is None else OWED[one.owed],
    )


def _unverified(one: Waiting) -> str:
    if one.is_held:
        return "Not verified: was, before opening"
    return "Not verified" if one.verified_until is None else "Not verified: ran out"
