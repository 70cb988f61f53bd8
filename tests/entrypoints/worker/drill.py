"""Workers and relays that are killed at random: `python -m tests.entrypoints.worker.drill DATABASE KILLS`.

The relay is aiosmtpd; what it took stands in a file before it says so. Prints what was found, as JSON.
"""

import asyncio
import json
import os
import random
import re
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from ivr.adapters.logging import log_to_stderr
from ivr.adapters.mail.smtp import SmtpMailer
from ivr.adapters.settings.mail_relay import Relay
from ivr.domain.recovery.case import CaseNumber
from ivr.entrypoints.worker.worker_threads import send_once
from ivr.services.delivery import Delivery, Letter, Mailer
from tests.entrypoints.worker.desk import AT, CASE, Desk, house

_A_ROUND_S = 120
_AN_HOUR_S = 3700
_MAILS = 4
# A round of four mails and a code, each of which is being sent, taken and sent.
_EVENTS = 15

_children: set[int] = set()


class _Stage:
    """Hears what the processes do, and holds the relay's answer to each mail until the drill goes on.

    Sending (s), taken (t), sent (e) and idle (i) come as bytes. So a kill falls between two of them, also
    between a mail's taking and its answer, however slow the machine is.
    """

    def __init__(self) -> None:
        self._hearing, self._saying = os.pipe()
        self._asking, self._letting = os.pipe()
        self._is_held = False
        self._is_idle = False

    def say(self, what: bytes) -> None:
        os.write(self._saying, what)

    def wait_to_answer(self) -> None:
        os.read(self._asking, 1)

    def play(self, most: int | None = None) -> None:
        """Let so many things happen, or all, until the worker is idle; a mail that is taken last is held."""
        for _ in count() if most is None else range(most):
            if self._is_idle:
                return
            if self._is_held:
                os.write(self._letting, b".")
            what = os.read(self._hearing, 1)
            self._is_held, self._is_idle = what == b"t", what == b"i"

    def forget_worker(self) -> None:
        # The relay does not wait for another mail's answer while one is held.
        self._is_held = b"t" in self._unheard() or self._is_held
        self._is_idle = False

    def forget_relay(self) -> None:
        self._is_idle = b"i" in self._unheard() or self._is_idle
        self._is_held = False
        # A leave that it did not live to take would let the next one answer at once.
        os.close(self._asking)
        os.close(self._letting)
        self._asking, self._letting = os.pipe()

    def _unheard(self) -> bytes:
        os.set_blocking(self._hearing, False)
        try:
            return os.read(self._hearing, 1000)
        except BlockingIOError:
            return b""
        finally:
            os.set_blocking(self._hearing, True)


@dataclass(frozen=True, slots=True)
class _Telling:
    mailer: Mailer
    stage: _Stage

    def send(self, letter: Letter) -> Delivery:
        self.stage.say(b"s")
        try:
            return self.mailer.send(letter)
        finally:
            self.stage.say(b"e")


class _Taking:
    def __init__(self, log: Path, stage: _Stage) -> None:
        self._log = log
        self._stage = stage

    async def handle_DATA(self, _: SMTP, _s: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's own
        found = re.search(rb"^Message-ID: <(.*)@", envelope.original_content or b"", re.MULTILINE)
        with self._log.open("ab") as log:
            log.write((found[1] if found else b"?") + b"\n")
        self._stage.say(b"t")
        self._stage.wait_to_answer()
        return "250 queued"


def _relay(listening: socket.socket, log: Path, stage: _Stage) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(_Taking(log, stage), hostname="relay", loop=loop), sock=listening
        )
        await server.serve_forever()

    asyncio.run(serve())


