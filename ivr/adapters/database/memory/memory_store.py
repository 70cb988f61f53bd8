"""Everything that this room keeps, in memory: for tests, the simulator, and a handset without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from ivr.adapters.database.calls.concurrent_calls import RINGS_FOR, TALKS_FOR
from ivr.adapters.database.calls.late_events import LATE, earned, outranked
from ivr.domain.dialogue.call_disposition import CallSummary, LastTurn
from ivr.domain.dialogue.effects import Effect, LegAccepted, MessageLeft, TransferEnded, TransferPlaced
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuVersion
from ivr.services.ports import Beside, CallBegun, CallEnded, JournalRow, TurnKey, Voicemail


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEffect:
    key: TurnKey
    at: datetime
    effect: Effect


@dataclass(slots=True)
class MemoryStore:
    """Journal, Ledger and MenuArchive in one, with the callers' messages; all of it is open to be read."""

    rows: dict[TurnKey, JournalRow] = field(default_factory=dict)
    begun: dict[CallId, CallBegun] = field(default_factory=dict)
    ended: dict[CallId, CallEnded] = field(default_factory=dict)
    kept: list[KeptEffect] = field(default_factory=list)
    replies: dict[TurnKey, tuple[datetime, bytes | None]] = field(default_factory=dict)
    transcripts: dict[RecordingId, str] = field(default_factory=dict)
    menus: dict[MenuVersion, dict[str, bytes]] = field(default_factory=dict)
    _highest: dict[CallId, int] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Everything that turns left behind, in the order in which it was stored."""
        return tuple(kept.effect for kept in self.kept)

    def note(self, row: JournalRow) -> None:
        self.rows.setdefault(row.key, row)

    def begin(self, call: CallBegun) -> None:
        self.begun.setdefault(call.call, call)

    def record(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime) -> None:
        with self._lock:
            self._store(key, effects, at=at, reply=None)

    def once(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes) -> bytes:
        with self._lock:
            if self._claims(key, at):
                self._store(key, effects, at=at, reply=reply)
            _, stored = self.replies.get(key, (at, None))
            return reply if stored is None else stored

    def is_accepted(self, leg: LegId) -> bool | None:
        return any(isinstance(effect, LegAccepted) and effect.leg == leg for effect in self.effects)

    def taken_at(self, call: CallId, line: LineId, person: int) -> tuple[datetime, ...]:
        with self._lock:
            found, rang = set(), None
            for kept in (one for one in self.kept if one.key.call == call):
                if isinstance(kept.effect, TransferPlaced) and kept.effect.line == line:
                    rang = kept
                if isinstance(kept.effect, LegAccepted) and kept.effect.line == line and rang is not None:
                    found.add((rang.at, rang.effect))
            placed = ((at, effect) for at, effect in found if isinstance(effect, TransferPlaced))
            return tuple(sorted((at for at, effect in placed if effect.person == person), reverse=True))

    def beside(self, call: CallId, *, at: datetime) -> Beside | None:
        with self._lock:
            mine = self.begun.get(call)
            if mine is None:
                return None
            same = [
                other.call
                for other in self.begun.values()
                if other.call not in (call, *self.ended)
                and other.caller == mine.caller
                and other.at > at - TALKS_FOR
            ]
            calls = sum(self._is_with_people(other, at) for other in same)
            return Beside(is_withheld=mine.caller is None, calls=calls)

    def _is_with_people(self, call: CallId, at: datetime) -> bool:
        kept = [one for one in self.kept if one.key.call == call]
        moved = [one for one in kept if isinstance(one.effect, TransferPlaced | TransferEnded)]
        if not moved or isinstance(moved[-1].effect, TransferEnded):
            return False
        placed_at = moved[-1].at
        taken = any(isinstance(one.effect, LegAccepted) and one.at >= placed_at for one in kept)
        return taken or placed_at > at - RINGS_FOR

    def from_ourselves(self, since: datetime) -> tuple[CallId, ...] | None:
        with self._lock:
            live = (one for call, one in self.begun.items() if call not in self.ended and one.at >= since)
            found = sorted((one.at, one.call) for one in live if one.flag == "own_number")
        return tuple(call for _, call in found)

    def summary(self, call: CallId) -> CallSummary | None:
        with self._lock:
            if call in self.ended or not (call in self.begun or call in self._highest):
                return None
            seconds = [message.seconds for message in self.voicemails() if message.call == call]
            return CallSummary(
                bridged=self._was_bridged(call), message_s=max(seconds, default=0), last=self._last_turn(call)
            )

    def close(self, ended: CallEnded) -> None:
        with self._lock:
            if ended.call in self.ended:
                return
            self.ended[ended.call] = ended
            # What came after the end was judged counts as well.
            for kept in tuple(self.kept):
                if kept.key.call == ended.call:
                    self._raise_disposition(ended.call, kept.effect)

    def transcribe(self, recording: RecordingId, text: str) -> None:
        self.transcripts.setdefault(recording, text)

    def purge_replies(self, before: datetime) -> int:
        with self._lock:
            old = [key for key, (at, _) in self.replies.items() if at < before]
            for key in old:
                del self.replies[key]
            return len(old)

    def voicemails(self) -> tuple[Voicemail, ...]:
        found = [
            Voicemail(
                recording=kept.effect.recording,
                call=kept.key.call,
                line=kept.effect.line,
                at=kept.at,
                seconds=kept.effect.seconds,
                transcript=self.transcripts.get(kept.effect.recording),
            )
            for kept in self.kept
            if isinstance(kept.effect, MessageLeft)
        ]
        return tuple(sorted(found, key=lambda message: (message.at, message.recording)))

    def keep(
        self,
        version: MenuVersion,
        files: Mapping[str, bytes],
        *,
        served_at: datetime,  # noqa: ARG002 -- nobody asks a memory what was served before it
        instead_of: str | None = None,  # noqa: ARG002 -- as above
    ) -> None:
        self.menus.setdefault(version, dict(files))

    def files(self, version: MenuVersion) -> Mapping[str, bytes] | None:
        return self.menus.get(version)

    def _claims(self, key: TurnKey, at: datetime) -> bool:
        if str(key.leg) != str(key.call):
            return True
        ended = self.ended.get(key.call)
        if key.turn <= self._highest.get(key.call, -1) or (ended and ended.at <= at - LATE):
            return False
        self._highest[key.call] = key.turn
        return True

    def _store(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes | None) -> None:
        if key in self.replies:
            return
        self.replies[key] = (at, reply)
        for effect in effects:
            if not self._is_known(effect):
                self.kept.append(KeptEffect(key=key, at=at, effect=effect))
                self._raise_disposition(key.call, effect)

    def _is_known(self, effect: Effect) -> bool:
        match effect:
            case LegAccepted(leg=leg):
                return self.is_accepted(leg) is True
            case MessageLeft(recording=recording):
                return any(message.recording == recording for message in self.voicemails())
            case _:
                return False

    def _raise_disposition(self, call: CallId, effect: Effect) -> None:
        ended = self.ended.get(call)
        disposition = earned(
            outcome=effect.outcome if isinstance(effect, TransferEnded) else None,
            message_s=effect.seconds if isinstance(effect, MessageLeft) else 0,
        )
        if ended and disposition and ended.disposition in outranked(disposition):
            self.ended[call] = replace(ended, disposition=disposition)

    def _was_bridged(self, call: CallId) -> bool:
        ends = [(kept.at, kept.effect) for kept in self.kept if kept.key.call == call]
        talks = [(at, end) for at, end in ends if isinstance(end, TransferEnded)]
        if any(end.outcome == "bridged" for _, end in talks):
            return True
        return any(
            isinstance(taken, LegAccepted)
            and not any(end.line == taken.line and ended_at >= at for ended_at, end in talks)
            for at, taken in ends
        )

    def _last_turn(self, call: CallId) -> LastTurn | None:
        own = [row for key, row in self.rows.items() if str(key.leg) == str(call) and key.call == call]
        if not own:
            return None
        last = max(own, key=lambda row: row.key.turn)
        return LastTurn(
            version=last.version, node=last.node, language=last.language, judged=last.judged, at=last.at
        )
