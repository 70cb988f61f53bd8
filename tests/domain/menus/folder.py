"""A menu folder of a few lines, in which one thing at a time is written otherwise."""

from collections.abc import Mapping
from pathlib import Path

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.menus.building.loader import Loaded, load
from ivr.domain.menus.tree import Ask, MenuTree, NodeId
from ivr.domain.yaml_source.finding import Finding

COMPANY = "menus/company.yaml"
LINES = "menus/lines.yaml"
PACING = "menus/pacing.yaml"
VERIFICATION = "menus/verification.yaml"
DESK = "menus/desk.yaml"
MAIN = "menus/main.yaml"
PROMPTS = "prompts/en/line.yaml"
GERMAN = "prompts/de/line.yaml"

SENTENCES = read_folders(Path("menus"), Path("prompts"))[PROMPTS].decode()

SMALL: Mapping[str, str] = {
    COMPANY: (
        "languages:\n  en: {voice: Polly.Joanna-Neural, locale: en-US}\n"
        "company: Ferry\nproduct: Boats\ngreeting: Hello.\n"
        "primary_administrator: It is the owner.\nadministrator_has_left: Write to us.\n"
        "notices: {voicemail: This is recorded.}\n"
    ),
    LINES: (
        "person: desk\nlines:\n"
        "  desk: {name: the desk, people: [ana, luis]}\n"
        "  deck: {name: the deck, people: [eva, jan], ring: in_order, voicemail: false}\n"
    ),
    PACING: "choose_s: 6\n",
    MAIN: (
        "start: main\nmenus:\n  main:\n    say: Choose.\n    options:\n"
        "      - {for: tickets, go: tickets}\n"
        "answers:\n  tickets: {say: Tickets are sold on board., line: desk}\n"
    ),
    PROMPTS: SENTENCES,
}

TWO_LANGUAGES = SMALL[COMPANY].replace(
    "en-US}\n", "en-US}\n  de: {voice: Polly.Vicki-Neural, locale: de-DE}\n"
)


def small(**texts: str) -> dict[str, bytes]:
    """Give the small folder with files replaced, named by their last word: main="…", german="…"."""
    names = {"company": COMPANY, "lines": LINES, "pacing": PACING, "main": MAIN}
    names |= {"prompts": PROMPTS, "german": GERMAN, "verification": VERIFICATION, "desk": DESK}
    files = dict(SMALL) | {names[name]: text for name, text in texts.items()}
    return {name: text.encode() for name, text in files.items()}


def built(**texts: str) -> MenuTree:
    loaded = load(small(**texts))
    assert loaded.tree is not None, loaded.errors
    return loaded.tree


def menu(options: str, rest: str = "") -> str:
    """Write main.yaml, whose menu has these options, one in a line, and then what *rest* says."""
    listed = "".join(f"      - {option}\n" for option in options.splitlines())
    return f"start: main\nmenus:\n  main:\n    say: Choose.\n    options:\n{listed}{rest}"


def told(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Say of each finding which rule found it, how heavy it is, and where it stands."""
    return [(one.rule, one.severity, str(one.spot)) for one in loaded.findings]


def only(loaded: Loaded) -> Finding:
    """Give the one finding there is."""
    (finding,) = loaded.findings
    return finding


def asked(tree: MenuTree, name: str) -> Ask:
    node = tree.nodes[NodeId(name)]
    assert isinstance(node, Ask)
    return node


def offers(tree: MenuTree, name: str) -> list[str]:
    """What is said of each key of a node, in the first language."""
    return [choice.phrase.words_in(tree.languages[0]) for choice in asked(tree, name).choices]
