"""A row of the queue as its page shows it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.agents.card import Standing
from ivr.agents.queue import Waiting
from ivr.console.moment import shown
from ivr.console.words import GOALS, PATHS, SHORT_FACTORS, STATES

_BADGES: Final[Mapping[Standing, str]] = {
    "hung_up": "Hung up: was verified in that call",
    "confirmed": "Not verified now: was when confirming",
    "held": "Not verified: was, before opening",
    "elsewhere": "Not verified in this call",
    "ran_out": "Not verified: ran out",
    "unverified": "Not verified",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """badge: whether the caller is verified now, and how. since, verified_at: ISO 8601, in UTC.

    waits: whether it waits for a subaccount's login. login: when that came, "" where it has not. lapses: when
    it is over.
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


def rows_of(waiting: Iterable[Waiting]) -> tuple[Row, ...]:
    return tuple(_row(one) for one in waiting)


def count_of(rows: Iterable[Row]) -> int:
    """Count the rows that an agent has something to do with: none that waits for a login yet, or is bare."""
    return sum((not row.waits or row.login != "") and not row.is_bare for row in rows)


def mark_of(rows: Iterable[Row], opening: Iterable[str]) -> str:
    """Tell two states of a queue apart: the same rows and lines have the same mark, in any process."""
    return hashlib.sha256(repr((tuple(rows), tuple(opening))).encode()).hexdigest()[:16]


def _row(one: Waiting) -> Row:
    is_verified = one.standing == "verified"
    here = [proof for proof in one.proved if proof.is_here]
    methods = " + ".join(dict.fromkeys(SHORT_FACTORS[proof.factor] for proof in here))
    last = max((proof.at for proof in here), default=None)
    return Row(
        number=one.number,
        why=GOALS[one.goal],
        path=PATHS[one.path],
        state=STATES[one.state],
        is_verified=is_verified,
        badge=f"Verified: {methods}" if is_verified else _BADGES[one.standing],
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
        is_bare=one.is_bare,
    )
