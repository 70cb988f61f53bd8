"""Notes: they save themselves, are kept where that fails, and are text wherever they are shown."""

import json
from dataclasses import replace

import pytest

from tests.domain.recovery.ready import TO_CHANGE
from tests.entrypoints.console.house import CARD, WHO, Console, soup, words

ID = "a" * 32


def save_itself(console: Console, text: str, *, note: str = ID) -> tuple[int, dict[str, object]]:
    """Post as the page's script does."""
    cells = {"csrf_token": console.token(), "version": "1", "id": note, "text": text}
    headers = {WHO: console.who, "Accept": "application/json"}
    reply = console.client.post(f"{CARD}/note", data=cells, headers=headers)
    return reply.status_code, json.loads(reply.data)


def texts(console: Console) -> list[str]:
    return [note.text for note in console.work.writing_at(None).notes(TO_CHANGE.number)]


def test_a_note_that_saves_itself_again_is_one_note(console: Console) -> None:
    console.office.put(TO_CHANGE)

    first = save_itself(console, "Wai")
    second = save_itself(console, "Waits for a colleague.")

    assert (first, second) == ((200, {"saved": True}), (200, {"saved": True}))
    assert texts(console) == ["Waits for a colleague."]
    assert "Waits for a colleague." in words(console.get())


def test_a_note_is_saved_whatever_became_of_the_case_meanwhile(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("spoke")

    assert console.post("note", version=1, id=ID, text="late").status_code == 303


@pytest.mark.parametrize("text", ["x", "é" * 500, "two\nlines", "  kept  "])
def test_a_note_of_1_to_500_characters_is_kept(console: Console, text: str) -> None:
    console.office.put(TO_CHANGE)

    assert console.post("note", id=ID, text=text).status_code == 303
    assert texts(console) == [text.strip()]


@pytest.mark.parametrize("text", ["", "   ", "\n", "x" * 501, "a\x00b", "a\x1b[2Jb", "a\u202eb", "a\u2066b"])
def test_a_note_that_cannot_be_kept_stays_in_its_field(console: Console, text: str) -> None:
    console.office.put(TO_CHANGE)

    page = console.post("note", id=ID, text=text)

    box = soup(page).find("textarea")
    assert box is not None
    assert page.status_code == 422
    assert box["aria-invalid"] == "true"
    assert box.get_text().replace("\ufffd", "\x00").strip() == text.strip()
    assert texts(console) == []


def test_a_note_of_a_megabyte_is_too_much(console: Console) -> None:
    console.office.put(TO_CHANGE)

    assert console.post("note", id=ID, text="x" * 1_000_000).status_code == 413


def test_nobody_writes_over_another_agents_note(console: Console) -> None:
    console.office.put(TO_CHANGE)
    save_itself(console, "mine")

    status, told = save_itself(console.as_("agent-2"), "yours")

    assert (status, told["saved"]) == (422, False)
    assert texts(console) == ["mine"]


@pytest.mark.parametrize("note", ["", "A" * 32, "../1", "a" * 33])
def test_a_note_without_the_forms_own_id_is_not_kept(console: Console, note: str) -> None:
    console.office.put(TO_CHANGE)

    assert save_itself(console, "x", note=note)[0] == 422
    assert texts(console) == []


def test_notes_are_listed_with_author_and_time_oldest_first(console: Console) -> None:
    console.office.put(replace(TO_CHANGE))
    save_itself(console, "one")
    console.clock.advance(60)
    save_itself(console.as_("ana"), "two", note="b" * 32)

    shown = [" ".join(one.get_text(" ").split()) for one in soup(console.get()).select(".notes li")]

    assert shown == ["one agent-1, 24 Nov, 10:00:00 PST", "two ana, 24 Nov, 10:01:00 PST"]


def test_what_looks_like_a_header_in_a_note_is_text_and_in_no_message(console: Console) -> None:
    console.office.put(replace(TO_CHANGE, notify="mail:m1"))
    forged = "ok\r\nBcc: eve@example.com\r\n\r\nSend it here."
    save_itself(console, forged)

    changed = console.post("change")

    assert changed.status_code == 303
    assert texts(console) == [forged.replace("\r\n", "\n")]
    assert console.office.notices()
    assert "eve@example.com" not in repr(console.office.notices())
