"""Products of fleets whose resources turn or change modes: what is offered can be ordered, and is planned rightly."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx

from tests.api.test_elements import message
from tests.stapi.worlds import FLEET, WIDE, found, interval, iterate, offer, order, search, status

CAMERA = f"{FLEET}/satellites/sat-1/resources/camera"
TURNS = {"detail": "roll", "rate": 0.5, "settle_s": 20}
MODES = {"detail": "mode", "seconds": {"strip": {"spot": 1800}, "spot": {"strip": 1200}}}
SHARP = {"product": "sharp", "duration": 20, "sight": {"maximum_off_nadir": 50.0}}
Json = dict[str, Any]


def turning(service: httpx.Client) -> None:
    """A fleet with a satellite that turns, and elements of it."""
    offer(service)
    service.patch(FLEET, json={"horizon_s": 3 * 86400.0})
    service.put(f"{FLEET}/satellites/sat-1/elements", json={"source": message(0)}).raise_for_status()
    service.patch(CAMERA, json={"transition": TURNS}).raise_for_status()


def changing(service: httpx.Client) -> None:
    """A fleet whose camera changes modes, and a product for each."""
    offer(service)
    service.patch(CAMERA, json={"transition": MODES}).raise_for_status()
    service.patch("/api/v1/products/wide", json={"details": {"mode": "strip"}}).raise_for_status()
    service.post("/api/v1/products", json=WIDE | {"product": "spot", "details": {"mode": "spot"}}).raise_for_status()


def searched(service: httpx.Client, product: str, when: str) -> list[Json]:
    body = {"datetime": when, "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}}
    features: list[Json] = service.post(f"/products/{product}/opportunities", json=body).json()["features"]
    return features


def ordered(service: httpx.Client, feature: Json) -> httpx.Response:
    link = next(link for link in feature["links"] if link["rel"] == "create-order")
    return service.post(link["href"], json=link["body"])


def test_what_is_offered_of_a_camera_that_turns_is_ordered_and_planned(service: httpx.Client) -> None:
    turning(service)
    service.post("/api/v1/products", json=WIDE | SHARP).raise_for_status()
    features = searched(service, "sharp", interval(1, 71))
    assert features
    for feature in features:
        told = feature["properties"]
        assert abs(told["roll"]) == told["off_nadir"]
        placed = ordered(service, feature)
        assert placed.status_code == 201, placed.text
        assert placed.json()["properties"]["status"]["status_code"] == "received"
    iterate(service)
    placed_now = service.get("/orders", params={"limit": 100}).json()["features"]
    assert {one["properties"]["status"]["reason_code"] for one in placed_now} == {"planned"}


def test_an_order_and_a_task_with_a_target_stand_the_same_way(service: httpx.Client) -> None:
    turning(service)
    service.post("/api/v1/products", json=WIDE | SHARP).raise_for_status()
    place, when = {"type": "Point", "coordinates": [13.4, 52.5]}, interval(1, 71)
    target = {"geometry": place, "conditions": {"maximum_off_nadir": 50.0, "minimum_length": 20.0}}
    starts, ends = when.split("/")
    task = {"name": "target", "resources": {"camera": 1}, "profit": 1, "duration": 20, "target": target}
    task["window"] = {"from": starts, "until": ends}
    service.post(f"{FLEET}/tasks", json=[task]).raise_for_status()
    placed = service.post(
        "/products/sharp/orders", json={"datetime": when, "geometry": place, "order_parameters": {}}
    ).json()
    iterate(service)
    (other,) = (one["id"] for one in service.get("/api/v1/tasks").json()["items"] if one["name"] == "target")
    mine, theirs = (service.get(f"/api/v1/tasks/{id}").json()["opportunities"] for id in (placed["id"], other))
    assert len(mine) > 1
    # The same passes: a target's are whole, an order's may be cut by its interval, and have the same angles.
    assert [one["details"] for one in mine] == [one["details"] for one in theirs]


def test_products_of_two_modes_are_planned_with_the_change_between_them(service: httpx.Client) -> None:
    changing(service)
    (strip,), (spot,) = (searched(service, name, interval(1, 2)) for name in ("wide", "spot"))
    late = searched(service, "spot", interval(1, 3))[0]
    placed = [ordered(service, one) for one in (strip, spot, late)]
    assert [one.status_code for one in placed] == [201, 201, 201]
    iterate(service)
    told = [status(service, one) for one in placed]
    # An hour has room for two of ten minutes in one mode, and for no change of half an hour with them.
    assert (
        sorted(one["reason_code"] for one in told) == ["competition", "planned", "planned"]
        or [one["reason_code"] for one in told] == ["planned"] * 3
    )
    modes = [(one["datetime"].split("/"), mode) for one, mode in zip(told, ["strip", "spot", "spot"], strict=True)]
    for (before, one), (after, other) in pairwise(sorted(modes)):
        gap = datetime.fromisoformat(after[0]) - datetime.fromisoformat(before[1])
        if one != other:
            assert gap >= timedelta(seconds=MODES["seconds"][one][other])  # type: ignore[index]


def test_what_it_takes_to_win_counts_the_change_of_modes(service: httpx.Client) -> None:
    changing(service)
    placed = order(service, order_parameters={"profit": 7}, datetime=interval(1, 1.2))
    iterate(service)
    assert status(service, placed)["reason_code"] == "planned"
    service.patch(FLEET, json={"stay": 0.0}).raise_for_status()
    (feature,) = found(service, search(service, product="spot", datetime=interval(1.2, 1.6)))["features"]
    # It ends in 24 minutes of which 30 go by with the change from strip: only who takes the place of that has any.
    assert feature["properties"]["satselect:break_even"] == 7
    (same,) = found(service, search(service, datetime=interval(1.2, 1.6)))["features"]
    assert same["properties"]["satselect:break_even"] == 0


def test_what_the_fleet_can_not_do_any_more_is_neither_offered_nor_taken(service: httpx.Client) -> None:
    offer(service)
    assert len(searched(service, "wide", interval())) == 1
    service.patch(CAMERA, json={"transition": MODES}).raise_for_status()
    assert searched(service, "wide", interval()) == []
    assert found(service, search(service))["features"] == []
    key, when = "order of what can't be", interval()
    refused = order(service, key=key, datetime=when)
    told = refused.json()["properties"]["status"]
    assert (told["status_code"], told["reason_code"]) == ("rejected", "unavailable")
    assert told["reason_text"] == (
        "the fleet can't do what the product says, as it is now: "
        "the transitions of 'camera' go by 'mode', which must be one of spot, strip"
    )
    assert order(service, key=key, datetime=when).json()["id"] == refused.json()["id"]
    service.patch("/api/v1/products/wide", json={"details": {"mode": "spot"}}).raise_for_status()
    assert len(searched(service, "wide", interval())) == 1
    service.delete(CAMERA).raise_for_status()
    assert searched(service, "wide", interval()) == []
    assert order(service).json()["properties"]["status"]["status_code"] == "rejected"
