import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.menus.schema import SCHEMAS, command, schema_bytes

MENUS = Path(__file__).parents[2] / "menus"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_shipped_schema_is_up_to_date(name: str) -> None:
    assert (MENUS / name).read_bytes() == schema_bytes(name.partition(".")[0])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_of_a_schema_resolves(name: str) -> None:
    text = schema_bytes(name.partition(".")[0]).decode()

    referred = set(re.findall(r'"#/\$defs/(\w+)"', text))

    assert referred == set(json.loads(text).get("$defs", {}))


def test_the_command_writes_all_of_them(tmp_path: Path) -> None:
    CliRunner().invoke(command, ["--out", str(tmp_path)], catch_exceptions=False)

    assert {path.name for path in tmp_path.iterdir()} == set(SCHEMAS)
