#!/usr/bin/env python
"""Django's command line: `python manage.py migrate`, `python manage.py runserver`."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        sys.stderr.write(f"satselect: {error}\n")
        sys.exit(2)
    execute_from_command_line(sys.argv)
