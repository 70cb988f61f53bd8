"""A text that is refused, or never arrives, becomes a call by itself; what was refused spends no budget."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.services.desk.card.card_text import lines_of
from tests.entrypoints.voice.service import CALL, post, usual
from tests.security.line import NUMBER, PHONE, GuardedLine, filed_line, guarded_line
from tests.twiml_lint import lint

OURS = {"CallSid": "CA" + "e" * 32, "Direction": "outbound-api", "To": PHONE}
UNREACHABLE = "30003"


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


def kinds(line: GuardedLine) -> list[str]:
    return [one.kind for one in line.received]


def row_of(line: GuardedLine, channel: str) -> dict[str, object]:
    query = select(case_tables.outbox).where(case_tables.outbox.c.channel == channel)
    return dict(line.cases.database.try_now(lambda connection: connection.execute(query).mappings().all())[0])


def spent(line: GuardedLine) -> dict[str, int]:
    """Count what codes took of each budget."""
    budgets = ("contact", "asked", "prefix", "sends")
    query = select(case_tables.tally).where(case_tables.tally.c.scope.in_(budgets))
    rows = line.cases.database.try_now(lambda connection: connection.execute(query).mappings().all())
    counts = Counter[str]()
    for row in rows:
        counts[row["scope"]] += len(row["moments"].split())
    return dict(counts)


def told(line: GuardedLine, status: str, error: str | None = UNREACHABLE, *, address: str = "") -> int:
    """Tell what became of the last text, as the carrier does, and give how that was answered."""
    path = address or (line.received[0].callback or "").partition("#")[0].removeprefix(line.public_url)
    fields = {
        "AccountSid": line.account_sid,
        "ApiVersion": "2010-04-01",
        "From": "+14155550100",
        "MessageSid": "SM" + "1" * 32,
        "MessageStatus": status,
        "SmsSid": "SM" + "1" * 32,
        "SmsStatus": status,
        "To": PHONE,
        **({} if error is None else {"ErrorCode": error}),
    }
    answered = post(line.rehearsed, path, fields).status_code
    line.settle()
    return answered


def spoken_code(line: GuardedLine) -> str:
    """Pick up the call that the line placed, press its key, and listen."""
    placed = [one for one in line.received if one.kind == "call"][-1]
    path = placed.words.partition("#")[0].removeprefix(line.public_url)
    fields = usual(line.rehearsed, **OURS, Digits="1")
    document = post(line.rehearsed, f"{path}/1", fields).get_data()
    assert lint(document) == []
    found = re.search(r"(?:\d,\s*){6}", re.sub(r"<[^>]*>", "", document.decode()))
    assert found is not None
    return re.sub(r"\D", "", found[0])


def test_a_refused_text_is_followed_by_a_call_with_the_same_code(line: GuardedLine) -> None:
    line.cases.post.refuses_texts = True
    handset = line.handset()

    handset.type(NUMBER)

    assert kinds(line) == ["call"]
    assert (row_of(line, "text")["state"], row_of(line, "text")["reply_code"]) == ("refused", 21610)
    handset.type(spoken_code(line))
    assert handset.stage == "mailbox"


def test_what_was_refused_spends_no_budget_and_the_call_that_follows_spends_one(line: GuardedLine) -> None:
    line.cases.post.refuses_texts = True

    line.handset().type(NUMBER)

    assert spent(line) == {"contact": 1, "asked": 1, "prefix": 1, "sends": 1}


def test_where_the_call_is_refused_too_nothing_is_spent(line: GuardedLine) -> None:
    line.cases.post.refuses_texts = line.cases.post.refuses_calls = True

    line.handset().type(NUMBER)

    assert spent(line) == {"contact": 0, "asked": 0, "prefix": 0, "sends": 0}
    assert kinds(line) == []


def test_after_a_refusal_another_call_gets_its_code_at_once(line: GuardedLine) -> None:
    line.cases.post.refuses_texts = line.cases.post.refuses_calls = True
    line.handset().type(NUMBER)
    line.cases.post.refuses_texts = line.cases.post.refuses_calls = False

    line.handset(caller="+14155550177").type(NUMBER)

    assert kinds(line) == ["text"]


def test_the_caller_hears_the_same_whatever_becomes_of_the_text() -> None:
    heard = []
    for refuses in (False, True):
        with guarded_line() as line:
            line.cases.post.refuses_texts = refuses
            handset = line.handset()
            handset.type(NUMBER)
            handset.listen(61)
            handset.type("1")
            handset.type("000000")
            heard.append([exchange.alike for exchange in line.exchanges])

    assert heard[0] == heard[1]


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_an_undelivered_text_is_followed_by_one_call_however_often_it_is_told(
    line: GuardedLine, status: str
) -> None:
    handset = line.handset()
    handset.type(NUMBER)

    answers = [told(line, status) for _ in range(3)]

    assert (answers, kinds(line)) == ([200] * 3, ["text", "call"])
    assert (row_of(line, "text")["state"], row_of(line, "text")["reply_code"]) == ("undelivered", 30003)
    handset.type(spoken_code(line))
    assert handset.stage == "mailbox"


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "read", "", "no such status"])
def test_whatever_else_is_told_of_a_text_places_no_call(line: GuardedLine, status: str) -> None:
    line.handset().type(NUMBER)

    assert told(line, status, error=None) == 200

    assert (kinds(line), row_of(line, "text")["state"]) == (["text"], "accepted")


def test_a_code_that_nobody_waits_for_is_not_read_to_anybody(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    handset.type(line.code("text"))

    told(line, "undelivered")

    assert ("call" in kinds(line), row_of(line, "text")["state"]) == (False, "undelivered")


def test_a_code_that_a_later_one_replaced_is_not_read_to_anybody(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    handset.listen(61)
    handset.type("1")

    told(line, "undelivered")

    assert kinds(line) == ["text", "text"]


def test_a_code_that_is_too_old_is_not_read_to_anybody(line: GuardedLine) -> None:
    line.handset().type(NUMBER)
    line.clock.advance(601)

    told(line, "undelivered")

    assert kinds(line) == ["text"]


def test_nobody_is_called_once_the_caller_has_hung_up() -> None:
    with filed_line() as line:
        handset = line.handset()
        handset.type(NUMBER)
        handset.hang_up()
        line.flush()

        told(line, "undelivered")

        assert (kinds(line), row_of(line, "text")["state"]) == (["text"], "undelivered")


@pytest.mark.parametrize("error", [None, "", "not a number", "-1", "9" * 30])
def test_an_error_that_is_no_number_is_kept_as_none(line: GuardedLine, error: str | None) -> None:
    line.handset().type(NUMBER)

    told(line, "failed", error)

    assert (kinds(line), row_of(line, "text")["reply_code"]) == (["text", "call"], None)


@pytest.mark.parametrize("name", ["f" * 32, "x", "F" * 32, "a" * 3000])
def test_what_is_told_of_no_text_of_ours_changes_nothing(line: GuardedLine, name: str) -> None:
    line.handset().type(NUMBER)

    assert told(line, "undelivered", address=f"/texts/status/{name}") == 200

    assert kinds(line) == ["text"]


def test_who_cannot_sign_tells_nothing(line: GuardedLine) -> None:
    line.handset().type(NUMBER)
    path = (line.received[0].callback or "").partition("#")[0].removeprefix(line.public_url)
    fields = {"AccountSid": line.account_sid, "MessageStatus": "undelivered", "CallSid": CALL}

    answered = post(line.rehearsed, path, fields, headers={}).status_code

    assert (answered, row_of(line, "text")["state"]) == (403, "accepted")


def test_a_text_that_is_no_code_is_noted_and_nobody_is_called(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    handset.type(line.code("text"))
    number = next(one for one in line.received if "your case number is" in one.words)
    path = (number.callback or "").partition("#")[0].removeprefix(line.public_url)

    told(line, "undelivered", address=path)

    assert "call" not in kinds(line)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UNREACHABLE, "the telephone could not be reached (30003)"),
        ("30006", "a landline takes no texts (30006)"),
        ("30034", "our number is not registered for texts (30034)"),
        ("39999", "the carrier's error 39999"),
        (None, "no reason was given"),
    ],
)
def test_the_card_says_which_text_did_not_arrive_and_why(
    line: GuardedLine, error: str | None, words: str
) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    told(line, "undelivered", error)
    case, desk = line.case(handset), line.rehearsed.desk
    assert case is not None
    assert desk is not None

    shown = " ".join(" ".join(lines_of(desk.card(case.number, at=line.clock.now()))).split())

    assert f"the text with a code did not arrive: {words}; we called instead" in shown


def test_what_cannot_be_kept_is_asked_for_once_more() -> None:
    with guarded_line() as line:
        away = line.rehearsed.in_circumstances(hours={}, away=["store"])
        answers = [
            post(
                away,
                f"/texts/status/{'f' * 32}",
                {"AccountSid": line.account_sid, "MessageStatus": status},
            ).status_code
            for status in ("undelivered", "delivered")
        ]

    assert answers == [503, 200]
