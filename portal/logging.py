"""Logs as JSON lines with the request id; never personal data or sealed content."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from flask import g, has_request_context

from portal import clock


def _add_request(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["at"] = clock.now().isoformat(timespec="milliseconds")
    if has_request_context():
        event["request"] = getattr(g, "request_id", "")
    return event


def install(*, level: int = logging.INFO) -> None:
    """Send every log line of the process to standard error as one line of JSON, cut at 2,000 signs."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _add_request,
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("huey", "fontTools", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
