"""Log lines for the people who run the service: one JSON object each, on standard error."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from ivr.domain.redaction import masked_digit_runs


def log_to_stderr(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_digit_runs,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _without_digit_runs(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what an exception quotes: a number, or a code that somebody said aloud."""
    if "exception" in event:
        event["exception"] = masked_digit_runs(str(event["exception"]))
    return event
