"""Signing in with the company's own account, against a provider that signs with real keys."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from ivr.adapters.openid.oidc import OidcProvider
from ivr.domain.redaction import Secret
from ivr.services.staff.company_sign_in import ByCompany, ProviderRequest, ProviderUnavailable
from ivr.services.staff.member import MemberId
from ivr.services.staff.sign_in import SigningIn
from tests.entrypoints.console.provider import CLIENT, OTHER_KEY, SECRET, Company, opened_company
from tests.entrypoints.console.staffed import ANA, AT, Console, post, staffed

MEMBER = replace(ANA, mail="ana@heronscan.example")
STRONG = ["pwd", "otp"]


@pytest.fixture
def company() -> Iterator[Company]:
    with opened_company(now=int(AT.timestamp())) as opened:
        yield opened


def provided_by(company: Company) -> Callable[[SigningIn], ByCompany]:
    provider = OidcProvider(company.issuer, client=CLIENT, secret=Secret(SECRET))
    return lambda signing_in: ByCompany(signing_in=signing_in, provider=provider)


@pytest.fixture
def console(tmp_path: Path, company: Company) -> Iterator[Console]:
    with staffed(tmp_path, by_company=provided_by(company)) as opened:
        opened.add(MEMBER)
        company.now = int(opened.clock.now().timestamp())
        yield opened


@pytest.fixture
def browser(console: Console) -> FlaskClient:
    return console.browser()


def begin(browser: FlaskClient, back: str = "/case/900000001") -> str:
    """Press the link, and give the address that the browser is sent to."""
    reply = browser.get(f"/sign-in/company?back={back}")
    assert reply.status_code == 303
    return str(reply.headers["Location"])


def come_back(browser: FlaskClient, company: Company, **claims: Any) -> TestResponse:
    company.claims = claims
    return browser.get(company.sign_in(begin(browser)))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def test_who_proved_two_factors_there_is_signed_in_and_led_on_by_our_own_page(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    reply = come_back(browser, company, amr=STRONG)

    assert reply.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/case/900000001">' in reply.text
    assert is_in(browser)
    assert console.outcomes()[-1] == "signed_in"


@pytest.mark.parametrize("amr", [None, [], ["pwd"], "otp", ["face"]])
def test_who_proved_one_there_proves_our_own_second_factor_too(
    console: Console, browser: FlaskClient, company: Company, amr: object
) -> None:
    reply = come_back(browser, company, amr=amr)
    before = is_in(browser)
    done = post(browser, "/sign-in/code", page="/sign-in/code", code=console.code(MEMBER))

    assert "url=/sign-in/code?back=" in reply.text
    assert (before, done.status_code, is_in(browser)) == (False, 303, True)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another question"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["desk", "another"]},
        {"aud": ["desk", "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://elsewhere.example.com"},
        {"exp": int(AT.timestamp()) - 120},
        {"exp": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
        {"email": "nobody@heronscan.example"},
        {"email": "ana@heronscan.example.evil.example"},
    ],
)
def test_a_token_that_is_not_about_a_member_for_us_and_now_signs_nobody_in(
    console: Console, browser: FlaskClient, company: Company, claims: dict[str, Any]
) -> None:
    reply = come_back(browser, company, amr=STRONG, **claims)

    assert (reply.status_code, is_in(browser)) == (401, False)
    assert console.outcomes()[-1] in ("wrong_identity", "nobodys_identity")


def test_a_token_that_another_key_signed_signs_nobody_in(browser: FlaskClient, company: Company) -> None:
    company.key = OTHER_KEY

    assert come_back(browser, company, amr=STRONG).status_code == 401
    assert not is_in(browser)


def test_a_token_signed_with_the_desk_s_own_secret_signs_nobody_in(
    browser: FlaskClient, company: Company
) -> None:
    company.key, company.algorithm = OctKey.import_key(SECRET), "HS256"

    assert come_back(browser, company, amr=STRONG).status_code == 401
    assert not is_in(browser)


def test_a_token_for_several_clients_that_was_made_for_us_is_taken(
    browser: FlaskClient, company: Company
) -> None:
    assert come_back(browser, company, amr=STRONG, aud=[CLIENT, "another"], azp=CLIENT).status_code == 200
    assert is_in(browser)


def test_a_provider_that_never_answers_is_waited_for_no_longer_than_promised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        provider = OidcProvider(issuer, client=CLIENT, secret=Secret(SECRET), longest_wait_s=0.05)
        asked = ProviderRequest(state=Secret("s"), nonce=Secret("n"), verifier=Secret("v" * 64))

        with pytest.raises(ProviderUnavailable):
            provider.address(asked, back_to="https://desk.example.com/sign-in/company/back")


def test_a_member_who_is_disabled_stays_out(console: Console, browser: FlaskClient, company: Company) -> None:
    console.roster.disable(MEMBER.id)

    assert come_back(browser, company, amr=STRONG).status_code == 401
    assert not is_in(browser)


def test_a_member_who_has_not_joined_stays_out(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    console.roster.add(replace(MEMBER, id=MemberId("ben"), mail="ben@heronscan.example"))

    assert come_back(browser, company, amr=STRONG, email="ben@heronscan.example").status_code == 401


def test_an_address_of_two_members_is_nobodys(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    console.add(replace(MEMBER, id=MemberId("ben")))

    assert come_back(browser, company, amr=STRONG).status_code == 401


def test_a_way_back_serves_once(browser: FlaskClient, company: Company) -> None:
    company.claims = {"amr": STRONG}
    back = company.sign_in(begin(browser))
    first = browser.get(back)

    again = browser.get(back)

    assert (first.status_code, again.status_code, len(company.asked)) == (200, 401, 1)


def test_a_way_back_serves_once_though_its_cookie_was_kept(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    company.claims = {"amr": STRONG}
    address = begin(browser)
    kept = browser.get_cookie("asked")
    assert kept is not None
    browser.get(company.sign_in(address))
    thief = console.browser()
    thief.set_cookie("asked", kept.value)

    again = thief.get(company.sign_in(address))

    assert (again.status_code, is_in(thief), len(company.asked)) == (401, False, 1)


def test_a_code_that_was_exchanged_before_signs_nobody_in(browser: FlaskClient, company: Company) -> None:
    company.claims = {"amr": STRONG}
    back = company.sign_in(begin(browser))
    company.codes.clear()

    assert browser.get(back).status_code == 401


def test_a_way_back_of_another_browser_or_state_asks_the_provider_nothing(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    back = company.sign_in(begin(browser))
    query = parse_qs(urlsplit(back).query)

    stranger = console.browser().get(back)
    forged = browser.get(f"/sign-in/company/back?code={query['code'][0]}&state={'0' * 64}")

    assert (stranger.status_code, forged.status_code, company.asked) == (401, 401, [])


def test_ten_minutes_later_the_way_back_is_over(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    back = company.sign_in(begin(browser))
    console.clock.advance(601)

    assert browser.get(back).status_code == 401
    assert company.asked == []


def test_a_provider_that_is_away_is_told_in_a_sentence_and_the_password_serves(
    console: Console, browser: FlaskClient, company: Company
) -> None:
    back = company.sign_in(begin(browser))
    company.is_away = True

    replies = [browser.get("/sign-in/company"), browser.get(back)]
    console.sign_in(browser, MEMBER)

    assert [reply.status_code for reply in replies] == [503, 503]
    assert all("cannot be reached now" in reply.text for reply in replies)
    assert is_in(browser)


@pytest.mark.parametrize(
    "about",
    [{"issuer": "https://elsewhere.example.com"}, {"authorization_endpoint": "http://login.example.com/a"}],
)
def test_a_provider_that_calls_itself_otherwise_or_leads_into_the_clear_is_not_gone_to(
    browser: FlaskClient, company: Company, about: dict[str, str]
) -> None:
    company.about = about

    assert browser.get("/sign-in/company").status_code == 503


def test_what_is_asked_carries_no_secret_and_comes_back_to_our_own_page(browser: FlaskClient) -> None:
    asked = parse_qs(urlsplit(begin(browser)).query)

    assert asked["redirect_uri"] == ["http://localhost/sign-in/company/back"]
    assert asked["scope"] == ["openid email"]
    assert asked["code_challenge_method"] == ["S256"]
    assert not {"code_verifier", "client_secret"} & set(asked)


def test_the_link_stands_on_the_page_where_there_is_a_provider_alone(
    browser: FlaskClient, tmp_path: Path
) -> None:
    there = browser.get("/sign-in").text
    folder = tmp_path / "without"
    folder.mkdir()
    with staffed(folder) as without:
        page, leads = without.browser().get("/sign-in").text, without.browser().get("/sign-in/company")

    assert "Sign in with your Heronscan account" in there
    assert "Sign in with your Heronscan account" not in page
    assert leads.status_code == 404


def test_behind_https_what_was_asked_is_kept_in_a_cookie_that_comes_back_from_another_site(
    tmp_path: Path, company: Company
) -> None:
    with staffed(tmp_path, is_https=True, by_company=provided_by(company)) as secure:
        reply = secure.browser().get(
            "/sign-in/company", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        )

    (cookie,) = (one for one in reply.headers.get_all("Set-Cookie") if one.startswith("__Host-asked="))
    assert all(f"; {part}" in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    asked = parse_qs(urlsplit(reply.headers["Location"]).query)
    assert asked["redirect_uri"] == ["https://localhost/sign-in/company/back"]
