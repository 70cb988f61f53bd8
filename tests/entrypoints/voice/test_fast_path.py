"""The lane in front of Flask answers as Flask does, and leaves the same behind."""

import random
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.twilio.request_signature import sign
from ivr.adapters.twilio.webhook_form import MAX_BYTES
from ivr.bootstrap.line_parts import LineStores
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.dialogue.place import STAGES
from ivr.entrypoints.voice.fast_path import Lane
from ivr.entrypoints.voice.request_front import PendingRequest
from tests.entrypoints.voice.service import CALL, FORM, fresh_line, line_on, place, post, usual

_COUNT = 2000
SHARED_KEY = "X-Twilio-Webhooks-Signature-Settings"


def test_the_lane_and_the_view_give_the_same_reply_and_keep_the_same_rows() -> None:
    dice = random.Random(11)  # noqa: S311 -- the same cases in every run
    quick, slow = MemoryStore(), MemoryStore()
    lane = line_on(LineStores(journal=quick, ledger=quick, menus=quick))
    view = line_on(LineStores(journal=slow, ledger=slow, menus=slow))
    nodes = sorted(lane.tree.nodes)
    assert "turn" in STAGES

    for number in range(_COUNT):
        where = place(
            lane,
            dice.choice(nodes),
            counters=f"{dice.randrange(4)}{dice.randrange(4)}",
            turn=f"{dice.randrange(45):02}",
        )
        fields = usual(
            lane, CallSid=f"CA{number:032x}", Digits=dice.choice(["1", "2", "3", "9", "*", "#", ""])
        )
        # A parameter of the type that the lane does not know sends the same request to Flask.
        fast = post(lane, f"/voice/turn/{where}", fields)
        full = post(
            view,
            f"/voice/turn/{where}",
            fields,
            content_type="application/x-www-form-urlencoded; charset=Utf-8",
        )
        assert (fast.status_code, fast.get_data()) == (full.status_code, full.get_data()), where

    assert len(quick.rows) == _COUNT
    assert {key: replace(row, took_ms=0.0) for key, row in quick.rows.items()} == {
        key: replace(row, took_ms=0.0) for key, row in slow.rows.items()
    }
    assert CALL not in quick.begun


def test_what_is_answered_at_once_is_what_the_view_would_answer_and_leaves_the_same_rows() -> None:
    dice = random.Random(12)  # noqa: S311 -- the same cases in every run
    quick, slow = MemoryStore(), MemoryStore()
    lane = line_on(LineStores(journal=quick, ledger=quick, menus=quick))
    view = line_on(LineStores(journal=slow, ledger=slow, menus=slow))
    nodes = sorted(lane.tree.nodes)
    at_once = 0

    for number in range(_COUNT):
        where = place(lane, dice.choice(nodes), turn=f"{dice.randrange(45):02}")
        fields = usual(lane, CallSid=f"CA{number:032x}", Digits=dice.choice(["1", "2", "9", "0", "#", ""]))
        path = f"/voice/turn/{where}"
        full = post(view, path, fields)
        said = _lane(lane).at_once(_asked(lane, path, fields))
        at_once += said is not None
        # What is not kept ready yet goes the long way, and is from then on.
        assert (post(lane, path, fields).get_data() if said is None else said[1]) == full.get_data(), where

    assert at_once > _COUNT / 4
    assert {key: replace(row, took_ms=0.0) for key, row in quick.rows.items()} == {
        key: replace(row, took_ms=0.0) for key, row in slow.rows.items()
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "/voice/whisper/{place}"},
        {"path": "/voice/turn/{place}/"},
        {"query": "a=b"},
        {"body": b"\xff"},
        {"body": b"CallSid=&Digits=1"},
        {"headers": {"content-type": "text/plain"}},
        {"headers": {"x-twilio-signature": "A" * 28}},
        {"headers": {"x-twilio-signature": ""}},
        {"headers": {"x-twilio-webhooks-signature-settings": "shared"}},
    ],
)
def test_nothing_unusual_is_answered_at_once(changed: dict[str, Any]) -> None:
    line = fresh_line()
    where, fields = place(line), usual(line, Digits="1")
    path = f"/voice/turn/{where}"
    post(line, path, fields)
    asked = _asked(line, path, fields)
    assert _lane(line).at_once(asked) is not None
    kept = dict(line.store.rows)
    change = {name: text.format(place=where) if name == "path" else text for name, text in changed.items()}
    if "headers" in change:
        change["headers"] = {**asked.headers, **change["headers"]}

    assert _lane(line).at_once(replace(asked, **change)) is None
    assert line.store.rows == kept


def _lane(line: RehearsalLine) -> Lane:
    assert isinstance(line.wsgi, Lane)
    return line.wsgi


def _asked(line: RehearsalLine, path: str, fields: Mapping[str, str]) -> PendingRequest:
    headers = {
        "content-type": FORM,
        "x-twilio-signature": sign(line.token, line.public_url + path, fields.items()),
    }
    return PendingRequest(path=path, query="", headers=headers, body=urlencode(fields).encode())


def test_a_shared_key_header_is_refused_at_a_turn_of_choosing_too() -> None:
    line = fresh_line()
    path, fields = f"/voice/turn/{place(line)}", usual(line, Digits="1")
    signed = {"X-Twilio-Signature": sign(line.token, line.public_url + path, list(fields.items()))}

    usually = post(line, path, fields, headers=signed)
    reply = post(line, path, fields, headers={**signed, SHARED_KEY: "alg=HMAC-SHA256"})

    assert usually.status_code == 200
    assert (reply.status_code, reply.get_data()) == (403, b"")


class _Unread(BytesIO):
    """A body that nobody may read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError(f"{size} bytes were read")


@pytest.mark.parametrize("declared", ["65537", "99999", "1000000000000", "١٢", "-1"])
def test_a_body_that_is_too_large_or_of_no_length_is_not_read(declared: str) -> None:
    line = fresh_line()
    builder = EnvironBuilder(
        f"/voice/turn/{place(line)}", method="POST", content_type=FORM, input_stream=_Unread()
    )
    environ = {**builder.get_environ(), "CONTENT_LENGTH": declared}

    _, status, _ = run_wsgi_app(line.wsgi, environ)

    assert status.partition(" ")[0] in {"413", "403"}


def test_a_body_of_exactly_the_limit_is_answered_as_any() -> None:
    line = fresh_line()
    path, fields = f"/voice/turn/{place(line)}", usual(line, Digits="1", Padding="")
    padding = "x" * (MAX_BYTES - len(urlencode(fields)))

    assert post(line, path, {**fields, "Padding": padding}).status_code == 200
    assert post(line, path, {**fields, "Padding": f"{padding}x"}).status_code == 413
