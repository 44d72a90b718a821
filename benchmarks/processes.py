"""What processes use of the machine, as Linux tells it in /proc."""

import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

Members = Callable[[], Iterable[int]]
"""The processes of one kind, by id, as of now."""

_TICKS = os.sysconf("SC_CLK_TCK")
_LISTENS = "0A"


def processor_s(pid: int) -> float | None:
    """Seconds that all its threads had a processor; None if it is gone, or there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS


def session_s(leader: int) -> float:
    """Seconds that all processes of a session had a processor, those that ended and were waited for included."""
    used = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text().rsplit(")", 1)[1].split()
            if int(fields[3]) == leader:
                used += sum(map(int, fields[11:15]))
    return used / _TICKS


def backends(database: str) -> list[int]:
    """PostgreSQL's processes that work for that database, if it runs on this machine."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline") if database else ():
        try:
            if f" {database} " in file.read_text():
                found.append(int(file.parent.name))
        except OSError:
            continue
    return found


def memory(pid: int) -> tuple[int, int] | None:
    """Bytes that are resident, and those of them that nobody shares; None if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    sizes = {name: int(rest.split()[0]) * 1024 for name, rest in (line.split(":", 1) for line in lines)}
    return sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"]


def listener(port: int) -> int | None:
    """The process that listens on that port of this machine; None if that can't be found out."""
    socket_name = f"socket:[{_inode(port)}]"
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(link) == socket_name:
                return int(link.parts[2])
    return None


def _inode(port: int) -> str | None:
    """Of the socket that listens there."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENS and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    return fields[9]
    return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Meter:
    """How much processor time each kind of processes uses while this is entered.

    It looks twice a second, so that of a process which comes and goes at most half a second is missed.
    """

    def __init__(self, kinds: dict[str, Members]) -> None:
        self._kinds = kinds
        self._first: dict[str, dict[int, float]] = {}
        self._last: dict[str, dict[int, float]] = {kind: {} for kind in kinds}
        self._over = Event()
        self._thread = Thread(target=self._look_again, daemon=True)

    @property
    def used_s(self) -> dict[str, float]:
        """Seconds by kind."""
        return {kind: sum(last.values()) - sum(self._first.get(kind, {}).values()) for kind, last in self._last.items()}

    def __enter__(self) -> Self:
        self._look()
        self._first = {kind: dict(last) for kind, last in self._last.items()}
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _look_again(self) -> None:
        while not self._over.wait(0.5):
            self._look()

    def _look(self) -> None:
        for kind, members in self._kinds.items():
            for pid in members():
                if (used := processor_s(pid)) is not None:
                    self._last[kind][pid] = used
