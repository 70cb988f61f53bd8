"""What a webhook may hold and what must then happen, row by row."""

import json

import pytest
import structlog
from structlog.testing import capture_logs

from ivr.adapters.twilio.request_signature import sign
from ivr.domain.dialogue.events import CallId, LegId
from tests.entrypoints.voice.service import (
    CALL,
    LEG,
    RECORDING,
    fresh_line,
    is_untouched,
    place,
    post,
    usual,
)
from tests.twiml_lint import lint

_SIGNED_BY_NOBODY: dict[str, dict[str, str]] = {
    "W1 no signature": {},
    "W2 blank signature": {"X-Twilio-Signature": ""},
    "W2 a signature of 10 kB": {"X-Twilio-Signature": "x" * 10_000},
    "W2 a signature that is not ASCII": {"X-Twilio-Signature": "\xe9" * 28},
    "T8 a header that names the algorithm": {
        "X-Twilio-Signature": "A" * 27 + "=",
        "X-Twilio-Webhooks-Signature-Settings": "key=1,algorithm=HMAC_SHA256",
    },
}


@pytest.mark.parametrize("headers", _SIGNED_BY_NOBODY.values(), ids=_SIGNED_BY_NOBODY)
@pytest.mark.parametrize("path", ["/voice", "/voice/status", "/voice/fallback", "/voice/transcribed"])
def test_what_the_carrier_did_not_sign_is_refused_with_nothing(path: str, headers: dict[str, str]) -> None:
    line = fresh_line()
    assert post(line, path, usual(line)).status_code == 200
    line = fresh_line()

    refused = post(line, path, usual(line), headers=headers)

    assert (refused.status_code, refused.get_data()) == (403, b"")
    assert is_untouched(line)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "DELETE"], ids=lambda name: f"W6 {name}")
@pytest.mark.parametrize("path", ["/voice", "/voice/status"])
def test_only_a_post_is_a_webhook(path: str, method: str) -> None:
    line = fresh_line()

    refused = post(line, path, usual(line), method=method)

    assert (refused.status_code, refused.get_data()) == (405, b"")
    assert is_untouched(line)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
    ids=lambda name: f"W7 {name}",
)
def test_another_type_is_never_half_read(content_type: str) -> None:
    line = fresh_line()

    refused = post(line, "/voice", usual(line), content_type=content_type)

    assert (refused.status_code, refused.get_data()) == (415, b"")
    assert is_untouched(line)


@pytest.mark.parametrize("path", ["/voice", "/voice/turn/"])
def test_w8_a_large_body_is_refused_early(path: str) -> None:
    line = fresh_line()
    target = path + (place(line) if path.endswith("/") else "")

    assert post(line, target, usual(line, SpeechResult="x" * 65_600)).status_code == 413
    assert (
        post(line, target, [*usual(line).items(), *((f"x{n}", "1") for n in range(100))]).status_code == 413
    )
    assert is_untouched(line)


def test_w5_forged_hosts_change_nothing() -> None:
    line = fresh_line()
    fields = usual(line)
    for_us = sign(line.token, f"{line.public_url}/voice", fields.items())
    for_them = sign(line.token, "https://evil.example/voice", fields.items())
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    assert post(line, "/voice", fields, headers={**forged, "X-Twilio-Signature": for_us}).status_code == 200
    assert post(line, "/voice", fields, headers={**forged, "X-Twilio-Signature": for_them}).status_code == 403


_SAME_PLACE: dict[str, list[tuple[str, str]]] = {
    "W10 Digits twice": [("Digits", "3"), ("Digits", "4")],
    "W13 spaces": [("Digits", " ")],
    "W13 a plus that is a space": [("Digits", " 1 2")],
    "W14 full-width": [("Digits", "\uff11")],
    "W14 Arabic": [("Digits", "\u0661")],
    "W14 superscript": [("Digits", "\u00b2")],
    "W15 letters": [("Digits", "A")],
    "W15 w": [("Digits", "w")],
    "W16 5,000 digits": [("Digits", "1" * 5000)],
    "W20 speech twice": [("SpeechResult", "a"), ("SpeechResult", "b")],
}


