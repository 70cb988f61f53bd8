"""Which tests run which line, and how long each takes: found by one run of them with coverage."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coverage import CoverageData

_TIMED: Final = re.compile(r"^(\d+\.\d+)s (?:call|setup|teardown) +(\S.*)$", re.MULTILINE)
_PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
_LEAST_S: Final = 0.005
"""What no line of pytest's own list says: less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """lines: of each file, the tests that run a line; "" among them where it runs as the module is read.

    seconds: of each test. own: how the names of the room's own tests begin, which are asked before others.
    every: those own tests; some compare figures alone, and so run no line.
    """

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]
    own: str = ""
    every: tuple[str, ...] = ()

    def tests(self, file: str, first: int, last: int, *, most_s: float) -> tuple[str, ...]:
        """Choose what runs any of the lines, own and quick ones first, for so many seconds in all.

        Of a module's own statements, which no test runs, any test of the file may tell, and any own one.
        """
        known = self.lines.get(file, {})
        named = {one for line in range(first, last + 1) for one in known.get(line, [])}
        if named == {""}:
            named = {one for tests in known.values() for one in tests}
            named |= set(self.every)
        chosen, left_s = list[str](), most_s
        for one in sorted(named - {""}, key=self._rank):
            left_s -= self._seconds(one)
            if left_s < 0 and chosen:
                break
            chosen.append(one)
        return _by_file(chosen)

    def _rank(self, test: str) -> tuple[bool, float, str]:
        return not test.startswith(self.own), self._seconds(test), test

    def _seconds(self, test: str) -> float:
        return self.seconds.get(test, _LEAST_S)


def reached(name: str, tests: Sequence[str], *, package: str, folder: Path, is_kept: bool) -> Reached:
    """Run the tests once. is_kept: read instead what the last run left in *folder*. Raises SystemExit."""
    data, log = folder / f"{name}.coverage", folder / f"{name}.log"
    if not (is_kept and data.is_file()):
        options = ["--cov-context=test", "--cov-report=", "--durations=0", "--durations-min=0.005"]
        with log.open("w") as told:
            environment = {**os.environ, "COVERAGE_FILE": str(data)}
            command = [*_PYTEST, f"--cov={package}", *options, *tests]
            done = subprocess.run(command, stdout=told, stderr=told, env=environment, check=False)  # noqa: S603 -- our tests
        if done.returncode:
            raise SystemExit(f"the tests of {name} fail without any change: see {log}")
    return Reached(
        lines=_lines(data),
        seconds=_seconds(_TIMED.findall(log.read_text())),
        own=tests[0],
        every=_collected(tests[0]),
    )


def _collected(tests: str) -> tuple[str, ...]:
    listed = subprocess.run(  # noqa: S603 -- our own tests
        [*_PYTEST, "--collect-only", tests], capture_output=True, text=True, check=True
    )
    return tuple(line for line in listed.stdout.splitlines() if "::" in line)


def _lines(path: Path) -> dict[str, dict[int, list[str]]]:
    data = CoverageData(str(path))
    data.read()
    root = f"{Path.cwd()}/"
    return {
        file.removeprefix(root): {
            line: sorted({context.partition("|")[0] for context in contexts})
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }


def _seconds(timed: Iterable[tuple[str, str]]) -> dict[str, float]:
    summed: dict[str, float] = {}
    for seconds, test in timed:
        summed[test] = summed.get(test, 0) + float(seconds)
    return summed


def _by_file(tests: Sequence[str]) -> tuple[str, ...]:
    """Keep together what is in one file, so that what its tests share is put up once."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    return tuple(sorted(tests, key=lambda test: files.index(test.partition("::")[0])))
