"""A menu folder that cannot be served: the last good version goes on, and everybody is told."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bench.tabs import signed_in
from tests.process.served import IVR, ROOT, Served, call_sid, environ_of, own_menus, refused, serving
from tests.twiml_lint import lint

pytestmark = pytest.mark.chaos

GREETING = "Please choose."
DEGRADED = (200, '{"degraded":["menu"],"status":"degraded"}\n')
READY = (200, '{"degraded":[],"status":"ready"}\n')


def _write(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _misspelt(menus: Path) -> None:
    _write(menus / "main.yaml", "go: cannot-access", "go: canot-access")


def _half_written(menus: Path) -> None:
    main = menus / "main.yaml"
    half, cut, _ = main.read_text(encoding="utf-8").partition("words:")
    main.write_text(half + cut, encoding="utf-8")


def _no_yaml(menus: Path) -> None:
    (menus / "lines.yaml").write_bytes(b"\x00\xff: [")


def _one_person_more(menus: Path) -> None:
    """Name somebody whose number no setting holds: HUP brings new menus, and no new settings."""
    _write(menus / "lines.yaml", "people: [day desk, on call]", "people: [day desk, on call, night desk]")


def _empty(menus: Path) -> None:
    for file in menus.glob("*.yaml"):
        file.unlink()


def _missing(menus: Path) -> None:
    shutil.rmtree(menus)


def _folder_unreadable(menus: Path) -> None:
    menus.chmod(0)


def _file_unreadable(menus: Path) -> None:
    (menus / "main.yaml").chmod(0)


BROKEN: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "misspelt": (_misspelt, "{menus}/main.yaml:11:13  there is no target"),
    "half-written": (_half_written, "{menus}/main.yaml:12:15  a list is due here"),
    "no YAML": (_no_yaml, "{menus}/lines.yaml:1:1"),
    "one person more than numbers": (_one_person_more, "environment:1:1  IVR_LINE_SUPPORT holds 2 numbers"),
    "empty": (_empty, "{menus}/company.yaml:1:1  there is no menus/company.yaml"),
    "missing": (_missing, "{menus}:1:1  this cannot be read (No such file or directory)"),
    "folder unreadable": (_folder_unreadable, "{menus}:1:1  this cannot be read (Permission denied)"),
    "file unreadable": (_file_unreadable, "{menus}/main.yaml:1:1  this cannot be read (Permission denied)"),
}


def _logged(served: Served) -> list[Mapping[str, Any]]:
    return _told(served.warned)


def _told(text: str) -> list[Mapping[str, Any]]:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["event"] == "menu_not_served"]


def _is_answered(served: Served, number: int) -> bool:
    status, document = served.post("/voice", call_sid(number))
    return status == 200 and lint(document) == [] and GREETING in document


def test_new_menus_are_taken_at_hup_and_broken_ones_are_not(tmp_path: Path) -> None:
    menus = own_menus(tmp_path)
    good = {file.name: file.read_bytes() for file in menus.glob("*.yaml")}
    seen: dict[str, tuple[bool, tuple[int, str], list[Mapping[str, Any]]]] = {}

    with serving(tmp_path / "home", IVR_MENUS=str(menus)) as served:
        for number, (way, (break_it, _)) in enumerate(BROKEN.items()):
            break_it(menus)
            told = len(_logged(served))
            served.reload()
            new = _logged(served)[told:]
            seen[way] = (_is_answered(served, number), served.get("/readyz"), new)
            shutil.rmtree(menus, ignore_errors=True)
            menus.mkdir()
            for name, content in good.items():
                (menus / name).write_bytes(content)
        _write(menus / "main.yaml", "say: Please choose.", "say: Take your pick.")
        served.reload()
        mended = served.get("/readyz"), "Take your pick." in served.post("/voice", call_sid(99))[1]

    for way, (answered, ready, new) in seen.items():
        assert (way, answered, ready) == (way, True, DEGRADED)
        assert [line["level"] for line in new] == ["error"], way
        first = str(new[0]["findings"][0])
        assert BROKEN[way][1].format(menus=menus) in first, way
    assert mended == (READY, True)


@pytest.mark.parametrize("way", BROKEN)
def test_a_restart_on_broken_menus_serves_the_last_good_ones(tmp_path: Path, way: str) -> None:
    menus, home = own_menus(tmp_path), tmp_path / "home"
    break_it, told = BROKEN[way]
    with serving(home, IVR_MENUS=str(menus)) as before:
        version = before.said.split()[1]
    break_it(menus)

    with serving(home, IVR_MENUS=str(menus)) as served:
        answered, ready, said = _is_answered(served, 1), served.get("/readyz"), served.said
        logged, warned = _logged(served), served.warned

    assert (answered, ready) == (True, DEGRADED)
    assert said.startswith(f"menu {version} POST")
    assert [(line["level"], line["instead"]) for line in logged] == [("error", version.rstrip(";"))]
    place = told.format(menus=menus)
    assert place in warned.partition("this is not served; what was served last is, menu")[0]
    assert place in str(logged[0]["findings"])


def test_a_version_that_does_not_fit_any_more_is_passed_over_for_the_one_before(tmp_path: Path) -> None:
    menus, home = own_menus(tmp_path), tmp_path / "home"
    numbers = {"IVR_LINE_SUPPORT": "+14155550120,+14155550121"}
    with serving(home, IVR_MENUS=str(menus), **numbers) as first:
        version = first.said.split()[1]
    _one_person_more(menus)
    third = {"IVR_LINE_SUPPORT": f"{numbers['IVR_LINE_SUPPORT']},+14155550122"}
    with serving(home, IVR_MENUS=str(menus), **third) as second:
        other = second.said.split()[1]
    _misspelt(menus)

    with serving(home, IVR_MENUS=str(menus), **third) as served:
        fitting = served.said.split()[1]
    with serving(home, IVR_MENUS=str(menus), **numbers) as served:
        fallen_back = served.said.split()[1], served.get("/readyz")

    assert version != other
    assert fitting == other
    assert fallen_back == (version, DEGRADED)


def test_a_first_start_on_broken_menus_is_refused_with_every_finding(tmp_path: Path) -> None:
    menus = own_menus(tmp_path)
    _misspelt(menus)

    ended = refused(tmp_path / "home", IVR_MENUS=str(menus))

    assert ended.returncode == 2
    assert f'{menus}/main.yaml:11:13  there is no target "canot-access"' in ended.stderr
    assert ended.stderr.endswith("the line was not started\n")


def test_console_events_and_sender_start_on_broken_menus_as_the_line_does(tmp_path: Path) -> None:
    menus, home = own_menus(tmp_path), tmp_path / "home"
    environ = {"IVR_MENUS": str(menus), "IVR_PRODUCT_SECRET": "a secret of both sides, thirty-two bytes"}
    fault = f"{menus}/main.yaml:11:13  there is no target"
    with serving(home, **environ):
        pass
    _misspelt(menus)

    with serving(home, command="console", **environ) as console:
        supervisor, agent = (signed_in(home, members=1, role=role)[0] for role in ("supervisor", "agent"))
        pages = [console.get("/", Cookie=f"desk={cookie}") for cookie in (supervisor, agent)]
        by_console = _logged(console)
    with serving(home, command="events", **environ) as events:
        by_events = _logged(events), events.get("/healthz")
    sent = subprocess.run(
        [IVR, "work", "--once"],
        cwd=ROOT,
        env=environ_of(home, environ),
        capture_output=True,
        text=True,
        check=False,
    )

    assert [status for status, _ in pages] == [200, 200]
    assert [fault in unescape(page) for _, page in pages] == [True, False]
    assert [fault in str(line["findings"]) for line in by_console] == [True]
    assert ([fault in str(line["findings"]) for line in by_events[0]], by_events[1][0]) == ([True], 200)
    assert (sent.returncode, sent.stdout) == (0, "0 tried\n")
    assert [fault in str(line["findings"]) for line in _told(sent.stderr)] == [True]


def test_the_console_says_what_the_line_found_since_and_that_it_is_mended(tmp_path: Path) -> None:
    menus, home = own_menus(tmp_path), tmp_path / "home"
    environ = {"IVR_MENUS": str(menus)}
    with serving(home, **environ) as line, serving(home, command="console", **environ) as console:
        cookie = f"desk={signed_in(home, members=1, role='operator')[0]}"
        before = console.get("/sign-in", Cookie=cookie)
        _misspelt(menus)
        line.reload()
        meanwhile = console.get("/no-such-page", Cookie=cookie)
        _write(menus / "main.yaml", "go: canot-access", "go: cannot-access")
        line.reload()
        after = console.get("/no-such-page", Cookie=cookie)

    told = f"{menus}/main.yaml:11:13  there is no target"
    assert [told in unescape(page) for _, page in (before, meanwhile, after)] == [False, True, False]


def test_without_its_database_too_a_line_goes_on_with_the_last_good_menus(tmp_path: Path) -> None:
    menus, home = own_menus(tmp_path), tmp_path / "home"
    environ = {"IVR_MENUS": str(menus), "IVR_DATABASE_URL": f"sqlite:///{tmp_path}/missing/ivr.db"}

    with serving(home, **environ) as served:
        _misspelt(menus)
        served.reload()
        by_hup = _is_answered(served, 1), served.get("/readyz")
    with serving(home, **environ) as served:
        by_restart = _is_answered(served, 2), served.get("/readyz")

    degraded = (200, '{"degraded":["store","menu"],"status":"degraded"}\n')
    assert (by_hup, by_restart) == ((True, degraded), (True, degraded))
