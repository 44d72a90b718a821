"""Which requests are for programs is asked in one place, of a request and of its head alike."""

import pytest
from django.test import RequestFactory, override_settings

from satselect.web.edges import MachineEdge, answers_machines, is_for_machines, is_strict

EDGES = (
    MachineEdge(paths=("/api/",), strict=("/api/v1/",)),
    MachineEdge(paths=("/orders",), strict=("/orders",)),
    MachineEdge(paths=("/a",), strict=("/a",), exact=("/",), host="own.example"),
)


@pytest.mark.parametrize(
    ("path", "host", "is_theirs", "is_held_strictly"),
    [
        ("/api/tasks/", "localhost:8000", True, False),
        ("/api/v1/tasks", "localhost", True, True),
        ("/api", "localhost", False, False),
        ("/tasks", "localhost", False, False),
        ("/orders", "localhost", True, True),
        ("/orders/7", "", True, True),
        ("/ordersheet", "localhost", False, False),
        ("/", "own.example", True, False),
        ("/a/b", "OWN.example:8000", True, True),
        ("/a/b", "own.example.net", False, False),
        ("/", "localhost", False, False),
        ("/b", "own.example", False, False),
    ],
)
def test_a_path_is_for_programs_where_an_edge_says_so(
    path: str, host: str, is_theirs: bool, is_held_strictly: bool
) -> None:
    request = RequestFactory().get(path, headers={"host": host})
    with override_settings(MACHINE_EDGES=EDGES):
        assert is_for_machines(request) == is_theirs
        assert is_strict(request) == is_held_strictly
        assert answers_machines(path, {b"host": host.encode()}) == is_theirs
