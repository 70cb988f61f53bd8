"""Processes that race or die over a case.

`python -m tests.adapters.database.case_drill DRILL URL ANCHOR TIMES`
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.domain.recovery.audit_chain import Sealed
from ivr.services.case_ports import Answered, CaseWork
from tests.adapters.database.case_kept import KEY, PATIENT_S
from tests.adapters.database.sample import AT, key_of


def race(url: str, anchor: Path, times: int) -> None:
    """Take the same turn in several processes at once; print the replies."""
    waiting, starting = os.pipe()
    children: list[int] = []
    for number in range(times):
        child = os.fork()
        if child == 0:
            os.close(starting)
            cases = _cases(url, Anchor(anchor))
            os.read(waiting, 1)
            reply = cases.once(key_of(4), lambda tx, number=number: _turn(tx, number), at=AT)  # type: ignore[misc]  # bound now
            os.write(1, reply + b"\n")
            os._exit(0)
        children.append(child)
    os.close(starting)
    for child in children:
        os.waitpid(child, 0)


def dies_before_it_is_stored(url: str, anchor: Path, _: int) -> None:
    class Deadly(Anchor):
        def intend(self, *records: Sealed) -> NoReturn:
            super().intend(*records)
            _die()

    _cases(url, Deadly(anchor)).act(lambda tx: tx.record("act", {}, at=AT))


def dies_before_it_is_anchored(url: str, anchor: Path, _: int) -> None:
    class Deadly(Anchor):
        def keep(self, last: Sealed) -> NoReturn:
            _die(last)

    _cases(url, Deadly(anchor)).act(lambda tx: tx.record("act", {}, at=AT))


def _turn(tx: CaseWork, number: int) -> Answered:
    tx.record("act", {"process": number}, at=AT)
    return Answered(reply=f"from {number}".encode(), effects=())


def _cases(url: str, anchor: Anchor) -> SqlCases:
    database = Database(url, breaker=Breaker(), durability="survives_power_loss", longest_wait_s=PATIENT_S)
    return SqlCases(database, key=KEY, anchor=anchor)


def _die(_: Sealed | None = None) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


if __name__ == "__main__":
    drill, url, anchor, times = sys.argv[1:]
    {
        "race": race,
        "before it is stored": dies_before_it_is_stored,
        "before it is anchored": dies_before_it_is_anchored,
    }[drill](url, Path(anchor), int(times))
