"""`ivr console`: a process of its own, which listens where it may, and says why where it may not."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from bench.tabs import signed_in
from ivr.cli.processes.console import command
from tests.process.served import free_port, until

ROOT = Path(__file__).parents[3]
RUN = "from ivr.cli.processes.console import command; command()"


def asked(port: int, path: str) -> tuple[int, str, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.getheader("Location") or "", reply.read().decode()


def answers(port: int) -> bool:
    try:
        return asked(port, "/healthz")[0] == 200
    except OSError:
        return False


@contextmanager
def served(home: Path, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    environ = {"PATH": os.environ["PATH"], "IVR_HOME": str(home), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-c", RUN, "--port", str(port)]
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(line, cwd=ROOT, env=environ, stdout=said, stderr=said)
    try:
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, (home / "said").read_text()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_a_console_serves_the_sign_in_and_health_and_sends_all_else_there(tmp_path: Path) -> None:
    port = free_port()

    with served(tmp_path, port):
        replies = [asked(port, path) for path in ("/healthz", "/sign-in", "/", "/case/123456789")]

    assert [(status, where) for status, where, _ in replies] == [
        (200, ""),
        (200, ""),
        (302, "/sign-in?back=/"),
        (302, "/sign-in?back=/case/123456789"),
    ]
    assert "<h1>Sign in</h1>" in replies[1][2]


def test_what_is_typed_reaches_the_console(tmp_path: Path) -> None:
    port = free_port()

    with served(tmp_path, port), closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        cookie, text = str(page.getheader("Set-Cookie")).partition(";")[0], page.read().decode()
        fields = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', text))
        body = urlencode({**fields, "name": "nobody at all", "password": "a heron stands in the rain"})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", body, headers)
        reply = connection.getresponse()

        assert (reply.status, "nobody at all" in reply.read().decode()) == (401, True)


def test_open_pages_end_with_the_process_and_hold_it_up_for_nothing(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, port) as process:
        (cookie,) = signed_in(tmp_path, members=1)
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as page:
            page.request("GET", "/events", headers={"Cookie": f"desk={cookie}"})
            reply = page.getresponse()
            first = reply.readline()
            process.send_signal(signal.SIGTERM)
            rest = reply.read()

    assert (reply.status, first) == (200, b"retry: 2000\n")
    # A whole reply, and not one that was cut off when the process was killed.
    assert reply.isclosed()
    assert b"No case waits." in rest
    assert "refused to gracefully stop" not in (tmp_path / "said").read_text()


def test_a_process_takes_the_secrets_out_of_its_environment(tmp_path: Path) -> None:
    script = (
        "import os\nfrom ivr.bootstrap.console_process import application\napplication()\n"
        "names = ('TWILIO_AUTH_TOKEN', 'IVR_KEY', 'IVR_DATABASE_URL', 'IVR_OIDC_CLIENT_SECRET')\n"
        "print([name for name in names if name in os.environ])"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "IVR_HOME": str(tmp_path),
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
        "IVR_KEY": "k" * 40,
        "IVR_OIDC_ISSUER": "https://login.example.com",
        "IVR_OIDC_CLIENT_ID": "desk",
        "IVR_OIDC_CLIENT_SECRET": "hush",
        "IVR_DATABASE_URL": f"sqlite:///{tmp_path}/ivr.db",
    }

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("home")
def test_a_console_that_others_could_reach_in_clear_is_not_started() -> None:
    done = CliRunner().invoke(command, ["--host", "0.0.0.0"])  # noqa: S104 -- refused

    assert done.exit_code == 2
    assert "add --behind-https" in " ".join(done.output.split())


@pytest.mark.usefixtures("home")
def test_a_company_s_own_sign_in_without_its_extra_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IVR_OIDC_ISSUER", "https://login.example.com")
    monkeypatch.setenv("IVR_OIDC_CLIENT_ID", "desk")
    monkeypatch.setenv("IVR_OIDC_CLIENT_SECRET", "hush")
    # What Python itself keeps of a library that is not there.
    monkeypatch.setitem(sys.modules, "authlib", None)

    done = CliRunner().invoke(command, ["--port", str(free_port())])

    said = " ".join(done.output.split())
    assert done.exit_code == 2
    assert "IVR_OIDC_ISSUER is set, and the extra oidc is not installed" in said
    assert "pip install 'answer-line[oidc]'" in said
    assert "[missing-extra]" in said


@pytest.mark.usefixtures("home")
def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(command, ["--port", str(port)])

    assert done.exit_code == 2
    assert f"127.0.0.1:{port} cannot be used" in done.output
    assert "choose another --port" in " ".join(done.output.split())
