"""Style sheets, scripts and pictures, served by the service itself: there may be no other server, and no internet."""

import mimetypes
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "public, no-cache"


class NamedByContent(StaticFilesStorage):
    """Static files whose addresses change with what is in them, so that browsers may keep them for good."""

    def url(self, name: str | None) -> str:
        """The address of a static file; `{% static %}` writes it."""
        address = super().url(name)
        path = _paths().get(name or "")
        return f"{address}?v={_read(path, _changed(path))[1]}" if path else address


@csrf_exempt
@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """A static file. Its name is looked up among those there are: nothing that is sent ever becomes a path."""
    path = _paths().get(name)
    if path is None:
        raise Http404
    content, digest = _read(path, _changed(path))
    response = HttpResponse(content, content_type=_media_type(path))
    # By another digest it is what a page of an earlier release asks for: kept for good it would be the wrong file.
    response["Cache-Control"] = _FOREVER if request.GET.get("v") == digest else _ASK_FIRST
    response["ETag"] = etag = f'"{digest}"'
    return get_conditional_response(request, etag, response=response) or response


@cache
def _paths() -> dict[str, Path]:
    """Name to file. Of two with one name the first counts, as everywhere in Django."""
    found = [(name, storage.path(name)) for finder in get_finders() for name, storage in finder.list(None)]
    return {name: Path(path) for name, path in reversed(found)}  # so the first one stays


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


# With the time of its last change, so a file that is replaced is read again.
@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> tuple[bytes, str]:
    """The content, and a short digest of it."""
    content = path.read_bytes()
    return content, sha256(content).hexdigest()[:16]


def _media_type(path: Path) -> str:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") or guessed.endswith("javascript") else guessed
