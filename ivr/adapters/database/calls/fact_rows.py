"""Facts as rows: what the database stores at once, and the spool keeps while the database cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.effects import (
    Effect,
    LegAccepted,
    MessageLeft,
    PrimaryAnswered,
    TransferEnded,
    TransferPlaced,
)
from ivr.domain.dialogue.events import RecordingId
from ivr.services.ports import CallBegun, CallEnded, JournalRow, TurnKey

Cell = int | float | str | bytes | None
Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """table: its name in `tables`. cells: by column; a column left out keeps what it has."""

    table: str
    cells: Cells


Fact = tuple[FactRow, ...]
"""Rows that are stored all together or not at all. A reply leads: where it is known, so are the rest."""


def begun(call: CallBegun) -> Fact:
    cells: Cells = {
        "id": call.call,
        "begun_at_us": us_of(call.at),
        "version": call.version,
        "language": call.language,
        "caller": call.caller,
        "called": call.called,
        "stir_level": call.stir_level,
        "flag": call.flag,
    }
    return (FactRow(table="call", cells=cells),)


def ended(call: CallEnded) -> Fact:
    cells: Cells = {
        "id": call.call,
        "ended_at_us": us_of(call.at),
        "status": call.status,
        "disposition": call.disposition,
    }
    return (FactRow(table="call", cells=cells),)


def transcribed(recording: RecordingId, text: str) -> Fact:
    # No text of PostgreSQL holds a NUL: the whole fact would be refused.
    spoken = text.replace("\0", "\ufffd")
    return (FactRow(table="transcript", cells={"recording": recording, "text": spoken}),)


def turn_taken(key: TurnKey, effects: tuple[Effect, ...], *, at_us: int, document: bytes | None) -> Fact:
    named = key_cells(key)
    reply = FactRow(table="reply", cells={**named, "at_us": at_us, "document": document})
    return (reply, *(_effect_row(named, part, effect, at_us) for part, effect in enumerate(effects)))


def key_cells(key: TurnKey) -> Cells:
    return {"call": key.call, "leg": key.leg, "turn": key.turn}


def journal_cells(row: JournalRow) -> Cells:
    return {
        "call": row.key.call,
        "leg": row.key.leg,
        "turn": row.key.turn,
        "at_us": us_of(row.at),
        "version": row.version,
        "node": row.node,
        "language": row.language,
        "judged": row.judged,
        "heard": row.heard,
        "took_ms": row.took_ms,
    }


def _effect_row(named: Cells, part: int, effect: Effect, at_us: int) -> FactRow:
    placed: Cells = {**named, "part": part, "at_us": at_us}
    match effect:
        case TransferPlaced(line=line, person=person, why=why):
            cells: Cells = {**placed, "line": line, "person": person, "moment": "placed", "why": why}
            return FactRow(table="transfer", cells=cells)
        case TransferEnded(line=line, person=person, outcome=outcome, talk_s=talk_s):
            cells = {**placed, "line": line, "person": person, "moment": "ended"}
            return FactRow(table="transfer", cells={**cells, "outcome": outcome, "talk_s": talk_s})
        case LegAccepted(leg=leg, line=line):
            cells = {"id": leg, "call": named["call"], "line": line, "accepted_at_us": at_us}
            return FactRow(table="leg", cells=cells)
        case MessageLeft(line=line, recording=recording, seconds=seconds):
            cells = {"recording": recording, "call": named["call"], "line": line, "at_us": at_us}
            return FactRow(table="voicemail", cells={**cells, "seconds": seconds})
        case PrimaryAnswered(is_primary=is_primary, way=way):
            cells = {**named, "at_us": at_us, "is_primary": int(is_primary), "way": way}
            return FactRow(table="primary_answer", cells=cells)
        case _:
            assert_never(effect)
