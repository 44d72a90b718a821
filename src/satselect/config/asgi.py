"""What an ASGI server serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - set up by the line above

from satselect.config.admission import Admission  # noqa: E402
from satselect.config.body_limit import BodyLimit  # noqa: E402
from satselect.config.handler import ThreadedHandler  # noqa: E402
from satselect.observe.requests import Observed  # noqa: E402
from satselect.scheduling.events.handover import HandOver  # noqa: E402

_most = settings.SATSELECT_MAX_REQUESTS
_admitted = Admission(HandOver(ThreadedHandler(most=_most)), most=_most)
application = Observed(BodyLimit(_admitted, limit_bytes=settings.SATSELECT_LIMITS.body_bytes))
