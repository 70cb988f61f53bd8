"""The lane in front of Flask answers as Flask does, and leaves the same behind."""

import random
from dataclasses import replace

from ivr.app import Kept
from ivr.dialogue.place import STAGES
from ivr.store.memory import MemoryStore
from tests.web.service import CALL, line_on, place, post, usual

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
