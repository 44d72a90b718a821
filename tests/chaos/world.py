"""An installation that is never left in peace, and a supervisor who starts again whatever died."""

import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event, Thread

from tests.chaos.proxy import Proxy
from tests.chaos.servers import Nats, Postgres
from tests.faults import Installation
from tests.forked import Forked

WORKERS, SERVICES = 3, 2
HOUR_S = 3600
KILLS = ("kill_worker", "kill_service", "kill_postgres", "kill_nats", "wipe_nats")


class Slot:
    """A process that is started again when it ends."""

    def __init__(self, start: Callable[[], Forked]) -> None:
        self._start = start
        self.process = start()

    def revive(self) -> bool:
        """Whether it had ended."""
        if self.process.poll() is None:
            return False
        self.process = self._start()
        return True


class World:
    """Servers, processes, and what happens to them. `deeds` counts that.

    Args:
        postgres: where everything is stored.
        nats: what carries notices.
        rng: the luck.
        without: names of what never happens.
    """

    def __init__(self, postgres: Postgres, nats: Nats, rng: Random, *, without: Collection[str] = ()) -> None:
        self.postgres, self.nats = postgres, nats
        self.deeds: Counter[str] = Counter()
        self._rng = rng
        self._without = without
        self._deck: list[Callable[[], None]] = []
        self._stop = Event()
        self._clocks = Path(tempfile.mkdtemp(prefix="satselect-chaos-"))
        for kind in ("worker", "service"):
            (self._clocks / kind).write_text("0")
        self._to_postgres, self._to_nats = Proxy(postgres.port), Proxy(nats.port)
        bus = f"nats://127.0.0.1:{self._to_nats.port}/chaos"
        self._made = Installation(postgres.url(self._to_postgres.port), bus, {"SATSELECT_TIME_LIMIT": "5"})
        self._addresses = [""] * SERVICES
        self._services = [Slot(lambda n=n: self._service(n)) for n in range(SERVICES)]  # type: ignore[misc]
        self._workers = [Slot(self._worker) for _ in range(WORKERS)]
        self._supervisor = Thread(target=self._supervise, name="supervisor", daemon=True)
        self._supervisor.start()

    def addresses(self) -> list[str]:
        """Where the services answer, if they do."""
        return list(self._addresses)

    @property
    def kills(self) -> int:
        """How often a process was killed; a server that is wiped is killed before."""
        return sum(self.deeds[deed] for deed in KILLS)

    def do_harm(self) -> None:
        """One thing of what can happen: each in its turn, as often as it should, in an order of chance."""
        if not self._deck:
            self._deck = self._shuffled()
        deed = self._deck.pop()
        deed()
        self.deeds[deed.__name__] += 1

    def _shuffled(self) -> list[Callable[[], None]]:
        weights: dict[Callable[[], None], int] = {
            self.kill_worker: 10,
            self.kill_service: 5,
            self.kill_postgres: 1,
            self.kill_nats: 2,
            self.wipe_nats: 1,
            self.cut_postgres: 1,
            self.cut_nats: 1,
            self.freeze_worker: 1,
            self.move_clock: 1,
        }
        deck = [deed for deed, weight in weights.items() for _ in range(weight) if deed.__name__ not in self._without]
        return self._rng.sample(deck, len(deck))

    def kill_worker(self) -> None:
        self._rng.choice(self._workers).process.kill()

    def kill_service(self) -> None:
        self._rng.choice(self._services).process.kill()

    def kill_postgres(self) -> None:
        self.postgres.kill()
        self._pause(0.5)
        self.postgres.start()

    def kill_nats(self) -> None:
        self.nats.kill()
        self._pause(1)
        self.nats.start()

    def wipe_nats(self) -> None:
        self.nats.kill()
        self.nats.wipe()
        self.nats.start()

    def cut_postgres(self) -> None:
        self._cut(self._to_postgres)

    def cut_nats(self) -> None:
        self._cut(self._to_nats)

    def freeze_worker(self) -> None:
        process = self._rng.choice(self._workers).process
        process.send_signal(signal.SIGSTOP)
        self._pause(5)
        process.send_signal(signal.SIGCONT)

    def move_clock(self) -> None:
        offset = self._rng.choice([-HOUR_S, 0, HOUR_S])
        (self._clocks / self._rng.choice(["worker", "service"])).write_text(str(offset))

    def close(self) -> None:
        """Everything is gone, but for the database."""
        self._stop.set()
        self._supervisor.join(timeout=120)
        for process in self._made.running:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(timeout=60)
        for proxy in (self._to_postgres, self._to_nats):
            proxy.close()
        shutil.rmtree(self._clocks)

    def _cut(self, proxy: Proxy) -> None:
        proxy.cut()
        self._pause(6)
        proxy.mend()

    def _pause(self, most_s: float) -> None:
        time.sleep(self._rng.uniform(0, most_s))

    def _worker(self) -> Forked:
        return self._made.worker(FAULT_CLOCK=str(self._clocks / "worker"))

    def _service(self, number: int) -> Forked:
        address, process = self._made.service(is_awaited=False, FAULT_CLOCK=str(self._clocks / "service"))
        self._addresses[number] = address
        return process

    def _supervise(self) -> None:
        while not self._stop.wait(0.2):
            for slot in (*self._services, *self._workers):
                if slot.revive():
                    self.deeds["started again"] += 1
