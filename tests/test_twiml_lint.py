from pathlib import Path
from string import Template
from typing import Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, Gather, Say, VoiceResponse

from tests.twiml_limits import LIMITS, REQUIRED
from tests.twiml_lint import MAX_BYTES, lint
from tests.twiml_schema import elements
from tests.twiml_urls import METHODS
from tests.twiml_verbs import VERBS

OVERRIDE: Final = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=13000"
URL: Final = f"https://calls.example.com/voice/turn/3f2a.07{OVERRIDE}"
XML_URL: Final = URL.replace("&", "&amp;")
POSTED: Final = f'action="{XML_URL}" method="POST"'
HEARD: Final = f'{POSTED} actionOnEmptyResult="true"'
VOICE: Final = "Polly.Joanna-Neural"
NUMBER: Final = "+14155550123"


def gather(**values: str | bool | int) -> Gather:
    return Gather(**{"action": URL, "method": "POST", "action_on_empty_result": True, "timeout": 6, **values})


def written(*verbs: object) -> str:
    response = VoiceResponse()
    for verb in verbs:
        response.append(verb)
    return str(response).replace('"True"', '"true"')


def test_a_menu_is_fine() -> None:
    menu = gather(num_digits=1, finish_on_key="", input="dtmf")
    menu.play("https://calls.example.com/prompts/en/hello.wav")
    say = Say("For shipping, press ", voice=VOICE, language="en-US")
    say.say_as("1", interpret_as="digits")
    say.break_(time="700ms")
    say.append("For anything else & more, press 2.")
    menu.append(say)
    menu.pause(length=1)

    assert lint(written(menu)) == []


def test_a_question_answered_by_voice_is_fine() -> None:
    question = gather(
        input="dtmf speech",
        speech_timeout=2,
        speech_model="deepgram_nova-3",
        hints="reset, lost PIN",
        language="en-GB",
    )
    question.say("What can we do for you?", voice="Google.en-GB-Chirp3-HD-Aoede", language="en-GB")

    assert lint(written(question)) == []


def test_a_transfer_is_fine() -> None:
    transfer = Dial(
        action=URL,
        method="POST",
        answer_on_bridge=True,
        caller_id=NUMBER,
        timeout=20,
        time_limit=14_400,
        sequential=True,
    )
    transfer.number("+14155550124", url=URL, method="POST", machine_detection="Enable")
    response = VoiceResponse()
    response.say("I am putting you through to Support.", voice=VOICE)
    response.append(transfer)

    assert lint(written(*response.verbs)) == []


def test_a_message_is_followed_by_a_redirect_and_is_fine() -> None:
    response = VoiceResponse()
    response.record(
        action=URL,
        method="POST",
        max_length=120,
        finish_on_key="#*",
        transcribe="true",
        transcribe_callback=URL,
    )
    response.redirect(URL, method="POST")

    assert lint(str(response)) == []


def test_a_document_that_needs_no_service_is_fine() -> None:
    response = VoiceResponse()
    response.say("Our menu is away. One moment.")
    response.dial(NUMBER, timeout=30)
    response.say("Nobody picked up. Goodbye.")
    response.hangup()

    assert lint(str(response)) == []


def test_rooted_and_loopback_addresses_are_fine() -> None:
    for start in (
        "",
        "http://127.0.0.1:5000",
        "http://localhost:5000",
        "http://[::1]:5000",
        "https://h.example",
    ):
        response = VoiceResponse()
        response.redirect(f"{start}/voice{OVERRIDE}", method="POST")

        assert lint(str(response)) == []


def test_a_whisper_is_fine() -> None:
    asked = gather(num_digits=1, finish_on_key="")
    asked.say("A caller about shipping. Press 1 to accept.", voice=VOICE)
    response = VoiceResponse()
    response.append(asked)
    response.hangup()

    assert lint(written(*response.verbs), whisper=True) == []
    assert lint("<Response/>", whisper=True) == []
    assert lint(b"<Response><Say>Thank you.</Say><Hangup/></Response>", whisper=True) == []


FILLED: Final = {
    "HEARD": HEARD,
    "POSTED": POSTED,
    "URL": XML_URL,
    "OVERRIDE": OVERRIDE.replace("&", "&amp;"),
    "NUMBER": NUMBER,
    "VOICE": VOICE,
}


def wrapped(document: str) -> str:
    """Fill in the names and put what is left under a root; what starts with `=` is a document already."""
    filled = Template(document).substitute(FILLED)
    return filled.removeprefix("=") if filled.startswith("=") else f"<Response>{filled}</Response>"


