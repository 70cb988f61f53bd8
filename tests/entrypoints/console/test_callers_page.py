"""The page of callers on the line without a case: all red, each with a button that leads to the keypad."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.entrypoints.console.pages.page_context import work_of
from tests.entrypoints.console.house import WHO, pages_of, soup, words
from tests.entrypoints.console.staffed import token
from tests.services.desk.brought import Talk, line_that_keeps, talk_on

PAGE = "/on-the-line"


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    return line_that_keeps(tmp_path)


@dataclass(kw_only=True)
class Seat:
    """An agent's browser while a caller is on the line."""

    talk: Talk
    who: str = "carla"
    can_move: bool = True

    def __post_init__(self) -> None:
        line, calls = self.talk.line, self.talk.carrier if self.can_move else None
        work = work_of(line.tree, self.talk.desk, line.clock, lambda: "0" * 32, calls=calls)
        self.browser: FlaskClient = pages_of(work).test_client()

    def look(self, path: str = PAGE) -> TestResponse:
        return self.browser.get(path, headers={WHO: self.who})

    def forms(self) -> list[str]:
        found = [str(form.get("action", "")) for form in soup(self.look()).find_all("form")]
        return [action for action in found if action.endswith("/keypad")]

    def press(self, action: str) -> TestResponse:
        form = {"csrf_token": token(self.look("/"))}
        return self.browser.post(action, data=form, headers={WHO: self.who})


def in_a_talk(line: RehearsalLine, does: Callable[[Talk], object]) -> Talk:
    """Call, press 0, and let the agent of Customer Service who takes the call do something."""
    talk = talk_on(line, does)
    talk.carrier.handset.press("0")
    return talk


def test_the_queue_leads_to_the_callers_who_have_no_case_and_none_of_them_is_verified(
    line: RehearsalLine,
) -> None:
    seen: list[str] = []

    def looking(talk: Talk) -> None:
        seat = Seat(talk=talk)
        assert PAGE in {link["href"] for link in soup(seat.look("/")).find_all("a")}
        seen.append(words(seat.look()))

    in_a_talk(line, looking)

    assert "None of these callers is verified." in seen[0]
    assert "first desk" in seen[0]
    assert "✗ Not verified" in seen[0]


def test_an_open_page_is_told_when_a_caller_has_come(line: RehearsalLine) -> None:
    marks: list[str] = []
    before = Seat(talk=talk_on(line, lambda _: None))
    (title,) = soup(before.look()).select("[data-watched]")

    def looking(talk: Talk) -> None:
        marks.append(Seat(talk=talk).look(f"/events?talks=1&seen={title['data-mark']}").text)

    quiet = before.look(f"/events?talks=1&seen={title['data-mark']}").text
    in_a_talk(line, looking)

    assert "event: shown" not in quiet
    assert "event: shown" in marks[0]


def test_the_button_sends_that_caller_and_a_second_press_says_that_it_was_done(line: RehearsalLine) -> None:
    told: list[str] = []

    def pressing(talk: Talk) -> None:
        seat = Seat(talk=talk)
        (action,) = seat.forms()
        for _ in range(2):
            answer = seat.press(action)
            assert answer.status_code == 303
            told.append(words(seat.look(str(answer.location))))

    talk = in_a_talk(line, pressing)

    assert (len(talk.carrier.moved), talk.carrier.handset.stage) == (1, "primary")
    assert "That was done already, once." not in told[0]
    assert "The caller is at the keypad. You are called first afterwards" in told[0]
    assert "That was done already, once. The caller is at the keypad." in told[1]


def test_who_is_on_another_line_sees_no_such_caller_and_sends_none(line: RehearsalLine) -> None:
    def trying(talk: Talk) -> None:
        (action,) = Seat(talk=talk).forms()
        other = Seat(talk=talk, who="ana")
        assert other.forms() == []
        refused = other.press(action)
        assert refused.status_code == 422
        assert "This caller is with no agent now." in words(refused)

    assert in_a_talk(line, trying).carrier.moved == []


def test_where_it_is_not_known_whether_the_caller_was_taken_there_the_page_says_what_to_do(
    line: RehearsalLine,
) -> None:
    def pressing(talk: Talk) -> None:
        seat = Seat(talk=talk)
        talk.carrier.answers = "silent"
        told = seat.press(*seat.forms())
        assert told.status_code == 503
        assert "If you still hear the caller, ask for a moment, and press again." in words(told)
        talk.carrier.answers = "taken"
        assert seat.press(*seat.forms()).status_code == 303

    assert in_a_talk(line, pressing).carrier.handset.stage == "primary"


def test_a_form_without_its_token_moves_nobody(line: RehearsalLine) -> None:
    def pressing(talk: Talk) -> None:
        seat = Seat(talk=talk)
        (action,) = seat.forms()
        assert seat.browser.post(action, headers={WHO: "carla"}).status_code == 403

    assert in_a_talk(line, pressing).carrier.moved == []


def test_a_name_that_is_none_is_refused_like_a_caller_who_is_gone(line: RehearsalLine) -> None:
    def pressing(talk: Talk) -> None:
        for name in ("0" * 16, "x", "<b>"):
            assert Seat(talk=talk).press(f"{PAGE}/{name}/keypad").status_code == 422

    assert in_a_talk(line, pressing).carrier.moved == []


def test_an_operator_and_who_is_on_no_line_have_nothing_to_press(line: RehearsalLine) -> None:
    def looking(talk: Talk) -> None:
        assert Seat(talk=talk, who="olga").look().status_code == 403
        assert Seat(talk=talk, who="nobody").forms() == []
        assert len(Seat(talk=talk, who="sue").forms()) == 1

    in_a_talk(line, looking)


def test_where_calls_are_not_moved_from_the_console_the_page_says_so(line: RehearsalLine) -> None:
    def looking(talk: Talk) -> None:
        seat = Seat(talk=talk, can_move=False)
        assert "No call can be moved from this console" in words(seat.look())
        assert seat.press(f"{PAGE}/{'0' * 16}/keypad").status_code == 404

    in_a_talk(line, looking)
