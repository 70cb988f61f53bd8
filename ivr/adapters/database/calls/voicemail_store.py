"""The messages that callers left."""

from sqlalchemy import select

from ivr.adapters.database.calls.call_tables import transcript, voicemail
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import at_of
from ivr.domain.dialogue.events import CallId, RecordingId
from ivr.domain.menus.line import LineId
from ivr.services.ports import Voicemail


class SqlVoicemails:
    def __init__(self, database: Database) -> None:
        self._database = database

    def voicemails(self) -> tuple[Voicemail, ...]:
        query = (
            select(voicemail, transcript.c.text)
            .outerjoin(transcript, transcript.c.recording == voicemail.c.recording)
            .order_by(voicemail.c.at_us, voicemail.c.recording)
        )
        # A person waits here, and may have just repaired it: tried even where it failed a moment ago.
        rows = self._database.try_now(lambda connection: connection.execute(query).all())
        return tuple(
            Voicemail(
                recording=RecordingId(row.recording),
                call=CallId(row.call),
                line=LineId(row.line),
                at=at_of(row.at_us),
                seconds=row.seconds,
                transcript=row.text,
            )
            for row in rows
        )
