"""The one runtime of this process, for every edge."""

from django.apps import apps

from satselect.application.runtime import Runtime


def runtime() -> Runtime:
    """What `config` makes of the settings (`config.apps`)."""
    made: Runtime = apps.get_app_config("config").runtime  # type: ignore[attr-defined]
    return made
