"""The ways in which a case can have gone, as agents read them."""

from collections.abc import Mapping

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.parse_files import DESK
from ivr.domain.menus.schema.company_file import SLOT_NAMES
from ivr.domain.menus.schema.desk_file import DeskFile
from ivr.domain.menus.schema.text import RawText, filled
from ivr.domain.prompts.speech import Language, Text


def dispositions_of(
    file: DeskFile | None, slots: Mapping[str, Text], languages: tuple[Language, ...], complaints: Complaints
) -> dict[str, str]:
    """Give the words of each, by its id, in the agents' language; in the order of their keys."""
    given = (file or DeskFile()).dispositions
    for name, one in given.items():
        _check(name, one.text, languages, complaints)
    first = languages[0]
    return {name: filled(one.text, slots, first).words_in(first) for name, one in given.items()}


def for_supervisors(file: DeskFile | None) -> frozenset[str]:
    """Name those after which a supervisor looks at the case, by their ids."""
    given = (file or DeskFile()).dispositions
    return frozenset(name for name, one in given.items() if one.supervisor)


def _check(name: str, raw: RawText, languages: tuple[Language, ...], complaints: Complaints) -> None:
    spot = complaints.parsed.spot(DESK, "dispositions", name)
    for slot in sorted(raw.slots() - set(SLOT_NAMES)):
        complaints.unknown("slot", slot, SLOT_NAMES, spot)
    written_in = {language or languages[0] for language in raw.by_language}
    for language in sorted(written_in.difference(languages)):
        complaints.unknown("language", language, languages, spot)
    if languages[0] not in written_in:
        what, remedy = f"this is not written in {languages[0]}", "write it; agents read the first language"
        complaints.error("missing-language", spot, what, remedy)
