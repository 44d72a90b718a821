"""A network that can be cut: between a client and a server, on one machine and without privileges."""

import asyncio
from contextlib import suppress

from satselect.bus.background import Background
from tests.services import free_port


class Proxy:
    """Passes on what is sent to its port, except while it is cut: then nothing gets through, and nobody is told."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._connections: set[asyncio.StreamWriter] = set()
        self._background = Background("proxy")
        self._open = self._background.run(_opened(), timeout_s=5)
        self._server = self._background.run(asyncio.start_server(self._serve, "127.0.0.1", self.port), timeout_s=5)

    def cut(self) -> None:
        """Nothing gets through any more."""
        self._background.run(self._cut(), timeout_s=5)

    def mend(self) -> None:
        """New connections get through; the older ones are over."""
        self._background.run(self._mend(), timeout_s=5)

    def close(self) -> None:
        """Nobody listens any more."""
        self._background.run(self._end(), timeout_s=5)
        self._background.stop()

    async def _cut(self) -> None:
        self._open.clear()

    async def _mend(self) -> None:
        for writer in self._connections:
            writer.transport.abort()
        self._open.set()

    async def _end(self) -> None:
        self._server.close()
        await self._mend()
        await asyncio.sleep(0.1)  # what was aborted is closed by then

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            await self._open.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            self._connections.add(far_writer)
            await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))
            self._connections.discard(far_writer)
        except OSError:
            pass  # the server is down: so is the connection
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


async def _opened() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
