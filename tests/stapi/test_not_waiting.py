"""A search that is worked off by the service itself, or by a worker, and read when it is over."""

import httpx

from tests.databases import AND_OVER_THE_BUS
from tests.stapi.worlds import BERLIN, FLEET, Json, interval, iterate, link_of, offer, order, over, search, status

DATABASES = AND_OVER_THE_BUS


def test_a_search_is_answered_at_once_and_found_later(service: httpx.Client) -> None:
    offer(service)
    when = interval()
    asked = search(service, datetime=when)
    assert (asked.status_code, asked.headers["Content-Type"]) == (201, "application/json")
    assert asked.headers["Preference-Applied"] == "respond-async"
    record = asked.json()
    assert (record["status"]["status_code"], record["product_id"]) == ("received", "wide")
    assert record["opportunity_request"] == {"datetime": when, "geometry": BERLIN}
    assert link_of(record, "self") == asked.headers["Location"]
    assert "opportunities" not in {link["rel"] for link in record["links"]}
    done = over(service, asked)
    history = service.get(link_of(done, "monitor")).json()
    assert [one["status_code"] for one in history] == ["completed", "in_progress", "received"]
    assert history[0] == done["status"]
    answer = service.get(link_of(done, "opportunities"))
    assert answer.headers["Content-Type"] == "application/geo+json"
    collection = answer.json()
    assert collection["id"] == record["id"]
    assert link_of(collection, "search-record") == asked.headers["Location"]
    at_once = service.post("/products/wide/opportunities", json={"datetime": when, "geometry": BERLIN}).json()
    assert _without_exact(collection) == _without_exact(at_once)
    link = next(one for one in collection["features"][0]["links"] if one["rel"] == "create-order")
    assert service.post(link["href"], json=link["body"]).status_code == 201


def test_what_was_found_says_what_an_order_has_to_be_worth_and_that_wins(service: httpx.Client) -> None:
    offer(service, profit=0)
    service.post(f"{FLEET}/satellites", json={"name": "sat-2", "satellite": "sat-2"})
    service.post(f"{FLEET}/satellites/sat-2/resources", json={"name": "camera"})
    when = interval(1, 1.25)  # room for one of ten minutes
    takes_first = {"op": "=", "args": [{"property": "satellite"}, "sat-1"]}
    rival = order(service, datetime=when, filter=takes_first, order_parameters={"profit": 9.5})
    iterate(service)
    record = over(service, search(service, datetime=when))
    collection = service.get(link_of(record, "opportunities")).json()
    told = {one["properties"]["satellite"]: one["properties"] for one in collection["features"]}
    assert (told["sat-2"]["satselect:free"], told["sat-2"]["satselect:break_even"]) == (True, 0)
    assert told["sat-2"]["satselect:price"] == 0
    needed, enough = (told["sat-1"][f"satselect:{name}"] for name in ("break_even", "wins_with"))
    assert (told["sat-1"]["satselect:free"], needed) == (False, 9.69), "9.5, and what it is worth that it stays"
    assert enough == 9.7
    at_once = service.post("/products/wide/opportunities", json={"datetime": when, "geometry": BERLIN}).json()
    assert _without_exact(collection) == _without_exact(at_once)
    assert (_ordered(service, collection, 9.68), _became(service, rival)) == ("competition", "planned")
    assert (_ordered(service, collection, enough), _became(service, rival)) == ("planned", "competition")


def _ordered(service: httpx.Client, collection: Json, profit: float) -> str:
    """What becomes of an order of the opportunity of the first satellite that is worth that much."""
    feature = next(one for one in collection["features"] if one["properties"]["satellite"] == "sat-1")
    link = next(one for one in feature["links"] if one["rel"] == "create-order")
    placed = service.post(link["href"], json=link["body"] | {"order_parameters": {"profit": profit}})
    assert placed.status_code == 201, placed.text
    iterate(service)
    return _became(service, placed)


def _became(service: httpx.Client, placed: httpx.Response) -> str:
    return str(status(service, placed)["reason_code"])


def _without_exact(collection: Json) -> list[Json]:
    """What is known of opportunities without planning again for each."""
    exact = {"satselect:break_even", "satselect:wins_with"}
    return [
        {name: value for name, value in one["properties"].items() if name not in exact}
        for one in collection["features"]
    ]
