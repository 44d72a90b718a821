"""A search that is worked off by the service itself, or by a worker, and read when it is over."""

import httpx

from tests.databases import AND_OVER_THE_BUS
from tests.stapi.worlds import BERLIN, interval, link_of, offer, over, search

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
    assert [one["properties"] for one in collection["features"]] == [one["properties"] for one in at_once["features"]]
    link = next(one for one in collection["features"][0]["links"] if one["rel"] == "create-order")
    assert service.post(link["href"], json=link["body"]).status_code == 201
