"""Change the code a little, again and again, and see whether a test notices: `make mutants`.

Each mutant is made in the memory of a process of its own, which then runs the tests that reach the changed
line, the quickest first. Nothing is written to a source file. See tests/mutants/README.md.
"""

import argparse
import ast
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Final

from tools.mutator import Mutant, mutants_of
from tools.reached import Reached, reached
from tools.trial import KEPT, Fate, Trial, as_it_is, pass_unchanged, tried_twice, warm_up

FOLDER: Final = Path("tests/mutants")


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
        yield Trial(
            name=f"{one.file}: {one.name}", file=one.file, tests=one.tests, code=partial(as_it_is, code)
        )


def trial_of(mutant: Mutant, tree: ast.Module, known: Reached, *, quick_s: float, most_s: float) -> Trial:
    def code() -> CodeType:
        mutant.change()
        return compile(tree, mutant.file, "exec")

    lines = (mutant.file, mutant.line, mutant.last_line)
    quick = known.tests(*lines, most_s=quick_s)
    return Trial(
        name=f"{mutant.file}:{mutant.line}: {mutant.where or 'module'}: {mutant.what} in `{mutant.text}`",
        file=mutant.file,
        tests=quick,
        later=tuple(test for test in known.tests(*lines, most_s=most_s) if test not in quick),
        code=code,
    )


def room_trials(room: Room, known: Reached, *, quick_s: float, most_s: float) -> list[Trial]:
    """Give the mutants of a room that are worth a try."""
    same, trials = equal(), list[Trial]()
    for path in room.paths:
        tree, mutants = mutants_of(path)
        trials += [
            trial_of(one, tree, known, quick_s=quick_s, most_s=most_s)
            for one in mutants
            if one.key not in same
        ]
    return trials


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
    known = reached(room.name, room.tests, package=package, folder=KEPT, is_kept=asked.kept)
    warm_up()
    trials = room_trials(room, known, quick_s=asked.quick_s, most_s=asked.most_s)
    chosen = [one for one in trials if asked.only in one.name]
    if asked.sample and asked.sample < len(chosen):
        dice = random.Random(asked.seed)  # noqa: S311 -- the same ones again for the same seed
        picked = set(dice.sample(range(len(chosen)), asked.sample))
        chosen = [one for index, one in enumerate(chosen) if index in picked]
    return _told(room.name, chosen, goal=room.goal, of=len(trials), asked=asked)


def _told(name: str, trials: Sequence[Trial], *, goal: int, of: int, asked: argparse.Namespace) -> bool:
    pass_unchanged(trials, jobs=asked.jobs)
    fates = Counter[Fate]()
    for trial, fate in tried_twice(trials, jobs=asked.jobs, quick_s=asked.quick_s, most_s=asked.most_s):
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
        "--quick-s",
        type=float,
        default=10,
        help="seconds of tests for one mutant at first, as they were timed",
    )
    reader.add_argument(
        "--most-s", type=float, default=300, help="seconds of tests for one that survives these"
    )
    return reader.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
