"""What the product accepted, where the last word counts, and which login was seen, where the first does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.services.ports import StoreUnavailable
from ivr.services.product_ports import Order, SeenLogin
from tests.adapters.database.case_kept import opened
from tests.domain.recovery.ready import AT, TO_RELEASE

CASE = TO_RELEASE.id
LATER = AT + timedelta(minutes=1)


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        yield cases


def test_of_each_act_the_last_order_is_kept(cases: SqlCases) -> None:
    first = Order(case=CASE, act="reset", reference="R-1", at=AT, by="ana")
    again = Order(case=CASE, act="reset", reference="R-2", at=LATER, by="ben")
    other = Order(case=CASE, act="release", reference="R-3", at=LATER, by="ben")

    cases.act(lambda tx: tx.permits.keep_order(first, at=AT))
    cases.act(lambda tx: tx.permits.keep_order(again, at=AT))
    cases.act(lambda tx: tx.permits.keep_order(other, at=LATER))

    assert cases.act(lambda tx: tx.permits.orders(CASE)) == (again, other)


def test_of_logins_the_one_that_was_seen_first_is_kept(cases: SqlCases) -> None:
    first = SeenLogin(case=CASE, name="k•••", where="login history", at=AT, by="ana")
    again = SeenLogin(case=CASE, name="j•••", where="audit log", at=LATER, by="ben")

    assert cases.act(lambda tx: tx.permits.login(CASE)) is None
    cases.act(lambda tx: tx.permits.keep_login(first, at=AT))
    with pytest.raises(StoreUnavailable):
        cases.act(lambda tx: tx.permits.keep_login(again, at=LATER))

    assert cases.act(lambda tx: tx.permits.login(CASE)) == first
