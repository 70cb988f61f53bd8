"""Each message that is due is tried once, and what became of it decides what comes next."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from ivr.adapters.database.timestamps import us_of
from ivr.adapters.mail.message_templates import NAMES
from ivr.adapters.twilio.urls import Urls
from ivr.domain.recovery.codes import stop_token
from ivr.domain.redaction import number_hmac
from ivr.entrypoints.worker.sender import AT_ONCE
from ivr.services.calls.verification.undelivered_codes import UndeliveredTexts
from ivr.services.case_ports import Channel
from ivr.services.delivery import Delivery, Letter
from tests.entrypoints.worker.desk import AT, CASE, KEY, MAILBOX, PHONE, Desk, Post

DEFERRED = Delivery(fate="deferred", code=451, text="later", host="mail.example.com")
IN_DOUBT = Delivery(fate="in_doubt", text="the connection broke", host="mail.example.com")
REFUSED = Delivery(fate="refused", code=550, text="no such user", host="mail.example.com")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _opened(desk: Desk) -> None:
    desk.open()


def test_the_warning_says_what_is_lost_why_that_it_is_not_done_and_how_to_stop_it(desk: Desk) -> None:
    desk.queue("m")

    desk.sender().send_due("mail")

    stop = f"https://ivr.example.com/stop/912345678/{stop_token(KEY, case=CASE)}"
    assert desk.post.letters == [
        Letter(
            to="jo.smith@example.com",
            subject="Qualys: password change asked for by phone, case 912345678",
            body=(
                "On 24 November 2026, 18:00 UTC a caller who passed our checks asked for a full change of "
                "the password of your primary QualysGuard account.\n\n"
                "Access to saved scan reports and vulnerability data will be lost,\n"
                "because they are encrypted with the present password.\n\n"
                "It has not been done. A representative does it only after speaking with the caller.\n"
                "If a colleague has a login, say so: a reset is then possible.\n\n"
                f"Not you, or to stop it: {stop} or +14155550100.\n"
                "We never ask for codes or passwords.\n\n"
                "Privacy: our web site, under privacy.\n"
            ),
            message_id="<m@example.com>",
            at=AT,
        )
    ]


def test_of_an_accepted_warning_everything_is_kept_but_the_address(desk: Desk) -> None:
    desk.queue("m")
    desk.post.answers = [
        Delivery(
            fate="accepted",
            code=250,
            text="OK JO.Smith@example.com queued as 4711",
            host="mail.example.com",
            tls="TLSv1.3",
        )
    ]

    desk.sender().send_due("mail")

    letter = desk.post.letters[0]
    row = desk.row("m")
    assert desk.case().disclaimer_accepted_at == AT
    assert {name: row[name] for name in ("state", "reply_code", "reply_text", "host", "tls", "attempts")} == {
        "state": "accepted",
        "reply_code": 250,
        "reply_text": "OK \u2022\u2022\u2022 queued as 4711",
        "host": "mail.example.com",
        "tls": "TLSv1.3",
        "attempts": 1,
    }
    assert row["recipient_hmac"] == number_hmac(KEY.reveal().encode(), "jo.smith@example.com")
    assert row["body_hash"] == hashlib.sha256(f"{letter.subject}\n\n{letter.body}".encode()).hexdigest()
    written = Path("prompts/mail/en/disclaimer.txt").read_text(encoding="utf-8").strip()
    assert row["template"] == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize("answer", [DEFERRED, IN_DOUBT])
def test_a_mail_that_was_not_taken_is_sent_again_after_1_5_15_and_60_minutes_for_a_day(
    desk: Desk, answer: Delivery
) -> None:
    desk.queue("m")
    desk.post.answers = [answer]
    sender = desk.sender()

    waits = []
    while sender.send_due("mail"):
        row = desk.row("m")
        if row["state"] == "expired":
            break
        due_us = row["due_at_us"]
        assert isinstance(due_us, int)
        waits.append((due_us - us_of(desk.clock.now())) // 60_000_000)
        desk.clock.advance(waits[-1] * 60)

    assert waits == [1, 5, 15, *[60] * 23]
    assert (desk.state("m"), desk.case().disclaimer_accepted_at) == ("expired", None)
    assert {letter.message_id for letter in desk.post.letters} == {"<m@example.com>"}


def test_a_doubtful_mail_counts_when_a_repeat_of_it_is_accepted(desk: Desk) -> None:
    desk.queue("m")
    desk.post.answers = [IN_DOUBT, Delivery(fate="accepted", code=250)]
    sender = desk.sender()

    sender.send_due("mail")
    doubtful = desk.case().disclaimer_accepted_at
    desk.clock.advance(60)
    sender.send_due("mail")

    assert doubtful is None
    assert desk.case().disclaimer_accepted_at == AT + MINUTE


def test_a_refused_warning_has_failed(desk: Desk) -> None:
    desk.queue("m")
    desk.post.answers = [REFUSED]

    desk.sender().send_due("mail")

    assert (desk.state("m"), desk.case().disclaimer_failed_at) == ("refused", AT)


def test_a_code_goes_to_the_phone_with_what_it_is_for_and_that_staff_never_ask_for_it(desk: Desk) -> None:
    code = desk.ask_code("t", channel="text")

    desk.sender().send_due("text")

    ((to, body),) = desk.post.texts
    assert to == "+14155550123"
    assert body.startswith(
        f"{code} is your code to change the password on your Qualys account; staff never ask for it."
    )
    assert "within 10 minutes" in body


def test_a_text_says_where_it_is_told_of_and_lasts_as_long_as_its_code(desk: Desk) -> None:
    desk.ask_code("c", channel="text")
    desk.clock.advance(7)
    desk.queue("n", channel="text", purpose="case_number")

    desk.sender().send_due("text")

    address = Urls(public_url="https://ivr.example.com").text_status
    assert desk.post.told_at == [(address("c"), 593), (address("n"), None)]


def test_a_text_that_is_told_of_before_its_own_answer_is_here_is_called_for_once(desk: Desk) -> None:
    desk.ask_code("c" * 32, channel="text")
    told = UndeliveredTexts(cases=desk.cases, clock=desk.clock, fresh=lambda: "d" * 32)

    class Hasty(Post):
        def _answer(self) -> Delivery:
            if not self.calls:
                told.hear("c" * 32, error=30003)
            return super()._answer()

    hasty = Hasty()
    sender = desk.sender(telephone=hasty)
    sent = [sender.send_due(channel) for channel in ("text", "call", "text", "call")]

    assert sent == [1, 1, 0, 0]
    assert (desk.row("c" * 32)["state"], desk.row("c" * 32)["reply_code"]) == ("undelivered", 30003)
    assert [to for to, _ in hasty.calls] == ["+14155550123"]


def test_no_text_ends_in_a_line_of_its_own(desk: Desk) -> None:
    desk.queue("n", channel="text", purpose="case_number")

    desk.sender().send_due("text")

    assert desk.post.texts[0][1] == desk.post.texts[0][1].strip()


def test_a_spoken_code_is_fetched_by_the_call_from_an_address_without_it(desk: Desk) -> None:
    code = desk.ask_code("t", channel="call")

    desk.sender().send_due("call")

    assert desk.post.calls == [("+14155550123", Urls(public_url="https://ivr.example.com").spoken("t"))]
    assert code not in desk.post.calls[0][1]


@pytest.mark.parametrize("channel", ["text", "mail"])
def test_of_a_code_s_message_nothing_is_kept_that_its_digits_could_be_found_from(
    desk: Desk, channel: Channel
) -> None:
    desk.ask_code("t", channel=channel)

    desk.sender().send_due(channel)

    row = desk.row("t")
    assert (row["state"], row["body_hash"], row["details"]) == ("accepted", None, "{}")


@pytest.mark.parametrize("channel", ["text", "call", "mail"])
def test_a_code_is_marked_before_it_is_sent(desk: Desk, channel: Channel) -> None:
    desk.ask_code("t", channel=channel)
    seen: list[object] = []

    class Watching(Post):
        def _answer(self) -> Delivery:
            seen.append(desk.state("t"))
            return super()._answer()

    watching = Watching()
    desk.sender(mailer=watching, telephone=watching).send_due(channel)

    assert seen == ["attempting"]


def test_a_code_in_doubt_is_never_sent_again(desk: Desk) -> None:
    desk.ask_code("t", channel="text")
    desk.post.answers = [IN_DOUBT]
    sender = desk.sender()

    for _ in range(20):
        sender.send_due("text")
        desk.outbox.end_old(desk.clock.now())
        desk.clock.advance(600)

    assert (len(desk.post.texts), desk.state("t")) == (1, "in_doubt")


def test_a_code_that_was_certainly_not_taken_is_tried_again_within_its_life(desk: Desk) -> None:
    desk.ask_code("t", channel="text")
    desk.post.answers = [DEFERRED]
    sender = desk.sender()

    for _ in range(200):
        sender.send_due("text")
        desk.clock.advance(5)

    # After 5, 10, 20 and then every 40 seconds, for ten minutes.
    assert len(desk.post.texts) == 3 + 15
    assert desk.state("t") == "expired"


def test_a_code_that_a_later_one_replaced_is_not_sent(desk: Desk) -> None:
    desk.ask_code("old", channel="text", salt="first")
    desk.clock.advance(1)
    code = desk.ask_code("new", channel="text", salt="second")

    desk.sender().send_due("text")

    assert [body[:6] for _, body in desk.post.texts] == [code]
    assert (desk.state("old"), desk.state("new")) == ("void", "accepted")


def test_a_code_that_comes_too_late_is_not_sent(desk: Desk) -> None:
    desk.ask_code("t", channel="text")
    desk.clock.advance(600)

    desk.sender().send_due("text")

    assert (desk.post.texts, desk.state("t")) == ([], "expired")


def test_the_other_side_s_wish_to_wait_longer_is_obeyed(desk: Desk) -> None:
    desk.queue("t", channel="text", purpose="case_number")
    desk.post.answers = [replace(DEFERRED, retry_after_s=100), Delivery(fate="accepted")]
    sender = desk.sender()

    sender.send_due("text")
    desk.clock.advance(99)
    too_early = sender.send_due("text")
    desk.clock.advance(1)

    assert (too_early, sender.send_due("text")) == (0, 1)


def test_without_the_directory_a_message_waits(desk: Desk) -> None:
    desk.queue("m")
    desk.directory.is_down = True

    desk.sender().send_due("mail")

    assert (desk.state("m"), desk.post.letters) == ("deferred", [])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda desk: desk.directory.addresses.clear(),
        lambda desk: desk.directory.addresses.update({MAILBOX: desk.directory.addresses[PHONE]}),
    ],
)
def test_a_contact_that_is_gone_or_of_another_kind_gets_nothing(
    desk: Desk, spoil: Callable[[Desk], None]
) -> None:
    desk.queue("m")
    spoil(desk)

    desk.sender().send_due("mail")

    assert (desk.state("m"), desk.post.letters) == ("refused", [])


@pytest.mark.parametrize(
    "event", sorted(name.removeprefix("notice-") for name in NAMES["text"] if "notice" in name)
)
@pytest.mark.parametrize("channel", ["text", "mail"])
def test_each_notice_says_when_for_which_case_and_how_to_stop(
    desk: Desk, event: str, channel: Channel
) -> None:
    waits = event in ("waiting", "reminder")
    until = {"until": "2026-11-27T18:00:00+00:00"} if waits else {}
    desk.queue("n", channel=channel, purpose="notice", details={"event": event, **until})

    desk.sender().send_due(channel)

    said = [
        *(letter.body + letter.subject for letter in desk.post.letters),
        *(body for _, body in desk.post.texts),
    ]
    stop = f"https://ivr.example.com/stop/912345678/{stop_token(KEY, case=CASE)}"
    for words in ("24 November 2026, 18:00 UTC", "912345678", stop, "+14155550100"):
        assert words in said[0]
    told = "27 November 2026, 18:00 UTC" in said[0], "https://ivr.example.com/case/912345678" in said[0]
    assert told == (waits, waits)


def test_a_message_that_nobody_wrote_waits_until_somebody_does(desk: Desk) -> None:
    desk.queue("n", purpose="notice", details={"event": "birthday"})

    desk.sender().send_due("mail")

    assert desk.state("n") == "deferred"
    assert desk.row("n")["reply_text"] == "prompts/mail/en/notice-birthday.txt is missing: write it"


def test_a_peer_that_breaks_down_does_not_stop_the_other_messages(desk: Desk) -> None:
    class Breaking(Post):
        def send(self, letter: Letter) -> Delivery:
            if letter.message_id == "<m0@example.com>":
                raise RuntimeError(letter.body)
            return super().send(letter)

    for number in range(3):
        desk.queue(f"m{number}")

    with capture_logs() as logs:
        desk.sender(mailer=Breaking()).send_due("mail")

    assert [desk.state(f"m{number}") for number in range(3)] == ["in_doubt", "accepted", "accepted"]
    assert "encrypted" not in repr(logs)


def test_a_peer_that_hangs_holds_up_no_message_beside_it(desk: Desk) -> None:
    others = Event()
    done: list[str] = []

    class Hanging(Post):
        def send(self, letter: Letter) -> Delivery:
            if letter.message_id == "<m0@example.com>":
                assert others.wait(30)
            else:
                done.append(letter.message_id)
                if len(done) == AT_ONCE - 1:
                    others.set()
            return Delivery(fate="accepted", code=250)

    for number in range(AT_ONCE):
        desk.queue(f"m{number}")

    assert desk.sender(mailer=Hanging()).send_due("mail") == AT_ONCE
    assert {desk.state(f"m{number}") for number in range(AT_ONCE)} == {"accepted"}


def test_a_message_that_another_worker_took_over_is_left_to_it(desk: Desk) -> None:
    class Slow(Post):
        def send(self, letter: Letter) -> Delivery:
            desk.clock.advance(60)
            desk.outbox.lease("mail", worker="two", at=desk.clock.now(), count=1)
            return super().send(letter)

    desk.queue("m")

    desk.sender(mailer=Slow()).send_due("mail")

    assert (desk.state("m"), desk.row("m")["lease"]) == ("attempting", "two")
    assert desk.case().disclaimer_accepted_at is None
