"""Whole calls as the carrier sends them, webhook by webhook, kept so that they can be sent again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.simulator.carrier.simulated_agents import Behaviour
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING, post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_ACTS = 12
_KEYS = "1112233456780*#"
_BEHAVIOURS: Sequence[Behaviour] = (
    "answers",
    "answers",
    "declines",
    "silent",
    "busy",
    "no_answer",
    "failed",
    "caller_leaves",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One request of a call, the moment at which it was sent, and the document it was answered with."""

    at: datetime
    path: str
    fields: tuple[tuple[str, str], ...]
    reply: bytes


@dataclass(slots=True, kw_only=True)
class _Kept:
    """Stands between the carrier and the line. tells_bridged: a carrier may leave that field out."""

    line: RehearsalLine
    tells_bridged: bool
    webhooks: list[Webhook] = field(default_factory=list)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        fields = tuple(
            (name, value)
            for name, value in parse_qsl(body, keep_blank_values=True)
            if self.tells_bridged or name != "DialBridged"
        )
        path = environ["PATH_INFO"]
        at = self.line.clock.now()
        reply = post(self.line, path, fields)
        self.webhooks.append(Webhook(at=at, path=path, fields=fields, reply=reply.get_data()))
        return reply(environ, start_response)


def play_any_call(line: RehearsalLine, dice: random.Random, number: int) -> list[Webhook]:
    """Play one call of a caller who presses whatever the dice say, and give its webhooks in order.

    Every call begins in the morning, so that no line opens or closes between two copies of a webhook.
    """
    line.clock.at = MORNING
    kept = _Kept(line=line, tells_bridged=dice.random() < 0.5)
    handset = Handset(
        line=replace(line, wsgi=kept), answer_as=lambda _: dice.choice(_BEHAVIOURS), number=number
    )
    handset.dial()
    for _ in range(dice.randint(1, MOST_ACTS)):
        if handset.is_over:
            break
        _act(handset, dice)
    if not handset.is_over:
        handset.hang_up()
    return kept.webhooks


def _act(handset: Handset, dice: random.Random) -> None:
    if handset.waiting == "message":
        handset.record(dice.choice([0, 1, 9, 30]), "please call me", ended_by=dice.choice(["#", "hangup"]))
    elif dice.random() < 0.1:
        handset.stay_silent()
    else:
        handset.press(dice.choice(_KEYS))
