"""Proving who the caller is: the same words whatever the account, and a person wherever it does not help."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialogue.actions import Collect, Dial, Gather, Say
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import PrimaryAnswered
from ivr.domain.dialogue.events import EntryTyped, Event, KeyHeard, NothingHeard, SpeechHeard, Unreadable
from ivr.domain.dialogue.place import CODE_STAGES, LAST_TURN, Place, Stage, read_place, write_place
from ivr.domain.dialogue.step import start_of, step
from ivr.domain.dialogue.turn import AskCase, AskLine, Turn
from ivr.domain.menus.line import line_now
from ivr.domain.menus.tree import MenuTree, NodeId
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import plain_words
from ivr.domain.recovery.verification_commands import (
    CLOSED,
    CaseView,
    CheckEntry,
    ChooseReset,
    Confirm,
    Deed,
    GoOn,
    Identify,
    Look,
    Next,
    SendAgain,
    WithoutMailbox,
    WithoutPin,
)
from ivr.domain.redaction import Secret
from tests.domain.dialogue.call import LINES, NIGHT, NOON
from tests.domain.menus.folder import built, menu

MAIN = menu(
    "{for: a change, go: owner}\n{for: a reset, go: reset}",
    "questions:\n"
    "  owner: {ask: Owner?, about: primary_administrator, yes: {go: change}, no: {go: main}}\n"
    "transfers:\n"
    "  change: {say: Long., line: desk, why: wants a change, recovery: change, requires: L2}\n"
    "  reset: {line: desk, why: wants a reset, recovery: reset, requires: L2}\n",
)
TREE = built(main=MAIN, lines=LINES, verification="pci: off\n")
WITH_APP = built(
    main=MAIN, lines=LINES, verification="pci: off\nfactors: [phone, mailbox, app, saved_codes]\n"
)
WITH_PIN = built(main=MAIN, lines=LINES, verification="pci: on\nfactors: [phone, mailbox, pin]\n")
CALLER = E164("+14155550199")
VERIFIED = CaseView(
    next="verified", number="912345678", level=2, path="change", confirming_key="7", match="407"
)


def at(stage: Stage, node: str = "change", *, turn: int = 5, **fields: int) -> Place:
    place = replace(start_of(TREE), stage=stage, node=NodeId(node), turn=turn, has_case=stage != "identify")
    return replace(place, **fields)  # type: ignore[arg-type]


def typed(entry: str) -> EntryTyped:
    return EntryTyped(entry=Secret(entry), caller=CALLER)


def asks(place: Place, event: Event, when: datetime = NOON, *, tree: MenuTree = TREE) -> Deed:
    """What the turn asks to have done."""
    taken = step(tree, place, event)
    assert isinstance(taken, AskLine)
    taken = step(tree, place, event, Known(line=line_now(tree.lines[taken.line], when)))
    assert isinstance(taken, AskCase)
    return taken.deed


def take(
    place: Place,
    event: Event,
    case: CaseView | None = None,
    when: datetime = NOON,
    *,
    tree: MenuTree = TREE,
) -> Turn:
    known = Known(line=line_now(tree.lines[tree.person_line], when), case=case)
    turn = step(tree, place, event, known)
    assert isinstance(turn, Turn)
    return turn


def said(turn: Turn) -> str:
    spoken = [
        one
        for action in turn.actions
        if isinstance(action, Say | Gather | Collect)
        for one in action.utterances
    ]
    return " ".join(plain_words(one.parts) for one in spoken)


def test_a_recovery_says_what_comes_and_asks_for_which_account() -> None:
    asked = take(start_of(TREE), KeyHeard(key="1"))
    turn = take(asked.place, KeyHeard(key="1"))

    assert said(turn).startswith("Long. First I verify who you are")
    assert turn.place.stage == "identify"
    assert isinstance(turn.actions[-1], Collect)
    assert turn.effects == (PrimaryAnswered(is_primary=True, way="key"),)


def test_a_closed_line_says_so_before_anything_is_asked_for() -> None:
    turn = take(replace(start_of(TREE), node=NodeId("owner")), KeyHeard(key="1"), when=NIGHT)

    assert said(turn).index("is closed") < said(turn).index("Type your subscription number")
    assert "You can do your part now" in said(turn)


@pytest.mark.parametrize(
    ("entry", "meant"),
    [("4711", "4711"), ("12*4711", "4711"), ("1**4711", "4711"), ("*4711", "4711"), ("1", None)],
)
def test_what_follows_the_last_star_counts_and_one_means_this_phone(entry: str, meant: str | None) -> None:
    deed = asks(at("identify"), typed(entry))

    assert isinstance(deed, Identify)
    assert (deed.typed and deed.typed.reveal(), deed.caller, deed.goal) == (meant, CALLER, "change")


@pytest.mark.parametrize("entry", ["", "12*", "*"])
def test_an_entry_that_was_cleared_is_asked_for_again(entry: str) -> None:
    turn = take(at("identify"), typed(entry))

    assert (turn.place.stage, turn.place.silences, turn.place.mismatches) == ("identify", 0, 0)
    assert said(turn).startswith("Type your subscription number")


@pytest.mark.parametrize("stage", ["identify", *sorted(CODE_STAGES)])
def test_a_lone_zero_is_a_person_and_nobody_is_verified(stage: Stage) -> None:
    turn = take(at(stage), typed("0"))

    assert isinstance(turn.actions[-1], Dial)
    assert turn.judged == "person"


@pytest.mark.parametrize(
    ("stage", "entry", "deed"),
    [
        ("phone", "1", SendAgain(step="phone", way="text")),
        ("phone", "2", SendAgain(step="phone", way="call")),
        ("mailbox", "1", SendAgain(step="mailbox", way="text")),
        ("phone", "123456", CheckEntry(step="phone", entry=Secret("123456"), caller=CALLER, is_open=True)),
        ("mailbox", "5", WithoutMailbox()),
        ("phone", "5", CheckEntry(step="phone", entry=Secret("5"), caller=CALLER, is_open=True)),
        ("mailbox", "2", CheckEntry(step="mailbox", entry=Secret("2"), caller=CALLER, is_open=True)),
        ("phone", "3", CheckEntry(step="phone", entry=Secret("3"), caller=CALLER, is_open=True)),
        ("app_for_phone", "1", SendAgain(step="phone", way="text")),
        ("saved_for_mailbox", "1", SendAgain(step="mailbox", way="text")),
        (
            "app_for_mailbox",
            "123456",
            CheckEntry(step="app", entry=Secret("123456"), caller=CALLER, is_open=True, instead_of="mailbox"),
        ),
        (
            "saved_for_phone",
            "1" * 20,
            CheckEntry(
                step="saved_code", entry=Secret("1" * 20), caller=CALLER, is_open=True, instead_of="phone"
            ),
        ),
    ],
)
def test_a_single_key_asks_for_another_code_and_all_else_is_checked(
    stage: Stage, entry: str, deed: Deed
) -> None:
    assert asks(at(stage), typed(entry)) == deed


@pytest.mark.parametrize(
    ("stage", "entry", "then", "words"),
    [
        ("phone", "3", "app_for_phone", "six digits of your app"),
        ("mailbox", "3", "app_for_mailbox", "six digits of your app"),
        ("phone", "4", "saved_for_phone", "twenty digits of a saved code"),
        ("mailbox", "4", "saved_for_mailbox", "twenty digits of a saved code"),
        ("saved_for_mailbox", "3", "app_for_mailbox", "six digits of your app"),
    ],
)
def test_a_key_leads_to_another_code_in_the_place_of_the_sent_one(
    stage: Stage, entry: str, then: Stage, words: str
) -> None:
    turn = take(at(stage), typed(entry), tree=WITH_APP)

    assert (turn.place.stage, turn.place.has_case, turn.effects) == (then, True, ())
    assert words in said(turn)
    assert isinstance(turn.actions[-1], Collect)


def test_other_codes_are_offered_only_where_the_policy_has_them() -> None:
    view = CaseView(next="phone")
    app_alone = built(main=MAIN, lines=LINES, verification="factors: [phone, mailbox, app]\n")

    offered = [
        said(take(at("identify"), typed("4711"), view, tree=tree)) for tree in (TREE, app_alone, WITH_APP)
    ]

    assert ["authenticator app" in words for words in offered] == [False, True, True]
    assert ["saved codes" in words for words in offered] == [False, False, True]


def test_other_codes_are_offered_again_after_an_entry_that_was_cleared() -> None:
    turn = take(at("mailbox"), typed("12*"), tree=WITH_APP)

    assert turn.place.stage == "mailbox"
    assert "press 3, then pound" in said(turn)
    assert "press 4, then pound" in said(turn)


@pytest.mark.parametrize(("step", "is_offered"), [("phone", False), ("mailbox", True)])
def test_a_caller_may_say_of_the_mailbox_alone_that_it_cannot_be_opened(
    step: Next, *, is_offered: bool
) -> None:
    asked = take(at("phone"), typed("123456"), CaseView(next=step))

    assert ("cannot open that mailbox, press 5" in said(asked)) is is_offered


def test_who_cannot_open_the_mailbox_reaches_a_person_and_may_come_back_to_the_case() -> None:
    turn = take(at("mailbox"), typed("5"), CaseView(next="without_mailbox"))

    assert said(turn).startswith("Then nothing goes there.")
    assert isinstance(turn.actions[-1], Dial)
    assert turn.place.has_case


@pytest.mark.parametrize("stage", sorted(CODE_STAGES))
def test_every_place_of_a_code_is_read_as_it_is_written_and_waits_without_a_turn(stage: Stage) -> None:
    place = at(stage, turn=9)

    assert read_place(stage, write_place(place)) == place
    assert take(place, NothingHeard(), CaseView(next="phone"), tree=WITH_APP).place.turn == 9


def test_the_check_is_told_that_the_line_is_closed() -> None:
    deed = asks(at("mailbox"), typed("123456"), NIGHT)

    assert isinstance(deed, CheckEntry)
    assert not deed.is_open


@pytest.mark.parametrize(
    ("following", "stage", "words"),
    [
        ("phone", "phone", "a code is on its way to the phone on file"),
        ("mailbox", "mailbox", "another code is on its way to the mailbox on file"),
    ],
)
def test_each_code_is_waited_for_where_the_case_says(following: Next, stage: Stage, words: str) -> None:
    turn = take(at("identify"), typed("4711"), CaseView(next=following))

    assert (turn.place.stage, turn.place.has_case) == (stage, True)
    assert words in said(turn)


@pytest.mark.parametrize(
    ("following", "words"),
    [("failed", "I could not verify you."), ("closed", "I cannot verify anybody by phone right now.")],
)
def test_who_is_not_verified_reaches_a_person_with_one_sentence(following: Next, words: str) -> None:
    turn = take(at("mailbox"), typed("000000"), CaseView(next=following))

    assert words in said(turn)
    assert (turn.judged, type(turn.actions[-1])) == ("not_verified", Dial)


def test_waiting_for_a_code_is_no_turn_and_is_answered_every_thirty_seconds() -> None:
    heard = []
    place = at("phone", turn=9)
    for waited_s in range(0, 120, 10):
        turn = take(place, NothingHeard(), CaseView(next="phone", waited_s=waited_s))
        place = turn.place
        heard.append(said(turn))

    assert [bool(words) for words in heard] == [False, False, True] * 4
    assert (place.turn, place.mismatches) == (9, 0)


def test_a_wait_of_five_minutes_ends_at_a_person() -> None:
    turn = take(at("phone"), NothingHeard(), CaseView(next="phone", waited_s=300))

    assert "no code came" in said(turn)
    assert isinstance(turn.actions[-1], Dial)
    assert asks(at("phone"), NothingHeard()) == Look()


@pytest.mark.parametrize("stage", sorted(CODE_STAGES))
def test_five_minutes_of_silence_are_five_minutes_by_whatever_clock_the_call_is_played(stage: Stage) -> None:
    """Each silence was ten seconds at the caller's end, also where a simulator plays them in an instant."""
    place, silences = at(stage), 0
    while place.stage == stage:
        place = read_place(stage, write_place(place)) or place
        turn = take(place, NothingHeard(), CaseView(next="phone", waited_s=0), tree=WITH_APP)
        place, silences = turn.place, silences + 1
        assert silences <= 30

    assert (silences, "no code came" in said(turn)) == (30, True)


