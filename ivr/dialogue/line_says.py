"""The line's own sentences, in the language the call is in."""

from ivr.dialogue.place import Place
from ivr.menu.line import Line, LineNow
from ivr.menu.tree import Ask, MenuTree, Transfer
from ivr.prompt.catalogue import PromptId
from ivr.prompt.moment import spoken_opening
from ivr.prompt.speech import Text, Utterance


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
