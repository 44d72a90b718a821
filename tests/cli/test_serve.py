import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
import pytest

from satselect.application.failpoints import Point
from satselect.cli.service.serve import _server
from satselect.store.models import Batch
from tests.application.webhooks.receivers import receiving
from tests.faults import PROGRAM, ROOT, Installation
from tests.forked import Forked
from tests.longer import more
from tests.owners import wait_until
from tests.services import SERVE, environment_with, free_port, start, wait_until_ready


def serve(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A service that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-c", SERVE, *arguments],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_greets_and_keeps_tasks_in_the_working_folder(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as output:
        greeting = output.readline() + output.readline()
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert f"http://127.0.0.1:{port}, open to everyone on this machine" in greeting
    assert f"SQLite, {tmp_path / 'satselect.sqlite3'}" in greeting
    assert (tmp_path / "satselect.sqlite3").exists()


def test_it_refuses_to_be_open_to_others(tmp_path: Path) -> None:
    done = serve("8000", "sqlite:///x.sqlite3", "0.0.0.0", folder=tmp_path)  # noqa: S104 - refused
    assert done.returncode == 2
    assert "loopback only" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    done = serve("8000", f"postgres://nobody@127.0.0.1:{free_port()}/x", folder=tmp_path)
    assert (done.returncode, done.stderr.count("Traceback")) == (1, 0)
    assert "can't use the database" in done.stderr


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(str(taken.getsockname()[1]), folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Address already in use" in done.stderr
    assert not (tmp_path / "satselect.sqlite3").exists()


def test_heads_are_bounded_whatever_else_reads_http() -> None:
    assert _server("127.0.0.1", 0).config.http == "h11"


def test_it_answers_where_the_environment_says(migrated_folder: Path) -> None:
    with started("serve", "--port", "0", folder=migrated_folder, SATSELECT_HOST="localhost") as process:
        assert process.stdout
        found = re.search(r"answers on (http://localhost:[1-9]\d*),", process.stdout.readline())
        assert found
        wait_until_ready(found[1], process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("number", [*more([signal.SIGINT]), signal.SIGTERM, *more([signal.SIGKILL])])
def test_it_answers_while_the_engine_is_compiled_and_what_compiles_ends_with_it(tmp_path: Path, number: int) -> None:
    with started("serve", "--port", "0", folder=tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "cache")) as process:
        assert process.stdout
        found = re.search(r"answers on (http://\S+:\d+),", process.stdout.readline())
        assert found
        wait_until_ready(found[1], process)
        children = children_of(process.pid)
        tasks = [{"name": f"{i}", "resources": [f"r{i % 9}", f"s{i % 7}"], "profit": 1 + i % 13} for i in range(100)]
        answer = httpx.post(f"{found[1]}/api/tasks/", json=tasks, timeout=30)
        assert answer.status_code == 201
        assert httpx.get(f"{found[1]}/readyz").json() == {"status": "ready", "bus": "none", "engine": "compiling"}
        assert len(children) == 1
        process.send_signal(number)
        assert process.wait(timeout=30) == (-number if number == signal.SIGKILL else 0)
        wait_until(lambda: not is_running(children[0]), within_s=30)
        assert not list(tmp_path.rglob("*.stamp"))


def is_running(pid: int) -> bool:
    """Whether the process is there, and did not just end."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text() != ""
    return False


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    stats = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            stats.append((int(file.parent.name), int(file.read_text().rpartition(")")[2].split()[1])))
    return [child for child, parent in stats if parent == pid]


@contextmanager
def started(*arguments: str, folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    command, own = [sys.executable, "-m", "satselect", *arguments], environment_with(**settings)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=own, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_was_left_pending_is_settled_by_the_next_process(migrated_folder: Path) -> None:
    url, port = f"sqlite:///{migrated_folder / 'satselect.sqlite3'}", free_port()
    fault = {"PYTHONPATH": str(ROOT), "FAULT_POINT": Point.AFTER_SUBMISSION_COMMIT}
    dying = Forked(PROGRAM, ["serve", "--port", str(port), "--database", url], environment_with(**fault))
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, dying)
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{address}/api/tasks/", json=[{"name": "a", "resources": [], "profit": 1}], timeout=60)
    assert dying.wait(timeout=30) == -signal.SIGKILL
    address, process = start(url)
    wait_until(lambda: httpx.get(f"{address}/api/v1/tasks").json()["items"][0]["status"] == "scheduled")
    process.terminate()
    process.wait(timeout=30)


def test_what_was_accepted_survives_a_kill(migrated_folder: Path) -> None:
    url = f"sqlite:///{migrated_folder / 'satselect.sqlite3'}"
    address, process = start(url)
    tasks = [{"name": name, "resources": ["camera"], "profit": 1} for name in "ab"]
    assert httpx.post(f"{address}/api/tasks/", json=tasks).json()["tasks"] == tasks[:1]
    process.kill()
    process.wait(timeout=30)
    address, process = start(url)
    assert httpx.post(f"{address}/api/tasks/", json=[]).json()["tasks"] == tasks[1:]
    process.terminate()
    process.wait(timeout=30)


def test_streams_end_when_it_is_asked_to_end(migrated_folder: Path) -> None:
    address, process = start(f"sqlite:///{migrated_folder / 'satselect.sqlite3'}")
    with httpx.stream("GET", f"{address}/api/v1/events", timeout=20) as answer:
        chunks = answer.iter_bytes()
        next(chunks)
        process.send_signal(signal.SIGINT)
        assert b"".join(chunks) == b""  # the end, and not a connection that broke
    assert process.wait(timeout=8) == 0  # before streams that are left open would be cut off


def test_who_waits_when_it_is_asked_to_end_is_answered_that_the_batch_is_accepted(installation: Installation) -> None:
    address, process = installation.service()
    with ThreadPoolExecutor(1) as threads:
        path, headers = f"{address}/api/v1/fleets/default/tasks", {"Prefer": "wait=99999"}
        waiting = threads.submit(httpx.post, path, json=[], headers=headers, timeout=100)
        wait_until(Batch.objects.exists)
        start = monotonic()
        assert installation.end(process, signal.SIGTERM) == 0
        assert monotonic() - start < 30
    answer = waiting.result()
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")


def test_slow_webhooks_do_not_keep_it_from_ending(migrated_folder: Path) -> None:
    address, process = start(f"sqlite:///{migrated_folder / 'satselect.sqlite3'}", SATSELECT_WEBHOOKS="private")
    with receiving(pause=Event(), longest_pause_s=2) as receiver:
        httpx.post(f"{address}/api/v1/webhooks", json={"address": receiver.address}).raise_for_status()
        for _ in range(30):
            task = {"name": "a", "resources": [], "profit": 1}
            httpx.post(f"{address}/api/tasks/", json=[task], timeout=60).raise_for_status()
        wait_until(lambda: len(receiver.came) > 0)
        process.terminate()
        assert process.wait(timeout=30) == 0  # in the middle of a minute of deliveries
        assert len(receiver.came) < 30


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_a_stream_holds_no_thread(migrated_folder: Path) -> None:
    address, process = start(f"sqlite:///{migrated_folder / 'satselect.sqlite3'}", SATSELECT_MAX_STREAMS="100")

    def threads() -> int:
        return len(list(Path(f"/proc/{process.pid}/task").iterdir()))

    with ExitStack() as streams:
        clients = [streams.enter_context(httpx.Client(base_url=address)) for _ in range(40)]
        counted = []
        for client in clients:
            answer = streams.enter_context(client.stream("GET", "/api/v1/events"))
            next(answer.iter_bytes())
            counted.append(threads())
        # The thread that reads for all, and those of requests that are just ending.
        assert counted[-1] <= counted[0] + 3
    process.terminate()
    process.wait(timeout=30)