def test_three_silences_where_the_account_is_asked_for_end_at_a_person() -> None:
    turn = take(at("identify"), NothingHeard())
    for _ in range(2):
        turn = take(turn.place, NothingHeard())

    assert isinstance(turn.actions[-1], Dial)


def test_a_verified_caller_hears_the_warning_and_its_key_at_the_very_end() -> None:
    turn = take(at("mailbox"), typed("123456"), VERIFIED)

    assert turn.place.stage == "warning"
    assert said(turn).startswith("Thank you. You are verified. Please listen to the end.")
    assert said(turn).endswith("press 7.")
    assert said(turn).count("7") == 1


def test_a_reset_is_told_and_put_through() -> None:
    turn = take(at("mailbox", "reset"), typed("123456"), replace(VERIFIED, path="reset"))

    assert "Your password can be reset" in said(turn)
    assert isinstance(turn.actions[-1], Dial)


def test_at_night_a_verified_caller_keeps_the_part_that_is_done() -> None:
    turn = take(at("mailbox"), typed("123456"), replace(VERIFIED, next="held"), NIGHT)

    assert "Your case number is 9 1 2 3 4 5 6 7 8" in said(turn)
    assert "is closed. It opens" in said(turn)
    assert turn.judged == "held"


@pytest.mark.parametrize("key", list("23456789"))
def test_a_key_during_the_warning_is_left_to_the_case_to_judge(key: str) -> None:
    deed = asks(at("warning"), KeyHeard(key=key))

    assert isinstance(deed, Confirm)
    assert deed.key == key
    assert len(deed.warning_hash) == 64


