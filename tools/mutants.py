"""Change the code a little, again and again, and see whether a test notices: `make mutants`.

Each mutant is made in the memory of a process of its own, which then runs the tests that reach the changed
line, the quickest first. Nothing is written to a source file. See tests/mutants/README.md.
"""

import argparse
import ast
import importlib
import os
import random
import signal
import sys
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, Literal

from tools.mutator import Mutant, mutants_of
from tools.reached import Reached, reached

Fate = Literal["killed", "timeout", "survived", "broken"]
"""timeout: the tests did not end, so somebody would notice. broken: the tests could not be run."""

FOLDER: Final = Path("tests/mutants")
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
_PATIENCE: Final = 5
"""So many times as long as they took may tests take, before they are held to have no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is changed together. files: patterns. goal: percent of its mutants that tests must notice."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    goal: int

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for pattern in self.files for path in sorted(Path().glob(pattern)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that is taken out by hand. old stands once in the file; tests notice that new does not do."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One mutant that is tried. code: gives the changed module's; called in the process that runs it."""

    name: str
    file: str
    tests: tuple[str, ...]
    code: Callable[[], CodeType]


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


def rooms() -> dict[str, Room]:
    listed = tomllib.loads((FOLDER / "rooms.toml").read_text())
    return {
        name: Room(name=name, files=tuple(one["files"]), tests=tuple(one["tests"]), goal=one["goal"])
        for name, one in listed.items()
    }


def rules() -> tuple[Rule, ...]:
    listed = tomllib.loads((FOLDER / "rules.toml").read_text())["rule"]
    return tuple(Rule(**{**one, "tests": tuple(one["tests"])}) for one in listed)


def equal() -> dict[tuple[str, str, str, str], str]:
    """Read which mutants change nothing that anybody could see, and why."""
    listed = tomllib.loads((FOLDER / "equal.toml").read_text())["mutant"]
    return {(one["file"], one["where"], one["text"], one["what"]): one["why"] for one in listed}


def stale_rules(listed: Sequence[Rule]) -> list[str]:
    """Name the rules that are not in their files any more as they are written in the list."""
    faults = []
    for one in listed:
        path = Path(one.file)
        times = path.read_text().count(one.old) if path.is_file() else 0
        if times != 1:
            faults.append(
                f"rules.toml: {one.name}: its old text stands {times} times in {one.file}, and must once"
            )
        faults += [f"rules.toml: {one.name}: there is no {test}" for test in one.tests if not _is_there(test)]
    return faults


def stale_equal(listed: dict[tuple[str, str, str, str], str], found: Sequence[Mutant]) -> list[str]:
    """Name those in the list of equal ones that cannot be made any more."""
    known = {one.key for one in found}
    return [f"equal.toml: {' | '.join(key)}: there is no such mutant" for key in listed if key not in known]


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return Path(path).exists() and (not name or f"def {name}(" in Path(path).read_text())


def rule_trials(listed: Sequence[Rule]) -> Iterator[Trial]:
    for one in listed:
        source = Path(one.file).read_text().replace(one.old, one.new)
        code = compile(source, one.file, "exec")
        yield Trial(name=f"{one.file}: {one.name}", file=one.file, tests=one.tests, code=partial(_same, code))


def _same(code: CodeType) -> CodeType:
    return code


def trial_of(mutant: Mutant, tree: ast.Module, tests: tuple[str, ...]) -> Trial:
    def code() -> CodeType:
        mutant.change()
        return compile(tree, mutant.file, "exec")

    name = f"{mutant.file}:{mutant.line}: {mutant.where or 'module'}: {mutant.what} in `{mutant.text}`"
    return Trial(name=name, file=mutant.file, tests=tests, code=code)


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
                running[_begun(trial)] = (trial, time.monotonic() + most_s)
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


def _log_of(child: int) -> Path:
    return KEPT / f"{child}.log"


def _begun(trial: Trial) -> int:
    child = os.fork()
    if child == 0:
        status = _NOT_RUN
        try:
            os.setpgid(0, 0)
            status = _run(trial)
        except BaseException:  # noqa: BLE001 -- a child never goes on as its parent does
            traceback.print_exc()
        os._exit(status)
    return child


