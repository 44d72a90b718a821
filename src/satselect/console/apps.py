"""The Django app with the console's templates and static files."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """It has no tables."""

    name = "satselect.console"
    label = "console"
