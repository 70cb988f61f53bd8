"""Workers and relays that are killed at random: `python -m tests.worker.drill DATABASE KILLS`.

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
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from ivr.logs import log_to_stderr
from ivr.mail.smtp import SmtpMailer
from ivr.recovery.case import CaseNumber
from ivr.settings.relay import Relay
from ivr.worker.run import send_once
from tests.worker.desk import AT, CASE, Desk, house

_A_ROUND_S = 120
_AN_HOUR_S = 3700
_MAILS = 4


class _Taking:
    def __init__(self, log: Path) -> None:
        self._log = log

    async def handle_DATA(self, _: SMTP, _s: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's own
        found = re.search(rb"^Message-ID: <(.*)@", envelope.original_content or b"", re.MULTILINE)
        with self._log.open("ab") as log:
            log.write((found[1] if found else b"?") + b"\n")
        return "250 queued"


def _relay(listening: socket.socket, log: Path) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(_Taking(log), hostname="relay", loop=loop), sock=listening
        )
        await server.serve_forever()

    asyncio.run(serve())


def _worker(path: Path, port: int, name: str, at_s: float, *, once: bool) -> None:
    desk = Desk.at(path)
    desk.clock.advance(at_s)
    mailer = SmtpMailer(
        relay=Relay(host="127.0.0.1", port=port, encryption="none"),
        sender="support@example.com",
        step_s=0.3,
        whole_s=2,
    )
    sender = desk.sender(name=name, mailer=mailer)
    while True:
        send_once(sender)
        if once:
            return


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


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
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        relay = _fork(lambda: _relay(listening, log))
        number = 0
        while killed.total() < kills:
            at_s = number * _A_ROUND_S
            _queue(path, number, at_s)
            worker = _fork(lambda: _worker(path, port, f"w{number}", at_s, once=False))  # noqa: B023 -- now
            time.sleep(chance.uniform(0.02, 0.15))
            if chance.random() < 0.5:
                _kill(relay)
                killed["relay"] += 1
                relay = _fork(lambda: _relay(listening, log))
                time.sleep(chance.uniform(0.02, 0.15))
            _kill(worker)
            killed["worker"] += 1
            number += 1
        at_s = number * _A_ROUND_S
        for hour in range(24):
            last = _fork(lambda: _worker(path, port, "last", at_s + hour * _AN_HOUR_S, once=True))  # noqa: B023 -- now
            os.waitpid(last, 0)
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
    sys.stdout.write(json.dumps(drill(Path(sys.argv[1]), int(sys.argv[2]))))
