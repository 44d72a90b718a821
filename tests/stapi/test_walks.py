"""Random walks of all roles over the tasking API and every link it hands out: nobody learns of what is not theirs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest

from tests.longer import more
from tests.people import bearer, key_of, user
from tests.services import NO_TLS
from tests.stapi.sight import Json, Made, Person, Sight, links_in, marks_in, priced
from tests.stapi.worlds import ASYNC, WIDE, interval, offer, over

STEPS = 60
SEEDS = [0, *more(range(1, 40))]
ANNA, COLLEAGUE = Person("anna", "customer", "anna"), Person("colleague", "customer", "anna")
BERTA, OPERATOR = Person("berta", "customer", "berta"), Person("operator", "operator", "operators")
RUNS, ELSEWHERE = (
    Person("runs", "executor", "operators", "orbit"),
    Person("elsewhere", "executor", "operators", "other"),
)
VEILED = Person("veiled", "executor", "operators", "veiled")
PEOPLE = (ANNA, COLLEAGUE, BERTA, OPERATOR, Person("admin", "admin", "operators"), RUNS, VEILED, ELSEWHERE)
NOBODY = Person("nobody", "", "")
PRODUCTS = {"wide": "orbit", "dim": "veiled", "gone": "orbit"}


class Walk:
    """What is done at random, and what is remembered of it."""

    def __init__(self, clients: dict[str, httpx.Client], seed: int) -> None:
        self.clients, self.rng = clients, Random(seed)
        self.sight = Sight(dict(PRODUCTS), {"orbit": True, "veiled": False}, dict.fromkeys(PRODUCTS, True))
        self.paths, self.posts = {"/", "/conformance", "/products", "/orders", "/searches/opportunities"}, list[Json]()
        self.marks, self.told = 0, Counter[str]()

    def step(self) -> None:
        who = self.rng.choice((*PEOPLE, ANNA, BERTA, ANNA, BERTA, NOBODY))
        chosen = self.rng.choices(
            (self.get, self.order, self.search, self.search_for_later, self.follow_post, self.lists, self.change),
            (8, 6, 4, 3, 4, 3, 1),
        )[0]
        chosen(who)

    def change(self, _: Person) -> None:
        """An operator shows prices or hides them, offers something or withdraws it."""
        if self.rng.random() < 0.6:
            shown = self.sight.shows["veiled"] = not self.sight.shows["veiled"]
            answer = self.clients["operator"].patch("/api/v1/fleets/veiled", json={"shows_break_even": shown})
        else:
            offered = self.sight.is_offered["gone"] = not self.sight.is_offered["gone"]
            answer = self.clients["operator"].patch("/api/v1/products/gone", json={"is_offered": offered})
        assert answer.status_code == 200, answer.text

    def get(self, who: Person) -> None:
        """One of the addresses that anybody was ever told."""
        self.fetch(who, self.rng.choice(sorted(self.paths)))

    def fetch(self, who: Person, path: str) -> Json:
        answer = self.clients[who.name].get(path)
        assert answer.status_code == self.sight.get(who, path), (who.name, path, answer.text)
        return self.read(who, path, answer)

    def lists(self, who: Person) -> None:
        """All pages of each list hold what there is for somebody, and nothing else."""
        if not who.role:
            return
        products = {name for name in PRODUCTS if self.sight.product(who, name)}
        assert {one["id"] for one in self.pages(who, "/products", "products")} == products
        for path, member, kind in (
            ("/orders", "features", "order"),
            ("/searches/opportunities", "search_records", "search"),
        ):
            found = [one["id"] for one in self.pages(who, path, member)]
            assert sorted(found) == sorted(self.sight.listed(who, kind)), (who.name, path)

    def pages(self, who: Person, path: str, member: str) -> list[Json]:
        found, where = list[Json](), f"{path}?limit={self.rng.choice((1, 3, 50))}"
        while where:
            answer = self.clients[who.name].get(where)
            assert answer.status_code == 200, answer.text
            page = self.read(who, path, answer)
            found += page[member]
            where = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        return found

    def wish(self) -> Json:
        self.marks += 1
        mark = round(10 + (self.marks * 10 + 7) / 1e6, 6)
        return {"datetime": interval(1, 1.25), "geometry": {"type": "Point", "coordinates": [mark, 50]}}

    def order(self, who: Person) -> None:
        parameters = {"profit": self.rng.randint(2, 50)}
        self.place(
            who, f"/products/{self.rng.choice(list(PRODUCTS))}/orders", {**self.wish(), "order_parameters": parameters}
        )

    def place(self, who: Person, path: str, body: Json) -> None:
        product = path.split("/")[2]
        answer = self.clients[who.name].post(path, json=body)
        wanted = 201 if self.sight.product(who, product) else 404
        if who.role in {"", "executor"}:
            wanted = 403 if who.role else 401
        assert answer.status_code == wanted, (who.name, path, answer.text)
        if wanted == 201:
            self.remember("order", who, product, answer.json()["id"], body)
            self.clients["operator"].post(f"/api/v1/fleets/{PRODUCTS[product]}/iterations")
            self.look_up()
        self.read(who, path, answer, body)

    def look_up(self) -> None:
        """What became of each order, as operators are told by another edge."""
        for id, one in self.sight.made.items():
            if one.kind == "order":
                found = self.clients["operator"].get(f"/api/v1/tasks/{id}")
                self.sight.status[id] = found.json()["status"] if found.status_code == 200 else "rejected"

    def search(self, who: Person) -> None:
        product, body = self.rng.choice(list(PRODUCTS)), self.wish()
        answer = self.clients[who.name].post(f"/products/{product}/opportunities", json=body)
        wanted = (200 if self.sight.product(who, product) else 404) if who.role else 401
        assert answer.status_code == wanted, (who.name, answer.text)
        found = self.read(who, f"/products/{product}/opportunities", answer, body)
        if wanted == 200 and self.sight.price(who, product):
            assert {name for name, _ in priced(found, None)} >= {"satselect:free"}

    def search_for_later(self, who: Person) -> None:
        product, body = self.rng.choice(list(PRODUCTS)), self.wish()
        path, client = f"/products/{product}/opportunities", self.clients[who.name]
        answer = client.post(path, json=body, headers=ASYNC)
        wanted = (201 if self.sight.product(who, product) else 404) if who.role else 401
        assert answer.status_code == wanted, (who.name, answer.text)
        if wanted == 201:
            self.remember("search", who, product, answer.json()["id"], body)
            record = over(client, answer)
            assert record["status"]["status_code"] == "completed", record
            found = self.fetch(who, f"{path}/{record['id']}")
            prices = {name for name, _ in priced(found, None)}
            assert ("satselect:break_even" in prices) is self.sight.price(who, product)
        self.read(who, path, answer, body)

    def follow_post(self, who: Person) -> None:
        """What a link says to post, by whoever was told of it or not."""
        if not self.posts:
            return
        link = self.rng.choice(self.posts)
        path = urlsplit(link["href"]).path
        if path.endswith("/orders"):
            self.place(who, path, link.get("body", {**self.wish(), "order_parameters": {}}))
        elif path.endswith("/cancel"):
            self.cancel(who, path)

    def cancel(self, who: Person, path: str) -> None:
        id = path.split("/")[-2]
        answer = self.clients[who.name].post(path)
        if not who.role or who.role == "executor":
            assert answer.status_code in ({403, 404} if who.role else {401})
        else:
            assert answer.status_code in ({200, 409} if self.sight.made_by(who, id) else {404}), answer.text
        self.look_up()

    def remember(self, kind: str, who: Person, product: str, id: str, body: Json) -> None:
        assert id not in self.sight.made
        self.sight.made[id] = Made(kind, who, product, marks_in(body))

    def read(self, who: Person, path: str, answer: httpx.Response, sent: Json | None = None) -> Json:
        """The answer, once it is checked and its links are remembered; those that can be got lead somewhere."""
        found: Json = answer.json()
        if path.startswith("/stapi"):
            return found
        parts = path.strip("/").split("/")
        product = next((self.sight.made[part].product for part in parts if part in self.sight.made), None)
        text = answer.text if answer.is_success else ""  # a refusal says again what was asked for
        self.sight.check(who, sent, found, text, product)
        self.told.update(f"{who.role}: {name}" for name, _ in priced(found, product))
        self.told[f"{who.role}: {answer.status_code}"] += 1
        for link in links_in(found):
            where = urlsplit(link["href"]).path
            if link.get("method") == "POST":
                if where.endswith(("/orders", "/cancel")):
                    self.posts.append(link)
            elif not where.startswith("/stapi"):
                self.paths.add(where)
        return found


@pytest.fixture
def clients(guarded: httpx.Client) -> Iterator[dict[str, httpx.Client]]:
    """A client for each, and the fleets."""
    with ExitStack() as open_ones:

        def client(**headers: str) -> httpx.Client:
            made = httpx.Client(base_url=guarded.base_url, headers=headers, verify=NO_TLS, timeout=30)
            return open_ones.enter_context(made)

        operator = client(**bearer(key_of(user("operator", "operator"))))
        offer(operator, fleet="orbit")
        second = {"name": "Veiled", "fleet": "veiled", "horizon_s": 14400, "settle_s": None}
        for path, body in (
            ("/api/v1/fleets", second),
            ("/api/v1/fleets", {"name": "Other", "fleet": "other"}),
            ("/api/v1/fleets/veiled/satellites", {"name": "sat-9", "satellite": "sat-9"}),
            ("/api/v1/fleets/veiled/satellites/sat-9/resources", {"name": "camera"}),
            ("/api/v1/products", WIDE | {"product": "dim", "fleet": "veiled"}),
            ("/api/v1/products", WIDE | {"product": "gone"}),
        ):
            answer = operator.post(path, json=body)
            assert answer.status_code == 201, answer.text
        made = {"operator": operator, "nobody": client()}
        for one in PEOPLE:
            if one.name not in made:
                facts: Json = {"fleets": [one.fleet]} if one.fleet else {}
                facts |= {"account": one.account} if one.name != one.account and one.role == "customer" else {}
                made[one.name] = client(**bearer(key_of(user(one.name, one.role, **facts))))
        yield made


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.in_turn
def test_nobody_learns_of_what_is_not_theirs(clients: dict[str, httpx.Client], seed: int) -> None:
    walk = Walk(clients, seed)
    for _ in range(STEPS):
        walk.step()
    for who in PEOPLE:
        walk.lists(who)
        for path in sorted(walk.paths):
            walk.fetch(who, path)
    for path in sorted(walk.paths):
        walk.fetch(NOBODY, path)
    for what in ("200", "201", "satselect:free", "satselect:break_even"):
        assert walk.told[f"customer: {what}"], walk.told
    # Not in every walk an operator orders something: few steps are theirs.
    for what in ("200", "satselect:free", "satselect:break_even"):
        assert walk.told[f"operator: {what}"] + walk.told[f"admin: {what}"], walk.told
    assert walk.told["customer: 404"], "others were tried"
