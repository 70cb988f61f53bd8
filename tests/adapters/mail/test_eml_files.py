from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from ivr.adapters.mail.eml_files import EmlFolder
from ivr.adapters.mail.no_relay import NoRelay
from ivr.services.delivery import Delivery, Letter

AT = datetime(2026, 11, 24, 18, tzinfo=UTC)
LETTER = Letter(
    to="jo@example.com", subject="Hello", body="It is not done.\n", message_id="<m-1@example.com>", at=AT
)


def test_a_letter_is_kept_as_a_file_once_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = EmlFolder(folder=tmp_path / "mail", sender="support@example.com")

    deliveries = {folder.send(LETTER) for _ in range(2)}

    (kept,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(kept.read_bytes())
    assert deliveries == {Delivery(fate="accepted", code=250, text="kept as a file", host="this machine")}
    assert (kept.name, message["To"], message["Message-ID"]) == (
        "m-1.eml",
        "jo@example.com",
        "<m-1@example.com>",
    )


def test_a_message_id_names_no_file_elsewhere(tmp_path: Path) -> None:
    letter = Letter(to="jo@example.com", subject="", body="", message_id="<../../m@example.com>", at=AT)

    EmlFolder(folder=tmp_path / "mail", sender="support@example.com").send(letter)

    assert [path.name for path in tmp_path.rglob("*.eml")] == ["m.eml"]
    assert (tmp_path / "mail" / "m.eml").exists()


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()

    delivery = EmlFolder(folder=tmp_path / "mail", sender="support@example.com").send(LETTER)

    assert (delivery.fate, delivery.text) == (
        "deferred",
        "the folder for mail cannot be written: File exists",
    )


def test_what_is_not_one_address_is_refused(tmp_path: Path) -> None:
    letter = Letter(
        to="a@example.com, b@example.com", subject="", body="", message_id="<m@example.com>", at=AT
    )

    assert EmlFolder(folder=tmp_path, sender="support@example.com").send(letter).fate == "refused"


def test_without_a_relay_nothing_is_said_to_be_sent() -> None:
    assert NoRelay().send(LETTER).fate == "deferred"
