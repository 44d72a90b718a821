"""HTTP as a door: a server that runs already, or one for each case with a fresh database."""

import http.client
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from benchmarks.doors import RefusedError, Session, Submitted, UnclearError, satselect_command
from benchmarks.processes import free_port

_TIMEOUT_S = 60.0
_FIELDS = {"name", "resources", "profit"}


class Client:
    """A session over the quick endpoint; a prefix of names keeps it apart from whatever else waits there."""

    def __init__(self, url: str, prefix: str = "") -> None:
        parts = urlsplit(url)
        self._host, self._port, self._prefix = parts.hostname or "127.0.0.1", parts.port or 80, prefix

    def submit(self, tasks: Sequence[Submitted]) -> list[Submitted]:
        """Adds tasks and iterates: what was selected."""
        return self.send(json.dumps([self._own(task) for task in tasks]))

    def send(self, text: str) -> list[Submitted]:
        """Posts a text as it is: what was selected of this session's tasks."""
        status, body = self._call("POST", "/api/tasks/", text)
        if 400 <= status < 500:
            raise RefusedError(f"{status} {body[:200]}")
        if status != 201:
            raise UnclearError(f"status {status}: {body[:200]}")
        tasks: list[Submitted] = json.loads(body)["tasks"]
        if any(set(task) != _FIELDS for task in tasks):
            raise UnclearError(f"a task has other fields than {sorted(_FIELDS)}: {tasks}")
        if [task["profit"] for task in tasks] != sorted((task["profit"] for task in tasks), reverse=True):
            raise UnclearError(f"the tasks are not in order of profit: {tasks}")
        return [task | {"name": self._out(task["name"])} for task in tasks if task["name"].startswith(self._prefix)]

    def buffered(self) -> list[str] | None:
        """The names of the tasks that wait; None if the full API isn't there, or others' tasks fill its first page."""
        status, body = self._call("GET", "/api/v1/tasks?status=buffered&limit=100")
        page: dict[str, Any] = json.loads(body) if status == 200 else {}
        if page.get("next", "unknown") is not None:
            return None
        names = [task["name"] for task in page["items"]]
        return [self._out(name) for name in names if name.startswith(self._prefix)]

    def fleet(self, name: str, satellites: int) -> "FleetClient":
        """A session with a new fleet of so many satellites, each of which has every resource that a task names."""
        made = self._made("/api/v1/fleets", {"name": name, "is_open": True})
        path = f"/api/v1/fleets/{made['fleet']}"
        for number in range(satellites):
            self._made(f"{path}/satellites", {"name": f"satellite {number}"})
        return FleetClient(f"http://{self._host}:{self._port}", path)

    def _made(self, path: str, wish: dict[str, object]) -> dict[str, Any]:
        status, body = self._call("POST", path, json.dumps(wish))
        if status != 201:
            raise UnclearError(f"{path}: status {status}: {body[:200]}")
        made: dict[str, Any] = json.loads(body)
        return made

    def is_alive(self) -> bool:
        """Whether the server answers."""
        try:
            self._call("GET", "/livez")
        except UnclearError:
            return False
        return True

    def _call(self, method: str, path: str, text: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            body = None if text is None else text.encode()
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise UnclearError(f"no answer from {self._host}:{self._port}: {error}") from error
        finally:
            connection.close()

    def _own(self, task: Submitted) -> Submitted:
        resources = [self._prefix + name for name in task["resources"]]
        return task | {"name": self._prefix + task["name"], "resources": resources}

    def _out(self, name: str) -> str:
        return name.removeprefix(self._prefix)


class FleetClient(Client):
    """A session over the full API, with a fleet of its own."""

    def __init__(self, url: str, path: str) -> None:
        super().__init__(url)
        self._path = path

    def send(self, text: str) -> list[Submitted]:
        """Posts a text as it is: what was selected."""
        status, body = self._call("POST", f"{self._path}/tasks", text)
        if 400 <= status < 500:
            raise RefusedError(f"{status} {body[:200]}")
        if status != 201:
            raise UnclearError(f"status {status}: {body[:200]}")
        tasks: list[Submitted] = json.loads(body)["tasks"]
        if any(task["satellite"] is None for task in tasks):
            raise UnclearError(f"a scheduled task has no satellite: {tasks}")
        return tasks


class RunningServer:
    """A server that others may use as well."""

    name = "HTTP"

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def session(self, case: str, satellites: int) -> Iterator[Session]:
        """A session of this case's own names."""
        name = f"{case} {monotonic():.3f} "
        yield Client(self._url, prefix=name) if satellites == 1 else Client(self._url).fleet(name, satellites)


class FreshServers:
    """A server with a fresh database for each session."""

    name = "HTTP"

    @contextmanager
    def session(self, case: str, satellites: int) -> Iterator[Session]:
        """A session with a server of its own."""
        with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as client:
            yield client if satellites == 1 else client.fleet(case, satellites)


@contextmanager
def _serving(folder: Path) -> Iterator[Client]:
    port, log = free_port(), folder / "log"
    command = [*satselect_command(), "serve", "--port", str(port), "--database", f"sqlite:///{folder}/fresh.sqlite3"]
    with log.open("w") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as process:
        try:
            client = Client(f"http://127.0.0.1:{port}")
            start = monotonic()
            while not client.is_alive():
                if process.poll() is not None or monotonic() - start > _TIMEOUT_S:
                    raise UnclearError(f"the server didn't start: {log.read_text()[-500:]}")
                sleep(0.05)
            yield client
        finally:
            process.terminate()
