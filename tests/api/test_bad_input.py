"""The table of bad input: what each row is answered, and that nothing is stored."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from satselect.store.models import Fleet
from tests.databases import counts
from tests.services import MAX_BODY_BYTES

JSON = {"Content-Type": "application/json"}


def task(**fields: object) -> bytes:
    """A batch of one task, right but for these fields."""
    return json.dumps([{"name": "a", "resources": ["camera"], "profit": 1} | fields]).encode()


def profit(text: str) -> bytes:
    """A batch of one task whose profit is this text."""
    return task(profit="PROFIT").replace(b'"PROFIT"', text.encode())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    number: str
    body: bytes
    status: int
    pointer: str | None = None
    headers: dict[str, str] = field(default_factory=lambda: JSON)

    def __str__(self) -> str:
        return self.number


ROWS = [
    Row("1-NaN", profit("NaN"), 400),
    Row("2-Infinity", profit("Infinity"), 400),
    Row("3-minus-Infinity", profit("-Infinity"), 400),
    Row("4-1e999", profit("1e999"), 422, "#/0/profit"),
    Row("5-5000-digits", profit("9" * 5_000), 400),
    Row("6-4000-digits", profit("9" * 4_000), 400),
    Row("6-401-digits", profit("9" * 401), 400),
    *(Row(f"6-{count}-digits", profit("9" * count), 422, "#/0/profit") for count in (300, 308, 309, 400)),
    Row("7-text-profit", task(profit="1"), 422, "#/0/profit"),
    Row("8-true-profit", task(profit=True), 422, "#/0/profit"),
    Row("9-negative-profit", task(profit=-1), 422, "#/0/profit"),
    Row("10-profit-above", profit("1000000000000.001"), 422, "#/0/profit"),
    Row("11-NUL", task(name="a\0b"), 422, "#/0/name"),
    Row("11-NUL-in-resource", task(resources=["a\0b"]), 422, "#/0/resources/0"),
    Row("12-lone-surrogate", task(name="a\ud800b"), 422, "#/0/name"),
    Row("12-lone-surrogate-in-field", task(**{"a\ud800b": 1}), 422, "#/0"),
    Row("13-bidi-override", task(name="a\u202eb"), 422, "#/0/name"),
    Row("13-zero-width", task(name="a\u200bb"), 422, "#/0/name"),
    Row("14-empty-name", task(name=""), 422, "#/0/name"),
    Row("14-blank-name", task(name=" \u3000"), 422, "#/0/name"),
    Row("15-long-name", task(name="a" * 1_000_000), 422, "#/0/name"),
    Row("15-201-characters", task(name="a" * 201), 422, "#/0/name"),
    Row("17-resource-twice", task(resources=["camera", "disk", "camera"]), 422, "#/0/resources/2"),
    Row("17-resource-twice-in-NFC", task(resources={"caf\u00e9": 1, "cafe\u0301": 1}), 422, "#/0/resources"),
    Row("17-resource-twice-to-look-at", task(resources=["disk", "disk\u00a0"]), 422, "#/0/resources/1"),
    Row("20-duplicate-key", b'[{"name": "a", "name": "a", "resources": [], "profit": 1}]', 400),
    Row("21-unknown-field", task(colour="red"), 422, "#/0/colour"),
    Row("22-depth-100000", b"[" * 100_000, 400),
    Row("22-depth-100000-closed", b"[" * 100_000 + b"]" * 100_000, 400),
    Row("23-depth-900-in-a-task", task(payload="DEEP").replace(b'"DEEP"', b"[" * 900 + b"]" * 900), 400),
    Row("24-too-large", b" " * (MAX_BODY_BYTES + 1), 413),
    Row("26-gzip", gzip.compress(task()), 415, headers=JSON | {"Content-Encoding": "gzip"}),
    Row("27-invalid-UTF-8", task(name="NAME").replace(b"NAME", b"\xff"), 400),
    Row("28-UTF-16", task().decode().encode("utf-16"), 400),
    Row("28-UTF-16-without-mark", task().decode().encode("utf-16-le"), 400),
    Row("29-byte-order-mark", b"\xef\xbb\xbf" + task(), 400),
    Row("30-null", b"null", 422, "#"),
    Row("31-empty-body", b"", 400),
    Row("32-trailing-garbage", task() + b"x", 400),
    Row("34-too-many", json.dumps([{"name": "a", "resources": [], "profit": 1}] * 10_001).encode(), 422, "#"),
    Row("35-text", task(), 415, headers={"Content-Type": "text/plain"}),
    Row("35-no-type", task(), 415, headers={}),
    Row("35-other-charset", task(), 415, headers={"Content-Type": "application/json; charset=utf-16"}),
    Row("-text-resources", task(resources="camera"), 422, "#/0/resources"),
    Row("-list-name", task(name=[]), 422, "#/0/name"),
    Row("-missing-name", b'[{"nombre": "a", "resources": [], "profit": 1}]', 422, "#/0/name"),
    Row("-not-an-object", b"[1]", 422, "#/0"),
    Row("-object", b'{"name": "a", "resources": [], "profit": 1}', 422, "#"),
    Row("-malformed", b"[wrong", 400),
    Row("-amount-0", task(resources={"camera": 0}), 422, "#/0/resources/camera"),
    Row("-amount-1.0", task(resources={"camera": 1.0}), 422, "#/0/resources/camera"),
    Row("-amount-true", task(resources={"camera": True}), 422, "#/0/resources/camera"),
    Row("-never-fits", task(resources={"camera": 2, "disk": 1}), 422, "#/0/resources/camera"),
    Row("-unknown-satellite", task(satellites=["nowhere"]), 422, "#/0/satellites/0"),
    Row("-no-such-day", task(deadline="2026-02-30T00:00:00Z"), 422, "#/0/deadline"),
    Row("-no-offset", task(deadline="2026-02-03T00:00:00"), 422, "#/0/deadline"),
    Row("-before-year-1", task(not_before="0001-01-01T00:00:00+01:00"), 422, "#/0/not_before"),
    Row("-empty-window", task(not_before="2126-02-03T00:00:00Z", deadline="2126-02-02T00:00:00Z"), 422, "#/0"),
    Row("-NUL-in-payload", task(payload={"a": ["\0"]}), 422, "#/0/payload"),
    Row("-1e999-in-payload", task(payload={"a": 12321}).replace(b"12321", b"1e999"), 422, "#/0/payload"),
    Row("-large-payload", task(payload={"a": "b" * 8_192}), 422, "#/0/payload"),
    Row("-NUL-in-reference", task(reference="\0"), 422, "#/0/reference"),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_bad_input_is_refused_and_nothing_is_stored(service: httpx.Client, row: Row) -> None:
    before = counts()
    answer = service.post("/api/tasks/", content=row.body, headers=row.headers)
    assert_problem(answer, row.status)
    if row.pointer is not None:
        assert row.pointer in [place.get("pointer") for place in answer.json()["errors"]]
    assert counts() == before


def test_row_16_names_are_stored_as_nfc(service: httpx.Client) -> None:
    service.post("/api/tasks/", content=task(name="cafe\u0301", resources=["cafe\u0301"]), headers=JSON)
    (stored,) = service.get("/api/v1/tasks", params={"name": "caf\u00e9"}).json()["items"]
    assert (stored["name"], stored["resources"]) == ("caf\u00e9", ["caf\u00e9"])


def test_row_19_a_closed_fleet_refuses_an_unknown_resource(service: httpx.Client) -> None:
    service.post("/api/tasks/", content=task(resources=["camera"]), headers=JSON)
    Fleet.objects.update(is_open=False)
    before = counts()
    answer = service.post("/api/tasks/", content=task(resources=["camera", "laser"]), headers=JSON)
    assert_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"] == "#/0/resources/1"
    assert counts() == before


def test_row_25_a_body_of_unknown_length_is_cut_off(service: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 100_000 + 1):
            yield b" " * 100_000

    before = counts()
    answer = service.post("/api/tasks/", content=chunks(), headers=JSON)
    assert_problem(answer, 413)
    assert counts() == before


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_row_36_a_wrong_method_is_told_the_right_one(service: httpx.Client, method: str) -> None:
    answer = service.request(method, "/api/tasks/")
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "POST"


def test_all_faults_are_told_at_once(service: httpx.Client) -> None:
    body = json.dumps([{"name": "", "resources": ["a", "a"], "profit": -1}, {"profit": 1, "x": 2}]).encode()
    answer = service.post("/api/tasks/", content=body, headers=JSON)
    pointers = {place["pointer"] for place in answer.json()["errors"]}
    assert pointers == {"#/0/name", "#/0/resources/1", "#/0/profit", "#/1/name", "#/1/resources", "#/1/x"}


def test_one_bad_task_rejects_the_batch_whole(service: httpx.Client) -> None:
    before = counts()
    body = json.dumps([{"name": "a", "resources": [], "profit": 1}, {"name": "b", "resources": {"c": 9}, "profit": 1}])
    assert_problem(service.post("/api/tasks/", content=body, headers=JSON), 422)
    assert counts() == before


@pytest.mark.parametrize("path", ["/api/v1/tasks/../x", "/api/v1/tasks/' OR 1=1", "/api/v1/iterations/7", "/nowhere"])
def test_row_39_what_is_no_id_is_not_found(service: httpx.Client, path: str) -> None:
    assert_problem(service.get(path), 404)


def assert_problem(answer: httpx.Response, status: int) -> None:
    """It is a problem document of that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "Traceback" not in answer.text
