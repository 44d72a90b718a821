"""Goes through a STAPI server by its links, and has the released models read each answer: check.py URL [KEY].

It runs where stapi-pydantic is installed and satselect is not (`make stapi`), really places orders, and knows nothing
of what it asks. Each line of what is wrong begins with BREACH; the exit status is 1 if there is one.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx
from geojson_pydantic.geometries import Geometry
from pydantic import TypeAdapter
from stapi_pydantic import (
    Conformance,
    OpportunityCollection,
    OpportunityProperties,
    OpportunitySearchRecord,
    OpportunitySearchRecords,
    OpportunitySearchStatus,
    Order,
    OrderCollection,
    OrderStatus,
    OrderStatuses,
    Product,
    ProductsCollection,
    RootResponse,
)

Json = dict[str, Any]
GEO, JSON = "application/geo+json", "application/json"
PLACES: Mapping[str, object] = {
    "Point": [13.4, 52.5],
    "LineString": [[13.4, 52.5], [13.5, 52.6]],
    "Polygon": [[[13.4, 52.5], [13.5, 52.5], [13.5, 52.6], [13.4, 52.5]]],
    "MultiPoint": [[13.4, 52.5], [13.5, 52.6]],
    "MultiLineString": [[[13.4, 52.5], [13.5, 52.6]]],
    "MultiPolygon": [[[[13.4, 52.5], [13.5, 52.5], [13.5, 52.6], [13.4, 52.5]]]],
}
MOST_PAGES, INVALID = 100, 422


class Check:
    """What was asked, and what is wrong with what was answered."""

    def __init__(self, url: str, key: str | None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(headers=headers, timeout=60)
        self.url, self.held, self.breaches = url, 0, 0

    def holds(self, what: str, is_so: bool, found: object = "") -> None:
        """Counts a thing that has to hold."""
        self.held += is_so
        self.breaches += not is_so
        if not is_so:
            print(f"BREACH {what}: {str(found)[:300]}")

    def ask(self, method: str, href: str, model: Any, *, code: int = 200, media: str = JSON, **more: Any) -> Json:
        """An answer of that status and type that the model reads; empty if it is none."""
        answer = self.http.request(method, href, **more)
        where = f"{method} {href}"
        self.holds(f"{where} is {code}", answer.status_code == code, f"{answer.status_code} {answer.text}")
        if answer.status_code != code:
            return {}
        self.holds(f"{where} is {media}", answer.headers["content-type"] == media, answer.headers["content-type"])
        value: Any = answer.json()
        if model is not None:
            try:
                TypeAdapter(model).validate_python(value)
                self.holds(where, is_so=True)
            except Exception as error:  # whatever a reader fails with
                self.holds(f"{where} is read by the released models", is_so=False, found=error)
        told: Json = value if isinstance(value, dict) else {"_items": value}  # one thing is answered as a bare list
        return told | {"_location": answer.headers.get("location", "")}

    def refuses(self, what: str, code: int, method: str, href: str, **more: Any) -> None:
        """Something is answered with that status, and a problem document; what is invalid as the reference tells it."""
        answer = self.http.request(method, href, **more)
        self.holds(f"{what} is {code}", answer.status_code == code, f"{answer.status_code} {answer.text}")
        kind = answer.headers["content-type"]
        self.holds(f"{what} says so", kind == (JSON if code == INVALID else "application/problem+json"), kind)

    def pages(self, method: str, href: str, model: Any, key: str, **more: Any) -> Iterator[Json]:
        """What is on all pages, as the links say where they are."""
        body = more.pop("json", None)
        for _ in range(MOST_PAGES):
            sent = {"json": body} if body is not None else {}
            page = self.ask(method, href, model, **more, **sent)
            yield from page.get(key, ())
            following = link_of(page, "next")
            if following is None:
                return
            self.holds(f"a page of {href} that has a next one holds something", bool(page.get(key)))
            method, href, body = following.get("method", "GET"), following["href"], following.get("body")
            more.pop("params", None)
        self.holds(f"the pages of {href} end", is_so=False)

    def run(self) -> None:
        """All of it."""
        landing = self.ask("GET", self.url, RootResponse)
        rels = {rel: link_of(landing, rel) for rel in ("self", "conformance", "products", "orders")}
        self.holds("the landing page has its links", all(rels.values()), rels)
        says = self.ask("GET", rels["conformance"]["href"], Conformance)  # type: ignore[index]
        self.holds("conformance says what the landing page says", says["conformsTo"] == landing["conformsTo"], says)
        products = rels["products"]["href"]  # type: ignore[index]
        listed = list(self.pages("GET", products, ProductsCollection, "products", params={"limit": 1}))
        self.holds("something is offered", bool(listed))
        self.refuses("an unknown product", 404, "GET", f"{products}/no-such-product")
        for product in listed:
            self.product(product)
            self.order(product, rels["orders"]["href"])  # type: ignore[index]
        self.refuses("a page that nothing names", 404, "GET", f"{rels['orders']['href']}?next=none")  # type: ignore[index]
        self.refuses("a limit of half", 422, "GET", f"{rels['orders']['href']}?limit=0.5")  # type: ignore[index]

    def product(self, product: Json) -> None:
        """One product, and what belongs to it."""
        alone = self.ask("GET", link_of(product, "self")["href"], Product)  # type: ignore[index]
        self.holds("a product alone is the one that is listed", without(alone) == product, alone)
        says = self.ask("GET", link_of(product, "conformance")["href"], Conformance)  # type: ignore[index]
        self.holds("its conformance says the same", says["conformsTo"] == product["conformsTo"], says)
        for rel in ("queryables", "order-parameters"):
            schema = self.ask("GET", link_of(product, rel)["href"], None)  # type: ignore[index]
            self.holds(f"{rel} are no empty schema", len(without(schema)) > 0)

    def order(self, product: Json, orders: str) -> None:
        """Searches, orders what is found and what is wished for, and looks at what becomes of it."""
        wish, place = wish_of(product), link_of(product, "create-order")
        model = OpportunityCollection[Geometry, OpportunityProperties]
        search = link_of(product, "opportunities")
        sought = {name: wish[name] for name in ("datetime", "geometry")}
        found = list(self.pages("POST", search["href"], model, "features", media=GEO, json={**sought, "limit": 2}))  # type: ignore[index]
        for feature in found:
            missing = [name for name in ("bbox", "stapi_type", "stapi_version") if name not in feature]
            self.holds("an opportunity has what the text requires", not missing, missing)
        found += self.later(search["href"], sought, model)  # type: ignore[index]
        assert place is not None
        if found:
            link = link_of(found[0], "create-order") or {}
            self.ask("POST", link["href"], Order[OrderStatus], code=201, media=GEO, json=link["body"])
        placed = self.ask("POST", place["href"], Order[OrderStatus], code=201, media=GEO, json=wish)
        self.holds("an order says where it is", link_of(placed, "self")["href"] == placed["_location"], placed)  # type: ignore[index]
        again = self.ask("GET", placed["_location"], Order[OrderStatus], media=GEO)
        self.holds("there it is", again["id"] == placed["id"])
        monitor = link_of(placed, "monitor")
        history = list(self.pages("GET", monitor["href"], OrderStatuses[OrderStatus], "statuses", params={"limit": 1}))  # type: ignore[index]
        self.holds("its history begins with that it was received", history[-1]["status_code"] == "received", history)
        self.refusals(place["href"], wish)
        listed = list(
            self.pages("GET", orders, OrderCollection[OrderStatus], "features", media=GEO, params={"limit": 2})
        )
        ids = [one["id"] for one in listed]
        self.holds("each order is listed once", len(ids) == len(set(ids)) and placed["id"] in ids, ids)

    def later(self, href: str, sought: Json, model: Any) -> list[Json]:
        """The same search for a client that does not wait: stored, listed, and found once it is completed."""
        prefers = {"Prefer": "respond-async"}
        asked = self.ask("POST", href, OpportunitySearchRecord, code=201, json=sought, headers=prefers)
        where = asked["_location"]
        self.holds("a search says where it is", link_of(asked, "self")["href"] == where, asked)  # type: ignore[index]
        until, record = monotonic() + 60, asked
        while record["status"]["status_code"] in ("received", "in_progress") and monotonic() < until:
            sleep(0.2)
            record = self.ask("GET", where, OpportunitySearchRecord)
        self.holds("a search is completed", record["status"]["status_code"] == "completed", record)
        history = self.ask("GET", link_of(record, "monitor")["href"], list[OpportunitySearchStatus])  # type: ignore[index]
        self.holds("its statuses end with what it is", record["status"] in history["_items"], history)
        records = f"{where.rsplit('/', 1)[0]}"
        listed = self.pages("GET", records, OpportunitySearchRecords, "search_records", params={"limit": 1})
        self.holds("it is listed", record["id"] in {one["id"] for one in listed})
        collection = self.ask("GET", link_of(record, "opportunities")["href"], model, media=GEO)  # type: ignore[index]
        self.holds("what it found has its id", collection.get("id") == record["id"], collection.get("id"))
        self.refuses("an unknown search", 404, "GET", f"{records}/none")
        features: list[Json] = collection["features"]
        return features

    def refusals(self, href: str, wish: Json) -> None:
        """What is malformed is refused, and an interval with an open end is not."""
        start, end = wish["datetime"].split("/")
        changes: dict[str, Json] = {
            "no time": {"datetime": None},
            "time backwards": {"datetime": f"{end}/{start}"},
            "one moment": {"datetime": start},
            "both ends open": {"datetime": "../.."},
            "an unknown geometry": {"geometry": {"type": "Circle", "coordinates": [0, 0]}},
            "no place on Earth": {"geometry": {**wish["geometry"], "coordinates": [1000, 2000]}},
            "an unknown parameter": {"order_parameters": {"no_such_parameter": 1}},
            "a filter that is none": {"filter": {"op": "nonsense"}},
        }
        for what, change in changes.items():
            self.refuses(what, 422, "POST", href, json=wish | change)
        for open_one in (f"{start}/..", f"{start}/", f"../{end}"):
            self.ask("POST", href, Order[OrderStatus], code=201, media=GEO, json={**wish, "datetime": open_one})


def link_of(value: Json, rel: str) -> Json | None:
    """The first link of that relation."""
    return next((link for link in value.get("links", ()) if link["rel"] == rel), None)


def without(value: Json) -> Json:
    """What was answered, without what `ask` added."""
    return {name: part for name, part in value.items() if name != "_location"}


def wish_of(product: Json) -> Json:
    """Two days from tomorrow on, at a place of the first kind that the product is for."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    kinds = [uri.rsplit("/", 1)[1].removesuffix(".json") for uri in product["conformsTo"] if "geojson.org" in uri]
    place = {"type": kinds[0], "coordinates": PLACES[kinds[0]]}
    when = f"{start.isoformat()}/{(start + timedelta(days=2)).isoformat()}"
    return {"datetime": when, "geometry": place, "order_parameters": {}}


def main() -> int:
    check = Check(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    with check.http:
        check.run()
    print(f"{check.held} hold, {check.breaches} breaches")
    return 1 if check.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
