"""What an ASGI server serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - set up by the line above

from satselect.observe.requests import Observed  # noqa: E402
from satselect.web.asgi.admission import Admission  # noqa: E402
from satselect.web.asgi.bodies import Allowed, Bodies  # noqa: E402
from satselect.web.asgi.body_limit import BodyLimit  # noqa: E402
from satselect.web.asgi.caller_of_head import whose  # noqa: E402
from satselect.web.asgi.handler import ThreadedHandler  # noqa: E402
from satselect.web.asgi.handover import HandOver  # noqa: E402
from satselect.web.runtime import runtime  # noqa: E402

runtime()  # made before there are threads that could each make one
_most = settings.SATSELECT_MAX_REQUESTS
_admitted = Admission(HandOver(ThreadedHandler(most=_most)), most=_most)
_allowed = Allowed(
    body_bytes=settings.SATSELECT_LIMITS.body_bytes,
    held_bytes=settings.SATSELECT_MAX_HELD_BYTES,
    within_s=settings.SATSELECT_BODY_TIMEOUT_S,
)
# From outside in: what is too large is cut off, bodies are read, requests are let in, and answered. Reading comes
# before letting in: a body that is on its way takes no place from others.
_read = Bodies(_admitted, allowed=_allowed, whose=whose)
application = Observed(BodyLimit(_read, limit_bytes=settings.SATSELECT_LIMITS.body_bytes))
