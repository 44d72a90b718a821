import os

from django.apps import AppConfig


class ObserveConfig(AppConfig):
    """Has facts counted and logged from the moment on that Django is set up."""

    name = "satselect.observe"

    def ready(self) -> None:
        """Starts listening, tracing and reporting, as the settings have it."""
        # Not at the top: these import models, which Django has not loaded before it calls this.
        from django.conf import settings

        from satselect.observe.journal import log_fact
        from satselect.observe.metrics import METRICS
        from satselect.observe.sentry import report_to_sentry
        from satselect.observe.traces import tracer_asked_for
        from satselect.telemetry.listeners import listen
        from satselect.telemetry.spans import trace_with

        METRICS.watch_database()
        listen(METRICS.hear)
        listen(log_fact)
        trace_with(tracer_asked_for(os.environ))
        if settings.SATSELECT_SENTRY_DSN:
            report_to_sentry(settings.SATSELECT_SENTRY_DSN)
