"""`ivr staff`, as a host types it: a link that is printed once, and refusals in sentences."""

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyotp import TOTP

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.cli.staff import command
from ivr.domain.redaction import Secret
from ivr.services.staff.join import Joining
from ivr.services.staff.sign_in import Begun, SigningIn
from tests.adapters.database.case_kept import KEY, on_record, opened
from tests.entrypoints.console.staffed import CHEAP

ROOT = Path(__file__).parents[3]
PASSWORD = Secret("a heron stands in the rain")
ASKED_AT = ("--phone", "+14155550190", "--mail", "ana@vendor.example")


@pytest.fixture
def url(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/ivr.db"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    named = {
        "IVR_HOME": str(tmp_path),
        "IVR_DATABASE_URL": url,
        "IVR_KEY": KEY.reveal(),
        "IVR_MENUS": str(ROOT / "menus"),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return url


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        yield cases


@pytest.fixture
def signing_in(cases: SqlCases) -> SigningIn:
    return SigningIn(
        staff=SqlStaff(cases),
        passwords=CHEAP,
        key=KEY,
        clock=WallClock(),
        fresh=lambda: secrets.token_hex(16),
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def link_in(shown: Result) -> Secret:
    found = re.search(r"^http://127\.0\.0\.1:5001/join/([0-9a-f]{64})$", shown.output, re.MULTILINE)
    assert found is not None, shown.output
    return Secret(found[1])


def join(signing_in: SigningIn, link: Secret) -> Begun:
    joining = Joining(signing_in=signing_in, company="Heronscan", words=())
    offered = joining.look(link)
    assert offered is not None
    code = Secret(TOTP(offered.seed.reveal()).at(WallClock().now()))
    joined = joining.join(link, PASSWORD, code, address="::1")
    assert isinstance(joined, Begun)
    return joined


def test_the_first_supervisor_gets_a_link_and_is_in_by_it(url: str, signing_in: SigningIn) -> None:
    nobody, added = run("list"), run("add", "ana", "--role", "supervisor", "--as", "Ana Lima")
    invited = run("list")

    begun = join(signing_in, link_in(added))

    signed_in = signing_in.standing(begun.secret).signed_in
    assert signed_in is not None
    assert signed_in.member.may("supervisor")
    assert nobody.output == "nobody yet: `ivr staff add NAME --role supervisor` adds the first\n"
    assert invited.output == "ana (Ana Lima): supervisor; invited\n"
    assert run("list").output == "ana (Ana Lima): supervisor; joined\n"
    assert [json.loads(record.body)["outcome"] for record in on_record(url)] == [
        "added",
        "joined",
        "signed_in",
    ]


@pytest.mark.usefixtures("url")
def test_nothing_that_is_kept_or_on_record_lets_anybody_in(tmp_path: Path, signing_in: SigningIn) -> None:
    link = link_in(run("add", "ana", "--role", "supervisor"))
    joining = Joining(signing_in=signing_in, company="Heronscan", words=())
    offered = joining.look(link)
    assert offered is not None
    begun = join(signing_in, link)

    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file())
    secrets_given = (link, offered.seed, begun.secret, PASSWORD)
    assert [secret for secret in secrets_given if secret.reveal().encode() in kept] == []
    assert b"ana" in kept


@pytest.mark.parametrize("by", ["disable", "reset-totp"])
def test_who_is_disabled_or_reset_is_out_at_once(by: str, url: str, signing_in: SigningIn) -> None:
    begun = join(signing_in, link_in(run("add", "ana", "--role", "agent", "--line", "support")))

    done = run(by, "ana")

    assert done.exit_code == 0, done.output
    assert signing_in.standing(begun.secret).signed_in is None
    assert signing_in.password("ana", PASSWORD, address="::1") == "wrong"
    ended = json.loads(on_record(url)[-2].body)
    assert (ended["outcome"], ended["sessions"]) == ({"disable": "disabled", "reset-totp": "reset"}[by], 1)


@pytest.mark.usefixtures("url")
def test_a_link_that_was_not_used_ends_with_the_next_one(signing_in: SigningIn) -> None:
    first = link_in(run("add", "ana", "--role", "supervisor"))
    second = link_in(run("reset-totp", "ana"))
    joining = Joining(signing_in=signing_in, company="Heronscan", words=())

    assert joining.look(first) is None
    assert joining.look(second) is not None


@pytest.mark.usefixtures("url")
def test_who_was_disabled_is_let_in_again_by_a_new_link_alone(signing_in: SigningIn) -> None:
    join(signing_in, link_in(run("add", "ana", "--role", "supervisor")))
    run("disable", "ana")
    refused = run("reset-totp", "ana")
    added = run("add", "ana", "--role", "tam")

    join(signing_in, link_in(added))

    assert refused.exit_code == 1
    assert run("list").output == "ana (ana): tam; joined\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Ana", "--role", "tam"), '"Ana" is no name to sign in with'),
        (("add", "ana lima", "--role", "tam"), "use small letters, digits and hyphens"),
        (("add", "ana"), "Missing option '--role'"),
        (("add", "ana", "--role", "boss"), "'boss' is not one of"),
        (("add", "ana", "--role", "agent"), "an agent takes calls of a line: add --line, one of"),
        (("add", "ana", "--role", "agent", "--line", "suport"), "did you mean support?"),
        (("add", "ana", "--role", "tam", "--console", "javascript:alert(1)"), "write an address such as"),
        (("add", "ana", "--role", "tam", "--phone", "+14155550190"), "give both --phone and --mail"),
        (("add", "ana", "--role", "tam", "--mail", "ana@vendor.example"), "give both --phone and --mail"),
        (("add", "ana", "--role", "supervisor", *ASKED_AT), "only an account manager is asked to vouch"),
        (("add", "ana", "--role", "tam", "--phone", "+1415", "--mail", "a@b.example"), "--phone:"),
        (
            ("add", "ana", "--role", "tam", "--phone", "+14155550190", "--mail", "a b"),
            "--mail cannot be used",
        ),
        (("disable", "eve"), "no active member is called eve: see `ivr staff list`"),
        (("reset-totp", "eve"), "no active member is called eve"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_remedy(url: str, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)

    assert done.exit_code != 0
    assert said in " ".join(done.output.split())
    assert on_record(url) == []


@pytest.mark.usefixtures("url")
def test_an_account_manager_is_added_with_where_to_be_asked(signing_in: SigningIn) -> None:
    join(signing_in, link_in(run("add", "ana", "--role", "tam", *ASKED_AT)))

    (kept,) = signing_in.staff.act(lambda tx: tx.members())

    assert (kept.member.phone, kept.member.mail) == ("+14155550190", "ana@vendor.example")
    assert kept.seed is not None


@pytest.mark.usefixtures("url")
def test_a_name_is_given_once() -> None:
    run("add", "ana", "--role", "tam")

    again = run("add", "ana", "--role", "supervisor")

    assert again.exit_code == 1
    assert "ana is there already" in again.output
    assert run("list").output == "ana (ana): tam; invited\n"


def test_a_member_is_given_the_address_by_which_the_company_knows_one(url: str, cases: SqlCases) -> None:
    run("add", "ana", "--role", "agent", "--line", "support", "--mail", "old@vendor.example")

    done = run("mail", "ana", "ana@vendor.example")

    (kept,) = SqlStaff(cases).act(lambda tx: tx.members())
    assert done.output == "ana is known by that address from now on\n"
    assert kept.member.mail == "ana@vendor.example"
    bodies = [record.body for record in on_record(url)]
    assert '"outcome":"mail"' in bodies[-1]
    assert not [body for body in bodies if "vendor.example" in body]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mail", "ben", "ben@vendor.example"), "no active member is called ben"),
        (("mail", "ana", "a b"), "--mail"),
    ],
)
@pytest.mark.usefixtures("url")
def test_an_address_of_nobody_or_none_at_all_is_refused(arguments: tuple[str, ...], said: str) -> None:
    run("add", "ana", "--role", "supervisor")

    refused = run(*arguments)

    assert refused.exit_code == 1
    assert said in " ".join(refused.output.split())


@pytest.mark.usefixtures("url")
def test_the_list_says_whose_telephone_a_line_has_and_which_of_its_members_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    menus = Path(shutil.copytree(ROOT / "menus", tmp_path / "menus"))
    people = "    people: [day desk, on call]\n"
    lines = (menus / "lines.yaml").read_text(encoding="utf-8")
    assert people in lines
    named = lines.replace(people, f"{people}    members: {{ana: on call, bea: day desk}}\n")
    (menus / "lines.yaml").write_text(named, encoding="utf-8")
    monkeypatch.setenv("IVR_MENUS", str(menus))
    run("add", "ana", "--role", "agent", "--line", "support")

    assert run("list").output.splitlines() == [
        "ana (ana): agent; lines support; rung as on call of support; invited",
        "lines.yaml gives day desk of support to bea, who is nobody of these",
    ]
