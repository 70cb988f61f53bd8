"""The line's own sentences, in the language the call is in."""

from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import Line, LineNow
from ivr.domain.menus.tree import Ask, MenuTree, Transfer
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Text, Utterance
from ivr.domain.prompts.spoken_times import spoken_opening


def line_says(tree: MenuTree, here: Place, prompt: PromptId, **slots: Text | str) -> Utterance:
    return tree.prompts.text(prompt, **slots).said_in(here.language)


def closed_words(tree: MenuTree, here: Place, line: Line, now: LineNow) -> Utterance:
    """Say that the line is closed, and when it opens: how long that is first, then day, time and zone."""
    if now.opens_at is None:
        return line_says(tree, here, "closed_until_further_notice", line=line.name)
    is_written = here.language in tree.prompts.templates["closed"] and here.language in line.name.by_language
    spoken = here.language if is_written else tree.languages[0]
    opening = spoken_opening(
        now=now.at, opens_at=now.opens_at, zone=line.hours.zone, locale=tree.voices[spoken].locale
    )
    return line_says(
        tree,
        here,
        "closed",
        line=line.name,
        relative=opening.relative,
        day=opening.day,
        time=opening.time,
        zone=opening.zone,
    )


def why_of(tree: MenuTree, here: Place) -> str:
    """Say for the agent why the caller calls: what the node is about, and nothing about the caller."""
    node = tree.nodes[here.node]
    return node.why if isinstance(node, Ask | Transfer) else ""