@pytest.mark.parametrize("fields", _SAME_PLACE.values(), ids=_SAME_PLACE)
def test_a_field_without_meaning_gets_the_same_place_and_counts_nothing(
    fields: list[tuple[str, str]],
) -> None:
    line = fresh_line()
    here = place(line, "scanner-appliance")

    reply = post(line, f"/voice/turn/{here}", [*usual(line).items(), *fields])

    assert reply.status_code == 200
    assert f"/voice/turn/{here}#" in reply.text
    assert is_untouched(line)


_SILENT: dict[str, dict[str, str]] = {
    "W12 no Digits": {},
    "W13 blank Digits": {"Digits": ""},
    "W20 speech of nothing that can be said": {"SpeechResult": "\x00\x07\x0b"},
}


@pytest.mark.parametrize("fields", _SILENT.values(), ids=_SILENT)
def test_silence_is_asked_again_and_counted_as_silence(fields: dict[str, str]) -> None:
    line = fresh_line()

    reply = post(line, f"/voice/turn/{place(line)}", usual(line, **fields))

    assert f"/voice/turn/{place(line, counters='10', turn='02')}#" in reply.text
    assert "I did not hear anything." in reply.text


@pytest.mark.parametrize(
    "speech",
    [
        "</Say><Dial>+19005551234</Dial>",
        '<break time="10s"/>',
        "a\x00b\x0bc\ufffed",
        "x" * 60_000,
        "\u202eabc\u200b",
    ],
    ids=["W18 a verb", "W19 markup", "W20 control characters", "W21 very long", "W21 hidden characters"],
)
def test_speech_is_never_more_than_words(speech: str) -> None:
    line = fresh_line()

    reply = post(line, f"/voice/turn/{place(line)}", usual(line, SpeechResult=speech, Confidence="NaN"))

    assert reply.status_code == 200
    assert lint(reply.get_data()) == []
    assert "<Dial" not in reply.text


def test_w17_three_keys_that_are_no_choice_end_at_a_person() -> None:
    line = fresh_line()

    first = post(line, f"/voice/turn/{place(line)}", usual(line, Digits="9"))
    third = post(line, f"/voice/turn/{place(line, counters='02', turn='03')}", usual(line, Digits="9"))

    assert "not one of the choices" in first.text
    assert "<Dial" in third.text


@pytest.mark.parametrize(
    "call",
    ["", "CA123", "CA" + "A" * 32, "x" * 10_000, "CA" + "a" * 32 + "\n"],
    ids=lambda call: f"W23 {call[:8]!r}",
)
def test_a_call_that_cannot_be_read_is_answered_and_never_stored(call: str) -> None:
    line = fresh_line()

    reply = post(line, f"/voice/turn/{place(line)}", usual(line, CallSid=call, Digits="3"))

    assert reply.status_code == 200
    assert lint(reply.get_data()) == []
    assert is_untouched(line)


@pytest.mark.parametrize("account", ["AC" + "1" * 32, "", "AC"], ids=lambda account: f"W25 {account!r}")
def test_another_account_is_refused(account: str) -> None:
    line = fresh_line()

    assert post(line, "/voice", usual(line, AccountSid=account)).status_code == 403
    assert is_untouched(line)


@pytest.mark.parametrize(
    "caller",
    ["anonymous", "+266696687", "Restricted", "", "client:x", "sip:a@b", "+", "letters"],
    ids=lambda caller: f"W27 {caller}",
)
def test_a_caller_without_a_number_is_answered_like_any_other(caller: str) -> None:
    line = fresh_line()

    assert "press 1" in post(line, "/voice", usual(line, From=caller)).text
    assert line.store.begun[next(iter(line.store.begun))].caller is None


def test_w24_a_choice_after_the_end_of_the_call_is_answered_and_changes_no_fact() -> None:
    line = fresh_line()
    post(line, "/voice", usual(line))
    post(line, "/voice/status", usual(line, CallStatus="completed"))
    ended = dict(line.store.ended)
    line.clock.advance(3600)

    menu = post(line, f"/voice/turn/{place(line)}", usual(line, Digits="3"))
    again = post(line, "/voice/status", usual(line, CallStatus="completed"))

    assert (menu.status_code, lint(menu.get_data())) == (200, [])
    assert again.status_code == 200
    assert ended.keys() == {CallId(CALL)}
    assert (line.store.ended, line.store.effects) == (ended, ())


