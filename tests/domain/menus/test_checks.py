"""What is told of a menu that reads well and serves callers badly."""

import itertools

import pytest

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.checks import LARGEST_DOCUMENT
from ivr.domain.menus.paths import fewest_keys, people_keys
from tests.domain.menus.folder import LINES, MAIN, SMALL, TWO_LANGUAGES, built, menu, only, small, told

PERSON = "answers:\n  end: {say: The end., line: desk, why: the end}\n"


def chain(count: int, last: str, rest: str) -> str:
    """Write main.yaml with *count* menus after the first, one leading to the next."""
    names = [f"m{number}" for number in range(1, count + 1)] + [last]
    menus = "".join(
        f"  {here}:\n    say: Choose.\n    options: [{{for: more, go: {there}}}]\n"
        for here, there in itertools.pairwise(names)
    )
    return menu(f"{{for: more, go: {names[0]}}}", menus + rest)


def test_a_good_menu_is_told_nothing() -> None:
    assert load(small()).findings == ()


def test_y34_what_no_key_leads_to_is_warned_of_at_its_name() -> None:
    loaded = load(small(main=SMALL[MAIN] + "  lost: {say: Lost., line: desk}\n"))

    assert loaded.tree is not None
    assert told(loaded) == [("unreachable", "warning", "menus/main.yaml:9:3")]


ASKED = (
    "questions:\n"
    "  owner: {ask: Owner?, about: primary_administrator, yes: {go: lost}, no: {go: end}}\n"
    "  paid: {ask: Paid?, yes: {go: lost}, no: {go: end}}\n"
)
LOST = "transfers:\n  lost: {line: desk, why: locked out, recovery: unsure, requires: L2}\n"


def test_a_recovery_behind_a_question_about_the_primary_administrator_is_told_nothing() -> None:
    written = menu(
        "{for: an account, go: owner}",
        ASKED.replace("yes: {go: lost}, no: {go: end}}\n  paid", "yes: {go: paid}, no: {go: end}}\n  paid")
        + PERSON
        + LOST,
    )

    loaded = load(small(main=written, verification="pci: off\n"))

    assert told(loaded) == []
    assert loaded.tree is not None
    assert loaded.tree.unasked == frozenset()


@pytest.mark.parametrize(
    ("options", "way"),
    [
        ("{for: an account, go: owner}\n{for: another, go: paid}", "main, paid"),
        ("{for: an account, go: owner}\n{for: money, go: paid}\n{for: more, go: lost}", "main"),
    ],
)
def test_a_way_to_a_recovery_without_that_question_is_told_with_its_place(options: str, way: str) -> None:
    written = menu(options, ASKED + PERSON + LOST)
    at = (
        written.splitlines().index("  lost: {line: desk, why: locked out, recovery: unsure, requires: L2}")
        + 1
    )

    finding = only(load(small(main=written, verification="pci: off\n")))

    assert (finding.rule, finding.severity, str(finding.spot)) == (
        "unasked-recovery",
        "warning",
        f"menus/main.yaml:{at}:3",
    )
    assert f"callers come to lost by {way}, and no question" in finding.what
    assert "about: primary_administrator" in finding.remedy


@pytest.mark.parametrize("answer", ["no", "not_sure"])
def test_only_a_yes_leads_past_that_question(answer: str) -> None:
    ways = {"yes": "end", "no": "end", "not_sure": "owner", answer: "lost"}
    branches = ", ".join(f"{name}: {{go: {node}}}" for name, node in ways.items())
    owner = f"questions:\n  owner: {{ask: Owner?, about: primary_administrator, {branches}}}\n"

    finding = only(
        load(small(main=menu("{for: it, go: owner}", owner + PERSON + LOST), verification="pci: off\n"))
    )

    assert finding.rule == "unasked-recovery"


def test_y40_menus_that_lead_only_to_each_other_are_a_dead_end() -> None:
    loaded = load(small(main=menu("{for: round, go: main}")))

    assert loaded.tree is None
    assert ("dead-end", "error", "menus/main.yaml:3:3") in told(loaded)


def test_a_goodbye_is_an_end_too() -> None:
    loaded = load(small(main=menu("{for: leaving, go: bye}", "goodbyes:\n  bye: {say: Goodbye.}\n")))

    assert loaded.errors == ()


def test_y41_a_menu_from_which_no_choice_reaches_a_person_is_warned_of() -> None:
    loaded = load(small(main=menu("{for: tickets, go: t}", "answers:\n  t: {say: On board.}\n")))

    assert loaded.tree is not None
    assert told(loaded) == [
        ("no-person", "warning", "menus/main.yaml:3:3"),
        ("no-person", "warning", "menus/main.yaml:8:3"),
    ]


