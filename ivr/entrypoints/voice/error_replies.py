"""What a caller hears when our own code fails: one apology, then a person."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from ivr.domain.dialogue.place import Place
from ivr.services.calls.take_turn import Turns, Whose

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ApologyReply:
    """The document a webhook is answered with."""

    reply: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Apologies:
    """apology: ready-made at the start, so that it needs nothing that may be broken now."""

    apology: bytes

    @contextmanager
    def instead_of_failure(
        self, turns: Turns, whose: Whose | None, place: Place | None
    ) -> Iterator[ApologyReply]:
        """Give a reply to fill; whatever is raised inside becomes the apology, and a log line with an id."""
        said = ApologyReply(reply=self.apology)
        try:
            yield said
        except Exception:  # noqa: BLE001 -- nothing of ours may reach the caller as an error
            said.reply = self.apology
            self._tell(turns, whose, place)

    def _tell(self, turns: Turns, whose: Whose | None, place: Place | None) -> None:
        error_id = secrets.token_hex(4)
        call = None if whose is None else whose.call
        _log.exception("turn_failed", error_id=error_id, call_id=call)
        if whose is None:
            return
        try:
            turns.apologized(whose, place)
        except Exception:  # noqa: BLE001 -- the apology is on its way; a second failure changes nothing
            _log.exception("apology_not_noted", error_id=error_id, call_id=call)


@contextmanager
def logged(what: str) -> Iterator[None]:
    """Let nobody wait for a failure where there is no caller to apologize to; the log has it with an id."""
    try:
        yield
    except Exception:  # noqa: BLE001 -- the carrier only wants to know that we heard it
        _log.exception(what, error_id=secrets.token_hex(4))
