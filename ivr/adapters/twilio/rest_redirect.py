"""Taking a caller out of a talk, through Twilio's REST interface: the call is updated while it lasts.

Twilio then breaks the dial off, and asks for the new document instead of telling how the dial ended.
Source: https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource, read November 2026.
"""

from dataclasses import dataclass

from ivr.adapters.twilio.rest_messages import TwilioTelephone
from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place
from ivr.services.live_calls import NotMoved, PerhapsMoved


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
