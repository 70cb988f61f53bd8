"""What company.yaml says: languages, voices, and the words that fill the slots of every other text."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.parse_files import COMPANY
from ivr.domain.menus.schema.menu_file import CompanyFile, ExampleText
from ivr.domain.menus.schema.text import filled
from ivr.domain.prompts.speech import Language, Text
from ivr.domain.prompts.voices import Voice, voice_of

SLOT_NAMES = (
    "company",
    "product",
    "sign_in_page",
    "privacy_page",
    "return_address",
    "primary_administrator",
    "administrator_has_left",
)
"""Fields of company.yaml that any other text may name in braces."""

_ADVISED = {
    "administrator_has_left": (
        "a caller whose primary administrator has left the company is told nothing about it",
        "write what such a caller should do; the FAQ does not say, so nothing was made up",
    ),
    "primary_administrator": (
        "a caller who is not sure to be the primary administrator gets no explanation",
        "write in one sentence how to tell",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    languages: tuple[Language, ...]
    voices: Mapping[Language, Voice]
    slots: Mapping[str, Text]
    greeting: Text
    voicemail_notice: Text | None
    examples: tuple[str, ...]


def company_of(file: CompanyFile, complaints: Complaints) -> Company:
    languages = tuple(Language(language) for language in file.languages)
    first = languages[0]
    given = {name: value for name in SLOT_NAMES if (value := getattr(file, name)) is not None}
    known = {name: filled(value.text, {}, first) for name, value in given.items()}
    slots = {name: filled(value.text, known, first) for name, value in given.items()}
    _check_slots(file, complaints)
    _advise(file, complaints)
    notice = file.notices.voicemail
    return Company(
        languages=languages,
        voices=_voices(file, complaints),
        slots=slots,
        greeting=filled(file.greeting.text, slots, first),
        voicemail_notice=None if notice is None else filled(notice.text, slots, first),
        examples=_examples(file, complaints),
    )


def check_notices(file: CompanyFile, *, records: bool, listens: bool, complaints: Complaints) -> None:
    """Name the notices that are missing for what the line does; production refuses to start without them."""
    wanted = {"voicemail": (records, file.notices.voicemail), "speech": (listens, file.notices.speech)}
    for name, (needed, notice) in wanted.items():
        if needed and notice is None:
            complaints.add(
                "missing-notice",
                "warning",
                complaints.parsed.spot(COMPANY, "notices"),
                f"callers are not told about {name}",
                f"write `notices: {name}:` with your counsel; production refuses to start without it",
            )


def _texts(file: CompanyFile) -> dict[str, ExampleText]:
    names = (*SLOT_NAMES, "greeting", "mail_sender")
    own = {name: value for name in names if (value := getattr(file, name)) is not None}
    notices = {"notices.voicemail": file.notices.voicemail, "notices.speech": file.notices.speech}
    return own | {name: value for name, value in notices.items() if value is not None}


def _voices(file: CompanyFile, complaints: Complaints) -> dict[Language, Voice]:
    voices = {}
    for language, wanted in file.languages.items():
        try:
            voices[Language(language)] = voice_of(wanted.voice, locale=wanted.locale)
        except ValueError as problem:
            spot = complaints.parsed.spot(COMPANY, "languages", language, "voice")
            complaints.split("unknown-voice", spot, problem)
    return voices


def _check_slots(file: CompanyFile, complaints: Complaints) -> None:
    for name, value in _texts(file).items():
        for slot in sorted(value.text.slots()):
            if slot not in SLOT_NAMES or slot == name:
                complaints.unknown(
                    "slot", slot, SLOT_NAMES, complaints.parsed.spot(COMPANY, *name.split("."))
                )


def _examples(file: CompanyFile, complaints: Complaints) -> tuple[str, ...]:
    """List the values that are still an example; what refuses them in production is the start."""
    names = tuple(name for name, value in _texts(file).items() if value.example)
    for name in names:
        complaints.add(
            "example-value",
            "warning",
            complaints.parsed.key_spot(COMPANY, *name.split(".")),
            f"{name} is still the example's",
            "write your own and drop `example: true`; production refuses to start with it",
        )
    return names


def _advise(file: CompanyFile, complaints: Complaints) -> None:
    for name, (what, remedy) in _ADVISED.items():
        if getattr(file, name) is None:
            complaints.add(
                "left-open", "advice", complaints.parsed.spot(COMPANY), what, f"`{name}:` {remedy}"
            )