def test_y41_a_person_four_keys_away_is_too_far_and_three_are_not() -> None:
    loaded = load(small(main=chain(3, "end", PERSON)))

    assert [spot for rule, _, spot in told(loaded) if rule == "no-person"] == [
        "menus/main.yaml:3:3",
        "menus/main.yaml:7:3",
    ]


def test_a_menu_three_keys_deep_is_advised_against() -> None:
    loaded = load(small(main=chain(3, "end", PERSON)))

    deep = [(severity, spot) for rule, severity, spot in told(loaded) if rule == "deep-menu"]
    assert deep == [("advice", "menus/main.yaml:13:3")]


def test_keys_are_counted_by_the_shortest_way_and_ringing_at_once_counts_none() -> None:
    rest = PERSON + "transfers:\n  ring: {line: desk, why: wants it}\n"
    tree = built(main=menu("{for: end, go: end}\n{for: ring, go: ring}", rest))

    assert fewest_keys(tree) == {"main": 0, "end": 1, "ring": 1}
    assert people_keys(tree) == {"ring": 0, "main": 1, "end": 1}


def test_y38_an_answer_of_one_endless_sentence_is_warned_of_in_seconds() -> None:
    loaded = load(small(main=SMALL[MAIN].replace("Tickets are sold on board.", "so " * 160)))

    assert told(loaded) == [("long-speech", "warning", "menus/main.yaml:8:3")]
    assert "60 s" in only(loaded).what
    assert "30 s" in only(loaded).what


def test_y38_a_menu_counts_with_all_that_it_offers() -> None:
    options = "\n".join(f"{{for: {'so ' * 9}, go: end}}" for _ in range(6))

    loaded = load(small(main=menu(options, PERSON)))

    assert told(loaded) == [("long-speech", "warning", "menus/main.yaml:3:3")]


def test_y38_a_transfer_that_talks_too_long_is_warned_of() -> None:
    rest = f"transfers:\n  ring: {{say: {'so ' * 80}, line: desk, why: wants it}}\n"

    loaded = load(small(main=menu("{for: ring, go: ring}", rest)))

    assert told(loaded) == [("long-speech", "warning", "menus/main.yaml:8:3")]


@pytest.mark.parametrize(("voice", "refused"), [("Polly.Joanna", True), ("woman", False)])
def test_y38_what_is_too_long_in_one_go_depends_on_the_voice(voice: str, *, refused: bool) -> None:
    company = SMALL["menus/company.yaml"].replace("Polly.Joanna-Neural", voice)

    loaded = load(small(company=company, main=SMALL[MAIN].replace("Choose.", "so " * 1100)))

    assert ("too-long-for-voice" in {finding.rule for finding in loaded.findings}) == refused


def test_y39_a_node_whose_reply_is_too_large_is_refused() -> None:
    label = "\N{SNOWMAN}" * (LARGEST_DOCUMENT // 3 // 9)
    options = "\n".join([f"{{for: {label}, go: end}}"] * 9)

    loaded = load(small(main=menu(options, PERSON)))

    assert ("too-large", "error", "menus/main.yaml:3:3") in told(loaded)
    assert loaded.tree is None


def test_a_first_option_that_is_slow_to_come_is_warned_of_in_each_language() -> None:
    company = TWO_LANGUAGES.replace("greeting: Hello.", f"greeting: {{en: {'so ' * 20}, de: Hallo.}}")

    loaded = load(small(company=company))

    late = [finding.what for finding in loaded.findings if finding.rule == "late-option"]
    assert len(late) == 1
    assert "For tickets, press 1." in late[0]


def test_a_whisper_longer_than_an_agent_can_stand_is_warned_of() -> None:
    loaded = load(small(main=SMALL[MAIN].replace("line: desk}", f"line: desk, why: {'so ' * 15}}}")))

    assert told(loaded) == [("long-whisper", "warning", "menus/main.yaml:8:3")]


def test_a_transfer_that_says_nothing_takes_no_time() -> None:
    loaded = load(
        small(main=menu("{for: ring, go: ring}", "transfers:\n  ring: {line: desk, why: wants it}\n"))
    )

    assert loaded.findings == ()


@pytest.mark.parametrize("people", ["[eva, jan]", "[eva, jan, kim]"])
def test_a_line_that_rings_all_at_once_is_warned_that_a_voicemail_may_win(people: str) -> None:
    lines = SMALL[LINES].replace("people: [eva, jan], ring: in_order", f"people: {people}, ring: all_at_once")
    column = lines.splitlines()[3].index("all_at_once") + 1

    assert told(load(small(lines=lines))) == [("mailbox-wins", "warning", f"menus/lines.yaml:4:{column}")]


def test_one_person_alone_rings_at_once_without_a_warning() -> None:
    lines = SMALL[LINES].replace("people: [eva, jan], ring: in_order", "people: [eva], ring: all_at_once")

    assert told(load(small(lines=lines))) == []
