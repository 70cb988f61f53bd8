"""The documents of a call that we place to read a code aloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.carrier.document import document_of
from ivr.carrier.spoken import escaped, say
from ivr.carrier.urls import FRAGMENT
from ivr.mask import Secret
from ivr.prompt.catalogue import Catalogue, PromptId
from ivr.prompt.speech import Language, Part, Silence, Slow, Text, Utterance, spelled
from ivr.prompt.voice import Voice

CHOOSE_S: Final = 10
"""Time to take the telephone from one's ear and find the key."""
_AFTER_DIGIT_MS: Final = 600
_AFTER_CODE_MS: Final = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCall:
    """languages: the first is spoken where a message's own is not known. phone: an E.164 number of ours."""

    prompts: Catalogue
    languages: tuple[Language, ...]
    voices: Mapping[Language, Voice]
    company: Text
    phone: str
    public_url: str

    def question(self, message: str, language: str | None, *, asked: int) -> bytes:
        """Ask for the key. asked: how often it was, and 0 has who calls and why before it.

        Nothing in it depends on whether there is a code: it may be talking to a voicemail, or to anybody.
        """
        intro = () if asked else (self._intro(language),)
        words = say((*intro, self._said("code_by_key", language)), self.voices)
        url = escaped(f"{self.public_url}/voice/spoken/{message}/{asked + 1}{FRAGMENT}")
        return document_of(
            f'<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="{CHOOSE_S}"'
            f' actionOnEmptyResult="true" action="{url}" method="POST">{words}</Gather>'
        ).at(0)

    def code(self, language: str | None, digits: Secret) -> bytes:
        """Read the digits one by one, twice, and hang up."""
        first = _followed(self._said("code_spoken", language), digits)
        again = _followed(self._said("code_spoken_again", language), digits)
        return self._last(first, again, self._said("code_to_type", language))

    def not_asked(self, language: str | None) -> bytes:
        """Take leave of whoever did not press the key."""
        return self._last(self._said("code_not_asked", language))

    def gone(self, language: str | None) -> bytes:
        """Say that there is no code to read."""
        return self._last(self._said("code_gone", language))

    def _intro(self, language: str | None) -> Utterance:
        phone = spelled(self.phone.removeprefix("+"))
        text = self.prompts.text("call_with_code", company=self.company, phone=phone)
        return text.said_in(self._spoken(language))

    def _said(self, prompt: PromptId, language: str | None) -> Utterance:
        return self.prompts.text(prompt).said_in(self._spoken(language))

    def _spoken(self, language: str | None) -> Language:
        return Language(language) if language in self.languages else self.languages[0]

    def _last(self, *utterances: Utterance) -> bytes:
        return document_of(f"{say(utterances, self.voices)}<Hangup/>").at(0)


def _followed(words: Utterance, digits: Secret) -> Utterance:
    """Put the digits behind the words. The comma gives the pause to voices that read no markup."""
    spoken: list[Part] = []
    for digit in digits.reveal():
        spoken += [Slow(text=f"{digit},"), Silence(ms=_AFTER_DIGIT_MS)]
    return Utterance(language=words.language, parts=(*words.parts, *spoken, Silence(ms=_AFTER_CODE_MS)))
