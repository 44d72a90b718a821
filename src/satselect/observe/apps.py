from django.apps import AppConfig


class ObserveConfig(AppConfig):
    """Has facts counted and logged from the moment on that Django is set up."""

    name = "satselect.observe"

    def ready(self) -> None:
        """Starts listening."""
        from satselect.observe.journal import log_fact
        from satselect.observe.metrics import METRICS
        from satselect.telemetry.listeners import listen

        METRICS.watch_database()
        listen(METRICS.hear)
        listen(log_fact)
