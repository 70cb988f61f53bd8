"""The sender's process: one thread a channel, and signs of life while all of them go round."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Final

import structlog

from ivr.entrypoints.worker.sender import Sender
from ivr.services.case_ports import AuditUnavailable, Channel
from ivr.services.desk.opening_callbacks import Opening
from ivr.services.desk.reset_deadlines import Waits
from ivr.services.ports import StoreUnavailable

CHANNELS: Final[tuple[Channel, ...]] = ("text", "call", "mail")
LIFE_S: Final = 5.0
_IDLE_S: Final = 0.25
_ILL_S: Final = 2.0
_STUCK_S: Final = 60.0

_log = structlog.get_logger()


def run(
    sender: Sender,
    stopping: Event,
    *,
    channels: tuple[Channel, ...] = CHANNELS,
    waits: Waits | None = None,
    opening: Opening | None = None,
) -> None:
    """Send what is due until *stopping* is set; what is being sent then is finished first.

    waits: cases that are reminded of, and ended, in between. opening: those whose phone is called once their
    line is open. Both are None where nobody is verified.
    """
    rounds = dict.fromkeys(channels, monotonic())
    lanes = [
        Thread(target=_go_round, args=(sender, channel, stopping, rounds), name=channel)
        for channel in channels
    ]
    for lane in lanes:
        lane.start()
    while True:
        if monotonic() - min(rounds.values(), default=monotonic()) < _STUCK_S:
            _attempted(lambda: sender.outbox.show_life(sender.clock.now()))
        _attempted(lambda: sender.outbox.end_old(sender.clock.now()))
        if waits is not None:
            _attempted(lambda: waits.tend(sender.clock.now()))
        if opening is not None:
            _attempted(lambda: opening.tend(sender.clock.now()))
        if stopping.wait(LIFE_S):
            break
    for lane in lanes:
        lane.join()


def send_once(
    sender: Sender,
    *,
    channels: tuple[Channel, ...] = CHANNELS,
    waits: Waits | None = None,
    opening: Opening | None = None,
) -> int:
    """Send what is due now, and end; count the attempts. Raises StoreUnavailable, AuditUnavailable."""
    sender.outbox.show_life(sender.clock.now())
    sender.outbox.end_old(sender.clock.now())
    if waits is not None:
        waits.tend(sender.clock.now())
    if opening is not None:
        opening.tend(sender.clock.now())
    count = 0
    for channel in channels:
        while sent := sender.send_due(channel):
            count += sent
    return count


def _go_round(sender: Sender, channel: Channel, stopping: Event, rounds: dict[Channel, float]) -> None:
    while not stopping.is_set():
        sent: list[int] = []
        is_well = _attempted(lambda: sent.append(sender.send_due(channel)))  # noqa: B023 -- called at once
        rounds[channel] = monotonic()
        if not any(sent):
            stopping.wait(_IDLE_S if is_well else _ILL_S)


def _attempted(work: Callable[[], object]) -> bool:
    try:
        work()
    except (StoreUnavailable, AuditUnavailable) as fault:
        _log.warning("sender_waits", why=str(fault))
        return False
    return True
