"""Actions as the carrier's XML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from ivr.adapters.twilio.reply_document import ReplyDocument, document_of
from ivr.adapters.twilio.say_markup import escaped, plain, say
from ivr.adapters.twilio.urls import TURN_HOLE, Urls
from ivr.domain.dialogue.actions import Action, Bridge, Collect, Dial, Gather, HangUp, Record, Say
from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164

LONGEST_TALK_S: Final = 7200
"""A call that somebody keeps up for the sake of its charges ends here."""
MOST_NUMBERS: Final = 10
"""So many telephones may ring together. Source: https://www.twilio.com/docs/voice/twiml/number"""
SILENCE_ENDS_MESSAGE_S: Final = 5
MOST_HINTS: Final = 500
LONGEST_HINT: Final = 100
"""Limits of hints. Source: https://www.twilio.com/docs/voice/twiml/gather, read November 2026."""
_TRANSCRIBED_LOCALE: Final = "en-US"
_TRANSCRIBED_S: Final = range(3, 121)
"""What transcription takes. Source: https://www.twilio.com/docs/voice/twiml/record, read November 2026."""


def write(
    tree: MenuTree,
    actions: Sequence[Action],
    *,
    numbers: Mapping[LineId, tuple[E164, ...]],
    caller_id: E164,
    urls: Urls,
) -> ReplyDocument:
    """Write one reply, the same for every turn of a call but for the number in its addresses.

    numbers: each line's people, by their position. Raises ValueError where the actions disagree about
    the turn, where nobody is to be rung, and where the reply is longer than the carrier takes.
    """
    _check_turn(actions)
    writer = _Writer(tree=tree, numbers=numbers, caller_id=caller_id, urls=urls)
    return document_of("".join(writer.verb(action) for action in actions))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """What every verb is written with."""

    tree: MenuTree
    numbers: Mapping[LineId, tuple[E164, ...]]
    caller_id: E164
    urls: Urls

    def verb(self, action: Action) -> str:
        match action:
            case Say(utterances=utterances):
                return say(utterances, self.tree.voices)
            case Gather():
                return self.gather(action)
            case Collect():
                return self.collect(action)
            case Dial():
                return self.dial(action)
            case Record():
                return self.record(action)
            case Bridge():
                return ""  # a whisper that ends lets the two talk
            case HangUp():
                return "<Hangup/>"
            case _:
                assert_never(action)

    def gather(self, gather: Gather) -> str:
        # Both said outright: without them # is swallowed as an end mark, and silence asks for nothing.
        return (
            f'<Gather {self.heard(gather)} numDigits="1" finishOnKey="" timeout="{gather.timeout_s}"'
            f' actionOnEmptyResult="true" action="{self.url(gather.place)}" method="POST">'
            f"{say(gather.utterances, self.tree.voices)}</Gather>"
        )

    def collect(self, collect: Collect) -> str:
        # Keys alone, and no count: how long a code is belongs to nobody who listens in on the document.
        return (
            f'<Gather input="dtmf" finishOnKey="#" timeout="{collect.timeout_s}" actionOnEmptyResult="true"'
            f' action="{self.url(collect.place)}" method="POST">'
            f"{say(collect.utterances, self.tree.voices)}</Gather>"
        )

    def heard(self, gather: Gather) -> str:
        hints = _hints(gather.hints)
        if not hints:
            return 'input="dtmf"'
        locale = self.tree.voices[gather.place.language].locale
        # Without "auto" a caller who has spoken waits in silence as long as one who has not.
        return (
            f'input="dtmf speech" speechTimeout="auto" language="{escaped(locale)}" hints="{escaped(hints)}"'
        )

    def dial(self, dial: Dial) -> str:
        line = self.numbers[dial.line]
        people = [line[person] for person in dial.people] if dial.own is None else [dial.own]
        whisper = self.url(dial.whisper)
        return dial_verb(
            people,
            caller_id=self.caller_id,
            ring_s=dial.ring_s,
            ends=f' action="{self.url(dial.ended)}" method="POST"',
            whispers=f' url="{whisper}" method="POST"',
        )

    def record(self, record: Record) -> str:
        url = self.url(record.place)
        is_understood = (
            self.tree.voices[record.place.language].locale == _TRANSCRIBED_LOCALE
            and record.longest_s in _TRANSCRIBED_S
        )
        transcribed = (
            f' transcribe="true" transcribeCallback="{escaped(self.urls.transcribed())}"'
            if record.transcribe and is_understood
            else ""
        )
        # A recording that holds nothing asks for no address, so the redirect has to.
        return (
            f'<Record maxLength="{record.longest_s}" timeout="{SILENCE_ENDS_MESSAGE_S}" playBeep="true"'
            f' finishOnKey="#" action="{url}" method="POST"{transcribed}/>'
            f'<Redirect method="POST">{url}</Redirect>'
        )

    def url(self, place: Place) -> str:
        return escaped(self.urls.of(place, turn=TURN_HOLE))


def dial_verb(
    people: Sequence[E164], *, caller_id: E164, ring_s: int, ends: str = "", whispers: str = ""
) -> str:
    """Ring people together, the first ten of them; *ends* and *whispers* are attributes, written already."""
    if not people:
        raise ValueError("there is nobody to ring: a line that is open has people")
    rung = "".join(f"<Number{whispers}>{escaped(number)}</Number>" for number in people[:MOST_NUMBERS])
    return (
        f'<Dial answerOnBridge="true" callerId="{escaped(caller_id)}" timeout="{ring_s}"'
        f' timeLimit="{LONGEST_TALK_S}"{ends}>{rung}</Dial>'
    )


def _hints(words: Iterable[str]) -> str:
    # A comma would make two hints of one.
    single = (plain(word.replace(",", " ")) for word in words)
    return ",".join([word for word in single if 0 < len(word) <= LONGEST_HINT][:MOST_HINTS])


def _check_turn(actions: Iterable[Action]) -> None:
    turns = {place.turn for action in actions for place in _places(action)}
    if len(turns) > 1:
        raise ValueError(
            f"one reply leads to the turns {sorted(turns)}: its addresses must all name the next"
        )


def _places(action: Action) -> tuple[Place, ...]:
    match action:
        case Gather(place=place) | Collect(place=place) | Record(place=place):
            return (place,)
        case Dial(whisper=whisper, ended=ended):
            return (whisper, ended)
        case Say() | Bridge() | HangUp():
            return ()
        case _:
            assert_never(action)
