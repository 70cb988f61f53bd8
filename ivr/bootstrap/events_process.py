"""One process of the listener for the product's events, as a server starts it."""

import secrets
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.logging import log_to_stderr
from ivr.bootstrap.last_good_menu import keep_telling, menu_to_serve
from ivr.bootstrap.startup import anchor_of, check_key, directory_of, line_key, settings_of_process
from ivr.domain.recovery.policy import Policy
from ivr.entrypoints.product_events.event_webhook import ProductEvents
from ivr.entrypoints.product_events.events_app import events_app
from ivr.entrypoints.voice.request_front import Front
from ivr.services.desk.product.product_events import Telling

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application() -> "WSGIApplication":
    """Build the listener of this process from its environment, and take the secrets out of it.

    Raises ValueError without the secret by which the product is known.
    """
    settings = settings_of_process()
    log_to_stderr(settings.log_level)
    if settings.product is None:
        raise ValueError("nobody could sign an event: IVR_PRODUCT_SECRET is not set")
    served = menu_to_serve(settings)
    keep_telling(served, settings)
    database = Database(settings.database_url.reveal(), breaker=Breaker(), durability="survives_power_loss")
    Finalize(None, database.close, exitpriority=0)
    key = line_key(settings)
    check_key(settings, key, database)
    telling = Telling(
        cases=SqlCases(database, key=key, anchor=anchor_of(settings), is_patient=True),
        directory=directory_of(settings, database),
        policy=served.tree.verification or Policy(),
        key=key,
        fresh=lambda: secrets.token_hex(16),
    )
    return events_app(ProductEvents(telling=telling, secret=settings.product.secret, clock=WallClock()))


def front() -> Front:
    """Build the listener behind its front."""
    return Front(application())
