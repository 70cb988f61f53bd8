"""The card's page: what it shows, what each button does, and what comes of forms that are not ours."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.factors import Evidence
from ivr.domain.redaction import number_hmac
from ivr.entrypoints.console.pages.forms import FORMS
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.moves import MOVE_NAMES
from tests.domain.recovery.ready import APPROVED, AT, GATES, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.entrypoints.console.house import CARD, NUMBER, WHO, Console, soup, words
from tests.services.desk.office import KEY, PHONE, match_of
from tests.services.desk.test_card import VERIFIED, on_file
from tests.services.desk.test_change import SPOILED_AT_THE_DESK, every_set

UNCLAIMED = replace(VERIFIED, agent=None, claimed_at=None, spoke_at=None)


def audited(console: Console, kind: str = "console") -> list[str]:
    query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
    return [row.body for row in console.office.rows(query) if f'"kind":"{kind}"' in row.body]


def test_the_next_step_stands_first_with_the_words_to_say(console: Console) -> None:
    console.office.put(UNCLAIMED)

    page = soup(console.get())

    (first,) = page.select("main section")[:1]
    assert first["class"] == ["next"]
    assert "Claim the case, with the three digits" in first.get_text()
    assert "Thank you for waiting." in first.get_text()


def test_a_caller_is_red_until_the_card_says_otherwise(console: Console) -> None:
    console.office.put(replace(VERIFIED, state="CLAIMED", l2_at=None))
    banner = soup(console.get()).select_one(".banner")

    assert banner is not None
    assert banner["class"] == ["banner", "unverified"]
    assert "UNVERIFIED" in banner.get_text()


@pytest.mark.parametrize(("minutes", "standing"), [(0, "verified"), (9.9, "verified"), (10.1, "unverified")])
def test_a_caller_is_verified_for_a_quarter_of_an_hour(
    console: Console, minutes: float, standing: str
) -> None:
    console.office.put(VERIFIED)
    console.clock.advance(minutes * 60)

    banner = soup(console.get()).select_one(".banner")

    assert banner is not None
    assert standing in banner["class"]


def test_who_was_verified_when_confirming_is_told_apart_from_who_is_verified_now(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.clock.advance(3600)

    assert "Whoever is on the line now is not verified" in words(console.get())


def test_a_case_that_is_held_is_red(console: Console) -> None:
    console.office.put(replace(TO_RESET, state="HELD", held_at=ago(60)))

    assert "UNVERIFIED" in words(console.get())


def test_each_factor_is_shown_with_its_time_and_strength_and_no_address(console: Console) -> None:
    case = console.office.put(on_file(console.office, VERIFIED))
    proof = Evidence(factor="phone", call=case.call, at=ago(400), contact=case.phone)
    console.office.cases.act(lambda tx: tx.prove(case.id, proof))

    shown = words(console.get())

    assert "Code to the phone on file, 24 Nov, 09:53:20 PST (one of two)" in shown
    assert "+1•••••••123" in shown
    assert "4155550123" not in shown


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (PHONE, "number on file matches: hint only"),
        ("+14155550124", "another number than the one on file: says nothing"),
        (None, "not compared; a number is never more than a hint"),
    ],
)
def test_the_number_that_calls_is_a_hint_and_no_proof(
    console: Console, number: str | None, said: str
) -> None:
    case = console.office.put(on_file(console.office, replace(VERIFIED, state="CLAIMED", l2_at=None)))
    caller = None if number is None else number_hmac(KEY.reveal().encode(), number)
    with console.office.database.engine.begin() as connection:
        connection.execute(insert(call_tables.call).values(id=case.call, caller=caller))

    assert said in words(console.get())
    assert "UNVERIFIED" in words(console.get())


def test_a_locked_button_can_be_reached_and_says_why(console: Console) -> None:
    console.office.put(replace(TO_CHANGE, disclaimer_accepted_at=None))

    page = soup(console.get())

    (form,) = [one for one in page.select("form.move") if one["action"] == f"{CARD}/change"]
    button = form.button
    assert button is not None
    assert (button.get("disabled"), button["aria-disabled"]) == (None, "true")
    reason = page.find(id=str(button["aria-describedby"]))
    assert reason is not None
    assert "No mail server has accepted the disclaimer e-mail yet." in reason.get_text()
    assert "the caller need not hold the line." in reason.get_text()


def test_every_move_but_closing_has_a_button_and_closing_is_wrapping_up(console: Console) -> None:
    console.office.put(UNCLAIMED)

    actions = {str(form["action"]).rpartition("/")[2] for form in soup(console.get()).select("form.move")}

    assert actions == set(MOVE_NAMES) - {"close"}
    assert set(FORMS) == (set(MOVE_NAMES) - {"close"}) | {"note", "hand-over", "wrap-up", "undo", "ask"}


def test_a_case_is_claimed_by_typing_the_digits_that_were_whispered(console: Console) -> None:
    case = console.office.put(UNCLAIMED)

    wrong = console.post("claim", match="000")
    unclaimed = console.office.case().agent
    right = console.post("claim", match=" ".join(match_of(case)))

    assert (wrong.status_code, unclaimed) == (422, None)
    assert "These digits belong to another call." in words(wrong)
    assert (right.status_code, right.headers["Location"]) == (303, f"{CARD}?done=claim")
    assert console.office.case().agent == "agent-1"


@pytest.mark.parametrize("typed", ["40", "4077", "abc", "٤٠٧", "4\u00a007"])
def test_what_are_no_three_digits_is_told_at_the_field_and_kept_in_it(console: Console, typed: str) -> None:
    console.office.put(UNCLAIMED)

    page = console.post("claim", match=typed)

    field = soup(page).find(id="match")
    assert field is not None
    assert page.status_code == 422
    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == (typed, "true", "told")
    assert console.office.case().agent is None


def test_the_digits_are_shown_only_to_who_claimed_with_them(console: Console) -> None:
    case = console.office.put(replace(VERIFIED, agent="agent-1"))
    digits = " ".join(match_of(case))

    assert digits in words(console.get())
    assert digits not in words(console.as_("agent-2").get())


def test_a_post_without_a_token_or_with_another_sessions_is_refused(console: Console) -> None:
    console.office.put(TO_CHANGE)
    foreign = console.as_("agent-1").token()

    for cells in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": "x" * 60}):
        for move in FORMS:
            data = {"version": "1", **cells}
            reply = console.client.post(f"{CARD}/{move}", data=data, headers={WHO: "agent-1"})
            assert reply.status_code == 403
    assert console.client.post("/search", data={"number": "900"}, headers={WHO: "agent-1"}).status_code == 403
    assert console.office.case() == TO_CHANGE


def test_opening_a_moves_address_makes_no_move(console: Console) -> None:
    console.office.put(TO_CHANGE)

    assert {console.get(f"{CARD}/{move}").status_code for move in FORMS} == {405}
    assert console.office.case() == TO_CHANGE


def test_a_button_pressed_twice_has_one_effect_and_a_friendly_notice(console: Console) -> None:
    console.office.put(TO_CHANGE)

    replies = [console.post("change", version=1) for _ in range(2)]

    assert [reply.headers["Location"] for reply in replies] == [
        f"{CARD}?done=change",
        f"{CARD}?done=change.twice",
    ]
    assert "That was done already, once." in words(console.get(replies[1].headers["Location"]))
    assert console.office.case().version == 2


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(console: Console) -> None:
    console.office.put(replace(VERIFIED, subaccounts=None))
    first = console.post("spoke", version=1)

    second = console.post("subaccounts", version=1, count="3")

    field = soup(second).find(id="count")
    assert (first.status_code, second.status_code) == (303, 409)
    assert "the case was changed by agent-1 at 24 Nov, 10:00:00 PST (spoken with the caller)" in words(second)
    assert field is not None
    assert field["value"] == "3"
    assert console.office.case().subaccounts is None


@pytest.mark.parametrize("version", ["", "0", "-1", "1.0", "one", "9" * 30, "\u0661"])
def test_a_form_that_says_no_version_does_nothing(console: Console, version: str) -> None:
    console.office.put(TO_CHANGE)

    assert console.post("change", version=version).status_code == 422
    assert console.office.case() == TO_CHANGE


def test_fields_that_no_form_has_mean_nothing_and_are_on_record(console: Console) -> None:
    case = console.office.put(APPROVED_NOT)

    extra = {
        "level": "2",
        "approved_by": "agent-2",
        "approver": "agent-2",
        "state": "CONFIRMED",
        "agent": "sue",
    }
    reply = console.post("change", **extra)

    assert reply.status_code == 422
    assert console.office.case() == case
    (record,) = (one for one in audited(console) if '"outcome":"shown"' not in one)
    assert '"reason":"extra_fields"' in record
    assert '"actor":"agent:agent-1"' in record
    assert "agent-2" not in record


APPROVED_NOT = replace(TO_CHANGE, approval_required=True)


def test_who_works_on_a_case_cannot_approve_it_from_any_browser(console: Console) -> None:
    case = console.office.put(APPROVED_NOT)

    replies = [console.post("approve"), console.as_("agent-1").post("approve")]

    assert [reply.status_code for reply in replies] == [422, 422]
    assert "cannot be the second representative too" in words(replies[1])
    assert console.office.case() == case
    assert console.as_("agent-2").post("approve").status_code == 303


def test_a_case_that_its_contact_stopped_is_not_changed(console: Console) -> None:
    case = console.office.put(TO_CHANGE)

    def stop(tx: CaseWork) -> None:
        tx.save(replace(case, state="CANCELLED", over_at=AT, over_why="by a contact"))
        tx.record("case", {"case": case.id, "actor": "contact", "outcome": "CANCELLED"}, at=AT)

    console.office.cases.act(stop)
    late = console.post("change", version=1)
    again = console.post("change")

    assert (late.status_code, again.status_code) == (409, 422)
    assert "changed by contact at 24 Nov, 10:00:00 PST (stopped by a contact on file)" in words(late)
    assert console.office.case().state == "CANCELLED"


def test_a_time_is_typed_in_the_agents_zone_and_stored_in_utc(console: Console) -> None:
    console.office.put(
        replace(TO_RELEASE, state="RESET_REQUESTED", reset_done_at=None, subaccount_login_at=None)
    )

    console.post("note", id="e" * 32, text="A time stands beside each note.")
    said = {"outcome": "done", "reference": "T-1"}
    reply = console.post("reset-done", at="2026-11-24T09:59:30", zone="America/Los_Angeles", **said)

    assert reply.status_code == 303
    assert console.office.case().reset_done_at == ago(30)
    times = [str(one["datetime"]) for one in soup(console.get()).select("time")]
    assert times
    assert all(time.endswith("+00:00") for time in times)


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("", "UTC"),
        ("soon", "UTC"),
        ("2026-11-24T10:00:00", "Mars/Base"),
        ("2026-11-24T10:00:00", "../../etc/passwd"),
        ("2026-11-24T10:00:00+01:00", "UTC"),
        ("2026-11-01T01:30:00", "America/Los_Angeles"),
        ("2026-03-08T02:30:00", "America/Los_Angeles"),
    ],
)
def test_a_time_that_names_no_one_moment_is_asked_for_again(console: Console, at: str, zone: str) -> None:
    case = console.office.put(
        replace(TO_RELEASE, state="RESET_REQUESTED", reset_done_at=None, subaccount_login_at=None)
    )

    page = console.post("reset-done", at=at, zone=zone)

    field = soup(page).find(id="at-reset-done")
    assert page.status_code == 422
    assert field is not None
    assert field["value"] == at
    assert console.office.case() == case


@pytest.mark.parametrize("count", ["", "-1", "1e3", "two", "1000001", "٣", "9" * 500])
def test_a_count_that_is_no_number_is_not_recorded(console: Console, count: str) -> None:
    case = console.office.put(VERIFIED)

    assert console.post("subaccounts", count=count).status_code == 422
    assert console.office.case() == case


def test_a_refusal_needs_one_of_the_reasons(console: Console) -> None:
    console.office.put(VERIFIED)

    assert console.post("refuse", why="because").status_code == 422
    assert console.post("refuse", why="in-doubt").status_code == 303
    assert (console.office.case().state, console.office.case().over_why) == ("REFUSED", "in-doubt")


@pytest.mark.parametrize(
    ("ready", "gates", "count"),
    [
        pytest.param(TO_CHANGE, tuple(gate for gate in GATES if gate != "approval"), 128, id="no approval"),
        pytest.param(APPROVED, GATES, 256, id="approval"),
    ],
)
def test_of_every_row_of_the_rule_one_is_changed_through_the_console(
    console: Console, ready: object, gates: tuple[str, ...], count: int
) -> None:
    rows = every_set(gates)
    token, changed, silent = console.token(), [], []
    for index, row in enumerate(rows):
        number = CaseNumber(f"9{index:08}")
        case = replace(
            APPROVED if ready is APPROVED else TO_CHANGE, id=CaseId(f"{index:032x}"), number=number
        )
        for gate in row:
            case = replace(case, **SPOILED_AT_THE_DESK[gate])
        console.office.put(case)
        reply = console.client.post(
            f"/case/{number}/change", data={"csrf_token": token, "version": "1"}, headers={WHO: "agent-1"}
        )
        if reply.status_code == 303:
            changed.append(row)
        elif reply.status_code != 422 or console.office.case(number) != case:
            silent.append(row)

    assert len(rows) == count
    assert changed == [()]
    assert silent == []


SEEN_BY = {"agent-1": 200, "ana": 200, "sue": 200, "carla": 404, "nobody": 404, "olga": 403, "": 302}


@pytest.mark.parametrize("who", SEEN_BY)
def test_a_case_of_another_line_is_not_there(console: Console, who: str) -> None:
    case = console.office.put(TO_CHANGE)
    console.put_through(case, "support")
    asks = console.as_(who)

    assert asks.get().status_code == SEEN_BY[who]
    assert asks.get(f"/poll?case={NUMBER}").status_code == SEEN_BY[who]
    if SEEN_BY[who] == 404:
        token = asks.token()
        tried = {
            asks.client.post(
                f"{CARD}/{move}", data={"csrf_token": token, "version": "1"}, headers={WHO: who}
            ).status_code
            for move in FORMS
        }
        assert tried == {404}
        assert len(audited(console)) == 2 + len(FORMS)
        assert f'"actor":"agent:{who}"' in audited(console)[0]
    assert console.office.case() == case


@pytest.mark.parametrize("number", ["900000002", "1", "9" * 400, "900000001%00", "%2e%2e", "90000000\uff11"])
def test_a_number_of_no_case_is_answered_as_one_of_another_line(console: Console, number: str) -> None:
    case = console.office.put(TO_CHANGE)
    console.put_through(case, "support")

    other = console.as_("carla").get()
    none = console.get(f"/case/{number}")

    assert (none.status_code, none.data) == (404, other.data)


def test_no_page_ticks_verified_shows_a_secret_or_sets_a_password(console: Console) -> None:
    case = console.office.put(on_file(console.office, TO_CHANGE))
    page = soup(console.get())

    kinds = {str(one.get("type")) for one in page.select("input")}
    names = {str(one.get("name")) for one in page.select("input, select, textarea, button[name]")}

    assert kinds <= {"hidden", "text", "date"}
    fields = {"count", "at", "zone", "why", "id", "text", "disposition", "follow_up"}
    assert names == {"csrf_token", "version", *fields}
    assert case.id not in page.get_text()
    assert not [form for form in FORMS if "verif" in form or "password" in form]


def test_a_case_is_handed_over_with_its_notes_and_a_colleague_claims_it(console: Console) -> None:
    case = console.office.put(replace(TO_CHANGE, opened_at=ago(600)))
    console.post("note", id="a" * 32, text="Waits for the mail.")

    handed = console.post("hand-over")
    free = console.office.case()
    colleague = console.as_("agent-2")
    taken = colleague.post("claim", match=match_of(case))

    assert (handed.status_code, free.agent, free.spoke_at) == (303, None, None)
    assert (taken.status_code, console.office.case().agent) == (303, "agent-2")
    assert "Waits for the mail." in words(colleague.get())


def test_who_has_not_claimed_a_case_cannot_hand_it_over(console: Console) -> None:
    case = console.office.put(TO_CHANGE)

    assert console.as_("agent-2").post("hand-over").status_code == 422
    assert console.office.case() == case


def test_a_case_is_taken_over_by_naming_whom_from(console: Console) -> None:
    case = console.office.put(TO_CHANGE)
    other = console.as_("agent-2")

    button = [form for form in soup(other.get()).select("form.move") if form["action"] == f"{CARD}/claim"]
    unnamed = other.post("claim", match=match_of(case))
    named = other.post("claim", match=match_of(case), taken_from="agent-1")

    assert "Take over from agent-1" in button[0].get_text()
    assert (unnamed.status_code, named.status_code) == (422, 303)


def test_wrapping_up_says_how_it_went_and_closes_a_case_whose_act_is_done(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("change")
    console.post("changed", outcome="failed", at="", zone="", reference="")

    again = [console.post("wrap-up", version=3, disposition="solved") for _ in range(2)]

    assert [reply.headers["Location"] for reply in again] == [
        f"{CARD}?done=wrap-up",
        f"{CARD}?done=wrap-up.twice",
    ]
    assert (console.office.case().state, console.office.case().over_why) == ("CLOSED", "done")
    assert "So far: Solved, says agent-1" in words(console.get())


@pytest.mark.parametrize(
    ("ready", "move", "tag"),
    [(TO_CHANGE, "change", "Permit open"), (TO_RELEASE, "release", "Release open")],
    ids=["change", "release"],
)
def test_a_case_whose_act_is_open_stays_and_says_so_until_it_is_recorded(
    console: Console, ready: Case, move: str, tag: str
) -> None:
    console.office.put(ready)
    console.post(move)
    console.post("wrap-up", disposition="solved")

    card, queue = words(console.get()), words(console.get("/"))
    by_a_colleague = console.as_("agent-2").post(
        {"change": "changed", "release": "released"}[move], outcome="failed", at="", zone="", reference=""
    )
    console.as_("agent-2").post("wrap-up", disposition="solved")

    assert "So far: Solved, says" in card
    assert f"{tag} : how it went is kept, and the case stays in the queue" in card
    assert tag in queue
    assert by_a_colleague.status_code == 303
    assert console.office.case().state == "CLOSED"
    assert tag not in words(console.get("/")) + words(console.get())


def test_wrapping_up_a_case_that_goes_on_closes_nothing(console: Console) -> None:
    console.office.put(TO_CHANGE)

    assert console.post("wrap-up", disposition="waits").status_code == 303
    assert console.office.case().state == "CONFIRMED"


def test_how_it_went_is_one_of_the_ways_and_said_by_who_works_on_it(console: Console) -> None:
    console.office.put(TO_CHANGE)

    assert console.post("wrap-up", disposition="fine").status_code == 422
    assert console.as_("agent-2").post("wrap-up", disposition="solved").status_code == 422


def test_each_view_of_a_case_is_on_record_with_who_looked(console: Console) -> None:
    case = console.office.put(TO_CHANGE)
    console.get()
    console.as_("sue").get()
    console.as_("carla").get()

    looked = [record for record in audited(console) if '"outcome":"shown"' in record]

    assert [f'"case":"{case.id}"' in record for record in looked] == [True, True]
    assert ['"actor":"agent:agent-1"' in record for record in looked] == [True, False]
    assert '"actor":"agent:sue"' in looked[1]


def test_whatever_was_looked_at_meanwhile_who_changed_a_case_last_is_named(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("hand-over")
    for _ in range(60):
        console.get()

    reply = console.as_("agent-2").post("refuse", version=1, why="in-doubt")

    assert "the case was changed by agent-1" in words(reply)


def test_every_time_on_the_card_names_its_zone_also_without_scripts(console: Console) -> None:
    console.office.put(TO_CHANGE)

    page = soup(console.get())

    shown = {str(one["datetime"]): one.get_text() for one in page.select("main time[datetime]")}
    assert shown
    assert "Times: America/Los_Angeles (PST)" in words(console.get())
    assert all(text.endswith("PST") for iso, text in shown.items() if "T" in iso)
