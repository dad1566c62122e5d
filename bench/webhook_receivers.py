"""Receivers of webhooks on loopback, in a process of their own: some that take everything, and one that hangs.

    python -m bench.webhook_receivers 4

Prints a line of JSON with their ports, the hanging one's last; before them the port at which it tells what arrived.
"""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field

_TAKEN = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"


@dataclass
class _Receiver:
    hangs: bool = False
    seen: set[str] = field(default_factory=set)
    sequences: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    disordered: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
                event = json.loads(await reader.readexactly(length))
                if self.hangs:
                    await asyncio.sleep(3600)
                self._take(event["id"], event["aggregate"])
                writer.write(_TAKEN)
        writer.close()

    def _take(self, id_: str, aggregate: dict[str, object]) -> None:
        if id_ in self.seen:
            self.repeated += 1
            return
        self.seen.add(id_)
        key, sequence = str(aggregate["id"]), int(str(aggregate["sequence"]))
        self.disordered += sequence != self.sequences.get(key, 0) + 1
        self.sequences[key] = sequence


async def main(number: int) -> None:
    """Serve until the process ends."""
    receivers = [*(_Receiver() for _ in range(number)), _Receiver(hangs=True)]

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = [{"arrived": len(one.seen), "repeated": one.repeated, "disordered": one.disordered} for one in receivers]
        writer.write(json.dumps(told).encode())
        writer.close()

    servers = [await asyncio.start_server(handler, "127.0.0.1", 0) for handler in (tell, *(r.serve for r in receivers))]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
