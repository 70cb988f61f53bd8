"""A sender with a database of its own, a directory in memory, and peers that say what a test wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Self

from sqlalchemy import select

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.mail.message_templates import read_template_files, read_templates
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode, one_time_code
from ivr.domain.redaction import Secret
from ivr.entrypoints.worker.sender import Sender
from ivr.entrypoints.worker.sender_identity import House
from ivr.services.case_ports import Account, Addressee, Channel, DirectoryUnavailable, Outgoing, Purpose
from ivr.services.delivery import Delivery, Letter, Mailer, Telephone

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
KEY = Secret("k" * 40)
CASE = CaseId("c" * 32)
CALL = "CA" + "1" * 32
PHONE, MAILBOX = "a" * 32, "b" * 32
ADDRESSES: Mapping[str, Addressee] = {
    PHONE: Addressee(kind="phone", address="+14155550123", company="Acme"),
    MAILBOX: Addressee(kind="mailbox", address="jo.smith@example.com", company="Acme"),
}
ACCEPTED = Delivery(fate="accepted", code=250, text="queued as 4711", host="mail.example.com", tls="TLSv1.3")


@dataclass(slots=True)
class Filed:
    """A directory in memory."""

    addresses: dict[str, Addressee] = field(default_factory=lambda: dict(ADDRESSES))
    is_down: bool = False

    def find(self, typed: str) -> Account | None:
        raise NotImplementedError(typed)

    def account(self, account: str) -> Account | None:
        raise NotImplementedError(account)

    def addressee(self, contact: str) -> Addressee | None:
        if self.is_down:
            raise DirectoryUnavailable("it is down")
        return self.addresses.get(contact)


@dataclass(slots=True)
class Post:
    """Mail and telephone at once: keeps what it is given, and says *answers* in turn, the last for ever."""

    answers: list[Delivery] = field(default_factory=lambda: [ACCEPTED])
    letters: list[Letter] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    told_at: list[tuple[str | None, int | None]] = field(default_factory=list)

    def send(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        return self._answer()

    def text(
        self,
        *,
        to: str,
        body: str,
        name: str,  # noqa: ARG002 -- the port's own name
        status: str | None = None,
        lasts_s: int | None = None,
    ) -> Delivery:
        self.texts.append((to, body))
        self.told_at.append((status, lasts_s))
        return self._answer()

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:  # noqa: ARG002 -- as above
        self.calls.append((to, url))
        return self._answer()

    def _answer(self) -> Delivery:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass(slots=True, kw_only=True)
class Desk:
    database: Database
    anchor: Anchor
    cases: SqlCases
    outbox: SqlOutbox
    directory: Filed
    post: Post
    clock: ManualClock

    @classmethod
    def at(cls, path: Path) -> Self:
        database = Database(
            f"sqlite:///{path}", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
        )
        anchor = Anchor(path.parent / "anchor")
        cases = SqlCases(database, key=KEY, anchor=anchor)
        return cls(
            database=database,
            anchor=anchor,
            cases=cases,
            outbox=SqlOutbox(database, key=KEY, anchor=anchor, domain="example.com"),
            directory=Filed(),
            post=Post(),
            clock=ManualClock(at=AT),
        )

    def sender(
        self, *, name: str = "one", mailer: Mailer | None = None, telephone: Telephone | None = None
    ) -> Sender:
        templates, findings = read_templates(read_template_files(Path("prompts")), ["en"])
        assert findings == ()
        return Sender(
            outbox=self.outbox,
            directory=self.directory,
            mailer=mailer or self.post,
            telephone=telephone or self.post,
            templates=templates,
            house=house(),
            clock=self.clock,
            chance=lambda: 0.5,
            name=name,
            fresh=lambda: token_hex(16),
        )

    def open(self) -> None:
        case = Case(
            id=CASE,
            number=CaseNumber("912345678"),
            state="OPENED",
            version=1,
            opened_at=AT,
            call=CALL,
            goal="change",
            language="en",
        )
        self.cases.act(lambda tx: tx.add(case))

    def case(self) -> Case:
        kept = self.cases.act(lambda tx: tx.case(CASE))
        assert kept is not None
        return kept

    def queue(
        self,
        name: str,
        *,
        channel: Channel = "mail",
        purpose: Purpose = "disclaimer",
        details: Mapping[str, str] | None = None,
    ) -> None:
        message = Outgoing(
            id=name,
            channel=channel,
            purpose=purpose,
            case=CASE,
            call=CALL,
            contact=MAILBOX if channel == "mail" else PHONE,
            language="en",
            details=details or {},
        )
        self.cases.act(lambda tx: tx.queue(message, at=self.clock.now()))

    def ask_code(self, name: str, *, channel: Channel, salt: str = "salt") -> str:
        """Queue a code as a turn does, and give its digits."""
        contact = MAILBOX if channel == "mail" else PHONE
        now = self.clock.now()
        code = SentCode(
            case=CASE,
            call=CALL,
            contact=contact,
            salt=salt,
            sends=1,
            asked_at=now,
            expires_at=now + timedelta(minutes=10),
        )
        self.cases.act(lambda tx: tx.keep_code(code))
        self.queue(name, channel=channel, purpose="code")
        return one_time_code(KEY, case=CASE, call=CALL, contact=contact, salt=salt).reveal()

    def row(self, name: str) -> dict[str, object]:
        query = select(tables.outbox).where(tables.outbox.c.id == name)
        return self.database.try_now(lambda connection: dict(connection.execute(query).mappings().one()))

    def state(self, name: str) -> object:
        return self.row(name)["state"]


def house() -> House:
    return House(
        words={
            "en": {"company": "Qualys", "product": "QualysGuard", "privacy": "our web site, under privacy"}
        },
        phone="+14155550100",
        public_url="https://ivr.example.com",
        key=KEY,
    )
