"""Errors reported to Sentry: what it was, where in our code, and which request. Nothing that anybody sent."""

import logging
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from satselect._version import __version__
from satselect.telemetry.log_context import notes
from satselect.telemetry.spans import traceparent

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# What Sentry's library says of an event by itself.
_KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "server_name", "sdk")
_TAGS = ("request_id", "batch", "fleet", "iteration")


def report_to_sentry(dsn: str) -> None:
    """Has errors that are logged, or that nobody caught, reported there.

    Raises:
        ImproperlyConfigured: sentry-sdk is not installed, or the address is none.
    """
    try:
        import sentry_sdk
        from sentry_sdk.integrations.atexit import AtexitIntegration
        from sentry_sdk.integrations.excepthook import ExcepthookIntegration
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.integrations.threading import ThreadingIntegration
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        message = f"SATSELECT_SENTRY_DSN needs {error.name}: pip install 'satselect[observe]'"
        raise ImproperlyConfigured(message) from None
    try:
        sentry_sdk.init(
            dsn,
            release=f"satselect@{__version__}",
            # Chosen one by one: those for frameworks would send requests along.
            default_integrations=False,
            integrations=[
                LoggingIntegration(level=None, event_level=logging.ERROR),
                ExcepthookIntegration(),
                ThreadingIntegration(),
                # Else it tells on standard error that it waits
                AtexitIntegration(callback=lambda pending, timeout: None),
            ],
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            send_client_reports=False,
            before_send=only_ours,
        )
    except BadDsn:
        raise ImproperlyConfigured("SATSELECT_SENTRY_DSN: is no address of a Sentry project") from None


def only_ours(event: "Event", hint: "Hint") -> "Event":
    """The event with what is known to be ours, and without all the rest: what errors say may quote what was sent."""
    sent: dict[str, Any] = dict(event)
    kept = {name: sent[name] for name in _KEPT if name in sent}
    if message := sent.get("logentry", {}).get("message"):
        kept["logentry"] = {"message": message}  # before the facts were put in
    kept["exception"] = {
        "values": [
            {name: value for name, value in one.items() if name in {"type", "module", "stacktrace", "mechanism"}}
            for one in sent.get("exception", {}).get("values", ())
        ]
    }
    kept["tags"] = _tags(hint)
    return kept  # type: ignore[return-value]


def _tags(hint: "Hint") -> dict[str, str]:
    known = {**getattr(hint.get("log_record"), "__dict__", {}), **notes()}
    tags = {name: str(known[name]) for name in _TAGS if name in known}
    if parent := traceparent():
        tags["trace_id"] = parent.split("-")[1]
    return tags
