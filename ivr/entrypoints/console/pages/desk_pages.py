"""Every page at which members work."""

from flask import Blueprint

from ivr.entrypoints.console.live.watched import watching_blueprint
from ivr.entrypoints.console.pages.callers_page import on_line_blueprint
from ivr.entrypoints.console.pages.card_page import card_blueprint
from ivr.entrypoints.console.pages.flagged_page import flagged_blueprint
from ivr.entrypoints.console.pages.menus_page import menus_blueprint
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.queue_page import queue_blueprint


def desk_pages(work: Work) -> tuple[Blueprint, ...]:
    return (
        queue_blueprint(work),
        card_blueprint(work),
        on_line_blueprint(work),
        flagged_blueprint(work),
        menus_blueprint(work),
        watching_blueprint(work),
    )
