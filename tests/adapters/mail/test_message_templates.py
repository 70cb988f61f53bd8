"""What operators write to be sent is checked before the first message goes."""

from pathlib import Path
from typing import get_args

import pytest

from ivr.adapters.mail.message_templates import NAMES, TemplateMissing, read_template_files, read_templates
from ivr.services.case_ports import Notice

SHIPPED = read_template_files(Path("prompts"))
WARNING = SHIPPED["mail/en/disclaimer"].decode()


def whats(files: dict[str, bytes]) -> list[str]:
    return [f"{finding.spot.file}  {finding.what}" for finding in read_templates(files, ["en"])[1]]


def with_warning(text: str) -> list[str]:
    told = whats({**SHIPPED, "mail/en/disclaimer": text.encode()})
    assert all(line.startswith("prompts/mail/en/disclaimer.txt  ") for line in told)
    return [line.partition("  ")[2] for line in told]


def test_what_is_shipped_has_no_fault_and_is_read_from_its_folder() -> None:
    templates, findings = read_templates(SHIPPED, ["en"])

    assert findings == ()
    assert len(templates.kept) == sum(len(names) for names in NAMES.values()) == len(SHIPPED)


def test_every_notice_that_a_contact_may_get_is_among_them() -> None:
    assert {f"notice-{notice}" for notice in get_args(Notice)} < set(NAMES["mail"]) & set(NAMES["text"])


def test_every_language_needs_every_message() -> None:
    _, findings = read_templates(SHIPPED, ["en", "de"])

    assert [finding.spot.file for finding in findings] == [
        f"prompts/{medium}/de/{name}.txt" for medium, names in NAMES.items() for name in names
    ]
    assert {finding.rule for finding in findings} == {"missing-file"}


@pytest.mark.parametrize("mark", ["what is lost", "why", "not yet done", "how to stop"])
def test_a_warning_that_does_not_say_one_of_the_four_things_is_named(mark: str) -> None:
    assert with_warning(WARNING.replace(f"[{mark}] ", "")) == [f'nothing is marked "[{mark}]"']


def test_a_mark_with_no_words_behind_it_says_nothing() -> None:
    told = with_warning(WARNING.replace("because they are encrypted with the present password.", ""))

    assert told == ['nothing is marked "[why]"']


def test_a_mark_that_is_none_is_named() -> None:
    assert with_warning(WARNING + "\n[by the way] Hello.\n") == ['"[by the way]" is no mark']


@pytest.mark.parametrize("slot", ["stop", "phone"])
def test_how_to_stop_needs_both_the_link_and_a_number(slot: str) -> None:
    elsewhere = WARNING.replace(f"{{{slot}}}", "there").replace("Privacy:", f"[why] {{{slot}}} Privacy:")

    assert '"[how to stop]" names no link or no number' in with_warning(elsewhere)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WARNING.replace("{case}", "yours"), "{case} is nowhere in it"),
        (WARNING.replace("{company}", "{firm}"), "it has no slot {firm}"),
        (WARNING + "{code}", "it has no slot {code}"),
        (WARNING + "{stop!r}", "the braces make no slot ({stop})"),
        (WARNING + "{stop.__class__}", "the braces make no slot ({stop.__class__})"),
        (WARNING + "}", "the braces make no slot (Single '}' encountered in format string)"),
        (WARNING.partition("\n")[2], "the first line is no subject"),
    ],
)
def test_what_cannot_be_filled_or_is_missing_is_named(text: str, told: str) -> None:
    assert told in with_warning(text)


def test_a_file_that_is_no_text_is_named() -> None:
    assert whats({**SHIPPED, "text/en/code": b"\xff\xfe"}) == [
        "prompts/text/en/code.txt  this is no text in UTF-8"
    ]


def test_a_code_does_not_stand_in_a_subject_that_locked_telephones_show() -> None:
    code = SHIPPED["mail/en/code"].replace(b"Subject: Your code", b"Subject: {code}")

    assert whats({**SHIPPED, "mail/en/code": code}) == [
        "prompts/mail/en/code.txt  the subject holds the code, which telephones show while they are locked"
    ]


def test_a_template_with_a_fault_is_not_used() -> None:
    templates, _ = read_templates({**SHIPPED, "mail/en/disclaimer": b"Subject: x\n\nx"}, ["en"])

    with pytest.raises(TemplateMissing, match=r"prompts/mail/en/disclaimer\.txt"):
        templates.template("mail", "en", "disclaimer")


def test_what_fills_a_slot_stays_in_its_line_and_fills_no_other() -> None:
    template = read_templates(SHIPPED, ["en"])[0].template("mail", "en", "disclaimer")
    slots = dict.fromkeys(["product", "privacy", "phone", "time", "case", "stop"], "x")

    subject, body = template.filled({**slots, "company": "Evil\r\nBcc: a@example.com\x00 {stop}"})

    assert subject == "Evil Bcc: a@example.com {stop}: password change asked for by phone, case x"
    assert "[" not in body


def test_a_version_changes_with_every_letter() -> None:
    changed = {**SHIPPED, "mail/en/disclaimer": (WARNING + "!").encode()}
    versions = {
        read_templates(files, ["en"])[0].template("mail", "en", "disclaimer").version
        for files in (SHIPPED, changed)
    }

    assert len(versions) == 2


def test_links_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "mail" / "en").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "mail" / "en" / "code.txt").symlink_to(tmp_path / "outside.txt")

    assert read_template_files(tmp_path) == {}
