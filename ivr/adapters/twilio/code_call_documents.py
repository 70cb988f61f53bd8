"""The documents of a call that we place to read a code aloud."""

from dataclasses import dataclass
from typing import Final

from ivr.adapters.twilio.outbound_call import PlacedCall
from ivr.adapters.twilio.urls import FRAGMENT
from ivr.domain.prompts.speech import Part, Silence, Slow, Utterance
from ivr.domain.redaction import Secret

_AFTER_DIGIT_MS: Final = 600
_AFTER_CODE_MS: Final = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCall:
    placed: PlacedCall
    public_url: str

    def question(self, message: str, language: str | None, *, asked: int) -> bytes:
        """Ask for the key. asked: how often it was, and 0 has who calls and why before it.

        Nothing in it depends on whether there is a code: it may be talking to a voicemail, or to anybody.
        """
        intro = () if asked else (self.placed.intro("call_with_code", language),)
        url = f"{self.public_url}/voice/spoken/{message}/{asked + 1}{FRAGMENT}"
        return self.placed.ask(url, *intro, self.placed.said("code_by_key", language))

    def code(self, language: str | None, digits: Secret) -> bytes:
        """Read the digits one by one, twice, and hang up."""
        first = _followed(self.placed.said("code_spoken", language), digits)
        again = _followed(self.placed.said("code_spoken_again", language), digits)
        return self.placed.leave(first, again, self.placed.said("code_to_type", language))

    def not_asked(self, language: str | None) -> bytes:
        """Take leave of whoever did not press the key."""
        return self.placed.leave(self.placed.said("code_not_asked", language))

    def gone(self, language: str | None) -> bytes:
        """Say that there is no code to read."""
        return self.placed.leave(self.placed.said("code_gone", language))


def _followed(words: Utterance, digits: Secret) -> Utterance:
    """Put the digits behind the words. The comma gives the pause to voices that read no markup."""
    spoken: list[Part] = []
    for digit in digits.reveal():
        spoken += [Slow(text=f"{digit},"), Silence(ms=_AFTER_DIGIT_MS)]
    return Utterance(language=words.language, parts=(*words.parts, *spoken, Silence(ms=_AFTER_CODE_MS)))