def bad_documents(kind: str) -> dict[str, tuple[str, str]]:
    path = Path(__file__).parent / "data" / "bad_twiml.yaml"
    rows: dict[str, list[dict[str, str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {row["name"]: (wrapped(row["document"]), row["complaint"]) for row in rows[kind]}


CALLS: Final = bad_documents("calls")
WHISPERS: Final = bad_documents("whispers")


@pytest.mark.parametrize(("document", "complaint"), CALLS.values(), ids=CALLS)
def test_it_complains_of(document: str, complaint: str) -> None:
    assert any(complaint in said for said in lint(document)), lint(document)


@pytest.mark.parametrize(("document", "complaint"), WHISPERS.values(), ids=WHISPERS)
def test_it_complains_of_a_whisper(document: str, complaint: str) -> None:
    assert any(complaint in said for said in lint(document, whisper=True)), lint(document, whisper=True)


SPEECH: Final = '<Gather $HEARD input="speech" hints="{}"/>'
GOOGLE: Final = '<Say voice="Google.en-US-Neural2-A">{}</Say><Hangup/>'


@pytest.mark.parametrize(
    ("most", "one_more", "complaint"),
    [
        (
            "<Say>{}</Say><Hangup/>".format("a" * 4000),
            "<Say>{}</Say><Hangup/>".format("a" * 4001),
            "at most 4000",
        ),
        (
            '<Say voice="$VOICE"><p>{}</p></Say><Hangup/>'.format("a" * 3000),
            '<Say voice="$VOICE"><p>{}</p></Say><Hangup/>'.format("a" * 3001),
            "at most 3000",
        ),
        (GOOGLE.format("<p>abc</p>" * 500), GOOGLE.format("<p>abc</p>" * 500 + "a"), "at most 5000"),
        (SPEECH.format(",".join("a" * 500)), SPEECH.format(",".join("a" * 501)), "at most 500 phrases"),
        (SPEECH.format("a" * 100), SPEECH.format("a" * 101), "1 to 100 characters"),
        (
            f"<Dial $POSTED>{'<Number>$NUMBER</Number>' * 10}</Dial>",
            f"<Dial $POSTED>{'<Number>$NUMBER</Number>' * 11}</Dial>",
            "more than 10 Number",
        ),
        (
            f"<!--{'a' * (MAX_BYTES - 37)}--><Hangup/>",
            f"<!--{'a' * (MAX_BYTES - 36)}--><Hangup/>",
            f"at most {MAX_BYTES}",
        ),
    ],
    ids=[
        "basic voice",
        "Polly without its tags",
        "Google with its tags",
        "hints",
        "a hint",
        "numbers",
        "bytes",
    ],
)
def test_it_allows_the_most_and_not_one_more(most: str, one_more: str, complaint: str) -> None:
    assert lint(wrapped(most)) == []

    assert [complaint in said for said in lint(wrapped(one_more))] == [True]


@pytest.mark.parametrize(
    ("character", "complaint"),
    [("\x07", "U+0007"), ("\x85", "U+0085"), ("\ufffe", "U+FFFE"), ("\ud800", "not UTF-8"), ("\0", "U+0000")],
)
def test_it_complains_of_what_no_voice_can_say(character: str, complaint: str) -> None:
    assert [complaint in said for said in lint(wrapped(f"<Say>a{character}b</Say><Hangup/>"))] == [True]


def test_it_complains_of_a_byte_order_mark() -> None:
    assert lint("\ufeff<Response><Hangup/></Response>") == ["the document starts with a byte order mark"]


def test_bytes_that_are_not_utf8_are_complained_of() -> None:
    assert lint(b"<Response><Say>\xff</Say><Hangup/></Response>") == ["the document is not UTF-8"]


def test_it_complains_of_all_at_once() -> None:
    complaints = lint(wrapped('<Say voice="x">?</Say><Gather $HEARD timeout="0"/>'))

    assert [said.partition(":")[0] for said in complaints] == ["Response/Say"] * 2 + ["Response/Gather"]


def test_its_own_tables_name_nothing_that_the_sdk_does_not_know() -> None:
    known: dict[str, set[str]] = {}
    for children in elements().values():
        for name, element in children.items():
            known.setdefault(name, set()).update(element.attributes)
    everywhere = set().union(*known.values())

    assert set(VERBS) <= set(known)
    assert set(METHODS) <= everywhere
    assert all(name in known[tag] for tag, checks in LIMITS.items() for name in checks)
    assert all(name in known[tag] for tag, name in REQUIRED.items())


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=200))
def test_whatever_the_builder_escapes_is_read_back(words: str) -> None:
    response = VoiceResponse()
    response.say(f"a {words}")
    response.hangup()

    assert lint(str(response)) == []


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_it_raises_for_nothing(document: bytes | str) -> None:
    assert all(complaint for complaint in lint(document))
    assert all(complaint for complaint in lint(document, whisper=True))
