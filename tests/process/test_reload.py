"""HUP while calls come in: the new menus are taken, and no webhook fails."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from tests.process.served import Served, call_sid, own_menus, serving
from tests.twiml_lint import lint

pytestmark = pytest.mark.chaos

CALLERS = 4


def _calling(served: Served, callers: int, over: Event) -> list[tuple[int, list[str]]]:
    """Call without a pause until it is over: each call begins, and presses a key."""
    replies: list[tuple[int, list[str]]] = []
    for number in count(callers * 1_000_000):
        if over.is_set():
            return replies
        call = call_sid(number)
        path = served.begin(call)
        status, document = served.post(path, call, Digits="3")
        replies.append((status, lint(document)))
    return replies


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_webhook_fails_while_new_menus_are_taken(tmp_path: Path, workers: str) -> None:
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

    assert len(replies) > CALLERS
    assert [reply for reply in replies if reply != (200, [])] == []
    assert words in heard
