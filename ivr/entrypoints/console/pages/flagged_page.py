"""The page of cases that a supervisor is to look at, since somebody said so when a call was over."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.page_words import STATES
from ivr.entrypoints.console.sign_in.access import allowed, member


def flagged_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("flagged", __name__)

    @blueprint.get("/flagged")
    @allowed("supervisor")
    def page() -> ResponseReturnValue:
        times, names = work.times(member()), work.names()
        return render_template(
            "flagged.html",
            flagged=work.seeing.flagged(member(), work.for_supervisors),
            dispositions=work.dispositions,
            states=STATES,
            shown=times.shown,
            named=names.of,
            zone=times.name(work.clock.now()),
        )

    return blueprint
