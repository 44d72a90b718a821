"""Answers nothing from, and writes nothing to, files of a database that are not there any more."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from satselect.store.sql.sqlite_file import StorageGoneError, check_files
from satselect.web.problems import answer, wants_page

_PAGE = "<!doctype html><title>Unavailable</title><h1>The database is gone</h1><p>Nothing can be shown or changed.</p>"


class StorageChecked:
    """Answers 503 where the files of the database are gone or others; that the process lives is told all the same."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, if it can be true."""
        # Who restarts a process that looks dead would lose what it still holds, and mend nothing.
        if request.path_info != "/livez":
            try:
                check_files()
            except StorageGoneError as error:
                if wants_page(request):
                    return HttpResponse(_PAGE, status=HTTPStatus.SERVICE_UNAVAILABLE)
                return answer(request, error)
        return self._get_response(request)
