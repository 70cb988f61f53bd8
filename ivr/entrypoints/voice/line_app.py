"""The Flask app of the line: webhooks, health, the pages behind links, and nothing of any console."""

from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ivr.domain.dialogue.place import STAGES
from ivr.entrypoints.voice.callback_webhooks import CalledBackLine, called_back_blueprint
from ivr.entrypoints.voice.code_call_webhooks import Spoken, spoken_blueprint
from ivr.entrypoints.voice.health import Degraded, health_blueprint
from ivr.entrypoints.voice.pages.case_page import CasePage, case_page_blueprint
from ivr.entrypoints.voice.pages.enrollment_page import Enrol, enrol_blueprint
from ivr.entrypoints.voice.pages.stop_page import Stop, stop_blueprint
from ivr.entrypoints.voice.request_check import RequestRefused
from ivr.entrypoints.voice.text_status_webhook import TextStatusConfig, texts_blueprint
from ivr.entrypoints.voice.voice_webhooks import VoiceConfig, voice_blueprint

_VOICE: Final = "/voice"
_NAMES: Final = {404: "no_such_route", 405: "wrong_method", 413: "too_long"}


def line_app(
    voice: VoiceConfig,
    degraded: Degraded,
    *,
    spoken: Spoken | None = None,
    called_back: CalledBackLine | None = None,
    stop: Stop | None = None,
    enrol: Enrol | None = None,
    case_page: CasePage | None = None,
    texts: TextStatusConfig | None = None,
) -> Flask:
    """Build the app. All but voice: None where nobody is verified by phone; enrol: where nobody enrols."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # a redirect would turn a webhook into a GET without its fields
    app.register_blueprint(voice_blueprint(voice))
    app.register_blueprint(health_blueprint(degraded))
    if spoken is not None:
        app.register_blueprint(spoken_blueprint(spoken))
    if called_back is not None:
        app.register_blueprint(called_back_blueprint(called_back))
    if stop is not None:
        app.register_blueprint(stop_blueprint(stop))
    if enrol is not None:
        app.register_blueprint(enrol_blueprint(enrol))
    if case_page is not None:
        app.register_blueprint(case_page_blueprint(case_page))
    if texts is not None:
        app.register_blueprint(texts_blueprint(texts))
    _register_refusals(app, voice)
    return app


def _register_refusals(app: Flask, voice: VoiceConfig) -> None:
    """Answer what is refused with a status alone: the carrier reads a page of text aloud."""
    webhooks = frozenset(_beginning(rule.rule) for rule in app.url_map.iter_rules() if _is_webhook(rule.rule))

    def tell(reason: str, status: int | None) -> Response:
        # Of the address no more than its beginning: the rest may name a place, a case or a message.
        route = _beginning(request.path)
        if _is_webhook(route):
            route = route if route in webhooks or route.rpartition("/")[2] in STAGES else _VOICE
            voice.rarely.tell("webhook_refused", reason, at=voice.clock.now(), status=status, route=route)
        return Response(status=status)

    @app.errorhandler(RequestRefused)
    def refused(fault: RequestRefused) -> Response:
        return tell(fault.reason, fault.status)

    @app.errorhandler(HTTPException)
    def empty(error: HTTPException) -> Response:
        return tell(_NAMES.get(error.code or 0, "other"), error.code)


def _is_webhook(path: str) -> bool:
    return path == _VOICE or path.startswith(f"{_VOICE}/")


def _beginning(path: str) -> str:
    """Give what tells the route: at most two segments of the address."""
    return "/".join(path.split("/")[:3])
