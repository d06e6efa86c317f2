"""Logs: one event a line on stderr, cut where long, with control characters escaped and secrets out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog

from config.settings import LogSettings

LONGEST = 512

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_SECRET_KEYS = re.compile(r"password|token|secret|authorization|cookie", re.IGNORECASE)


def configure_logs(settings: LogSettings) -> None:
    """Set up logging for this process; the libraries' own logs go through it too, from warnings up."""
    level = getattr(logging, settings.level.upper())
    if settings.json_lines:
        last: list[Any] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_serialise),
        ]
    else:
        # The default formatter would print local variables, passwords among them.
        plain = structlog.dev.plain_traceback
        last = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), sort_keys=False, exception_formatter=plain
            )
        ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            clean,
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_on_stderr,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s")
    for name in ("apscheduler", "urllib3", "zeep", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _on_stderr(*_arguments: Any) -> structlog.PrintLogger:
    """A printer on what is standard error now: whoever redirects it later is followed."""
    return structlog.PrintLogger(sys.stderr)


def clean(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Texts from outside are cut, control characters shown as escapes, secrets never shown (M34, M44)."""
    return {name: "…" if _SECRET_KEYS.search(name) else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    shown = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", value)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _serialise(value: Any, **_options: Any) -> str:
    return orjson.dumps(value, default=str).decode()