def test_star_at_the_warning_asks_for_a_reset_and_zero_for_a_person() -> None:
    reset = take(at("warning"), KeyHeard(key="*"), replace(VERIFIED, path="reset"))
    person = take(at("warning"), KeyHeard(key="0"))

    assert asks(at("warning"), KeyHeard(key="*")) == ChooseReset()
    assert "Your password can be reset" in said(reset)
    assert (person.judged, type(person.actions[-1])) == ("person", Dial)


def test_the_key_that_was_named_confirms_and_no_other_does() -> None:
    right = take(at("warning"), KeyHeard(key="7"), replace(VERIFIED, is_confirmed=True))
    wrong = take(at("warning"), KeyHeard(key="3"), VERIFIED)

    assert said(right).startswith("Thank you. The e-mail is on its way")
    assert isinstance(right.actions[-1], Dial)
    assert said(wrong).startswith("That was not the key that I named.")
    assert (wrong.place.stage, wrong.place.mismatches) == ("warning", 1)


@pytest.mark.parametrize("event", [KeyHeard(key="3"), NothingHeard()])
def test_three_times_no_confirmation_is_a_person_and_no_change(event: Event) -> None:
    turn = take(at("warning"), event, VERIFIED)
    for _ in range(2):
        turn = take(turn.place, event, VERIFIED)

    assert "You have not confirmed it" in said(turn)
    assert isinstance(turn.actions[-1], Dial)


