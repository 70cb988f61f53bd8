"""Print what the line costs, as ratios to floors; a bench, so it never fails for being slow."""

import os
import tempfile
from pathlib import Path

from bench import half_load, loading, reads, size, started, tabs, turn, uniform
from bench.quiet import watched
from bench.server import serving
from ivr.adapters.database.migrate import upgrade


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        upgrade(f"sqlite:///{home}/ivr.db")
        with (
            serving("ivr.bootstrap.line_process:front", home, interface="rsgi") as line,
            serving("bench.constant:application", home) as floor,
        ):
            with serving("bench.usual:application", home) as usual:
                turn.measure(line, floor, usual)
            with watched(line, floor):
                half_load.measure(line, floor)
            tabs.measure(line, home)
        (home / "reads").mkdir()
        reads.measure(home / "reads")
        loading.measure()
        uniform.measure()
        size.measure(home)
        started.measure(home / "started")


if __name__ == "__main__":
    main()
