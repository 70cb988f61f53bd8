import pytest

from ivr.domain.menus.opening_hours import Hours, HoursFault


@pytest.mark.parametrize(
    ("expression", "column", "what"),
    [
        ("", 1, "no hours are written, which would mean always open"),
        ("   ", 1, "no hours are written, which would mean always open"),
        ("Mo-Fr 25:00-26:00", 7, "25:00 is no time of day"),
        ("Mo-Fr 06:00-25:00", 13, "25:00 is no time of day"),
        ("Mo-Fr 06:00-24:30", 13, "24:30 is no time of day"),
        ("Mo-Fr 06:00-18:60", 13, "18:60 is no time of day"),
        ("Mo-Fr 06:00-06:00", 7, "06:00-06:00 opens and closes at the same time"),
        ("Mo-Fr 6:00-06:00", 7, "6:00-06:00 opens and closes at the same time"),
        ("Mo-Fr 06:00 - 06:00", 7, "06:00 - 06:00 opens and closes at the same time"),
        ("Mo-Fr 24:00-02:00", 7, "24:00-02:00 begins when its day is over"),
        ("Mo-Fr 06:00-18:00; Feb 30 off", 20, "Feb 30 is no date"),
        ("Mo-Fr 06:00-18:00; Apr 31 off", 20, "Apr 31 is no date"),
        ("Mo-Fr 06:00-18:00; 2027 Feb 29 off", 20, "Feb 29 2027 is no date"),
        ("Mo-Fr 06:00-18:00; Feb 28-30 off", 20, "Feb 30 is no date"),
        ("Mo-Fr 06:00-18:00; Feb 20-Feb 30 off", 27, "Feb 30 is no date"),
        ("Mo-Fr 06:00-18:00; Jan 0 off", 20, "Jan 0 is no date"),
        (
            "Mo-Fr 06:00-18:00; PH off",
            20,
            "PH stands for public holidays, but no country is named, so none would be kept",
        ),
        ("Mo-Fr 06:00-18:00; SH off", 20, "`SH` cannot be used: there is no calendar of school holidays"),
        ("Mo-Fr 06:00+", 7, "`06:00+` cannot be used: a time without an end cannot be told to a caller"),
        ("sunrise-18:00", 1, "`sunrise` cannot be used: the sun's times need a place on the map"),
        ("Mo 06:00-18:00 unknown", 16, "`unknown` cannot be used: a line has to know whether it is open"),
        ('Mo 06:00-18:00 "by appointment"', 16, '`"` cannot be used: a comment has no effect on the hours'),
        (
            "Mo 06:00-18:00 || Tu 08:00-09:00",
            16,
            "`||` cannot be used: a fallback rule cannot be told to a caller",
        ),
        ("Mo 10:00-16:00/01:30", 10, "`16:00/0` cannot be used: a time that repeats is for trains"),
        ("Mo-Fr 9-17", 7, 'the hours cannot be read from "9-17" on'),
        ("Mon-Fri 06:00-18:00", 3, 'the hours cannot be read from "n-Fri 06:00-18:00" on'),
        ("  Mo-Fr 9-17", 9, 'the hours cannot be read from "9-17" on'),
        ("Mo-Fr 08:00-17:00;", 19, "the hours break off at the end"),
        (
            "mo-fr 06:00-18:00",
            None,
            "the hours can be read in two ways: wday literal should be capitalized, got 'mo'",
        ),
        ("Mo-Fr 06:00-12:00; Mo-Fr 13:00-18:00", 20, "Mo-Fr is written twice, and only the second counts"),
    ],
)
def test_hours_that_would_be_misread_are_a_fault_with_its_column(
    expression: str, column: int | None, what: str
) -> None:
    fault = Hours.parse(expression, "America/Los_Angeles", None)

    assert isinstance(fault, HoursFault)
    assert (fault.what, fault.column) == (what, column)
    assert fault.remedy


def test_holidays_that_a_later_rule_opens_again_are_a_fault() -> None:
    fault = Hours.parse("PH off; Mo-Fr 06:00-18:00", "America/Los_Angeles", "US")

    assert fault == HoursFault(
        what="this rule opens the line on the public holidays that an earlier rule closes",
        column=9,
        remedy="write `PH off` after the weekly hours",
    )


@pytest.mark.parametrize(
    "expression",
    [
        "24/7",
        "Mo-Fr",
        "Mo-Fr 9:00-17:30",
        "Mo-Fr 18:00-06:00",
        "Mo-Fr 00:00-24:00",
        "Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00",
        "Mo-Fr 08:00-18:00; PH off; Dec 24-26 off; Feb 29 off",
        "Mo-Fr 08:00-18:00; 2028 Feb 29 off",
        "Mo-Fr 08:00-18:00; Nov Th[4] off",
        "Mo-Fr 08:00-18:00; easter -2 days off",
        "Mo-Fr 08:00-18:00; PH 10:00-12:00; Dec 31-Jan 2 off",
        "  Mo-Fr 08:00-18:00  ",
        "Mo-Fr 08:00-18:00\n",
    ],
)
def test_usual_hours_are_read(expression: str) -> None:
    assert isinstance(Hours.parse(expression, "America/Los_Angeles", "US"), Hours)
