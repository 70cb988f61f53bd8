"""What the carrier tells of a message: that it was recorded, and later what was said in it.

Source: https://www.twilio.com/docs/voice/twiml/record, read November 2026.
"""

from typing import Literal

_TRANSCRIBED_S = range(3, 120)


def recorded(
    recording: str, seconds: int, ended_by: Literal["#", "hangup"], *, account: str
) -> dict[str, str]:
    """Fields for a Record's action, which name the recording by its address alone."""
    fields = {
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording}",
        "RecordingDuration": str(seconds),
        "Digits": ended_by,
    }
    return {**fields, "CallStatus": "completed"} if ended_by == "hangup" else fields


def transcribed(recording: str, seconds: int, words: str) -> dict[str, str]:
    """Fields for a transcribeCallback; messages of a breath or of minutes are not put into text."""
    if seconds not in _TRANSCRIBED_S:
        return {"RecordingSid": recording, "TranscriptionStatus": "failed"}
    return {
        "RecordingSid": recording,
        "TranscriptionStatus": "completed",
        "TranscriptionText": words,
    }
