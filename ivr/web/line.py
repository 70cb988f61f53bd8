"""The Flask app of the line: webhooks, health, the pages behind links, and nothing of any console."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from ivr.web.called_back import CalledBackLine, called_back_blueprint
from ivr.web.case_page import CasePage, case_page_blueprint
from ivr.web.enrol import Enrol, enrol_blueprint
from ivr.web.health import Degraded, health_blueprint
from ivr.web.request import Refused
from ivr.web.spoken import Spoken, spoken_blueprint
from ivr.web.stop import Stop, stop_blueprint
from ivr.web.texts import Texts, texts_blueprint
from ivr.web.voice import Voice, voice_blueprint


def line_app(
    voice: Voice,
    degraded: Degraded,
    *,
    spoken: Spoken | None = None,
    called_back: CalledBackLine | None = None,
    stop: Stop | None = None,
    enrol: Enrol | None = None,
    case_page: CasePage | None = None,
    texts: Texts | None = None,
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
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _empty)
    return app


def _refused(refused: Refused) -> Response:
    return Response(status=refused.status)


def _empty(error: HTTPException) -> Response:
    """Answer with a status alone: the carrier reads a page of text aloud."""
    return Response(status=error.code)
