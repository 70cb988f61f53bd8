import json

import pytest

from ivr.domain.yaml_source.finding import Finding, Severity, as_json, in_order, line_of
from ivr.domain.yaml_source.location import Spot


def finding(
    line: int, *, severity: Severity = "error", file: str = "faq.yaml", rule: str = "dead-end"
) -> Finding:
    spot = Spot(file=file, line=line, column=3)
    return Finding(rule=rule, severity=severity, spot=spot, what="the call ends here", remedy="add go:")


@pytest.mark.parametrize(
    ("severity", "line"),
    [
        ("error", "faq.yaml:41:3  the call ends here; add go:  [dead-end]"),
        ("warning", "faq.yaml:41:3  warning: the call ends here; add go:  [dead-end]"),
        ("advice", "faq.yaml:41:3  advice: the call ends here; add go:  [dead-end]"),
    ],
)
def test_a_line_tells_place_fact_remedy_and_rule(severity: Severity, line: str) -> None:
    assert line_of(finding(41, severity=severity)) == line


def test_findings_stand_by_file_line_and_rule() -> None:
    first, second, third, fourth = (
        finding(9, file="a"),
        finding(2, file="b"),
        finding(10, file="b"),
        finding(10, file="b", rule="z"),
    )

    assert in_order([fourth, third, second, first]) == [first, second, third, fourth]


def test_json_has_every_part_in_order() -> None:
    rows = json.loads(as_json([finding(9), finding(2)]))

    assert [row["line"] for row in rows] == [2, 9]
    assert rows[0] == {
        "file": "faq.yaml",
        "line": 2,
        "column": 3,
        "rule": "dead-end",
        "severity": "error",
        "what": "the call ends here",
        "remedy": "add go:",
    }
