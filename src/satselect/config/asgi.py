"""What an ASGI server serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
_django = get_asgi_application()

from django.conf import settings  # noqa: E402 - set up by the line above

from satselect.config.admission import Admission  # noqa: E402
from satselect.config.body_limit import BodyLimit  # noqa: E402
from satselect.observe.requests import Observed  # noqa: E402
from satselect.scheduling.handover import HandOver  # noqa: E402

_admitted = Admission(HandOver(_django), most=settings.SATSELECT_MAX_REQUESTS)
application = Observed(BodyLimit(_admitted, limit_bytes=settings.SATSELECT_LIMITS.body_bytes))
