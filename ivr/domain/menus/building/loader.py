"""A menu folder as bytes to a tree: the one way in, for the line, the check and the tests alike."""

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.literal_braces import check_literals
from ivr.domain.menus.building.parse_files import Parsed, parse
from ivr.domain.menus.building.tree_builder import build
from ivr.domain.menus.checks import check
from ivr.domain.menus.tree import MenuTree, MenuVersion
from ivr.domain.yaml_source.finding import Finding, in_order

_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """tree: None where a finding is an error; never partly valid. examples: values still to be replaced."""

    tree: MenuTree | None
    findings: tuple[Finding, ...]
    parsed: Parsed

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def version_of(files: Mapping[str, bytes]) -> MenuVersion:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{len(name)} {name} {len(files[name])} ".encode())
        digest.update(files[name])
    return MenuVersion(digest.hexdigest()[:_VERSION_DIGITS])


def load(files: Mapping[str, bytes]) -> Loaded:
    """Read, build and check *files*, keyed as "menus/main.yaml" and "prompts/en/line.yaml"."""
    with _uncollected():
        return _load(files)


def _load(files: Mapping[str, bytes]) -> Loaded:
    parsed = parse(files)
    complaints = Complaints(parsed)
    check_literals(complaints)
    tree = build(parsed, version_of(files), complaints)
    if tree is not None:
        check(tree, complaints)
    # Each page of a long answer has the same choices, and so the same faults.
    findings = tuple(in_order(dict.fromkeys((*parsed.findings, *complaints.found))))
    broken = any(finding.severity == "error" for finding in findings)
    return Loaded(tree=None if broken else tree, findings=findings, parsed=parsed)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away: next to none is made here, its searches took 40 % of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
