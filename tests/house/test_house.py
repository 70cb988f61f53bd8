"""About the code itself: what is open to the world, how large things are, what a process loads."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from ivr.entrypoints.product_events.event_webhook import ProductEvents
from ivr.entrypoints.product_events.events_app import events_app
from ivr.entrypoints.voice.callback_webhooks import CalledBackLine
from ivr.entrypoints.voice.code_call_webhooks import Spoken
from ivr.entrypoints.voice.line_app import line_app
from ivr.entrypoints.voice.pages.case_page import CasePage
from ivr.entrypoints.voice.pages.enrollment_page import Enrol
from ivr.entrypoints.voice.pages.stop_page import Stop
from ivr.entrypoints.voice.text_status_webhook import TextStatusConfig
from ivr.entrypoints.voice.voice_webhooks import VoiceConfig

FILES = sorted(Path("ivr").rglob("*.py"))
HEAVY = ("sqlalchemy", "twilio", "flask", "pydantic", "babel", "granian", "alembic")


def test_every_route_is_a_signed_post_but_for_health_and_the_links_in_messages() -> None:
    # Made of nothing, since no route is called.
    voice = VoiceConfig(**dict.fromkeys(VoiceConfig.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    spoken = Spoken(**dict.fromkeys(Spoken.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    back = CalledBackLine(**dict.fromkeys(CalledBackLine.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    stop = Stop(**dict.fromkeys(Stop.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    enrol = Enrol(**dict.fromkeys(Enrol.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    page = CasePage(**dict.fromkeys(CasePage.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    texts = TextStatusConfig(**dict.fromkeys(TextStatusConfig.__dataclass_fields__))  # type: ignore[arg-type]  # as above
    app = line_app(
        voice,
        lambda: (),
        spoken=spoken,
        called_back=back,
        stop=stop,
        enrol=enrol,
        case_page=page,
        texts=texts,
    )

    routes = {
        (rule.rule, *sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
    }

    assert routes == {
        ("/voice", "POST"),
        ("/voice/status", "POST"),
        ("/voice/transcribed", "POST"),
        ("/voice/fallback", "POST"),
        ("/voice/<stage>/<path:text>", "POST"),
        ("/voice/spoken/<path:text>", "POST"),
        ("/voice/call-back/<path:text>", "POST"),
        ("/voice/call-back-status/<name>", "POST"),
        ("/texts/status/<name>", "POST"),
        ("/healthz", "GET"),
        ("/readyz", "GET"),
        ("/stop/<number>/<token>", "GET"),
        ("/stop/<number>/<token>", "POST"),
        ("/enrol/<invitation>/<token>", "GET"),
        ("/enrol/<invitation>/<token>", "POST"),
        ("/case/<number>", "GET"),
    }


def test_what_the_product_tells_has_a_listener_of_its_own() -> None:
    nothing = ProductEvents(**dict.fromkeys(ProductEvents.__dataclass_fields__))  # type: ignore[arg-type]  # no route is called

    rules = events_app(nothing).url_map.iter_rules()

    assert {(rule.rule, *sorted((rule.methods or set()) - {"HEAD"})) for rule in rules} == {
        ("/product/events", "POST"),
        ("/healthz", "GET"),
    }


def test_files_and_functions_stay_small() -> None:
    sizes = {str(file): sum(bool(line.strip()) for line in file.read_text().splitlines()) for file in FILES}
    functions = {
        f"{file}:{node.name}": (node.end_lineno or 0) - node.lineno
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    }

    assert {name: size for name, size in sizes.items() if size > 300} == {}
    assert {name: size for name, size in functions.items() if size > 50} == {}


def test_nothing_is_left_to_do_later_and_no_name_says_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "misc"}

    assert [file for file in FILES if file.stem in vague] == []
    assert [file for file in FILES if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", file.read_text())] == []


def test_help_loads_nothing_heavy() -> None:
    script = "import sys\nsys.argv = ['ivr', '--help']\nfrom ivr.cli.group import main\n"
    script += "try: main()\nexcept SystemExit: pass\n"
    script += f"print([name for name in {HEAVY!r} if name in sys.modules])"

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.strip().splitlines()[-1] == "[]"


def test_a_line_never_loads_what_only_migrations_and_tools_need() -> None:
    script = "import sys, ivr.bootstrap.line_process\n"
    script += "print([n for n in ('alembic', 'hypothesis', 'bs4', 'markdown_it') if n in sys.modules])"

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "[]"


def test_a_process_takes_the_secrets_out_of_its_environment(tmp_path: Path) -> None:
    script = (
        "import os\nfrom ivr.bootstrap.line_process import application\napplication()\n"
        "names = ('TWILIO_AUTH_TOKEN', 'IVR_KEY', 'IVR_OIDC_CLIENT_SECRET')\n"
        "print([name for name in names if name in os.environ])"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "IVR_HOME": str(tmp_path),
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
        "IVR_KEY": "k" * 40,
        "IVR_OIDC_ISSUER": "https://login.example.com",
        "IVR_OIDC_CLIENT_ID": "desk",
        "IVR_OIDC_CLIENT_SECRET": "hush",
    }

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
