"""First run: make .venv and put the locked packages and this project into it.

    python3 tools/bootstrap.py run      what the service needs
    python3 tools/bootstrap.py check    that, and the tools of `make check`
    python3 tools/bootstrap.py e2e      that, and what drives a browser

Only the standard library, only inside .venv. This file alone keeps to what Python 3.6 can parse, so that an
old interpreter gets a sentence and not a syntax error; everything newer is imported after the gate.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def age_fault(version: "tuple[int, ...]") -> "str | None":
    """Say what is wrong with an interpreter of this *version*, or None when it will do."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(part) for part in version[:3])
    wanted = ".".join(str(part) for part in OLDEST)
    return (
        f"Python {found} is too old, {wanted} or newer is needed: "
        f"install one and name it, for example `make demo PYTHON=python{wanted}`"
    )


def main(arguments: "list[str]", version: "tuple[int, ...]") -> int:
    """Make .venv ready for one purpose and return 0; or 1, or 2 for a wrong call, with one line on stderr."""
    fault = age_fault(version)
    if fault is not None:
        print("bootstrap: " + fault, file=sys.stderr)
        return 1
    if arguments not in (["run"], ["check"], ["e2e"]):
        print("bootstrap: say what .venv is for: `bootstrap.py run`, `check` or `e2e`", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    from tools.stamp import Stamp  # noqa: PLC0415 -- may only be parsed after the gate

    wanted = Stamp.wanted(ROOT, purpose=arguments[0])
    if wanted.covers(ROOT):
        return 0
    from tools.environment import Machine, NotReady, prepare  # noqa: PLC0415 -- slow, and rarely needed

    try:
        prepare(ROOT, wanted, Machine.here())
    except NotReady as reason:
        print(f"bootstrap: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bootstrap: interrupted, the next run starts afresh", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], tuple(sys.version_info[:3])))
