"""What is said of menus that are not served: again and again, and without a telephone number."""

from pathlib import Path

from structlog.testing import capture_logs

from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.last_good_menu import ServedMenu, tell_until
from ivr.bootstrap.startup import load_folders
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from tests.process.served import ROOT


def _fault(line: int) -> Finding:
    spot = Spot(file="menus/main.yaml", line=line, column=7)
    return Finding(
        rule="bad", severity="error", spot=spot, what=f"+1650253{line} is no word", remedy="take it out"
    )


def test_it_is_an_error_each_time_with_the_first_findings_in_their_order(tmp_path: Path) -> None:
    loaded, files = load_folders(ROOT / "menus", ROOT / "prompts")
    assert loaded.tree is not None
    faults = tuple(_fault(line) for line in (1240, 1239, 1238, 1237, 1236, 1235, 1234))
    served = ServedMenu(tree=loaded.tree, loaded=loaded, files=files, faults=faults)
    settings = read_settings({"IVR_HOME": str(tmp_path), "IVR_MENUS": "/srv/menus"}, read_bytes=None)
    over = iter((False, False, True))

    with capture_logs() as said:
        tell_until(served, settings, lambda: next(over))

    first = "/srv/menus/main.yaml:1234:7  +••••••••••• is no word; take it out  [bad]"
    assert [(line["log_level"], line["event"], line["instead"]) for line in said] == [
        ("error", "menu_not_served", loaded.tree.version)
    ] * 3
    assert [line["findings"][0] for line in said] == [first] * 3
    assert [(len(line["findings"]), line["more"]) for line in said] == [(5, 2)] * 3
