"""`ivr events`: a process of its own that hears the product, and says why it does not."""

import hashlib
import hmac
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.processes.events import command
from tests.process.served import free_port, until

ROOT = Path(__file__).parents[2]
RUN = "from ivr.cli.processes.events import command; command()"
SECRET = "secret-of-both-sides-" * 2


def asked(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.read()
        return reply.status


def answers(port: int) -> bool:
    try:
        return asked(port, "GET", "/healthz") == 200
    except OSError:
        return False


def signed(body: bytes) -> dict[str, str]:
    stamp = f"{time.time():.0f}"  # noqa: TID251 -- the process that is asked goes by this clock
    text = f"{stamp}\n".encode() + body
    made = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    return {"X-IVR-Timestamp": stamp, "X-IVR-Signature": made}


@contextmanager
def served(home: Path, port: int) -> Iterator[None]:
    environ = {
        "PATH": os.environ["PATH"],
        "IVR_HOME": str(home),
        "IVR_PRODUCT_SECRET": SECRET,
        "PYTHONPATH": str(ROOT),
    }
    line = [sys.executable, "-c", RUN, "--port", str(port)]
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(line, cwd=ROOT, env=environ, stdout=said, stderr=said)
    try:
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, (home / "said").read_text()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_it_hears_what_is_signed_and_serves_nothing_of_the_line(tmp_path: Path) -> None:
    port, event = free_port(), b'{"what": "nothing that we know"}'

    with served(tmp_path, port):
        unsigned = asked(port, "POST", "/product/events", event)
        believed = asked(port, "POST", "/product/events", event, **signed(event))
        others = {asked(port, "POST", path) for path in ("/voice", "/case/900000001/claim", "/")}

    # 400: it is the product that speaks, and what it says is nothing.
    assert (unsigned, believed, others) == (401, 400, {404})


def test_a_process_takes_the_secrets_out_of_its_environment(tmp_path: Path) -> None:
    script = (
        "import os\nfrom ivr.bootstrap.events_process import application\napplication()\n"
        "names = ('IVR_PRODUCT_SECRET', 'IVR_KEY', 'IVR_DATABASE_URL')\n"
        "print([name for name in names if name in os.environ])"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "IVR_HOME": str(tmp_path),
        "IVR_PRODUCT_SECRET": SECRET,
        "IVR_KEY": "k" * 40,
        "IVR_DATABASE_URL": f"sqlite:///{tmp_path}/ivr.db",
    }

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("IVR_PRODUCT_SECRET", SECRET)
    return tmp_path


@pytest.mark.usefixtures("home")
def test_without_a_secret_nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IVR_PRODUCT_SECRET")

    done = CliRunner().invoke(command, [])

    assert done.exit_code == 2
    assert "IVR_PRODUCT_SECRET is not set" in " ".join(done.output.split())


@pytest.mark.usefixtures("home")
def test_a_listener_that_others_could_reach_in_clear_is_not_started() -> None:
    done = CliRunner().invoke(command, ["--host", "0.0.0.0"])  # noqa: S104 -- refused

    assert done.exit_code == 2
    assert "add --behind-https" in " ".join(done.output.split())


@pytest.mark.usefixtures("home")
def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(command, ["--port", str(port)])

    assert done.exit_code == 2
    assert f"127.0.0.1:{port} cannot be used" in done.output
