"""A NUL in what a request asks for is no error of the server's: PostgreSQL takes it in no text."""

import re
from http import HTTPStatus

import pytest
from django.test import Client

from satselect.store.models import Iteration, Task
from tests.console.plans import make_orbit, make_planned

pytestmark = pytest.mark.usefixtures("database")

DOCUMENTS = ["/api/openapi.json", "/stapi/openapi.json"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_nul_in_a_parameter_is_answered(document: str) -> None:
    make_planned(make_orbit())
    client = Client(raise_request_exception=False)
    known = {"fleet": "orbit", "satellite": "sat-1", "task_id": Task.objects.all()[0].id}
    known["iteration_id"] = Iteration.objects.all()[0].id
    tried, broken = 0, []
    for path, verbs in client.get(document).json()["paths"].items():
        for parameter in (verbs.get("get") or {}).get("parameters", ()):
            if parameter.get("in") != "query" or parameter["name"] == "follow":
                continue
            address = re.sub(r"{(\w+)}", lambda found: str(known.get(found[1], "x")), path)
            asked = {parameter["name"]: "a\0b"} | ({"follow": "false"} if "events" in path else {})
            answer = client.get(address, asked)
            tried += 1
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                broken.append((path, parameter["name"]))
    assert tried >= 3
    assert not broken
