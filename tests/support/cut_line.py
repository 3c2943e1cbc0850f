"""A TCP line that ends after so many bytes, once in each direction; afterwards it is sound."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class CutLine:
    """Passes bytes to a target until a direction has passed so many; then every connection through it ends."""

    target: int
    """The port on this machine."""
    into: int | None = None
    """Bytes towards the target before the cut."""
    out: int | None = None
    port: int = 0
    cuts: int = 0
    _writers: set[asyncio.StreamWriter] | None = None

    def _let(self, data: bytes, *, inwards: bool) -> tuple[bytes, bool]:
        left = self.into if inwards else self.out
        if left is None:
            return data, False
        cut = len(data) >= left
        rest = None if cut else left - len(data)
        if inwards:
            self.into = rest
        else:
            self.out = rest
        self.cuts += cut
        return data[:left], cut

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, inwards: bool) -> None:
        while data := await source.read(65_536):
            passed, cut = self._let(data, inwards=inwards)
            sink.write(passed)
            await sink.drain()
            if cut:
                return

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass both directions until one ends; then both end."""
        writers = [writer]
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            writers.append(far_writer)
            pumps = [
                asyncio.ensure_future(self._pump(reader, far_writer, inwards=True)),
                asyncio.ensure_future(self._pump(far_reader, writer, inwards=False)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            for each in writers:
                each.close()


@asynccontextmanager
async def line_cut(target: int, *, into: int | None, out: int | None) -> AsyncIterator[CutLine]:
    """Listen for connections to be passed on; all have ended when the block is left."""
    line = CutLine(target, into, out)
    async with asyncio.TaskGroup() as group:
        carried: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(
            lambda reader, writer: carried.add(group.create_task(line.carry(reader, writer))), "127.0.0.1", 0
        )
        line.port = server.sockets[0].getsockname()[1]
        try:
            yield line
        finally:
            server.close()
