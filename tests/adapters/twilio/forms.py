"""Bodies of webhooks: as the carrier sends them, and as nobody should."""

from typing import Final

from hypothesis import strategies as st

from ivr.adapters.twilio.webhook_form import Form

CALL: Final = "CA450188bc524230c5086da78b80861648"
LEG: Final = "CA0000000000000000000000000000000f"
RECORDING: Final = "RE557ce644e5ab84fa21cc21112e22c485"

STANDARD: Final = (
    ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
    ("CallSid", CALL),
    ("CallStatus", "in-progress"),
    ("From", "+18181234567"),
    ("To", "+13231234567"),
    ("ToZip", ""),
)
NAMES: Final = (
    *("CallSid", "ParentCallSid", "From", "To", "CallStatus", "StirVerstat", "Digits", "SpeechResult"),
    *("Confidence", "DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged", "RecordingSid"),
    *("RecordingUrl", "RecordingDuration", "TranscriptionText", "TranscriptionStatus"),
)
_VALUES: Final = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "0",
                "-1",
                "1e309",
                "nan",
                "true",
                "completed",
                "\uff11",
                "5" * 5000,
                "\0\u202e\ud800",
            ),
            *(
                CALL,
                LEG,
                RECORDING,
                f"https://api.example.com/Recordings/{RECORDING}",
                "+18181234567",
                "1",
                "#",
            ),
        ]
    ),
    st.text(st.characters(), max_size=30),
)
any_forms: Final = st.lists(st.tuples(st.sampled_from(NAMES), _VALUES), max_size=8).map(Form.of)
"""Fields that we read, missing, repeated, and with values of any kind."""


def form(*pairs: tuple[str, str], **fields: str) -> Form:
    """Give an ordinary body with *fields* in place of its own, and *pairs* added, repeated ones too."""
    return Form.of([*({**dict(STANDARD), **fields}).items(), *pairs])


def without(name: str) -> Form:
    return Form.of([pair for pair in STANDARD if pair[0] != name])
