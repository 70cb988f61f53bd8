"""What reading and loading the shipped menu costs, over the YAML library alone on the same bytes."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from ivr.menu.load import load
from ivr.written.read import read

_ROUNDS = 7


def loading_ratios() -> tuple[float, float]:
    """Reading alone, then the whole load: each the median of its rounds."""
    folders = (Path("menus"), Path("prompts"))
    paths = [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    files = {str(path): path.read_bytes() for path in paths}
    reading, whole = [], []
    for _ in range(_ROUNDS):
        floor = _cpu_s(lambda: [yaml.load(data, yaml.CSafeLoader) for data in files.values()])
        reading.append(_cpu_s(lambda: [read(name, data) for name, data in files.items()]) / floor)
        whole.append(_cpu_s(lambda: load(files)) / floor)
    return statistics.median(reading), statistics.median(whole)


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
