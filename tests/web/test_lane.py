"""The lane in front of Flask answers as Flask does, and leaves the same behind."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from ivr.app import Kept
from ivr.carrier.signature import sign
from ivr.dialogue.place import STAGES
from ivr.rehearsal import RehearsalLine
from ivr.store.memory import MemoryStore
from ivr.web.front import Asked
from ivr.web.lane import Lane
from tests.web.service import CALL, FORM, fresh_line, line_on, place, post, usual

_COUNT = 2000


def test_the_lane_and_the_view_give_the_same_reply_and_keep_the_same_rows() -> None:
    dice = random.Random(11)  # noqa: S311 -- the same cases in every run
    quick, slow = MemoryStore(), MemoryStore()
    lane = line_on(Kept(journal=quick, ledger=quick, menus=quick))
    view = line_on(Kept(journal=slow, ledger=slow, menus=slow))
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
    lane = line_on(Kept(journal=quick, ledger=quick, menus=quick))
    view = line_on(Kept(journal=slow, ledger=slow, menus=slow))
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


def _asked(line: RehearsalLine, path: str, fields: Mapping[str, str]) -> Asked:
    headers = {
        "content-type": FORM,
        "x-twilio-signature": sign(line.token, line.public_url + path, fields.items()),
    }
    return Asked(path=path, query="", headers=headers, body=urlencode(fields).encode())
