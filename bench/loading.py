"""What reading and loading a menu costs, over the YAML library alone on the same bytes."""

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from bench.row import print_row
from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.menus.building.loader import load
from ivr.domain.yaml_source.reader import read

_ROUNDS = 7


def measure() -> None:
    reading, whole = loading_ratio(read_folders(Path("menus"), Path("prompts")), rounds=_ROUNDS)
    print_row("reading the shipped menu / YAML library", reading, 1.3)
    print_row("loading the shipped menu / YAML library", whole, 1.3)


def loading_ratio(files: Mapping[str, bytes], *, rounds: int) -> tuple[float, float]:
    """Reading alone, then the whole load: each the median of its rounds."""
    reading, whole = [], []
    for _ in range(rounds):
        floor = _cpu_s(lambda: [yaml.load(data, yaml.CSafeLoader) for data in files.values()])
        reading.append(_cpu_s(lambda: [read(name, data) for name, data in files.items()]) / floor)
        whole.append(_cpu_s(lambda: load(files)) / floor)
    return statistics.median(reading), statistics.median(whole)


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
