import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ivr.domain.yaml_source.location import Spot

Severity = Literal["error", "warning", "advice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong at one place, and what to write instead. `rule` never changes its name."""

    rule: str
    severity: Severity
    spot: Spot
    what: str
    remedy: str


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by place; at one place, by rule and wording, so that two runs print the same."""
    return sorted(findings, key=lambda one: (one.spot, one.rule, one.what))


def named(finding: Finding, folders: Mapping[str, str]) -> Finding:
    """Name its file as the operator has it. folders: where "menus" and "prompts" are."""
    folder, _, name = finding.spot.file.partition("/")
    if folder not in folders or not name:
        return finding
    return replace(finding, spot=replace(finding.spot, file=f"{folders[folder]}/{name}"))


def line_of(finding: Finding) -> str:
    weight = "" if finding.severity == "error" else f"{finding.severity}: "
    return f"{finding.spot}  {weight}{finding.what}; {finding.remedy}  [{finding.rule}]"


def as_json(findings: Iterable[Finding]) -> str:
    rows = [
        {
            "file": one.spot.file,
            "line": one.spot.line,
            "column": one.spot.column,
            "rule": one.rule,
            "severity": one.severity,
            "what": one.what,
            "remedy": one.remedy,
        }
        for one in in_order(findings)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)
