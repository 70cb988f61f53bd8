"""The tables. Every row has a key of its own from outside, so that storing it twice stores it once.

There are no foreign keys between them: a row may arrive before the row it belongs to, when the latter
waits in a spool file.
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

call = Table(
    "call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("begun_at_us", BigInteger),
    Column("version", Text),
    Column("language", Text),
    Column("caller", Text),
    Column("called", Text),
    Column("stir_level", Text),
    Column("flag", Text),
    # The highest turn of the caller's own leg whose effects were stored together with its reply.
    Column("effect_n", Integer, nullable=False, server_default="-1"),
    Column("ended_at_us", BigInteger),
    Column("status", Text),
    Column("disposition", Text),
    Index("call_caller", "caller", "begun_at_us"),
)


def _turn_key() -> tuple[Column[str], Column[str], Column[int]]:
    return (
        Column("call", Text, primary_key=True),
        Column("leg", Text, primary_key=True),
        Column("turn", Integer, primary_key=True, autoincrement=False),
    )


journal = Table(
    "journal",
    metadata,
    *_turn_key(),
    Column("at_us", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("judged", Text, nullable=False),
    Column("heard", Text, nullable=False),
    Column("took_ms", Float, nullable=False),
)

reply = Table(
    "reply",
    metadata,
    *_turn_key(),
    Column("at_us", BigInteger, nullable=False),
    # NULL: the turn's effects are stored, and its document can be made again.
    Column("document", LargeBinary),
    Index("reply_at", "at_us"),
)

transfer = Table(
    "transfer",
    metadata,
    *_turn_key(),
    # One turn can end one attempt and place the next: the position among its effects tells them apart.
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("line", Text, nullable=False),
    Column("person", Integer, nullable=False),
    Column("moment", Text, nullable=False),
    Column("why", Text),
    Column("outcome", Text),
    Column("talk_s", Integer),
)

# What the caller said of being the primary administrator, 1 or 0; way: key or word.
primary_answer = Table(
    "primary_answer",
    metadata,
    *_turn_key(),
    Column("at_us", BigInteger, nullable=False),
    Column("is_primary", Integer, nullable=False),
    Column("way", Text, nullable=False),
)

leg = Table(
    "leg",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("accepted_at_us", BigInteger, nullable=False),
    Index("leg_call", "call"),
)

voicemail = Table(
    "voicemail",
    metadata,
    Column("recording", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Index("voicemail_call", "call"),
)

# Apart from its message, because the carrier may send it before the message is stored.
transcript = Table(
    "transcript",
    metadata,
    Column("recording", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

menu = Table(
    "menu",
    metadata,
    Column("version", Text, primary_key=True),
    Column("served_at_us", BigInteger, nullable=False),
    # NULL where it is what the folder holds; else what keeps the folder from being served.
    Column("instead_of", Text),
)

menu_file = Table(
    "menu_file",
    metadata,
    Column("version", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