def test_w24_an_effect_long_after_the_end_of_the_call_is_none() -> None:
    line = fresh_line()
    post(line, "/voice", usual(line))
    post(line, "/voice/status", usual(line, CallStatus="completed"))
    line.clock.advance(3600)
    here = place(line, "no-boot", rest="main.support.0.0", turn="08")
    bridged = {"DialCallStatus": "completed", "DialBridged": "true"}

    message = post(
        line, f"/voice/recorded/{here}", usual(line, RecordingSid=RECORDING, RecordingDuration="9")
    )
    talk = post(line, f"/voice/dial/{here}", usual(line, **bridged))

    assert [lint(reply.get_data()) for reply in (message, talk)] == [[], []]
    assert line.store.effects == ()
    assert line.store.ended[CallId(CALL)].disposition == "abandoned"


_CALLER_NAMES = [
    '=HYPERLINK("http://zebra.example")',
    "@SUM(zebra)",
    "<script>zebra</script>",
    "</Say><Dial>zebra</Dial>",
]


@pytest.mark.parametrize("name", _CALLER_NAMES, ids=lambda name: f"W29 {name[:7]}")
def test_w29_nobody_stores_or_says_what_a_caller_calls_himself(name: str) -> None:
    line = fresh_line()
    rung = place(line, "no-boot", rest="main.support.0.0", turn="04")
    agent = {"CallSid": LEG, "ParentCallSid": CALL}

    replies = [
        post(line, path, usual(line, CallerName=name, **fields))
        for path, fields in (
            ("/voice", {}),
            (f"/voice/turn/{place(line)}", {"Digits": "0"}),
            (f"/voice/whisper/{rung}", agent),
            (f"/voice/accept/{rung[:-2]}05", {**agent, "Digits": "1"}),
            (f"/voice/recorded/{rung[:-2]}06", {"RecordingSid": RECORDING, "RecordingDuration": "9"}),
            ("/voice/status", {"CallStatus": "completed"}),
        )
    ]

    assert len(line.store.rows) == 5
    assert len(line.voicemails()) == 1
    assert "zebra" not in "".join(reply.text for reply in replies) + repr(line.store)


@pytest.mark.parametrize("said", ["4711", "my pin is 4 7 1 1", "47-11", "four seven 4711 please"])
def test_w41_a_pin_that_is_said_aloud_is_in_no_log_and_in_no_row(said: str) -> None:
    line = fresh_line()

    with capture_logs([structlog.processors.format_exc_info]) as lines:
        first = post(line, f"/voice/turn/{place(line)}", usual(line, SpeechResult=said, Confidence="0.9"))
        post(line, f"/voice/turn/{place(line, turn='02')}", usual(line, Digits="4711"))

    assert (first.status_code, lines) == (200, [])
    assert [row.heard for row in line.store.rows.values()] == ["speech", "other"]
    kept = json.dumps([str(row) for row in line.store.rows.values()]) + first.text
    assert said not in kept
    assert "4711" not in kept


@pytest.mark.parametrize(
    "level", ["NULL", "TN-Validation-Passed-A-Diverted", "tn-validation-passed-a", "<x>"]
)
def test_w30_only_a_listed_level_is_kept(level: str) -> None:
    line = fresh_line()

    post(line, "/voice", usual(line, StirVerstat=level))

    kept = next(iter(line.store.begun.values())).stir_level
    assert kept == (level if level in ("NULL", "TN-Validation-Passed-A-Diverted") else None)


@pytest.mark.parametrize("status", ["weird", "queued", "ringing"])
def test_w31_a_status_that_is_no_end_ends_nothing(status: str) -> None:
    line = fresh_line()
    post(line, "/voice", usual(line))

    assert post(line, "/voice/status", usual(line, CallStatus=status)).status_code == 200
    assert not line.store.ended


@pytest.mark.parametrize("fields", [{}, {"DialCallStatus": "weird"}, {"DialCallStatus": "failed"}])
def test_w32_a_dial_that_says_nothing_useful_goes_on_to_the_next_person(fields: dict[str, str]) -> None:
    line = fresh_line()
    here = place(line, "no-boot", rest="main.support.0.0", turn="04")

    reply = post(line, f"/voice/dial/{here}", usual(line, **fields))

    assert "I am trying the next person." in reply.text


