from pathlib import Path

from ivr.entrypoints.worker.text_files import TextFolder
from ivr.services.delivery import Delivery


def test_texts_and_calls_are_files_that_a_person_reads(tmp_path: Path) -> None:
    folder = TextFolder(folder=tmp_path / "texts")

    deliveries = {
        folder.text(to="+14155550123", body="123456 is your code\n", name="a"),
        folder.ring(to="+14155550123", url="https://ivr.example.com/voice/spoken/b", name="b"),
    }

    assert deliveries == {Delivery(fate="accepted", text="kept as a file", host="this machine")}
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "texts").iterdir()} == {
        "a.txt": "Text to +14155550123\n\n123456 is your code\n",
        "b.txt": "Call to +14155550123, which hears what this says:\n\nhttps://ivr.example.com/voice/spoken/b\n",
    }


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "texts").touch()

    delivery = TextFolder(folder=tmp_path / "texts").text(to="+14155550123", body="", name="a")

    assert delivery.fate == "deferred"
