from ivr.bootstrap.rehearsal import line_for_tests
from ivr.domain.menus.tree import Ask
from ivr.simulator.conversation import read_conversation
from ivr.simulator.menu_coverage import Coverage, coverage_of
from ivr.simulator.play import Result, play
from tests.simulator.stub import shipped


def result_of(*steps: str) -> Result:
    rows = "".join(f"  - {step}\n" for step in steps)
    text = f"call: A call\nsteps:\n{rows}ends: abandoned\n"
    document, conversation, _ = read_conversation("calls/one.yaml", text.encode())
    assert conversation is not None
    return play(document, conversation, shipped())


def covered(*results: Result) -> Coverage:
    return coverage_of(shipped().tree, results, public_url=shipped().public_url)


def test_without_a_call_every_option_and_answer_is_missed() -> None:
    coverage = covered()

    asked = [node for node in shipped().tree.nodes.values() if isinstance(node, Ask)]
    assert coverage.options == sum(len(node.choices) for node in asked)
    assert coverage.answers == sum(node.kind == "answer" for node in asked)
    assert len(coverage.missed_options) == coverage.options
    assert len(coverage.missed_answers) == coverage.answers
    assert coverage.percent == 0


def test_a_key_reaches_its_option_and_the_answer_behind_it() -> None:
    before, after = covered(), covered(result_of("presses: 32", "hangs_up: true"))

    assert set(before.missed_options) - set(after.missed_options) == {
        ("main", "3"),
        ("scanner-appliance", "2"),
    }
    assert set(before.missed_answers) - set(after.missed_answers) == {"missing-hardware"}


def test_calls_add_up() -> None:
    one, other = result_of("presses: 32", "hangs_up: true"), result_of("presses: 31", "hangs_up: true")

    assert set(covered(one, other).missed_answers) == set(covered(one).missed_answers) & set(
        covered(other).missed_answers
    )


def test_a_key_that_is_no_option_reaches_nothing() -> None:
    assert covered(result_of("presses: 9", "hangs_up: true")) == covered()


def test_a_key_of_another_question_is_no_option() -> None:
    """The 1 that leaves a message is pressed at the answer, but not for its option."""
    closed = "at: 2026-11-28T12:00:00-08:00"
    text = f"call: A call\n{closed}\nsteps:\n  - presses: 0\n  - presses: 1\nends: abandoned\n"
    document, conversation, _ = read_conversation("calls/one.yaml", text.encode())
    assert conversation is not None
    line = line_for_tests(menus="menus", prompts="prompts", at=conversation.at)

    result = play(document, conversation, line)

    assert result.pressed[-1][1] == "1"
    assert ("main", "1") in covered(result).missed_options


def test_the_share_is_rounded_down() -> None:
    coverage = Coverage(options=200, answers=100, missed_options=(("main", "1"),), missed_answers=())

    assert coverage.percent == 99
    assert Coverage(options=0, answers=0, missed_options=(), missed_answers=()).percent == 100
