"""What the line itself says: one sentence per id, in every language, with named slots."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal, get_args

from ivr.domain.prompts.speech import Language, Text, Words

PromptId = Literal[
    "option",
    "put_through",
    "go_on",
    "if_yes",
    "if_no",
    "if_not_sure",
    "hear_again",
    "back",
    "person",
    "no_input_first",
    "no_input_second",
    "no_input_last",
    "no_match_first",
    "no_match_second",
    "no_match_last",
    "connecting",
    "next_person",
    "between",
    "nobody",
    "closed",
    "closed_until_further_notice",
    "offer_message",
    "record_message",
    "message_kept",
    "no_message",
    "anything_else",
    "goodbye",
    "apology",
    "apology_if_nobody",
    "apology_nobody",
    "own_number",
    "too_many_turns",
    "resumed",
    "verify_while_closed",
    "verify_then_on_call",
    "verify_intro",
    "are_you_primary",
    "not_primary",
    "identify",
    "identify_again",
    "pin",
    "phone_code",
    "mailbox_code",
    "code_too_soon",
    "no_more_codes",
    "new_code",
    "new_code_or_call",
    "code_or_person",
    "or_app_code",
    "or_saved_code",
    "or_no_mailbox",
    "without_mailbox",
    "app_code",
    "saved_code",
    "code_waiting",
    "another_round",
    "no_code_came",
    "not_verified_end",
    "verification_closed",
    "verified",
    "reset_follows",
    "warning",
    "wrong_key_of_warning",
    "not_confirmed",
    "confirmed",
    "held",
    "nobody_on_call",
    "call_with_code",
    "code_by_key",
    "code_spoken",
    "code_spoken_again",
    "code_to_type",
    "code_not_asked",
    "code_gone",
    "call_back",
    "call_back_by_key",
    "call_back_not_asked",
    "call_back_gone",
    "called_back",
    "sent_back",
    "whisper",
    "whisper_unproved",
    "whisper_verified",
    "whisper_not_primary",
    "whisper_not_primary_match",
    "opens_unproved",
    "opens_verified",
    "opens_back",
    "going_to_reset",
    "going_to_change",
    "going_unconfirmed",
    "not_verified",
    "silent_caller",
    "why_apology",
]  # fmt: skip -- grouped by the moment of the call
PROMPT_IDS: tuple[PromptId, ...] = get_args(PromptId)

SLOTS: Mapping[PromptId, frozenset[str]] = {
    "option": frozenset({"label", "key"}),
    "put_through": frozenset({"line", "key"}),
    "go_on": frozenset({"key"}),
    "if_yes": frozenset({"key"}),
    "if_no": frozenset({"key"}),
    "if_not_sure": frozenset({"key"}),
    "connecting": frozenset({"line"}),
    "nobody": frozenset({"line"}),
    "closed": frozenset({"line", "relative", "day", "time", "zone"}),
    "closed_until_further_notice": frozenset({"line"}),
    "apology": frozenset({"line"}),
    "apology_nobody": frozenset({"line"}),
    "are_you_primary": frozenset({"product"}),
    "warning": frozenset({"key"}),
    "held": frozenset({"number"}),
    "nobody_on_call": frozenset({"number"}),
    "call_with_code": frozenset({"company", "phone"}),
    "call_back": frozenset({"company", "phone"}),
    "whisper": frozenset({"line", "why", "standing"}),
    "whisper_unproved": frozenset({"opening", "match"}),
    "whisper_verified": frozenset({"opening", "path", "match"}),
    "whisper_not_primary": frozenset({"opening"}),
    "whisper_not_primary_match": frozenset({"opening", "match"}),
}
"""Slots that a prompt may use; a prompt that is not here has none."""


def slots_in(template: str) -> frozenset[str]:
    """Name the slots of *template*; raises ValueError where a brace is anything but a slot's."""
    names = set()
    for words, name, form, conversion in Formatter().parse(template):
        if "{" in words or "}" in words:
            raise ValueError("a doubled brace is read aloud")
        if form or conversion:
            raise ValueError(f"{{{name}}} holds more than a name")
        if name is not None:
            names.add(name)
    return frozenset(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every prompt in the first language; other languages may lack some, and fall back to it."""

    templates: Mapping[PromptId, Mapping[Language, str]]

    def text(self, prompt: PromptId, **slots: Text | str) -> Text:
        """Fill the prompt's slots in each language that the prompt and every slot are written in.

        So no sentence mixes two languages; the first language is always there.
        """
        templates = self.templates[prompt]
        first = next(iter(templates))
        return Text(
            by_language={
                language: (Words(text=template.format(**_in_language(slots, language))),)
                for language, template in templates.items()
                if language == first or all(_speaks(slot, language) for slot in slots.values())
            }
        )


def _speaks(slot: Text | str, language: Language) -> bool:
    return isinstance(slot, str) or language in slot.by_language


def _in_language(slots: Mapping[str, Text | str], language: Language) -> dict[str, str]:
    return {name: slot if isinstance(slot, str) else slot.words_in(language) for name, slot in slots.items()}
