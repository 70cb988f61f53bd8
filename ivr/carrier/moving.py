"""Taking a caller out of a talk, through Twilio's REST interface: the call is updated while it lasts.

Twilio then breaks the dial off, and asks for the new document instead of telling how the dial ended.
Source: https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource, read November 2026.
"""

from dataclasses import dataclass

from ivr.carrier.messages import TwilioTelephone
from ivr.carrier.urls import Urls
from ivr.dialogue.event import CallId
from ivr.dialogue.place import Place
from ivr.live_calls import NotMoved, PerhapsMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioCalls:
    """What `live_calls.LiveCalls` promises."""

    telephone: TwilioTelephone
    urls: Urls

    def move(self, call: CallId, place: Place) -> None:
        told = self.telephone.move(call=call, url=self.urls.of(place), fallback=self.urls.fallback())
        if told.fate == "in_doubt":
            raise PerhapsMoved(told.text)
        if told.fate != "accepted":
            raise NotMoved(f"{told.fate}: {told.text}")
