from collections.abc import Mapping

import pytest

from ivr.adapters.settings.environment.values import (
    is_production,
    read_count,
    read_countries,
    read_database_url,
    read_key,
    read_log_level,
    read_own_numbers,
)
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret


def variables(environ: Mapping[str, str]) -> Variables:
    return Variables(environ, None)


def whats(read: Variables) -> list[str]:
    return [finding.what for finding in read.findings]


@pytest.mark.parametrize(
    ("word", "strict", "told"),
    [
        ("development", False, []),
        ("production", True, []),
        ("prod", True, ["IVR_ENV is neither of its two words"]),
        ("Development", True, ["IVR_ENV is neither of its two words"]),
        ("", True, ["IVR_ENV is set but empty"]),
    ],
)
def test_a_word_that_is_neither_is_held_to_the_strict_rules(
    word: str, told: list[str], *, strict: bool
) -> None:
    read = variables({"IVR_ENV": word})

    assert is_production(read) == strict
    assert whats(read) == told


def test_a_key_has_thirty_two_bytes_whatever_its_letters() -> None:
    short, umlauts = variables({"IVR_KEY": "k" * 31}), variables({"IVR_KEY": "\u00fc" * 16})

    assert read_key(short) is None
    assert whats(short) == ["IVR_KEY has 31 bytes"]
    assert read_key(umlauts) == Secret("\u00fc" * 16)


def test_countries_are_two_capitals_and_the_united_states_unless_told() -> None:
    wrong = variables({"IVR_COUNTRIES": "US, us,Q1"})

    assert read_countries(variables({})) == {"US"}
    assert read_countries(variables({"IVR_COUNTRIES": "DE, US"})) == {"DE", "US"}
    read_countries(wrong)
    assert [(finding.what, finding.remedy) for finding in wrong.findings] == [
        ('IVR_COUNTRIES, number 2: "us" is no country', "did you mean US?"),
        ('IVR_COUNTRIES, number 3: "Q1" is no country', "write two capitals, such as US"),
    ]


def test_our_own_numbers_keep_their_order() -> None:
    ours = variables({"IVR_NUMBERS": "+4930123456, +14155550100"})

    assert read_own_numbers(ours, production=False) == (E164("+4930123456"), E164("+14155550100"))
    assert ours.findings == []


def test_our_own_number_exists_and_is_not_fiction_in_production() -> None:
    ours = variables({"IVR_NUMBERS": "+14155550100,4155550100,+16502531234"})

    assert read_own_numbers(ours, production=True) == (E164("+16502531234"),)
    assert whats(ours) == [
        "IVR_NUMBERS, number 1: it is a number for fiction, which nobody can dial",
        "IVR_NUMBERS, number 2: it does not begin with a plus and the country code",
    ]


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql://db/ivr", "postgresql+psycopg://db/ivr"])
def test_the_store_is_one_of_two_databases(url: str) -> None:
    read = variables({"IVR_DATABASE_URL": url})

    assert read_database_url(read, ".ivr") == Secret(url)
    assert read.findings == []


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("postgres://u:hunter2@db/ivr", "begin it with postgresql://"),
        ("mysql://u:hunter2@db/ivr", "begin it with sqlite:/// or postgresql://"),
        ("hunter2.db", "begin it with sqlite:/// or postgresql://"),
    ],
)
def test_another_store_is_refused_without_showing_its_address(url: str, remedy: str) -> None:
    read = variables({"IVR_DATABASE_URL": url})

    read_database_url(read, ".ivr")

    assert [(finding.what, finding.remedy) for finding in read.findings] == [
        ("IVR_DATABASE_URL is no database that we know", remedy)
    ]


@pytest.mark.parametrize(
    ("level", "remedy"),
    [("warn", "did you mean warning?"), ("xyz", "write one of debug, info, warning, error, critical")],
)
def test_an_unknown_log_level_is_a_fault(level: str, remedy: str) -> None:
    read = variables({"IVR_LOG_LEVEL": level})

    read_log_level(read)

    assert [(finding.what, finding.remedy) for finding in read.findings] == [
        ("IVR_LOG_LEVEL is no level", remedy)
    ]


def test_a_log_level_is_read_in_any_capitals() -> None:
    assert read_log_level(variables({"IVR_LOG_LEVEL": "Warning"})) == "warning"
    assert read_log_level(variables({})) == "info"


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("7", 7), ("1000", 1000), (None, 5)])
def test_a_count_is_a_whole_number_of_at_most_a_thousand(text: str | None, count: int) -> None:
    read = variables({} if text is None else {"IVR_CALLS_PER_NUMBER": text})

    assert read_count(read, "IVR_CALLS_PER_NUMBER", usual=5) == count
    assert read.findings == []


@pytest.mark.parametrize("text", ["0", "1001", "-1", "5.0", "five", "\u0665", "00005"])
def test_a_count_that_is_none_is_a_fault(text: str) -> None:
    read = variables({"IVR_CALLS_WITHHELD": text})

    read_count(read, "IVR_CALLS_WITHHELD", usual=20)

    assert [(finding.what, finding.remedy) for finding in read.findings] == [
        ("IVR_CALLS_WITHHELD is no whole number from 1 to 1000", "write one, such as 20")
    ]
