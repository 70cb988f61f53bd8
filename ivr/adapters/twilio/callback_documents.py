"""The documents of a call that we place about a held case, before anybody has pressed its key."""

from dataclasses import dataclass

from ivr.adapters.twilio.outbound_call import PlacedCall
from ivr.adapters.twilio.urls import Urls


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackWords:
    placed: PlacedCall
    urls: Urls

    def question(self, name: str, language: str | None, *, asked: int) -> bytes:
        """Ask for the key. asked: how often it was, and 0 has who calls before it.

        Nothing in it says about what: it may be talking to a voicemail, or to anybody.
        """
        intro = () if asked else (self.placed.intro("call_back", language),)
        url = self.urls.called_back(name, asked=asked + 1)
        return self.placed.ask(url, *intro, self.placed.said("call_back_by_key", language))

    def not_asked(self, language: str | None) -> bytes:
        """Take leave of whoever did not press the key."""
        return self.placed.leave(self.placed.said("call_back_not_asked", language))

    def gone(self, language: str | None) -> bytes:
        """Say that the call is for nothing by now."""
        return self.placed.leave(self.placed.said("call_back_gone", language))
