"""Findings of one reading, gathered: what is wrong never stops the look at the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.domain.menus.building.parse_files import Parsed
from ivr.domain.menus.opening_hours import HoursFault
from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.suggestions import did_you_mean
from ivr.domain.yaml_source.yaml_document import Path


@dataclass(frozen=True, slots=True)
class Complaints:
    """Grows while the menu is built. The only thing in this room that changes."""

    parsed: Parsed
    found: list[Finding] = field(default_factory=list)

    def add(self, rule: str, severity: Severity, spot: Spot, what: str, remedy: str) -> None:
        self.found.append(Finding(rule=rule, severity=severity, spot=spot, what=what, remedy=remedy))

    def error(self, rule: str, spot: Spot, what: str, remedy: str) -> None:
        self.add(rule, "error", spot, what, remedy)

    def unknown(self, kind: str, name: str, known: Iterable[str], spot: Spot) -> None:
        near = did_you_mean(name, known)
        remedy = f"did you mean {near}?" if near else f"write one that exists, or add the {kind}"
        self.error(f"unknown-{kind}", spot, f'there is no {kind} "{name}"', remedy)

    def split(self, rule: str, spot: Spot, problem: ValueError) -> None:
        """Add a ValueError that is written as "what; remedy"."""
        what, _, remedy = str(problem).partition("; ")
        self.error(rule, spot, what, remedy or "write it otherwise")

    def hours(
        self,
        file: str,
        path: Path,
        expression: str,
        fault: HoursFault,
        *,
        rule: str = "bad-hours",
        severity: Severity = "error",
    ) -> None:
        """Add what is wrong, or worth a look, with the *expression* that stands at *path*."""
        document = self.parsed.documents[file]
        at = (
            document.spot(path)
            if fault.column is None
            else document.spot_within(path, expression, fault.column)
        )
        self.add(rule, severity, at, fault.what, fault.remedy)

    def has_errors(self) -> bool:
        """Whether anything is wrong so far, in the reading or since."""
        return any(finding.severity == "error" for finding in (*self.parsed.findings, *self.found))