def test_a_verification_that_ran_out_during_the_warning_confirms_nothing() -> None:
    turn = take(at("warning"), KeyHeard(key="7"), CLOSED)

    assert "nothing changes" in said(turn)
    assert isinstance(turn.actions[-1], Dial)


def test_a_call_that_has_a_case_goes_on_with_it() -> None:
    there = replace(start_of(TREE), has_case=True, turn=8)

    turn = take(there, KeyHeard(key="2"), VERIFIED)

    assert asks(there, KeyHeard(key="2")) == GoOn()
    assert turn.place.stage == "warning"


def test_a_place_of_verification_that_the_menu_has_not_leads_home() -> None:
    turn = take(at("phone", "main"), typed("123456"))

    assert (turn.place.stage, turn.place.node) == ("turn", "main")


STAGES = st.sampled_from(["identify", *sorted(CODE_STAGES), "warning"])
TREES = st.sampled_from([TREE, WITH_APP])
EVENTS = st.one_of(
    st.text("0123456789*", max_size=20).map(typed),
    st.text("0123456789*#", min_size=1, max_size=3).map(lambda key: KeyHeard(key=key)),
    st.sampled_from([NothingHeard(), Unreadable(), SpeechHeard(text="hello", confidence=0.5)]),
)
VIEWS = st.builds(
    CaseView,
    next=st.sampled_from(["phone", "mailbox", "verified", "held", "failed", "closed"]),
    path=st.sampled_from(["reset", "change"]),
    waited_s=st.floats(0, 400),
    is_confirmed=st.booleans(),
    confirming_key=st.sampled_from("23456789"),
)


