"""Parts of a line that fail by name, as a fault of our own would: quoting whatever they were given."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from ivr.bootstrap.line_parts import CaseRoom, LineStores
from ivr.services.case_ports import Answered, Cases, CaseWork
from ivr.services.ports import TurnKey

Result = TypeVar("Result")


@dataclass(slots=True)
class Seam:
    """name: the part and its method, such as "directory.find"; empty while everything works."""

    name: str = ""
    failures: int = 0

    def broken(self, name: str, *given: object) -> None:
        """Raise where it is this one that is broken."""
        if name == self.name:
            self.failures += 1
            raise RuntimeError(f"{name} cannot take {given}")


class Breaking:
    """Passes everything on to the part, but at the seam that is broken."""

    def __init__(self, part: object, label: str, seam: Seam) -> None:
        self._part, self._label, self._seam = part, label, seam

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._part, name)
        if not callable(inner):
            return inner

        def checked(*given: object, **named: object) -> object:
            self._seam.broken(f"{self._label}.{name}", *given, named)
            return inner(*given, **named)

        return checked


@dataclass(frozen=True, slots=True)
class BreakingCases:
    """Cases whose every transaction works through the seam."""

    cases: Cases
    seam: Seam

    def once(self, key: TurnKey, work: Callable[[CaseWork], Answered], *, at: datetime) -> bytes:
        self.seam.broken("cases.once", key)
        return self.cases.once(key, lambda tx: work(self._through(tx)), at=at)

    def act(self, work: Callable[[CaseWork], Result]) -> Result:
        self.seam.broken("cases.act")
        return self.cases.act(lambda tx: work(self._through(tx)))

    def _through(self, tx: CaseWork) -> CaseWork:
        return cast("CaseWork", Breaking(tx, "work", self.seam))


def breakable(kept: LineStores, seam: Seam) -> LineStores:
    """Put the seam between the line and all that it keeps."""
    assert kept.cases is not None
    room: CaseRoom = kept.cases

    def fresh() -> str:
        seam.broken("fresh")
        return room.fresh()

    return replace(
        kept,
        journal=cast("Any", Breaking(kept.journal, "journal", seam)),
        ledger=cast("Any", Breaking(kept.ledger, "ledger", seam)),
        cases=replace(
            room,
            cases=BreakingCases(room.cases, seam),
            directory=cast("Any", Breaking(room.directory, "directory", seam)),
            fresh=fresh,
        ),
    )
