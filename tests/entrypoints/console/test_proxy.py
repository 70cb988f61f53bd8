"""docs/nginx.conf as it ships, in front of a real console: only names, ports and certificates are put in."""

import http.client
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyotp import TOTP

from tests.adapters.database.case_kept import on_record
from tests.entrypoints.console.test_console_command import answers
from tests.process.served import IVR, ROOT, free_port, until
from tests.programs import NO_NGINX, nginx

NGINX = nginx()
pytestmark = pytest.mark.skipif(NGINX is None, reason=NO_NGINX)

DESK, LINE, PRODUCT = "desk.example.com", "ivr.example.com", "product.example.com"
PASSWORD = "a heron stands in the rain"
PATIENCE_S = 30
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_SEED = re.compile(r'<code class="seed">([A-Z2-7 ]+)</code>')
_ADDRESS = re.compile(r'"from":"([0-9a-f]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """port: where nginx listens. behind: where the console does. trusted: the certificate's own file."""

    port: int
    plain: int
    behind: int
    home: Path
    trusted: Path

    def connect(self, host: str = DESK) -> http.client.HTTPConnection:
        """Open a connection to nginx as somebody who looked *host* up does."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        try:
            wrapped = context.wrap_socket(raw, server_hostname=host)
        except OSError:
            raw.close()
            raise
        connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
        connection.sock = wrapped
        return connection

    def addresses(self) -> list[str]:
        """List where sign-ins came from, as the audit has it: hashed."""
        bodies = [record.body for record in on_record(f"sqlite:///{self.home}/ivr.db")]
        return [found[1] for body in bodies if (found := _ADDRESS.search(body))]


@dataclass(slots=True, kw_only=True)
class Browser:
    """Keeps the one cookie, and asks through nginx."""

    front: Front
    host: str = DESK
    cookie: str = ""
    seen: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        sent = {"Cookie": self.cookie} if self.cookie else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(self.front.connect(self.host)) as connection:
            connection.request(method, path, body.encode() or None, sent)
            reply = connection.getresponse()
            given = Reply(status=reply.status, headers=reply.headers, text=reply.read().decode())
        if set_cookie := given.headers.get("Set-Cookie"):
            self.seen.append(set_cookie)
            self.cookie = set_cookie.partition(";")[0]
        return given

    def post(self, page: str, path: str, **typed: str) -> Reply:
        hidden = {name: unescape(value) for name, value in _FIELD.findall(self.ask("GET", page).text)}
        return self.ask("POST", path, urlencode({**hidden, **typed}))

    def join(self, link: str) -> Reply:
        found = _SEED.search(self.ask("GET", link).text)
        assert found is not None
        code = TOTP(found[1].replace(" ", "")).now()
        return self.post(link, link, password=PASSWORD, code=code)


def certify(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of the three names, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DESK)])
    now = datetime.fromtimestamp(0, UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in (DESK, LINE, PRODUCT)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * 200))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "front.pem", folder / "front.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def written(folder: Path, *, port: int, plain: int, behind: int) -> Path:
    """Write the shipped file with the ports and certificates of the test, and what nginx needs around it."""
    certificate, private = folder / "front.pem", folder / "front.key"
    text = (ROOT / "docs" / "nginx.conf").read_text()
    for host in (DESK, LINE, PRODUCT):
        text = text.replace(f"/etc/ssl/{host}.pem", str(certificate))
        text = text.replace(f"/etc/ssl/{host}.key", str(private))
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ").replace(
        "listen 80;", f"listen 127.0.0.1:{plain};"
    )
    text = text.replace("127.0.0.1:5001", f"127.0.0.1:{behind}").replace("127.0.0.1:5002", "127.0.0.1:9")
    text = text.replace("127.0.0.1:5000", "127.0.0.1:9")
    text = text.replace("/var/log/nginx/ivr.log", str(folder / "error.log"))
    (folder / "ivr.conf").write_text(text)
    kept = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ {kept}\ninclude {folder}/ivr.conf;\n}}\n"
    )
    return whole


