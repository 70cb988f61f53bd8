from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.place import STAGES, Place, Stage, write_place
from tests.adapters.twilio.strategies import URLS, places

STAGE_NAMES: Final[list[Stage]] = ["turn", "dial", "between", "message", "recorded", "whisper", "accept"]
placed: Final = st.one_of([places(stage, turn=turn) for stage in STAGE_NAMES for turn in (0, 40)])


@given(placed)
def test_a_place_comes_back_from_its_own_address(place: Place) -> None:
    url = URLS.of(place)

    assert URLS.place_in(url) == place
    assert URLS.place_in(url.partition("#")[0]) == place
    assert URLS.place_in(url.partition("#")[0].removeprefix(URLS.public_url)) == place


@given(placed)
def test_an_address_is_the_public_url_with_stage_and_place_and_how_long_we_may_take(place: Place) -> None:
    assert URLS.of(place) == (
        f"https://calls.example.com/voice/{place.stage}/{write_place(place)}"
        "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=13000"
    )


def test_every_address_carries_how_long_we_may_take() -> None:
    addresses = [URLS.voice(), URLS.status(), URLS.fallback(), URLS.transcribed()]

    assert addresses == [
        f"https://calls.example.com{path}#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=13000"
        for path in ("/voice", "/voice/status", "/voice/fallback", "/voice/transcribed")
    ]


def test_no_stage_has_the_name_of_another_route() -> None:
    assert not {"status", "fallback", "transcribed"} & STAGES


HERE: Final = "/voice/turn/3f2a9c11d0ab.en.00.main.-.-.-.0.07"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "/voice",
        "/voice/status",
        f"https://elsewhere.example{HERE}",
        f"http://calls.example.com{HERE}",
        f"https://calls.example.com.evil.example{HERE}",
        f"https://calls.example.com:443{HERE}",
        f"//calls.example.com{HERE}",
        f"/{HERE}",
        f"{HERE}/",
        f"{HERE}?a=1",
        f"/other{HERE}",
        HERE.replace("turn", "turns"),
        HERE.replace("turn", "TURN"),
        HERE.replace("main", "Main"),
        HERE.replace(".07", ".7"),
        HERE.replace(".07", ".\u0660\u0667"),
        HERE.replace("main", "../main"),
        HERE.replace("main", "main%00"),
        HERE.replace("main", "x" * 10_000 + "-"),
    ],
)
def test_an_address_that_we_never_wrote_holds_no_place(url: str) -> None:
    assert URLS.place_in(HERE) is not None

    assert URLS.place_in(url) is None


@given(st.text())
def test_any_text_is_read_as_a_place_or_as_none(url: str) -> None:
    place = URLS.place_in(url)

    assert place is None or url.partition("#")[0].endswith(write_place(place))


@pytest.mark.parametrize(
    "public_url",
    ["", "calls.example.com", "https://calls.example.com/", "https://u:p@calls.example.com", "ftp://x"],
)
def test_a_public_url_that_is_more_or_less_than_an_origin_is_refused(public_url: str) -> None:
    with pytest.raises(ValueError, match="IVR_PUBLIC_URL"):
        Urls(public_url=public_url)
