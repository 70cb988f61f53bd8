"""One changed module, and the tests that are asked of it: in the memory of a process of its own, by fork."""

import importlib
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, Literal

Fate = Literal["killed", "timeout", "survived", "broken"]
"""timeout: the tests did not end, so somebody would notice. broken: the tests could not be run."""

KEPT: Final = Path(".mutants")
_SURVIVED: Final = 0
_TESTS_FAILED: Final = 1
_NOT_READ: Final = 2
_NOT_FOUND: Final = 4
"""Pytest ends with these where a file of tests cannot be imported any more, or has other tests."""
_NOT_RUN: Final = 70
_FATES: Final[Mapping[int, Fate]] = {
    _SURVIVED: "survived",
    _TESTS_FAILED: "killed",
    _NOT_READ: "killed",
    _NOT_FOUND: "killed",
}
_UNCHANGED_S: Final = 3600
_LEAST_S: Final = 60
_PATIENCE: Final = 5
"""So many times as long as they were timed may tests take, and a minute, before they have no end."""
_BUSY: Final = 10
"""So many times their own time may they take on a busy machine, or where they wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One mutant that is tried. code: gives the changed module's; called in the process that runs it.

    tests: the quick ones. later: those that are asked where it survives these.
    """

    name: str
    file: str
    tests: tuple[str, ...]
    code: Callable[[], CodeType]
    later: tuple[str, ...] = ()


class _Mutated(MetaPathFinder, Loader):
    """Gives one module its changed code, and leaves every other as it is."""

    def __init__(self, name: str, code: CodeType, file: str) -> None:
        self.name, self.code, self.file = name, code, file

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        spec = ModuleSpec(name, self, origin=self.file)
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 -- our own module, changed


def as_it_is(code: CodeType) -> CodeType:
    return code


def tried(
    trials: Sequence[Trial], *, jobs: int, most_s: float, keeps: bool = False
) -> Iterator[tuple[Trial, Fate]]:
    """Try each mutant in a process of its own, which ends with it; so many at once.

    keeps: whether what the tests said stays in a file; where they could not be run it always does.
    """
    waiting, running = list(reversed(trials)), dict[int, tuple[Trial, float]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            trial = waiting.pop()
            if trial.tests:
                running[_begun(trial, most_s=most_s)] = (trial, time.monotonic() + _BUSY * most_s)
            else:
                yield trial, "survived"
        for child, (trial, end) in list(running.items()):
            fate = _looked(child, is_late=time.monotonic() > end)
            if fate is not None:
                del running[child]
                if fate != "broken" and not keeps:
                    _log_of(child).unlink(missing_ok=True)
                yield trial, fate
        time.sleep(0.02)


def tried_twice(
    trials: Sequence[Trial], *, jobs: int, quick_s: float, most_s: float
) -> Iterator[tuple[Trial, Fate]]:
    """Ask the quick tests of each mutant first, and the others where these noticed nothing."""
    again = list[Trial]()
    for trial, fate in tried(trials, jobs=jobs, most_s=_LEAST_S + _PATIENCE * quick_s):
        if fate == "survived" and trial.later:
            again.append(replace(trial, tests=trial.later, later=()))
        else:
            yield trial, fate
    yield from tried(again, jobs=jobs, most_s=_LEAST_S + _PATIENCE * most_s)


def _log_of(child: int) -> Path:
    return KEPT / f"{child}.log"


def _begun(trial: Trial, *, most_s: float) -> int:
    child = os.fork()
    if child == 0:
        status = _NOT_RUN
        try:
            os.setpgid(0, 0)
            # Of its own time, so that a busy machine makes no test endless.
            resource.setrlimit(resource.RLIMIT_CPU, (int(most_s), int(most_s)))
            status = _run(trial)
        except BaseException:  # noqa: BLE001 -- a child never goes on as its parent does
            traceback.print_exc()
        os._exit(status)
    return child


def _looked(child: int, *, is_late: bool) -> Fate | None:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        is_out_of_time = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        return "timeout" if is_out_of_time else _FATES.get(os.waitstatus_to_exitcode(status), "broken")
    if not is_late:
        return None
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _run(trial: Trial) -> int:
    said = os.open(_log_of(os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    name = trial.file.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, _Mutated(name, trial.code(), trial.file))
    try:
        importlib.import_module(name)
    except BaseException:  # noqa: BLE001 -- whatever it raises, nobody could use it
        return _TESTS_FAILED
    import pytest  # noqa: PLC0415 -- after the module was changed

    # Its plugins were imported before, so it cannot rewrite them; an assertion fails without that as well.
    options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "--assert=plain", "--hypothesis-seed=0"]
    return int(pytest.main([*options, *trial.tests]))


def pass_unchanged(trials: Sequence[Trial], *, jobs: int) -> None:
    """Try all their tests on code as it is. Raises SystemExit where they fail, and so would tell nothing."""
    tests = tuple(dict.fromkeys(test for trial in trials for test in (*trial.tests, *trial.later)))
    if not tests:
        return
    file = trials[0].file
    code = compile(Path(file).read_text(), file, "exec")
    unchanged = Trial(name="nothing", file=file, tests=tests, code=partial(as_it_is, code))
    [(_, fate)] = tried([unchanged], jobs=jobs, most_s=_UNCHANGED_S, keeps=True)
    if fate == "survived":
        for log in KEPT.glob("[0-9]*.log"):
            log.unlink()
    else:
        raise SystemExit(f"the tests do not pass on code that is not changed ({fate}): see {KEPT}/*.log")


def warm_up() -> None:
    """Import what tests need beside our own code, so that no child has to."""
    for name in (
        "pytest",
        "hypothesis",
        "ivr.bootstrap.rehearsal",
        "ivr.bootstrap.console_process",
        "ivr.bootstrap.line_process",
    ):
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("ivr", "tests")]:
        del sys.modules[name]
