import httpx
import pytest

from satselect.store.models import Audit, Fleet
from tests.databases import AND_OVER_THE_BUS, counts

DATABASES = AND_OVER_THE_BUS

FLEET = "/api/v1/fleets/default"
OUTAGES = f"{FLEET}/outages"
START, END = "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
TASKS = [{"name": "x", "resources": ["camera"], "profit": 1}]


@pytest.fixture
def broken(service: httpx.Client) -> dict[str, object]:
    """An outage of the camera of the default fleet."""
    service.post(f"{FLEET}/satellites/default/resources", json={"name": "camera"})
    wish = {"satellite": "default", "resource": "camera", "from": START, "until": END, "words": "shutter stuck"}
    made = service.post(OUTAGES, json=wish)
    assert made.status_code == 201, made.text
    shown: dict[str, object] = made.json()
    assert shown == wish | {"id": shown["id"], "fleet": "default"}
    return shown


def test_an_outage_lasts_until_it_is_ended(service: httpx.Client, broken: dict[str, object]) -> None:
    assert service.post("/api/tasks/", json=TASKS).json() == {"tasks": []}
    waiting = service.get("/api/v1/tasks?status=buffered").json()["items"][0]["id"]
    explanation = service.get(f"/api/v1/tasks/{waiting}/explanation").json()
    assert explanation["lacking"] == {"camera": {"needs": 1, "has": 0, "out_of_service": True}}
    assert explanation["satellites_out"] == []
    ended = service.patch(f"{OUTAGES}/{broken['id']}", json={"until": "2026-01-02T00:00:00Z"})
    assert (ended.status_code, ended.json()["until"], ended.json()["words"]) == (
        200,
        "2026-01-02T00:00:00Z",
        "shutter stuck",
    )
    assert service.post("/api/tasks/", json=[]).json() == {"tasks": TASKS}


def test_a_satellite_out_of_service_is_named(service: httpx.Client) -> None:
    assert service.post(OUTAGES, json={"satellite": "default"}).json()["until"] is None
    iteration = service.post(f"{FLEET}/tasks", json=TASKS).json()
    assert (iteration["tasks"], iteration["capacities"]) == ([], {"camera": 0})
    waiting = service.get("/api/v1/tasks?status=buffered").json()["items"][0]["id"]
    assert service.get(f"/api/v1/tasks/{waiting}/explanation").json()["satellites_out"] == ["default"]


def test_outages_are_listed_newest_first_in_pages(service: httpx.Client) -> None:
    made = [service.post(OUTAGES, json={"satellite": "default"}).json()["id"] for _ in range(3)]
    pages, address = [], f"{OUTAGES}?limit=2"
    while address:
        page = service.get(address).json()
        pages.append([item["id"] for item in page["items"]])
        address = page["next"]
    assert pages == [[made[2], made[1]], [made[0]]]


def test_an_outage_can_be_taken_back(service: httpx.Client, broken: dict[str, object]) -> None:
    path = f"{OUTAGES}/{broken['id']}"
    assert service.get(path).json() == broken
    assert [service.delete(path).status_code, service.delete(path).status_code] == [204, 404]
    assert service.post("/api/tasks/", json=TASKS).json() == {"tasks": TASKS}
    actions = Audit.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["resource.create", "outage.create", "outage.delete"]


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"satellite": "none"}, "#/satellite"),
        ({"satellite": "default", "resource": "disk"}, "#/resource"),
        ({"resource": "camera"}, "#/resource"),
        ({"satellite": "default", "from": "soon"}, "#/from"),
        ({"satellite": "default", "from": END, "until": START}, "#/until"),
        ({"satellite": "default", "starts": START}, "#/starts"),
    ],
)
@pytest.mark.in_turn
def test_a_wrong_outage_is_refused(service: httpx.Client, body: dict[str, str], pointer: str) -> None:
    before = counts()
    answer = service.post(OUTAGES, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert counts() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"from": None}, "#/from"), ({"until": START}, "#/until"), ({"satellite": "x"}, "#/satellite")],
)
def test_a_wrong_change_of_an_outage_is_refused(
    service: httpx.Client, broken: dict[str, object], body: dict[str, object], pointer: str
) -> None:
    before = counts()
    answer = service.patch(f"{OUTAGES}/{broken['id']}", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert counts() == before


def test_an_outage_of_another_fleet_is_not_there(service: httpx.Client, broken: dict[str, object]) -> None:
    service.post("/api/v1/fleets", json={"name": "Other"})
    assert service.get(f"/api/v1/fleets/other/outages/{broken['id']}").status_code == 404
    assert service.get(f"{OUTAGES}/{2**70}").status_code == 404
    assert Fleet.objects.get(slug="default").outages.exists()
