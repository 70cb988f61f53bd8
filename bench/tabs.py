"""How long a turn takes while 500 console tabs show a queue, beside the same turns with no tab open."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from bench.caller import turns_of, walk
from bench.row import print_row
from bench.server import Server, environ, serving
from bench.wire import drive, raw
from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.startup import anchor_of, line_key
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.case_ports import CaseWork
from ivr.services.staff.member import Member, MemberId, Role
from ivr.services.staff.session_secrets import hashed, new_secret
from ivr.services.staff.staff_ports import Session, StaffWork, StoredMember

_TABS = 500
_MEMBERS = 25
_NUMBERS = [f"9{number:08}" for number in range(20)]
"""Cases in the queue that the tabs show."""
_ROUNDS = 10
_CONNECTIONS = 8
_PER_SECOND = 100.0
"""More turns than a line of a thousand callers at once has."""
_CALLS = 100


def measure(line: Server, home: Path) -> None:
    """*line* keeps its state in *home*, which the console shares with it."""
    steps = walk(line.port)
    cookies = signed_in(home, members=_MEMBERS)
    with _cases(home) as cases:
        cases.act(_fill)
    alone: list[float] = []
    beside: list[float] = []
    with serving("ivr.bootstrap.console_process:application", home, interface="asgi") as console:
        for number in range(_ROUNDS):
            alone += _took(line, steps, f"c0{number:02x}")
            with _tabs(console, cookies):
                beside += _took(line, steps, f"c1{number:02x}")
    ratio = _late_ms(beside) / _late_ms(alone)
    print_row(f"p99 with {_TABS} console tabs open / none, of {len(alone):,} turns each", ratio, 1.1)


def _took(line: Server, steps: list[tuple[str, str]], prefix: str) -> list[float]:
    requests = [raw(turn) for turn in turns_of(steps, calls=_CALLS, prefix=prefix)]
    took, _ = drive(line.port, requests, connections=_CONNECTIONS, per_second=_PER_SECOND)
    return took


def _late_ms(took: list[float]) -> float:
    """Give the p99 of all rounds together: of one round alone it would be its sixth slowest turn."""
    return statistics.quantiles(took, n=100)[98]


@contextmanager
def _tabs(console: Server, cookies: list[str]) -> Iterator[None]:
    """Keep so many tabs open, all of which have been answered, to the end of the block."""
    command = [sys.executable, "-m", "bench.open_tabs", str(console.port), str(_TABS), *_NUMBERS]
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as browsers:
        assert browsers.stdin is not None
        assert browsers.stdout is not None
        browsers.stdin.write("\n".join(cookies))
        browsers.stdin.close()
        if browsers.stdout.readline() != "open\n":
            raise RuntimeError("not every tab was answered: see what the console wrote")
        try:
            yield
            if browsers.poll() is not None:
                raise RuntimeError("the tabs were closed before the end: see what they wrote")
        finally:
            browsers.kill()


def signed_in(home: Path, *, members: int, role: Role = "agent") -> list[str]:
    """Give the cookies of so many new members of the console at *home*, who have signed in."""
    secrets = [new_secret(_fresh) for _ in range(members)]
    with _cases(home) as cases:
        SqlStaff(cases).act(lambda tx: _begin(tx, secrets, role))
    return [secret.reveal() for secret in secrets]


@contextmanager
def _cases(home: Path) -> Iterator[SqlCases]:
    settings = read_settings(environ(home), read_bytes=lambda path: Path(path).read_bytes())
    database = Database(settings.database_url.reveal(), breaker=Breaker(), durability="survives_power_loss")
    yield SqlCases(database, key=line_key(settings), anchor=anchor_of(settings))
    database.close()


def _fill(tx: CaseWork) -> None:
    now = WallClock().now()
    for number in _NUMBERS:
        case = Case(
            id=CaseId(_fresh()),
            number=CaseNumber(number),
            state="CLAIMED",
            version=1,
            opened_at=now,
            call=f"CA{number:0>32}",
            goal="unsure",
            language="en",
        )
        tx.add(case)


def _begin(tx: StaffWork, secrets: list[Secret], role: Role) -> None:
    now = WallClock().now()
    for number, secret in enumerate(secrets):
        member = Member(
            id=MemberId(f"{role}-{number}"),
            name=f"Agent {number}",
            roles=frozenset({role}),
            lines=frozenset({"support"}),
        )
        tx.save(StoredMember(member=member, added_at=now))
        tx.begin(
            Session(
                id=_fresh(),
                hash=hashed(secret),
                member=member.id,
                stage="in",
                begun_at=now,
                active_at=now,
            )
        )


def _fresh() -> str:
    return token_hex(16)
