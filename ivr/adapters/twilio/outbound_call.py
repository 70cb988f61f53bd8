"""What every call that we place says: who calls, the question for a key, and a farewell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.adapters.twilio.reply_document import document_of
from ivr.adapters.twilio.say_markup import escaped, say
from ivr.domain.prompts.catalog import Catalogue, PromptId
from ivr.domain.prompts.speech import Language, Text, Utterance, spelled
from ivr.domain.prompts.voices import Voice

CHOOSE_S: Final = 10
"""Time to take the telephone from one's ear and find the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCall:
    """languages: the first is spoken where a message's own is not known. phone: an E.164 number of ours."""

    prompts: Catalogue
    languages: tuple[Language, ...]
    voices: Mapping[Language, Voice]
    company: Text
    phone: str

    def said(self, prompt: PromptId, language: str | None) -> Utterance:
        return self.prompts.text(prompt).said_in(self._spoken(language))

    def intro(self, prompt: PromptId, language: str | None) -> Utterance:
        """Say who calls, in the words of a prompt that names our company and number."""
        phone = spelled(self.phone.removeprefix("+"))
        return self.prompts.text(prompt, company=self.company, phone=phone).said_in(self._spoken(language))

    def ask(self, url: str, *utterances: Utterance) -> bytes:
        """Say this and wait for one key; the key, or silence, goes to *url*."""
        words = say(utterances, self.voices)
        return document_of(
            f'<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="{CHOOSE_S}"'
            f' actionOnEmptyResult="true" action="{escaped(url)}" method="POST">{words}</Gather>'
        ).at(0)

    def leave(self, *utterances: Utterance) -> bytes:
        """Say this and hang up."""
        return document_of(f"{say(utterances, self.voices)}<Hangup/>").at(0)

    def _spoken(self, language: str | None) -> Language:
        return Language(language) if language in self.languages else self.languages[0]
