"""Calls that go on now, as their carrier can move them."""

from typing import Protocol

from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place


class NotMoved(Exception):  # noqa: N818 -- it names what happened to the call
    """The carrier certainly did not take the call there."""


class PerhapsMoved(Exception):  # noqa: N818 -- it names what may have happened to the call
    """Nobody can tell whether the carrier took the call there."""


class LiveCalls(Protocol):
    def move(self, call: CallId, place: Place) -> None:
        """Take a caller who is put through out of the talk, to *place*.

        Raises NotMoved and PerhapsMoved, within five seconds.
        """
