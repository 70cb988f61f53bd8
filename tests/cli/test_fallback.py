"""The document for when this service is down, played as the carrier would play it."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from ivr.cli.group import main
from ivr.simulator.carrier.simulated_agents import Behaviour
from tests.simulator.stub import FIRST_DESK, PUBLIC_URL, SECOND_DESK, StubLine, call, said
from tests.twiml_lint import lint

FOLDER = f"{PUBLIC_URL}/static"
NOBODY = "nobody at Customer Service can take your call"
AGAIN = "call again in a few minutes"


def run(home: Path, *words: str) -> Result:
    environment = {
        "IVR_HOME": str(home),
        "IVR_LINE_CUSTOMER_SERVICE": f"{FIRST_DESK},{SECOND_DESK}",
        "IVR_LINE_SUPPORT": "+14155550111,+14155550112",
        "IVR_LINE_TAM": "+14155550113",
        "IVR_NUMBERS": "+14155550100",
    }
    return CliRunner().invoke(main, ["fallback", *words], env=environment)


def alone(home: Path) -> StubLine:
    """Serve the one document that a host without a folder of its own can have."""
    written = run(home)
    assert written.exit_code == 0, written.output
    return StubLine({"/voice": f"!{written.stdout}"})


def whispering(home: Path) -> StubLine:
    folder = home / "static"
    written = run(home, "--out", str(folder), "--address", FOLDER)
    assert written.exit_code == 0, written.output
    documents = {f"/static/{path.name}": f"!{path.read_text()}" for path in folder.iterdir()}
    return StubLine({**documents, "/voice": documents["/static/fallback.xml"]})


@pytest.mark.parametrize("serve", [alone, whispering])
def test_after_a_talk_nobody_says_that_nobody_took_the_call(tmp_path: Path, serve: object) -> None:
    handset = call(serve(tmp_path))  # type: ignore[operator]  # one of two functions above

    heard = said(handset)
    talked = next(number for number, one in enumerate(handset.heard) if one.who == "end")
    after = [one.words for one in handset.heard[talked:] if one.who == "line"]
    assert heard[0].startswith("I am sorry, something went wrong on our side.")
    assert NOBODY not in " ".join(heard)
    assert AGAIN not in " ".join(after)
    assert handset.is_over


@pytest.mark.parametrize("serve", [alone, whispering])
@pytest.mark.parametrize("behaviour", ["busy", "no_answer", "failed"])
def test_who_reaches_nobody_has_heard_what_to_do(tmp_path: Path, serve: object, behaviour: Behaviour) -> None:
    handset = call(serve(tmp_path), first=behaviour, second=behaviour)  # type: ignore[operator]  # as above

    assert AGAIN in " ".join(said(handset))
    assert said(handset)[-1].endswith("Goodbye.")
    assert handset.is_over


def test_with_a_folder_of_documents_an_agent_hears_a_whisper_and_takes_the_call_by_a_key(
    tmp_path: Path,
) -> None:
    line = whispering(tmp_path)

    handset = call(line)

    (whisper,) = said(handset, "whisper")
    assert whisper.startswith("Customer Service")
    assert whisper.endswith("Press 1.")
    assert any("the two talk" in words for words in said(handset, "end"))


@pytest.mark.parametrize("behaviour", ["silent", "no_answer"])
def test_with_a_folder_of_documents_a_voicemail_never_has_the_caller(
    tmp_path: Path, behaviour: Behaviour
) -> None:
    line = whispering(tmp_path)

    handset = call(line, first="silent", second=behaviour)

    assert not any("the two talk" in words for words in said(handset, "end"))
    assert "/static/accept.xml" not in line.paths()


OF_WEBHOOKS = ('needs method="POST" beside it', "silence would not be heard of")
"""What the lint asks of documents that our own webhooks follow: a file is got, and hears of no silence."""


def test_every_document_passes_the_lint_and_is_got_as_a_file_is(tmp_path: Path) -> None:
    whispering(tmp_path)

    documents = {path.name: path.read_text() for path in (tmp_path / "static").iterdir()}
    complaints = {
        complaint
        for name, text in documents.items()
        for complaint in lint(text, whisper=name != "fallback.xml")
        if not complaint.endswith(OF_WEBHOOKS)
    }
    methods = {
        verb.get("method")
        for text in documents.values()
        for verb in ET.fromstring(text).iter()  # noqa: S314 -- our own document
        if verb.get("url") or verb.get("action")
    }
    assert sorted(documents) == ["accept.xml", "fallback.xml", "whisper.xml"]
    assert (complaints, methods) == (set(), {"GET"})


@pytest.mark.parametrize("address", ["static", "http://example.com/", "https://example.com/a b"])
def test_an_address_that_the_carrier_could_not_get_is_refused(tmp_path: Path, address: str) -> None:
    refused = run(tmp_path, "--out", str(tmp_path / "static"), "--address", address)

    assert refused.exit_code == 2
    assert "https://" in refused.output


def test_an_address_without_a_folder_to_write_into_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path, "--address", FOLDER)

    assert refused.exit_code == 2
    assert "--out" in refused.output
