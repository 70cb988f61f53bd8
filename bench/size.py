"""What 10,000 questions cost beside 10: processor time of a turn, memory, and loading."""

import http.client
import re
import statistics
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

from bench.caller import next_path, send, signed
from bench.loading import loading_ratio
from bench.menus import ANSWER, write_folder
from bench.row import print_row, spread
from bench.server import Server, serving
from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.adapters.database.migrate import upgrade
from ivr.domain.dialogue.place import read_place

_SMALL = 10
_LARGE = 10_000
_ROUNDS = 5
_TURNS = 1_500
_LOADINGS = 3
_STRIDE = 7_919
"""Prime, so that calls go to questions all over the menu, and no two of a round to the same."""
_OFFERED = re.compile(r"press ([1-9])\.")


def measure(home: Path) -> None:
    with ExitStack() as stack:
        small, large = (stack.enter_context(_serving(home / str(size), size)) for size in (_SMALL, _LARGE))
        fresh: list[float] = []
        known: list[float] = []
        for number in range(1, _ROUNDS + 1):
            # Twice to the same questions: their replies are made the first time, and kept for the second.
            for ratios, prefix in ((fresh, f"1{number:03x}"), (known, f"2{number:03x}")):
                floor = _cpu_per_turn(small, number, prefix)
                ratios.append(_cpu_per_turn(large, number, prefix) / floor)
        more_mb = large.pss_mb() - small.pss_mb()
    for what, ratios in (("questions asked before", known), ("questions not asked before", fresh)):
        of = f"10,000 questions / 10: CPU per turn, {what} {spread(ratios)}"
        print_row(of, statistics.median(ratios), 1.1)
    print_row("10,000 questions, MB more than with 10", more_mb, 40)
    folder = home / str(_LARGE)
    _, whole = loading_ratio(read_folders(folder / "menus", folder / "prompts"), rounds=_LOADINGS)
    print_row("10,000 questions: loading / YAML library", whole, 1.3)


def _serving(folder: Path, questions: int) -> AbstractContextManager[Server]:
    write_folder(folder, questions)
    upgrade(f"sqlite:///{folder}/ivr.db")
    menus, prompts = str(folder / "menus"), str(folder / "prompts")
    return serving(
        "ivr.bootstrap.line_process:front", folder, interface="rsgi", IVR_MENUS=menus, IVR_PROMPTS=prompts
    )


def _cpu_per_turn(server: Server, round_number: int, prefix: str) -> float:
    """Walk calls to one question after the other, until there were turns enough."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        home = send(connection, signed("/voice", _sid(prefix, 0), None))
        before = server.cpu_s()
        turns = calls = 0
        while turns < _TURNS:
            calls += 1
            turns += _call(connection, home, _sid(prefix, calls), round_number * _TURNS + calls)
        return (server.cpu_s() - before) / turns


def _call(connection: http.client.HTTPConnection, home: str, sid: str, number: int) -> int:
    """Choose down to a question from the *home* document, hear it again, go back; count the turns."""
    left, turns, document = number * _STRIDE % _LARGE, 0, home
    while not _is_answer(path := next_path(document)):
        offered = _OFFERED.findall(document)
        left, chosen = divmod(left, len(offered))
        document = send(connection, signed(path, sid, offered[chosen]))
        turns += 1
    for key in ("#", "*"):
        document = send(connection, signed(next_path(document), sid, key))
        turns += 1
    return turns


def _is_answer(path: str) -> bool:
    place = read_place("turn", path.rpartition("/")[2])
    return place is not None and place.node.startswith(ANSWER)


def _sid(prefix: str, call: int) -> str:
    return f"CA{prefix}{call:028x}"
