"""HUP while calls come in as fast as they can: the new menus are taken, and no reply is wrong."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from tests.process.served import Served, call_sid, own_menus, serving
from tests.twiml_lint import lint

pytestmark = pytest.mark.chaos

CALLERS = 4
CUT_OFF: tuple[int, list[str]] = (0, ["closed without a reply"])
"""The server that we stand on now and then closes a connection that it has just accepted: see hosting.md."""
MOST_CUT_OFF = 2


def _calling(served: Served, callers: int, over: Event) -> list[tuple[int, list[str]]]:
    """Call without a pause until it is over: each call begins, and presses a key."""
    replies: list[tuple[int, list[str]]] = []
    for number in count(callers * 1_000_000):
        if over.is_set():
            return replies
        call = call_sid(number)
        try:
            path = served.begin(call)
            status, document = served.post(path, call, Digits="3")
        except (OSError, HTTPException):
            replies.append(CUT_OFF)
        else:
            replies.append((status, lint(document)))
    return replies


@pytest.mark.parametrize("workers", ["1", "2"])
def test_calls_go_on_while_new_menus_are_taken(tmp_path: Path, workers: str) -> None:
    menus, over = own_menus(tmp_path), Event()
    main = menus / "main.yaml"
    shipped = main.read_text(encoding="utf-8")

    with serving(tmp_path / "home", "--workers", workers, IVR_MENUS=str(menus)) as served:
        with ThreadPoolExecutor(CALLERS) as callers:
            calling = [callers.submit(_calling, served, number, over) for number in range(CALLERS)]
            try:
                for words in ("Take your pick.", "Make your choice."):
                    main.write_text(shipped.replace("say: Please choose.", f"say: {words}"), encoding="utf-8")
                    served.reload()
            finally:
                over.set()
        replies = [reply for one in calling for reply in one.result()]
        heard = served.post("/voice", call_sid(9))[1]

    assert len(replies) > 100 * CALLERS
    assert {str(reply) for reply in replies if reply not in ((200, []), CUT_OFF)} == set()
    assert replies.count(CUT_OFF) <= MOST_CUT_OFF
    assert words in heard
