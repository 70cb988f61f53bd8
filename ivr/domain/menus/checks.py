"""What a program can see of a menu before a caller does: ways that end nowhere, speech too long."""

from collections.abc import Iterator

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.node_locations import Spots
from ivr.domain.menus.line import LineId
from ivr.domain.menus.paths import fewest_keys, people_keys, unasked_ways, useful_nodes
from ivr.domain.menus.tree import Ask, Goodbye, MenuTree, Node, Transfer
from ivr.domain.prompts.durations import seconds_of, seconds_to_say
from ivr.domain.prompts.speech import Language, Text, Utterance, plain_words
from ivr.domain.prompts.voices import SAY_LIMITS

LONGEST_MENU_S = 25.0
LONGEST_ANSWER_S = 30.0
LONGEST_START_S = 5.0
LONGEST_WHISPER_S = 6.0
DEEPEST = 3
PERSON_WITHIN_KEYS = 3
LARGEST_DOCUMENT = 60_000
"""Bytes of words. Twilio refuses documents over 64 kB (error 11750); the rest is left for the markup."""
_AROUND_AN_OFFER = 120


def check(tree: MenuTree, complaints: Complaints) -> None:
    spots = Spots(complaints.parsed)
    _check_ways(tree, spots, complaints)
    _check_questions(tree, spots, complaints)
    for node in tree.nodes.values():
        _check_length(tree, node, spots, complaints)
    _check_start(tree, spots, complaints)
    _check_whispers(tree, spots, complaints)


def _check_ways(tree: MenuTree, spots: Spots, complaints: Complaints) -> None:
    depths = fewest_keys(tree)
    people = people_keys(tree)
    useful = useful_nodes(tree)
    for node in tree.nodes.values():
        if node.id not in depths:
            what, remedy = f"no key leads to {node.id}", "lead an option here, or remove it"
            complaints.add("unreachable", "warning", spots.of(node.id), what, remedy)
            continue
        if isinstance(node, Ask) and node.id not in useful:
            what = f"from {node.id} a caller only ever comes to other menus"
            complaints.error(
                "dead-end", spots.of(node.id), what, "lead an option to an answer, a line or a goodbye"
            )
        if isinstance(node, Ask) and people.get(node.id, PERSON_WITHIN_KEYS + 1) > PERSON_WITHIN_KEYS:
            what = (
                f"from {node.id} no choice reaches a person within {PERSON_WITHIN_KEYS} keys (but for key 0)"
            )
            remedy = "give an answer below it a `line:`"
            complaints.add("no-person", "warning", spots.of(node.id), what, remedy)
        if isinstance(node, Ask) and node.kind == "menu" and depths[node.id] >= DEEPEST:
            what = f"{node.id} is {depths[node.id]} keys deep"
            remedy = f"bring it within {DEEPEST} menus of the first"
            complaints.add("deep-menu", "advice", spots.of(node.id), what, remedy)


def _check_questions(tree: MenuTree, spots: Spots, complaints: Complaints) -> None:
    """Warn of a way on which the line must ask by itself what a question of the menu could have asked."""
    for name, way in unasked_ways(tree.nodes, tree.home.id).items():
        passed = ", ".join(way)
        what = f"callers come to {name} by {passed}, and no question there is about the primary administrator"
        remedy = "write `about: primary_administrator` in the question that asks it; until then the line asks"
        complaints.add("unasked-recovery", "warning", spots.of(name), what, remedy)


def _check_length(tree: MenuTree, node: Node, spots: Spots, complaints: Complaints) -> None:
    for language in tree.languages:
        said = list(_said(node, language))
        seconds, most = _seconds(node, said, language)
        if seconds > most:
            what = f"{node.id} takes about {seconds:.0f} s to say in {language}, more than {most:.0f} s"
            complaints.add("long-speech", "warning", spots.of(node.id), what, "shorten it")
        words = [plain_words(utterance.parts) for utterance in said]
        for utterance, text in zip(said, words, strict=True):
            limit = SAY_LIMITS[tree.voices[utterance.language].family]
            if len(text) > limit:
                what = f"{node.id} says {len(text)} characters in one go, and its voice reads {limit}"
                complaints.error("too-long-for-voice", spots.of(node.id), what, "shorten it")
        size = sum(len(text.encode()) + _AROUND_AN_OFFER for text in words)
        if size > LARGEST_DOCUMENT:
            what = f"{node.id} makes a document of about {size // 1000} kB, and 64 kB is the most"
            complaints.error("too-large", spots.of(node.id), what, "shorten it, or cut it in two")


def _seconds(node: Node, said: list[Utterance], language: Language) -> tuple[float, float]:
    """How long it takes and may take: a menu with its options; else what is said before the choices."""
    if isinstance(node, Ask) and node.kind != "menu":
        return seconds_to_say(node.says.said_in(language).parts), LONGEST_ANSWER_S
    return seconds_of(said), LONGEST_MENU_S


def _said(node: Node, language: Language) -> Iterator[Utterance]:
    texts: tuple[Text | None, ...]
    match node:
        case Ask():
            texts = (node.says, *(choice.phrase for choice in node.choices))
        case Transfer() | Goodbye():
            texts = (node.says,)
    for text in texts:
        if text is not None:
            yield text.said_in(language)


def _check_start(tree: MenuTree, spots: Spots, complaints: Complaints) -> None:
    first = tree.home.choices[0].phrase
    for language in tree.languages:
        before = [text.said_in(language) for text in (tree.greeting, tree.home.says)]
        seconds = seconds_of(before)
        if seconds > LONGEST_START_S:
            what = f"a caller waits about {seconds:.0f} s for the first option ({first.words_in(language)})"
            remedy = f"shorten the greeting and the main menu's `say:` to {LONGEST_START_S:.0f} s"
            complaints.add("late-option", "warning", spots.of(tree.home.id), what, remedy)


def _check_whispers(tree: MenuTree, spots: Spots, complaints: Complaints) -> None:
    known: dict[tuple[LineId, str], float] = {}
    for node in tree.nodes.values():
        if isinstance(node, Goodbye):
            continue
        whisper = (node.line, node.why)
        if whisper not in known:
            known[whisper] = _whisper_s(tree, *whisper)
        seconds = known[whisper]
        if seconds > LONGEST_WHISPER_S:
            what = f"an agent hears {seconds:.1f} s before taking a call from {node.id}"
            remedy = f"shorten its `why:`, so that it is {LONGEST_WHISPER_S:.0f} s at most"
            complaints.add("long-whisper", "warning", spots.of(node.id), what, remedy)


def _whisper_s(tree: MenuTree, line: LineId, why: str) -> float:
    standing = tree.prompts.text("not_verified")
    name = tree.lines[line].whispered
    text = tree.prompts.text("whisper", line=name, why=why, standing=standing)
    return seconds_of((text.said_in(tree.languages[0]),))
