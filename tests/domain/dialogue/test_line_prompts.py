"""The line's own sentences, never in two languages at once."""

from dataclasses import replace

from ivr.domain.dialogue.events import KeyHeard
from ivr.domain.dialogue.step import start_of
from ivr.domain.prompts.speech import Language
from tests.domain.dialogue.call import NIGHT, spoken, take
from tests.domain.menus.folder import TWO_LANGUAGES, built, menu

GERMAN = "closed: '{line} ist geschlossen. Sie öffnet {relative}, {day} um {time}, {zone}.'\n"
LINES = "person: desk\nlines:\n  desk: {{name: {name}, people: [ana], hours: 'Mo-Su 08:00-20:00'}}\n"
MAIN = menu("{for: x, go: x}", "answers:\n  x: {say: X., line: desk}\n")


def closed(name: str) -> str:
    tree = built(company=TWO_LANGUAGES, german=GERMAN, lines=LINES.format(name=name), main=MAIN)
    place = replace(start_of(tree), language=Language("de"), turn=1)
    return spoken(take(tree, place, KeyHeard(key="0"), NIGHT))


def test_when_a_line_opens_is_said_in_the_caller_s_language() -> None:
    assert closed("{en: the desk, de: Die Auskunft}").startswith(
        "Die Auskunft ist geschlossen. Sie öffnet in 9 Stunden, morgen um 8 Uhr"
    )


def test_a_line_without_a_name_in_that_language_says_all_of_it_in_the_first() -> None:
    assert closed("the desk").startswith("the desk is closed. It opens in 9 hours, tomorrow at")
