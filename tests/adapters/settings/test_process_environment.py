import sys
import zoneinfo
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import pytest

from ivr.adapters.settings.environment.process_environment import check_process
from ivr.adapters.settings.environment.variables import Variables


def told(environ: Mapping[str, str], *, production: bool) -> list[str]:
    variables = Variables(environ, None)
    check_process(variables, production=production)
    return [finding.what for finding in variables.findings]


@pytest.fixture
def _no_time_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hide both places that zones come from, the system's folder and the package."""
    paths = zoneinfo.TZPATH
    for module in ["tzdata", *(name for name in sys.modules if name.startswith("tzdata."))]:
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=paths)
    ZoneInfo.clear_cache()


@pytest.mark.parametrize("name", ["DEBUG", "FLASK_DEBUG"])
def test_debugging_is_for_development(name: str) -> None:
    assert told({name: "1"}, production=False) == []
    for on in ("1", "true", " yes"):
        assert told({name: on}, production=True) == [f"{name} is on, and would show our inside to strangers"]
    for off in ("", "0", "False", "off"):
        assert told({name: off}, production=True) == []


@pytest.mark.parametrize(
    "name", ["IVR_SERVE_CLOCK", "IVR_CLOCK", "IVR_CONSOLE_CLOCK_AT", "FAKETIME", "FAKETIME_TIMESTAMP_FILE"]
)
def test_no_variable_moves_the_clock_in_production(name: str) -> None:
    assert told({name: "2020-01-01"}, production=False) == []
    for value in ("2020-01-01T00:00:00Z", ""):
        assert told({name: value}, production=True) == [
            f"{name} is set, and production goes by the real time"
        ]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", ":Europe/Berlin", "/etc/localtime", ""])
def test_a_process_zone_that_exists_is_fine(zone: str) -> None:
    assert told({"TZ": zone}, production=True) == []


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "../../etc/passwd", "PST"])
def test_a_process_zone_that_does_not_exist_is_a_fault(zone: str) -> None:
    assert told({"TZ": zone}, production=False) == ["TZ is no time zone"]


@pytest.mark.usefixtures("_no_time_zones")
def test_a_machine_without_time_zones_is_a_fault() -> None:
    assert told({}, production=False) == ["TZ cannot be used: this machine has no time zones"]