def is_heard(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(line: list[str], said: Path, environ: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    with said.open("wb") as out:
        process = subprocess.Popen(line, cwd=ROOT, env=environ, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    home = folder / "home"
    home.mkdir()
    certificate, _ = certify(folder)
    port, plain, behind = free_port(), free_port(), free_port()
    whole = written(folder, port=port, plain=plain, behind=behind)
    environ = {"PATH": f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/bin", "IVR_HOME": str(home)}
    console = [IVR, "console", "--behind-https", "--port", str(behind)]
    with ExitStack() as stack:
        first = stack.enter_context(running(console, folder / "console.said", environ))
        until(lambda: answers(behind) or first.poll() is not None)
        assert first.poll() is None, (folder / "console.said").read_text()
        second = stack.enter_context(
            running([str(NGINX), "-p", str(folder), "-c", str(whole)], folder / "nginx.said", environ)
        )
        until(lambda: is_heard(port) or second.poll() is not None)
        assert second.poll() is None, (folder / "nginx.said").read_text()
        yield Front(port=port, plain=plain, behind=behind, home=home, trusted=certificate)


@pytest.fixture(scope="module")
def ana(front: Front) -> Browser:
    """Let a member join through nginx; whoever joins is signed in."""
    environ = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "IVR_HOME": str(front.home)}
    line = [IVR, "staff", "add", "ana", "--role", "agent", "--line", "support"]
    said = subprocess.run(line, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
    found = re.search(r"/join/[0-9a-f]{64}", said)
    assert found is not None, said
    browser = Browser(front=front)
    assert browser.join(found[0]).status == 303
    return browser


def test_a_member_signs_in_through_the_proxy_with_a_cookie_that_is_bound_to_the_host(ana: Browser) -> None:
    page = ana.ask("GET", "/")

    assert (page.status, "No case waits." in page.text) == (200, True)
    assert all(
        one.startswith("__Host-desk=") and "Secure; HttpOnly; Path=/; SameSite=Strict" in one
        for one in ana.seen
    )
    assert page.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert page.headers.get_all("Cache-Control") == ["no-store"]


def test_an_event_arrives_while_its_stream_is_still_open(ana: Browser) -> None:
    with closing(ana.front.connect()) as connection:
        connection.request("GET", "/events", headers={"Cookie": ana.cookie})
        reply = connection.getresponse()

        first = reply.readline()

        assert reply.headers["Content-Type"].startswith("text/event-stream")
        assert first == b"retry: 2000\n"
        assert not reply.isclosed()


def test_nobody_says_of_oneself_where_one_is(front: Front) -> None:
    before = len(front.addresses())
    for address in ("203.0.113.9", "198.51.100.7"):
        browser = Browser(front=front)
        hidden = dict(_FIELD.findall(browser.ask("GET", "/sign-in").text))
        body = urlencode({**hidden, "name": "ana", "password": "wrong"})
        forged = {"X_Forwarded_For": address, "Forwarded": f"for={address}", "X_Real_IP": address}
        assert browser.ask("POST", "/sign-in", body, **forged).status == 401

    through = front.addresses()[before:]

    assert len(through) == 2
    assert len(set(through)) == 1


def test_the_same_words_would_be_believed_without_the_proxy(front: Front) -> None:
    before = len(front.addresses())
    for address in ("203.0.113.9", "198.51.100.7"):
        with closing(http.client.HTTPConnection("127.0.0.1", front.behind, timeout=PATIENCE_S)) as straight:
            straight.request("GET", "/sign-in")
            reply = straight.getresponse()
            hidden = dict(_FIELD.findall(reply.read().decode()))
            cookie = (reply.getheader("Set-Cookie") or "").partition(";")[0]
            body = urlencode({**hidden, "name": "ana", "password": "wrong"})
            kind = "application/x-www-form-urlencoded"
            headers = {"X-Forwarded-For": address, "Cookie": cookie, "Content-Type": kind}
            straight.request("POST", "/sign-in", body, headers)
            assert straight.getresponse().status == 401

    assert len(set(front.addresses()[before:])) == 2


def test_more_than_a_form_holds_is_refused_at_the_door(ana: Browser) -> None:
    assert ana.ask("POST", "/search", "x" * (64 * 1024 + 1)).status == 413


@pytest.mark.parametrize("path", ["/", "/sign-in", "/events", "/healthz", "/product/events/x"])
def test_the_product_s_host_has_one_address(front: Front, path: str) -> None:
    assert Browser(front=front, host=PRODUCT).ask("GET", path).status == 404


def test_the_line_s_host_never_reaches_the_console(front: Front) -> None:
    assert Browser(front=front, host=LINE).ask("GET", "/sign-in").status == 502


def test_who_asks_for_no_name_of_ours_gets_no_certificate(front: Front) -> None:
    with pytest.raises(ssl.SSLError, match="unrecognized name"):
        front.connect("elsewhere.example.com")


def test_a_browser_that_begins_in_clear_is_sent_to_https(front: Front) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE_S)) as plain:
        plain.request("GET", "/case/912345678", headers={"Host": DESK})
        reply = plain.getresponse()

        assert (reply.status, reply.getheader("Location")) == (301, f"https://{DESK}/case/912345678")


def test_no_link_that_lets_a_member_in_is_left_in_a_log_of_the_proxy(ana: Browser) -> None:
    files = [file for file in ana.front.trusted.parent.iterdir() if file.is_file()]

    assert not [file.name for file in files if "/join/" in file.read_text(errors="replace")]
