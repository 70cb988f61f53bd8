"""A worker and a relay that may be killed at any moment lose no mail, and send no code twice."""

import json
import subprocess
import sys
from pathlib import Path

from tests.sizes import drilled

# A thousand kills show what eighty only hint at.
KILLS = drilled(80, full=1000)


def test_killed_workers_and_relays_lose_no_mail_and_send_no_code_twice(database_path: Path) -> None:
    command = [sys.executable, "-m", "tests.entrypoints.worker.drill", str(database_path), str(KILLS)]

    done = subprocess.run(command, capture_output=True, check=True, text=True)

    found = json.loads(done.stdout)
    assert found["killed"]["worker"] + found["killed"]["relay"] >= KILLS
    assert found["mails"] == 4 * found["killed"]["worker"]
    assert {name: found[name] for name in ("lost", "renamed", "unexplained")} == {
        "lost": [],
        "renamed": [],
        "unexplained": [],
    }
    assert (found["codes_sent_twice"], found["codes_without_end"]) == ([], [])
    assert found["integrity"] == "ok"
    # The kills fell where they matter: some mail went out twice, and some codes at all.
    assert found["sent_again"] > 0
    assert found["codes_sent"] > 0
