"""The usual way to answer a call: the vendor's validator and builder, and a session row through an ORM.

It is spared what a careless one would pay besides: its database is as quick as SQLite's journal lets it be,
and its tables are there before the first call.
"""

import os

from flask import Flask, Response, request
from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from ivr.adapters.settings.demo_settings import DEMO_AUTH_TOKEN, DEMO_PUBLIC_URL

_LABELS = (
    "getting an account",
    "buying or evaluating products",
    "an account you cannot access",
    "testing features",
    "extending your account",
)


class _Table(DeclarativeBase):
    """What the ORM gathers its tables under."""


class _Session(_Table):
    __tablename__ = "session"

    call: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    heard: Mapped[str]
    turns: Mapped[int]


def application() -> Flask:
    """Build the app, with its sessions in IVR_HOME."""
    sessions = _sessions(f"sqlite:///{os.environ['IVR_HOME']}/usual.db")
    validator = RequestValidator(DEMO_AUTH_TOKEN.reveal())
    app = Flask("usual")

    @app.post("/<path:path>")
    def answer(path: str) -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(DEMO_PUBLIC_URL + request.path, request.form, signature):
            return Response(status=403)
        with sessions.begin() as session:
            row = session.get(_Session, request.form["CallSid"])
            if row is None:
                row = _Session(call=request.form["CallSid"], turns=0)
                session.add(row)
            row.node = path
            row.heard = request.form["Digits"]
            row.turns += 1
        return Response(_document(request.base_url), mimetype="text/xml")

    return app


def _sessions(url: str) -> "sessionmaker":  # type: ignore[type-arg]
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    _Table.metadata.create_all(engine)
    return sessionmaker(engine)


def _document(action: str) -> str:
    reply = VoiceResponse()
    gather = reply.gather(
        input="dtmf", num_digits=1, timeout=6, action_on_empty_result=True, action=action, method="POST"
    )
    gather.say("Customer service.", voice="Polly.Joanna-Neural", language="en-US")
    for key, label in enumerate(_LABELS, start=1):
        gather.say(f"For {label}, press {key}.", voice="Polly.Joanna-Neural", language="en-US")
    return str(reply)
