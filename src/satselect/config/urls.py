"""Every address of the service."""

from django.urls import path

from satselect.api.service import api
from satselect.config.static_files import serve

urlpatterns = [
    path("static/<path:name>", serve, name="static"),
    path("", api.urls),
]

handler400 = "satselect.api.errors.bad_request"
handler403 = "satselect.api.errors.permission_denied"
handler404 = "satselect.api.errors.page_not_found"
handler500 = "satselect.api.errors.server_error"
