"""Who may see what of the tasking API, told apart from the code that decides it: people, what they made, and the rules.

What somebody made carries a mark, the longitude of its place, that nothing else has: so an answer that tells of it is
found out whatever it is called there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRICES = {f"satselect:{name}" for name in ("free", "price", "break_even", "wins_with", "unknown", "as_of")}
TO_WIN = "to win"
"""What the words of an order that lost say, with the price."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MARK = re.compile(r"(?<=[\[, ])10\.0\d{4}7(?!\d)")  # where places have it: no second of a time, and no price
RUN = {"scheduled", "completed", "failed"}


@dataclass(frozen=True)
class Person:
    """Somebody with a key, or, without a role, without one. Executors run one fleet, for the operators."""

    name: str
    role: str
    account: str
    fleet: str = ""


@dataclass
class Made:
    """An order or a search that somebody made of a product."""

    kind: str
    by: Person
    product: str
    marks: set[str]


@dataclass
class Sight:
    """What there is, and the rules."""

    fleet_of: dict[str, str]
    shows: dict[str, bool]
    is_offered: dict[str, bool]
    made: dict[str, Made] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)

    def product(self, who: Person, name: str) -> bool:
        """Whether somebody may order it, or look at it."""
        if not who.role or not self.is_offered.get(name):
            return False
        return who.role != "executor" or who.fleet == self.fleet_of[name]

    def made_by(self, who: Person, id: str) -> bool:
        """Whether an order or a search exists for somebody."""
        one = self.made.get(id)
        if one is None or not who.role:
            return False
        if who.role in {"operator", "admin"}:
            return True
        if who.role == "customer":
            return one.by.account == who.account
        if one.kind == "search":
            return one.by.name == who.name
        return self.fleet_of[one.product] == who.fleet and self.status[id] in RUN

    def price(self, who: Person, product: str) -> bool:
        """Whether somebody is told what it takes to win."""
        return who.role in {"operator", "admin"} or self.shows[self.fleet_of[product]]

    def listed(self, who: Person, kind: str) -> set[str]:
        """The ids of all that somebody sees of a kind."""
        return {id for id, one in self.made.items() if one.kind == kind and self.made_by(who, id)}

    def get(self, who: Person, path: str) -> int:
        """The status of a GET without parameters."""
        parts = path.strip("/").split("/")
        if path in {"/", "/conformance"} or parts[0] == "stapi":
            return 200
        if not who.role:
            return 401
        match parts:
            case ["products"] | ["orders"] | ["searches", "opportunities"]:
                is_there = True
            case ["products", name] | ["products", name, "conformance" | "queryables" | "order-parameters"]:
                is_there = self.product(who, name)
            case ["products", name, "opportunities", id]:
                is_there = self._is(who, "search", id) and self.made[id].product == name
            case ["searches", "opportunities", id] | ["searches", "opportunities", id, "statuses"]:
                is_there = self._is(who, "search", id)
            case ["orders", id] | ["orders", id, "statuses"] | ["api", "v1", "tasks", id]:
                is_there = self._is(who, "order", id)
            case _:
                raise AssertionError(f"a link to {path}")
        return 200 if is_there else 404

    def check(self, who: Person, sent: Json | None, answer: Any, text: str, product: str | None) -> None:  # noqa: ANN401
        """Nothing is told that is not to be.

        Args:
            who: was answered.
            sent: by them; what they said may be said again.
            answer: the JSON.
            text: the same as it came.
            product: that all of the answer is about, if it doesn't say so.
        """
        seen = {id for id in self.made if self.made_by(who, id)}
        told = set(_UUID.findall(text))
        # A task tells which iteration planned it; nothing else has an id but what is asked for here.
        hidden = told - seen if "stapi" in text or "status_code" in text else (told & self.made.keys()) - seen
        assert not hidden, (who.name, hidden)
        marks = set(_MARK.findall(text)) - set(_MARK.findall(str(sent)))
        known = {mark for id in seen for mark in self.made[id].marks}
        assert marks <= known, (who.name, marks - known)
        for name, about in priced(answer, product):
            assert about is not None, (name, text)
            assert self.price(who, about), (who.name, name, about)

    def _is(self, who: Person, kind: str, id: str) -> bool:
        return self.made_by(who, id) and self.made[id].kind == kind


def priced(value: Any, product: str | None) -> Iterator[tuple[str, str | None]]:  # noqa: ANN401
    """Each price in an answer, with the product that it is about."""
    if isinstance(value, list):
        for one in value:
            yield from priced(one, product)
    elif isinstance(value, dict):
        about = value.get("product_id", product)
        for name, one in value.items():
            if name in PRICES or (isinstance(one, str) and TO_WIN in one):
                yield name, about
            yield from priced(one, about)


def links_in(value: Any) -> Iterator[Json]:  # noqa: ANN401
    """All links of an answer, wherever they are."""
    if isinstance(value, list):
        for one in value:
            yield from links_in(one)
    elif isinstance(value, dict):
        if "href" in value:
            yield value
        for one in value.values():
            yield from links_in(one)


def marks_in(value: object) -> set[str]:
    """The marks of a body."""
    return set(_MARK.findall(str(value)))
