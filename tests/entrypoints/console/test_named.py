"""Whose case it is, by which clock, what the steps in the product ask for, and what rings meanwhile."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.services.staff.staff_ports import StoredMember
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.entrypoints.console.house import CARD, MEMBERS, NUMBER, Console, pages_of, soup, words
from tests.services.desk.managed import keep
from tests.services.desk.office import match_of

UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None)


@pytest.fixture
def named(console: Console) -> Console:
    """Give a console whose members have names that are not their ids."""
    staff = SqlStaff(console.office.cases)
    for id_, name in (("agent-1", "Ana Lima"), ("agent-2", "Ben Roy")):
        keep(staff, StoredMember(member=replace(MEMBERS[id_], name=name), added_at=AT))
    work = replace(console.work, staff=staff)
    return Console(office=console.office, clock=console.clock, work=work, client=pages_of(work).test_client())


def test_a_colleague_who_opens_my_case_sees_that_it_is_mine_and_what_may_be_done(named: Console) -> None:
    named.office.put(TO_CHANGE)

    mine, colleague = words(named.get()), words(named.as_("agent-2").get())

    assert "This is the case of" not in mine
    assert (
        "This is the case of Ana Lima (agent-1). You can read it, write a note, and here now: " in colleague
    )
    assert "take over from Ana Lima (agent-1), refuse the case." in colleague


def test_members_are_called_by_their_names_wherever_one_is_shown(named: Console) -> None:
    case = named.office.put(replace(TO_CHANGE, tam="sam", tam_asked_by="agent-2", tam_asked_at=ago(50)))
    named.put_through(case)
    named.post("note", id="a" * 32, text="hello")
    named.post("wrap-up", disposition="waits", follow_up="2026-11-30")
    named.as_("sue").client.post(
        "/search",
        data={"csrf_token": named.as_("sue").token(), "number": "900", "reason": "r"},
        headers={"X-Asks": "agent-2"},
    )  # fmt: skip -- one request

    pages = {path: soup(named.as_("sue").get(path)) for path in ("/", CARD, "/searches")}
    refused = words(named.as_("agent-2").post("spoke"))
    stale = words(named.post("spoke", version=1))

    for page in (*(page.get_text(" ") for page in pages.values()), refused, stale):
        bare = re.sub(r"(Ana Lima|Ben Roy) \(agent-[12]\)", "", page)
        assert "agent-1" not in bare
        assert "agent-2" not in bare
    assert "The case is claimed by Ana Lima (agent-1), not by Ben Roy (agent-2)." in refused


def test_the_subscription_and_its_administrator_are_shown_to_who_has_claimed_the_case_alone(
    console: Console,
) -> None:
    account = console.office.account()
    phone = account.contact("phone")
    assert phone is not None
    known = {"account": account.id, "phone": phone.id}
    console.office.put(replace(UNCLAIMED, **known))  # type: ignore[arg-type]  # two facts
    unclaimed = words(console.get())
    console.post("claim", match=match_of(UNCLAIMED))

    mine = words(console.get())

    assert "Subscription number 204117 (for the product: do not read it out)" in mine
    assert "Administrator Ann Lee (for the product: do not read it out)" in mine
    for page in (unclaimed, words(console.as_("agent-2").get()), words(console.as_("sue").get())):
        assert "204117" not in page
        assert "Ann Lee" not in page


@pytest.mark.parametrize("who", ["agent-1", "carla", "sue"])
def test_every_page_has_one_zone_which_it_names_and_live_pieces_have_it_too(
    console: Console, menu: MenuTree, who: str
) -> None:
    lines = dict(menu.lines)
    hours = replace(lines[LineId("support")].hours, zone=ZoneInfo("America/New_York"))
    lines[LineId("support")] = replace(lines[LineId("support")], hours=hours)
    work = replace(console.work, lines=lines)
    client = pages_of(work).test_client()
    desk = Console(office=console.office, clock=console.clock, work=work, client=client, who=who)
    case = console.office.put(replace(TO_RELEASE, opened_at=ago(900)))
    line = "customer-service" if who == "carla" else "support"
    desk.put_through(case, line)
    zone = "America/New_York (EST)" if who == "agent-1" else "America/Los_Angeles (PST)"

    pages = [desk.get(path) for path in ("/", CARD, "/on-the-line")]
    texts = [words(page) for page in pages] + [desk.get("/poll").get_json()["html"]]

    assert all(f"Times: {zone}" in words(page) for page in pages)
    for text in texts:
        shown = set(re.findall(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})? ([A-Z]{3})", text))
        assert shown <= {zone[-4:-1]}
    assert zone[-4:-1] in texts[-1]
    (first, *_) = soup(desk.get()).select("select[data-zone] option") or [None]
    assert first is None or first["value"] == zone.partition(" ")[0]


def test_a_call_that_rings_meanwhile_is_said_on_the_card_too(console: Console) -> None:
    console.office.put(TO_CHANGE)
    before = console.get(f"/poll?case={NUMBER}").get_json()
    other = replace(UNCLAIMED, id=CaseId("d" * 32), number=CaseNumber("900000002"), call="CA2")
    console.put_through(console.office.put(other))

    after = console.get(f"/poll?case={NUMBER}").get_json()
    card = soup(console.get()).select_one("[data-card]")

    assert card is not None
    assert before["mark"] != after["mark"]
    assert before["card"] == after["card"] == card["data-card-mark"]
    assert (after["rings"], after["ringing"]) == (1, "900000002: Ringing: day desk, support")
    assert (card["data-rings"], card["data-mark"]) == ("1", after["mark"])
