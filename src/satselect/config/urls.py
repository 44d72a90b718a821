"""Every address of the service."""

from django.urls import include, path

from satselect.admin.site import site
from satselect.api.service import api
from satselect.web.static_files import serve

urlpatterns = [
    path("admin/", site.urls),
    path("static/<path:name>", serve, name="static"),
    path("", include("satselect.console.urls")),  # first, for the API has a root of its own
    path("", api.urls),
]

handler400 = "satselect.config.errors.bad_request"
handler403 = "satselect.config.errors.permission_denied"
handler404 = "satselect.config.errors.page_not_found"
handler500 = "satselect.config.errors.server_error"