@pytest.mark.parametrize("talk", ["-1", "text", "9" * 30])
def test_w33_a_duration_that_is_none_counts_as_nothing(talk: str) -> None:
    line = fresh_line()
    here = place(line, "no-boot", rest="main.support.0.0", turn="04")

    post(
        line,
        f"/voice/dial/{here}",
        usual(line, DialCallStatus="completed", DialBridged="true", DialCallDuration=talk),
    )

    assert [getattr(effect, "talk_s", None) for effect in line.store.effects] == [0]


@pytest.mark.parametrize(
    "text",
    ["nowhere", "..%2f..", "x" * 9000, "0.0.0", "en", "main/extra"],
    ids=lambda text: f"W37 {text[:9]}",
)
def test_a_place_that_is_none_leads_to_the_main_menu(text: str) -> None:
    line = fresh_line()
    path = f"/voice/turn/{text}"
    if "%" in path:
        path = path.replace("%2f", "/")

    reply = post(line, path, usual(line, Digits="3"))

    assert reply.status_code == 200
    assert "For help with an account you cannot access" in reply.text
    assert is_untouched(line)


def test_w38_a_version_that_is_gone_leads_to_the_main_menu_of_today() -> None:
    line = fresh_line()
    old = place(line).replace(line.tree.version, "0" * 12)

    reply = post(line, f"/voice/turn/{old}", usual(line, Digits="9"))

    assert f"/voice/turn/{line.tree.version}." in reply.text


def test_w40_the_address_of_a_recording_is_neither_fetched_nor_kept() -> None:
    line = fresh_line()
    here = place(line, "no-boot", rest="main.support.1.0", turn="08")
    fields = {"RecordingUrl": "http://169.254.169.254/", "RecordingSid": RECORDING, "RecordingDuration": "5"}

    post(line, f"/voice/recorded/{here}", usual(line, **fields))

    assert [message.recording for message in line.voicemails()] == [RECORDING]
    assert "169.254" not in repr(line.store)


def test_w42_the_forty_first_choice_is_made_by_a_person() -> None:
    line = fresh_line()

    fortieth = post(line, f"/voice/turn/{place(line, turn='40')}", usual(line, Digits="3"))
    after = post(line, f"/voice/turn/{place(line, turn='41')}", usual(line, Digits="3"))

    assert "<Dial" not in fortieth.text
    assert "<Dial" in after.text


def test_w11_digits_in_the_address_do_not_count() -> None:
    line = fresh_line()

    reply = post(line, f"/voice/turn/{place(line)}?Digits=3", usual(line, Digits="3"))

    assert f"/voice/turn/{place(line)}#" in reply.text
    assert is_untouched(line)


def test_w34_w36_a_repeated_effect_gives_the_first_reply_and_leaves_one_fact() -> None:
    line = fresh_line()
    here = place(line, "no-boot", rest="main.support.1.0", turn="08")
    fields = usual(line, RecordingSid=RECORDING, RecordingDuration="5")

    first = post(line, f"/voice/recorded/{here}", fields)
    again = [post(line, f"/voice/recorded/{here}", fields).get_data() for _ in range(4)]
    older = post(line, f"/voice/recorded/{here[:-2]}07", {**fields, "RecordingSid": "RE" + "d" * 32})

    assert set(again) == {first.get_data()}
    assert older.status_code == 200
    assert len(line.voicemails()) == 1


def test_an_agent_takes_the_call_by_the_key_and_by_nothing_else() -> None:
    line = fresh_line()
    here = place(line, "no-boot", rest="main.support.0.0", turn="04")
    agent = {"CallSid": LEG, "ParentCallSid": CALL, "Direction": "outbound-dial"}

    whisper = post(line, f"/voice/whisper/{here}", usual(line, **agent))
    declined = [
        post(line, f"/voice/accept/{here}", usual(line, **agent, **keys)) for keys in ({}, {"Digits": "2"})
    ]

    assert lint(whisper.get_data(), whisper=True) == []
    assert "+1" not in whisper.text
    assert all("<Hangup" in reply.text for reply in declined)
    assert not line.store.is_accepted(LegId(LEG))

    taken = post(line, f"/voice/accept/{here[:-2]}05", usual(line, **agent, Digits="1"))

    assert "<Hangup" not in taken.text
    assert line.store.is_accepted(LegId(LEG))
