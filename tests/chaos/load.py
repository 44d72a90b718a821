"""Clients who submit, report and cancel, and repeat what was not answered."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread
from urllib.parse import urlsplit
from uuid import UUID

import httpx

RESOURCES = [f"r{n}" for n in range(6)]
PATIENCE_S = 120.0
AGAIN = {429, 503}


class Client(Thread):
    """One of them. `accepted` holds the names of the tasks that were answered with 201 or 202."""

    def __init__(self, seed: int, fleets: list[str], addresses: Callable[[], list[str]], stop: Event) -> None:
        super().__init__(name=f"client {seed}", daemon=True)
        self._rng = Random(seed)
        self._fleets = fleets
        self._addresses = addresses
        self._over = stop
        self._count = 0
        self.answered = 0
        self._http = httpx.Client(timeout=20)
        self.accepted: list[str] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._over.is_set():
                self._submit()
                if self._rng.random() < 0.3:
                    self._change()
        except BaseException as error:  # told by whoever waits for this thread
            self.failure = error
        finally:
            self._http.close()

    def _submit(self) -> None:
        self._count += 1
        tasks = [self._task(f"{self.name}.{self._count}.{n}") for n in range(self._rng.randint(0, 4))]
        headers = {"Idempotency-Key": f"{self.name}.{self._count}", "Prefer": "wait=5"}
        path = f"/api/v1/fleets/{self._rng.choice(self._fleets)}/tasks"
        self._posted(path, tasks, headers)
        self._done(str(task["name"]) for task in tasks)

    def _posted(self, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
        """The answer of success, after so many tries as it takes."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            answer = self._post(path, body, headers)
            if answer is not None and answer.status_code in {201, 202}:
                return answer
            assert answer is None or answer.status_code in AGAIN, answer.text
            time.sleep(0.2)
        raise TimeoutError(f"nobody answers {path}")

    def _done(self, names: Iterable[str]) -> None:
        self.accepted += names
        self.answered += 1

    def _task(self, name: str) -> dict[str, object]:
        later = datetime.now(UTC) + timedelta(seconds=self._rng.randint(1, 20))
        return {
            "name": name,
            "resources": self._rng.sample(RESOURCES, self._rng.randint(0, 3)),
            "profit": self._rng.randint(0, 99),
            "max_attempts": self._rng.randint(1, 3),
            **({"not_before": later.isoformat()} if self._rng.random() < 0.1 else {}),
        }

    def _change(self) -> None:
        """Cancels or reports a task, whoever submitted it. What is not answered may have happened or not."""
        try:
            items = self._http.get(f"{self._address()}/api/v1/tasks?limit=5").json().get("items", [])
        except (httpx.TransportError, ValueError):
            return
        if items:
            task = UUID(self._rng.choice(items)["id"])
            answer = self._post(f"/api/v1/tasks/{task}/{self._rng.choice(['cancel', 'complete', 'fail'])}", None, {})
            assert answer is None or answer.status_code in {200, 409, *AGAIN}, answer.text

    def _post(self, path: str, body: object, headers: dict[str, str]) -> httpx.Response | None:
        try:
            return self._http.post(self._address() + path, json=body, headers=headers)
        except httpx.TransportError:
            return None

    def _address(self) -> str:
        return self._rng.choice(self._addresses())


class Customer(Client):
    """Orders of the product `wide` by the tasking API, cancels some, and looks for what was ordered.

    One order comes each so many seconds, if earlier ones were answered by then.

    `accepted` holds the references of orders, `places` where each was said to be.
    """

    def __init__(
        self, seed: int, most: int, addresses: Callable[[], list[str]], stop: Event, *, every_s: float
    ) -> None:
        super().__init__(seed, [], addresses, stop)
        self._most, self._every_s = most, every_s
        self._begun = time.monotonic()
        self.places: list[str] = []

    @property
    def is_over(self) -> bool:
        """Whether all orders were placed."""
        return len(self.accepted) >= self._most

    def _submit(self) -> None:
        if self.is_over:
            self._over.wait(0.1)
            return
        early_s = self._begun + self._count * self._every_s - time.monotonic()
        if early_s > 0:
            self._over.wait(min(early_s, 0.5))
            return
        self._count += 1
        name = f"{self.name}.{self._count}"
        first = datetime.now(UTC) + timedelta(minutes=self._rng.randint(10, 150))
        last = first + timedelta(minutes=self._rng.randint(15, 60))
        wanted = {
            "datetime": f"{first.isoformat()}/{last.isoformat()}",
            "geometry": {"type": "Point", "coordinates": [13.4, 52.5]},
            "order_parameters": {"profit": self._rng.randint(2, 99), "reference": name},
        }
        placed = self._posted("/products/wide/orders", wanted, {"Idempotency-Key": name})
        assert placed.status_code == 201
        self.places.append(urlsplit(placed.headers["Location"]).path)
        self._done([name])

    def _change(self) -> None:
        """Looks for one that was ordered, and cancels it now and then."""
        if not self.places:
            return
        place = self._rng.choice(self.places)
        try:
            found = self._http.get(self._address() + place)
        except httpx.TransportError:
            return
        assert found.status_code in {200, *AGAIN}, f"{place}: {found.text}"
        links = found.json().get("links", []) if found.status_code == 200 else []
        cancel = next((link for link in links if link["rel"] == "cancel"), None)
        if cancel and self._rng.random() < 0.3:
            answer = self._post(urlsplit(cancel["href"]).path, None, {})
            assert answer is None or answer.status_code in {200, 409, *AGAIN}, answer.text
