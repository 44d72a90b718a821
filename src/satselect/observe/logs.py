"""Log lines: an event and facts, as text for people or as JSON for programs. Never a key, never what a client sent."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType

from satselect._version import __version__
from satselect.observe.errors import lines_of
from satselect.telemetry.log_context import notes
from satselect.telemetry.spans import traceparent

# The three besides are set by formatters, and by Python from 3.12 on.
_STANDARD = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"}
_UNTOLD = frozenset({"request"})
"""What Django adds to its own lines: it tells of the query that was sent."""
# Put together once, and not for each line.
_OF_RECORDS = _STANDARD | _UNTOLD
# How uvicorn begins what it says of them: nothing else tells these lines apart
_UNREADABLE = ("Invalid HTTP request", "Unsupported upgrade request", "No supported WebSocket library")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Notes(logging.Filter):
    """Notes on each record what is known where it is written: request, batch, trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: every record passes."""
        known = dict(notes())
        if parent := traceparent():
            _, known["trace_id"], known["span_id"], _ = parent.split("-")
        for name, value in known.items():
            record.__dict__.setdefault(name, value)  # what the line says itself goes before
        return True


class Quietly(logging.Filter):
    """Tells what clients do wrong in one line of level INFO: it is answered to them, and no news for the operator."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self._level = logging.getLevelNamesMapping()[level.upper()]

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is told."""
        if not _is_of_client(record):
            return True
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "request.malformed", ()
        record.exc_info = record.exc_text = record.stack_info = None
        record.kind = record.name.rpartition(".")[2]
        record.__dict__.pop("request", None)
        return self._level <= logging.INFO


def _is_of_client(record: logging.LogRecord) -> bool:
    """Whether the framework refused what a client sent, or the server could not read it."""
    if record.name.startswith("django.security."):
        return True
    return record.name == "uvicorn.error" and str(record.msg).startswith(_UNREADABLE)


class TextLines(logging.Formatter):
    """`time LEVEL event name=value ...`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and those of an error below it."""
        said = [_time(record), record.levelname, record.getMessage()]
        said += [f"{name}={value}" for name, value in _facts(record).items()]
        return "\n".join([" ".join(said), *_error(record)])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        document = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            "program": f"satselect {__version__}",
            **_facts(record),
        }
        if error := _error(record):
            document["error"] = error
        return json.dumps(document, default=str)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facts(record: logging.LogRecord) -> Mapping[str, object]:
    return {name: value for name, value in record.__dict__.items() if name not in _OF_RECORDS}


def _error(record: logging.LogRecord) -> list[str]:
    raised: _Raised | None = record.exc_info
    return list(lines_of(raised[1])) if raised and raised[1] else []