@given(
    stage=STAGES,
    event=EVENTS,
    view=VIEWS,
    turn=st.integers(0, LAST_TURN),
    is_night=st.booleans(),
    tree=TREES,
)
def test_whatever_is_typed_a_caller_is_listened_to_or_put_through(
    *, stage: Stage, event: Event, view: CaseView, turn: int, is_night: bool, tree: MenuTree
) -> None:
    taken = take(at(stage, turn=turn), event, view, NIGHT if is_night else NOON, tree=tree)

    assert taken.actions
    assert taken.place.turn in (turn, turn + 1)
    assert isinstance(taken.actions[-1], Collect | Gather | Dial) or "Goodbye" in said(taken)


def test_after_the_account_everybody_is_asked_for_a_pin_where_pins_are_on() -> None:
    turn = take(at("identify"), typed("204117"), CaseView(next="pin"), tree=WITH_PIN)

    assert (turn.place.stage, turn.place.has_case) == ("pin", True)
    assert said(turn).endswith("If you were never given one, press pound.")
    assert isinstance(turn.actions[-1], Collect)


def test_what_is_typed_there_is_checked_as_a_pin_and_nothing_else() -> None:
    deeds = [
        asks(at("pin"), typed(entry), tree=WITH_PIN) for entry in ("31415926", "1", "2", "3", "4", "9*5")
    ]

    entries = ["31415926", "1", "2", "3", "4", "5"]
    assert deeds == [
        CheckEntry(step="pin", entry=Secret(entry), caller=CALLER, is_open=True) for entry in entries
    ]


def test_a_pound_key_alone_goes_on_without_a_pin() -> None:
    assert asks(at("pin"), typed(""), tree=WITH_PIN) == WithoutPin()

    turn = take(at("pin", silences=1), typed(""), CaseView(next="phone"), tree=WITH_PIN)

    assert (turn.place.stage, turn.place.silences) == ("phone", 0)


def test_silence_asks_for_the_pin_once_more_and_a_second_one_goes_on() -> None:
    again = take(at("pin"), NothingHeard(), tree=WITH_PIN)

    assert (again.place.stage, again.place.silences, again.judged) == ("pin", 1, "no_input")
    assert said(again).startswith("I did not hear anything. If we issued a PIN to you")
    assert asks(again.place, NothingHeard(), tree=WITH_PIN) == WithoutPin()


@pytest.mark.parametrize("event", [typed("12*"), Unreadable()])
def test_a_pin_that_was_begun_anew_or_garbled_is_asked_for_again(event: Event) -> None:
    turn = take(at("pin"), event, tree=WITH_PIN)

    assert (turn.place.stage, turn.judged) == ("pin", "again")
    assert said(turn).startswith("If we issued a PIN to you")


def test_zero_in_place_of_a_pin_reaches_a_person() -> None:
    turn = take(at("pin"), typed("0"), tree=WITH_PIN)

    assert turn.judged == "person"
    assert any(isinstance(action, Dial) for action in turn.actions)


@pytest.mark.parametrize("next_", ["failed", "closed"])
def test_who_cannot_go_on_from_a_pin_reaches_a_person(next_: Next) -> None:
    turn = take(at("pin"), typed("31415926"), CaseView(next=next_), tree=WITH_PIN)

    assert turn.judged == "not_verified"
    assert any(isinstance(action, Dial) for action in turn.actions)
