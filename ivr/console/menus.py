"""The page of who writes the menus: how the lines stand now, and where what callers hear is changed."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ivr.console.access import allowed, member
from ivr.console.work import Work, opening_of


def menus_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("menus", __name__)

    @blueprint.get("/menus")
    @allowed("operator")
    def page() -> ResponseReturnValue:
        at, times = work.clock.now(), work.times(member())
        return render_template(
            "menus.html",
            lines=[opening_of(line, at, times) for line in work.lines.values()],
            dispositions=work.dispositions,
            zone=times.name(at),
        )

    return blueprint
