"""A PostgreSQL and a NATS server of one's own, to be killed, wiped and cut off."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.services import free_port

AS_POSTGRES = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root


def postgres_binaries() -> Path | None:
    """Where the programs of the newest PostgreSQL are; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def nats_binary() -> str | None:
    """The NATS server; None if there is none."""
    return shutil.which("nats-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Postgres:
    """A server on a port of its own. What it committed survives kill -9: the machine goes on."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="satselect-chaos-"))
        if AS_POSTGRES:
            shutil.chown(self._folder, AS_POSTGRES)
        self.port = free_port()
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, port: int) -> str:
        return f"postgres://postgres@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Returns once it answers, after it recovered what was left."""
        options = ["-p", str(self.port), "-k", str(self._folder), "-h", "127.0.0.1", "-F"]
        self._server = subprocess.Popen(
            [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), *options],
            user=AS_POSTGRES,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url(self.port), connect_timeout=2).close()
                return
            time.sleep(0.05)
        raise TimeoutError("PostgreSQL does not start")

    def kill(self) -> None:
        """kill -9, of its helpers too."""
        assert self._server is not None
        family = [self._server.pid, *_children(self._server.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait(timeout=60)
        while any(Path(f"/proc/{pid}").exists() for pid in family[1:]):
            time.sleep(0.01)

    def remove(self) -> None:
        """Nothing of it is left."""
        self.kill()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, check=True, user=AS_POSTGRES, cwd=self._folder, stdout=subprocess.DEVNULL)


class Nats:
    """A server with JetStream on a port of its own."""

    def __init__(self, binary: str) -> None:
        self._binary = binary
        self._folder = Path(tempfile.mkdtemp(prefix="satselect-chaos-"))
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._server = subprocess.Popen(
            [self._binary, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait(timeout=60)

    def wipe(self) -> None:
        """Its disk is empty. It must not run."""
        shutil.rmtree(self._folder)
        self._folder.mkdir()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found
