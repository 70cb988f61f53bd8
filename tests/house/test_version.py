import tomllib
from pathlib import Path

from ivr import __version__


def test_the_version_on_record_is_the_one_that_is_packed() -> None:
    told = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))

    assert told["project"]["version"] == __version__
