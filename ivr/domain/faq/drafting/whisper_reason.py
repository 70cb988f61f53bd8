"""What an agent is told of a caller, where the words of the option would take too long."""

from ivr.domain.faq.drafting.option_labels import shortened
from ivr.domain.menus.checks import LONGEST_WHISPER_S
from ivr.domain.prompts.durations import seconds_to_say
from ivr.domain.prompts.speech import Words

_FEWEST_WORDS = 2


def short_why(label: str, *, line: str) -> str | None:
    """Say *label* in as many words as an agent of *line* has time for; None where it fits as it is.

    The time is that of the shipped whisper. A line whose own name takes too long gets two words.
    """
    if _fits(label, line):
        return None
    lengths = range(len(label.split()), _FEWEST_WORDS - 1, -1)
    wordings = [shortened(label, most) for most in lengths] or [label]
    return next((words for words in wordings if _fits(words, line)), wordings[-1])


def _fits(why: str, line: str) -> bool:
    whisper = Words(text=f"{line}, {why}, not verified. Press 1.")
    return seconds_to_say((whisper,)) <= LONGEST_WHISPER_S
