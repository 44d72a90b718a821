"""Each status of an order is reached by what really causes it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.owners import wait_until
from tests.stapi.worlds import FLEET, interval, iterate, offer, order, status

OVER_S = 4.0


@pytest.fixture
def client(service: httpx.Client) -> httpx.Client:
    offer(service)
    return service


def told(client: httpx.Client, placed: httpx.Response) -> tuple[str, str | None]:
    found = status(client, placed)
    return found["status_code"], found.get("reason_code")


def codes(client: httpx.Client, placed: httpx.Response) -> list[str]:
    history = client.get(f"{placed.headers['Location']}/statuses").json()["statuses"]
    return [one["status_code"] for one in history][::-1]


def report(client: httpx.Client, placed: httpx.Response, what: str, words: str = "") -> None:
    answer = client.post(f"/api/v1/tasks/{placed.json()['id']}/{what}", json={"words": words} if words else {})
    assert answer.status_code == 200, answer.text


def test_an_order_is_planned_then_frozen_then_completed(client: httpx.Client) -> None:
    placed = order(client)
    iterate(client)
    assert told(client, placed) == ("accepted", "planned")
    planned = client.get(placed.headers["Location"]).json()["properties"]["opportunity_properties"]
    assert planned["satellite"] == "sat-1"
    client.patch(FLEET, json={"frozen_s": 7200.0})
    assert told(client, placed) == ("scheduled", None)
    report(client, placed, "complete")
    assert told(client, placed) == ("completed", None)
    assert codes(client, placed) == ["received", "accepted", "scheduled", "completed"]


def test_what_an_executor_links_to_is_at_the_order(client: httpx.Client) -> None:
    placed = order(client)
    iterate(client)
    item = {"href": "https://example.org/items/1098?part=1", "rel": "item", "type": "application/geo+json"}
    task = f"/api/v1/tasks/{placed.json()['id']}"
    wrong_ones = ("ftp://example.org/a", "javascript:alert(1)", "//example.org", "https://", "https://a b", "", 5)
    odd_ones = (
        "https://me:secret@example.org",
        "https://[::1/x",
        "https://a:99999999/x",
        "https://a.org/\u202egpj.exe",
    )
    for wrong in wrong_ones + odd_ones:
        refused = client.post(f"{task}/complete", json={"links": [{"href": wrong}]})
        assert [error["pointer"] for error in refused.json()["errors"]] == ["#/links/0/href"], wrong
    for ours in ("self", "cancel", "satselect:task"):
        refused = client.post(f"{task}/complete", json={"links": [item | {"rel": ours}]})
        assert [error["pointer"] for error in refused.json()["errors"]] == ["#/links/0/rel"], ours
    said = {"words": "sharp", "links": [item, {"href": "HTTP://example.org/picture.tif", "rel": "data"}]}
    client.post(f"{task}/complete", json=said).raise_for_status()
    for again in (said, {}, {"words": "again"}):
        client.post(f"{task}/complete", json=again).raise_for_status()
    other = client.post(f"{task}/complete", json={"links": [item]})
    assert (other.status_code, "other links" in other.json()["detail"]) == (409, True)
    now = status(client, placed)
    assert (now["status_code"], now["reason_text"], now["links"]) == ("completed", "sharp", said["links"])
    line = client.get(f"{task}/history").json()["items"][-1]
    assert [{name: is_ for name, is_ in link.items() if is_ is not None} for link in line["links"]] == said["links"]


def test_what_a_cancellation_links_to_is_at_the_order(client: httpx.Client) -> None:
    placed = order(client)
    link = next(one for one in placed.json()["links"] if one["rel"] == "cancel")
    said = {"words": "clouds for days", "links": [{"href": "https://example.org/forecast", "rel": "about"}]}
    client.request(link["method"], link["href"], json=said).raise_for_status()
    now = status(client, placed)
    assert (now["status_code"], now["reason_text"], now["links"]) == ("cancelled", said["words"], said["links"])


def test_who_loses_the_competition_is_told_so_and_wins_by_raising(client: httpx.Client) -> None:
    room = interval(1, 1.25)  # for one of ten minutes
    winner, loser = order(client, datetime=room, order_parameters={"profit": 9}), order(client, datetime=room)
    iterate(client)
    assert told(client, winner) == ("accepted", "planned")
    assert told(client, loser) == ("accepted", "competition")
    needed = client.get(f"/api/v1/tasks/{loser.json()['id']}/explanation").json()["break_even_profit"]
    assert status(client, loser)["satselect:break_even"] == needed
    assert "satselect:unknown" not in status(client, loser)
    enough = status(client, loser)["satselect:wins_with"]
    assert needed < enough <= needed + 0.01
    assert f"needs {enough!r} to win" in status(client, loser)["reason_text"]
    task = f"/api/v1/tasks/{loser.json()['id']}"
    client.patch(task, json={"profit": needed - 0.02}).raise_for_status()
    iterate(client)
    assert told(client, loser) == ("accepted", "competition")
    assert status(client, loser)["satselect:break_even"] == needed
    less = order(client, datetime=room, order_parameters={"profit": needed - 0.01})
    iterate(client)
    assert told(client, less) == ("accepted", "competition")
    raised = order(client, datetime=room, order_parameters={"profit": enough})
    iterate(client)
    assert told(client, raised) == ("accepted", "planned")
    assert told(client, winner) == ("accepted", "competition")


def test_what_is_out_of_service_or_beyond_the_horizon_is_no_competition(client: httpx.Client) -> None:
    client.post(f"{FLEET}/outages", json={"satellite": "sat-1"})
    out, later = order(client), order(client, datetime=interval(10, 12))
    iterate(client)
    assert told(client, out) == ("accepted", "unavailable")
    assert told(client, later) == ("accepted", "not_yet")


def test_what_lies_in_the_frozen_part_is_no_competition(client: httpx.Client) -> None:
    client.patch(FLEET, json={"frozen_s": 5400.0}).raise_for_status()
    within, reaching_out = order(client, datetime=interval(0.5, 1.4)), order(client, datetime=interval(0.5, 3))
    iterate(client)
    assert told(client, within) == ("accepted", "frozen")
    assert "frozen part" in status(client, within)["reason_text"]
    assert told(client, reaching_out) == ("scheduled", None)  # right behind what was frozen, which moves on


def test_a_failure_is_told_in_its_words(client: httpx.Client) -> None:
    placed = order(client)
    iterate(client)
    report(client, placed, "fail", "clouds")
    assert told(client, placed) == ("failed", None)
    assert status(client, placed)["reason_text"] == "clouds"


def test_an_order_is_cancelled_by_its_link_and_expires_by_itself(client: httpx.Client) -> None:
    client.post(f"{FLEET}/outages", json={"satellite": "sat-1"})
    soon = (datetime.now(UTC) + timedelta(seconds=OVER_S)).isoformat()
    client.patch("/api/v1/products/wide", json={"duration": 1})
    cancelled, overdue = order(client), order(client, datetime=f"../{soon}")
    iterate(client)
    assert told(client, cancelled) == ("accepted", "unavailable")
    link = next(one for one in cancelled.json()["links"] if one["rel"] == "cancel")
    assert client.request(link["method"], link["href"]).status_code == 200
    assert told(client, cancelled) == ("cancelled", "user_cancelled")
    shown = client.get(cancelled.headers["Location"]).json()
    assert "cancel" not in {one["rel"] for one in shown["links"]}
    wait_until(lambda: status(client, overdue)["status_code"] == "expired")
    assert told(client, overdue) == ("expired", None)
    assert codes(client, overdue) == ["received", "accepted", "expired"]


@pytest.mark.parametrize("datetime_", ["../9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z/9999-12-31T23:59:59Z"])
def test_an_order_for_all_times_is_planned_and_stops_nobody(client: httpx.Client, datetime_: str) -> None:
    placed = order(client, datetime=datetime_)
    wish = {"datetime": datetime_, "geometry": placed.json()["geometry"]}
    assert client.post("/products/wide/opportunities", json=wish).status_code == 200
    iterate(client)
    assert told(client, placed) == ("scheduled", None)
    assert told(client, order(client, datetime="9950-01-01T00:00:00Z/9951-01-01T00:00:00Z")) == (
        "rejected",
        "no_opportunity",
    )


def test_an_order_whose_task_was_planned_and_edited_waits_again(client: httpx.Client) -> None:
    room = interval(1, 1.25)
    planned = order(client, datetime=room, order_parameters={"profit": 5})
    iterate(client)
    assert told(client, planned) == ("accepted", "planned")
    order(client, datetime=room, order_parameters={"profit": 9})
    client.patch(f"/api/v1/tasks/{planned.json()['id']}", json={"profit": 1}).raise_for_status()
    iterate(client)
    assert told(client, planned) == ("accepted", "competition")
