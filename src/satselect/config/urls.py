"""Every address of the service."""

from django.urls import include, path

from satselect.admin.site import site
from satselect.api.service import api
from satselect.config.root import root
from satselect.stapi.service import stapi
from satselect.web.static_files import serve

urlpatterns = [
    path("admin/", site.urls),
    path("static/<path:name>", serve, name="static"),
    path("", root),  # first, for the APIs have roots of their own
    path("", api.urls),  # before the console's, of which each is tried in turn
    path("", include("satselect.console.urls")),
    path("", stapi.urls),
]

handler400 = "satselect.config.errors.bad_request"
handler403 = "satselect.config.errors.permission_denied"
handler404 = "satselect.config.errors.page_not_found"
handler500 = "satselect.config.errors.server_error"