def _worker(path: Path, port: int, name: str, at_s: float, stage: _Stage, *, once: bool) -> None:
    desk = Desk.at(path)
    desk.clock.advance(at_s)
    mailer = SmtpMailer(
        relay=Relay(host="127.0.0.1", port=port, encryption="none"),
        sender="support@example.com",
        # Whoever was killed is noticed at once; a slow machine must not look like that.
        step_s=60,
        whole_s=120,
    )
    sender = desk.sender(name=name, mailer=_Telling(mailer, stage))
    while send_once(sender) and not once:
        pass
    stage.say(b"i")
    if not once:
        signal.pause()


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _children.add(child)
    return child


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _children.discard(child)


def drill(path: Path, kills: int) -> dict[str, object]:
    chance = random.Random(12)  # noqa: S311 -- when to kill is no secret
    log = path.parent / "taken"
    log.touch()
    # What is slow the first time is done before the first fork: kills shall fall into the sending.
    house().slots("en", case=CASE, number=CaseNumber("912345678"), at=AT)
    desk = Desk.at(path)
    desk.open()
    desk.database.close()
    killed: Counter[str] = Counter()
    stage = _Stage()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        relay = _fork(lambda: _relay(listening, log, stage))
        number = 0
        while killed.total() < kills:
            at_s = number * _A_ROUND_S
            _queue(path, number, at_s)
            worker = _fork(lambda: _worker(path, port, f"w{number}", at_s, stage, once=False))  # noqa: B023 -- now
            stage.play(chance.randint(1, _EVENTS))
            if chance.random() < 0.5:
                _kill(relay)
                killed["relay"] += 1
                stage.forget_relay()
                relay = _fork(lambda: _relay(listening, log, stage))
                stage.play(chance.randint(1, _EVENTS // 2))
            _kill(worker)
            killed["worker"] += 1
            stage.forget_worker()
            number += 1
        at_s = number * _A_ROUND_S
        for hour in range(24):
            last = _fork(lambda: _worker(path, port, "last", at_s + hour * _AN_HOUR_S, stage, once=True))  # noqa: B023 -- now
            stage.play()
            _kill(last)
            stage.forget_worker()
        _kill(relay)
    return _found(path, log, killed)


def _queue(path: Path, number: int, at_s: float) -> None:
    # Closed again before anybody is forked: SQLite's connections do not outlive it.
    desk = Desk.at(path)
    desk.clock.advance(at_s)
    for mail in range(_MAILS):
        desk.queue(f"mail-{number}-{mail}")
    desk.ask_code(f"code-{number}", channel="mail", salt=str(number))
    desk.database.close()


def _found(path: Path, log: Path, killed: Counter[str]) -> dict[str, object]:
    copies = Counter(log.read_text(encoding="ascii").split())
    with sqlite3.connect(path) as database:
        states = dict(database.execute("SELECT id, state FROM outbox").fetchall())
        attempts = dict(database.execute("SELECT id, attempts FROM outbox").fetchall())
        names = dict(database.execute("SELECT id, message_id FROM outbox").fetchall())
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    mails = [name for name in states if name.startswith("mail")]
    codes = [name for name in states if name.startswith("code")]
    return {
        "killed": dict(killed),
        "mails": len(mails),
        "codes": len(codes),
        "lost": [name for name in mails if states[name] != "accepted" or not copies[name]],
        "sent_again": sum(copies[name] > 1 for name in mails),
        "copies": sum(copies[name] for name in mails),
        "renamed": [name for name in copies if names.get(name) != f"<{name}@example.com>"],
        "unexplained": [name for name in mails if copies[name] > attempts[name]],
        "codes_sent_twice": [name for name in codes if copies[name] > 1],
        "codes_sent": sum(copies[name] for name in codes),
        "codes_without_end": [
            name for name in codes if states[name] not in ("accepted", "in_doubt", "void", "expired")
        ],
        "integrity": whole,
    }


if __name__ == "__main__":
    log_to_stderr("critical")
    try:
        sys.stdout.write(json.dumps(drill(Path(sys.argv[1]), int(sys.argv[2]))))
    finally:
        for left in tuple(_children):
            _kill(left)