def _looked(child: int, *, is_late: bool) -> Fate | None:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        return _FATES.get(os.waitstatus_to_exitcode(status), "broken")
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
    tests = tuple(dict.fromkeys(test for trial in trials for test in trial.tests))
    if not tests:
        return
    file = trials[0].file
    code = compile(Path(file).read_text(), file, "exec")
    unchanged = Trial(name="nothing", file=file, tests=tests, code=partial(_same, code))
    [(_, fate)] = tried([unchanged], jobs=jobs, most_s=_UNCHANGED_S, keeps=True)
    if fate == "survived":
        for log in KEPT.glob("[0-9]*.log"):
            log.unlink()
    else:
        raise SystemExit(f"the tests do not pass on code that is not changed ({fate}): see {KEPT}/*.log")


def warm_up() -> None:
    """Import what tests need beside our own code, so that no child has to."""
    for name in ("pytest", "hypothesis", "ivr.rehearsal", "ivr.console_server", "ivr.server"):
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("ivr", "tests")]:
        del sys.modules[name]


def room_trials(room: Room, map_of: Reached, *, most_s: float) -> tuple[list[Trial], list[Mutant]]:
    """Give the mutants of a room that are worth a try, and all that there are."""
    same, trials, found = equal(), list[Trial](), list[Mutant]()
    for path in room.paths:
        tree, mutants = mutants_of(path)
        found += mutants
        trials += [
            trial_of(one, tree, map_of.tests(one.file, one.line, one.last_line, most_s=most_s))
            for one in mutants
            if one.key not in same
        ]
    return trials, found


def main(arguments: Sequence[str]) -> int:
    asked = _asked(arguments)
    known = rooms()
    KEPT.mkdir(exist_ok=True)
    faults = stale_rules(rules())
    every = [one for room in known.values() for path in room.paths for one in mutants_of(path)[1]]
    faults += stale_equal(equal(), every)
    for fault in faults:
        print(fault)
    if faults or asked.stale:
        return bool(faults)
    scores = [_rules_hold(asked)] if "rules" in asked.rooms or not asked.rooms else []
    scores += [_room_holds(known[name], asked) for name in asked.rooms or known if name != "rules"]
    return not all(scores)


def _rules_hold(asked: argparse.Namespace) -> bool:
    warm_up()
    trials = list(rule_trials(rules()))
    return _told("rules", trials, goal=100, of=len(trials), asked=asked)


def _room_holds(room: Room, asked: argparse.Namespace) -> bool:
    package = room.paths[0].parts[0]
    map_of = reached(room.name, room.tests, package=package, folder=KEPT, is_kept=asked.kept)
    warm_up()
    trials, _ = room_trials(room, map_of, most_s=asked.most_s)
    chosen = [one for one in trials if asked.only in one.name]
    if asked.sample and asked.sample < len(chosen):
        dice = random.Random(asked.seed)  # noqa: S311 -- the same ones again for the same seed
        picked = set(dice.sample(range(len(chosen)), asked.sample))
        chosen = [one for index, one in enumerate(chosen) if index in picked]
    return _told(room.name, chosen, goal=room.goal, of=len(trials), asked=asked)


def _told(name: str, trials: Sequence[Trial], *, goal: int, of: int, asked: argparse.Namespace) -> bool:
    pass_unchanged(trials, jobs=asked.jobs)
    fates = Counter[Fate]()
    for trial, fate in tried(trials, jobs=asked.jobs, most_s=_PATIENCE * asked.most_s):
        fates[fate] += 1
        if fate != "killed":
            print(f"{fate}: {trial.name}", flush=True)
    noticed = fates["killed"] + fates["timeout"]
    percent = 100 * noticed / max(len(trials), 1)
    print(
        f"{name}: {noticed} of {len(trials)} noticed, {percent:.1f} % (goal {goal} %; {of} in all)",
        flush=True,
    )
    return percent >= goal and not fates["broken"]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument(
        "rooms", nargs="*", help="of tests/mutants/rooms.toml, or rules; all, if none is named"
    )
    reader.add_argument(
        "--sample", type=int, default=0, help="try so many of a room, drawn by --seed; 0: all"
    )
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--only", default="", help="try those whose name holds this")
    reader.add_argument(
        "--kept", action="store_true", help="which test reaches what: as the last run found it"
    )
    reader.add_argument(
        "--stale", action="store_true", help="only look for entries that fit the code no more"
    )
    reader.add_argument("--jobs", type=int, default=2)
    reader.add_argument(
        "--most-s", type=float, default=60, help="seconds of tests for one mutant, as they were timed"
    )
    return reader.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
