"""Which requests are answered by edges for programs: each says its paths once, and everything here asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineEdge:
    """An edge that programs call: they show keys, are answered in JSON whatever happens, and are counted there.

    Attributes:
        paths: what it answers; one that ends with a slash is all that lies below, another also itself.
        strict: the same of what refuses parameters that it doesn't know, and tags what it answers.
        exact: what it answers besides, and nothing below.
        host: the only name under which it answers; None for every name.
    """

    paths: tuple[str, ...]
    strict: tuple[str, ...]
    exact: tuple[str, ...] = ()
    host: str | None = None

    def answers(self, path: str, host: str) -> bool:
        """Whether it answers that path, asked for under that name."""
        return self.host in (None, host) and (path in self.exact or is_below(path, self.paths))


def is_for_machines(request: HttpRequest) -> bool:
    """Whether an edge for programs answers it."""
    return _edge_of(request) is not None


def is_strict(request: HttpRequest) -> bool:
    """Whether it is answered by a part that refuses what it doesn't know, and tags what it answers."""
    edge = _edge_of(request)
    return edge is not None and is_below(request.path_info, edge.strict)


def answers_machines(path: str, headers: Mapping[bytes, bytes]) -> bool:
    """The same of a request of which only the head is known, its names in small letters."""
    return _edge(path, _name_of(headers.get(b"host", b"").decode("latin-1"))) is not None


def host_of(request: HttpRequest) -> str:
    """The name under which it was asked for, in small letters and without a port."""
    return _name_of(request.META.get("HTTP_HOST", ""))


def is_below(path: str, places: tuple[str, ...]) -> bool:
    """Whether a path is one of these places or below it; below only, of a place that ends with a slash."""
    return any(path.startswith(place) if place.endswith("/") else _is_at(path, place) for place in places)


def _edge_of(request: HttpRequest) -> MachineEdge | None:
    return _edge(request.path_info, host_of(request))


def _edge(path: str, host: str) -> MachineEdge | None:
    edges: tuple[MachineEdge, ...] = settings.MACHINE_EDGES
    return next((edge for edge in edges if edge.answers(path, host)), None)


def _name_of(host: str) -> str:
    return split_domain_port(host)[0]


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
