"""The product without one of its protections, for the positive controls. Each is made in a process of its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from faults.replacing import replace


def first_come() -> None:
    """Give places and files to whoever comes first, a body its place before it has come, and nobody a share."""
    import resource

    from app.http import admission, server
    from app.http.crowd import Crowd
    from app.http.shares import Shares

    def take(self: Shares, network: str) -> bool:
        if self._total >= self.at_once:
            return False
        self._held[network] += 1
        self._total += 1
        return True

    def few_files() -> int:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        return 1024

    replace(Shares, take=take)
    replace(Crowd, join=lambda *_: None)
    replace(server, _allow_open_files=few_files)
    replace(admission, announces_body=lambda _: False)


def no_order() -> None:
    """Also work on as many requests of one network as there are, and go on reading whoever is refused."""
    from app.http import connection
    from app.turns import Turns

    async def take(self: Turns, network: str) -> None:
        self._running[network] += 1

    first_come()
    replace(Turns, take=take)
    replace(connection, PENANCE_SECONDS=0.0)


def no_turns() -> None:
    """Also do costly work in the order in which it comes, for as many as ask."""
    import asyncio

    from app.places import Places

    no_order()

    semaphores: dict[int, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def take(self: Places) -> AsyncIterator[None]:
        async with semaphores.setdefault(id(self), asyncio.Semaphore(self.at_once)):
            yield

    replace(Places, take=take)


def long_pipelines() -> None:
    """Read as many requests of a connection as have come."""
    from app.http import connection

    replace(connection, PIPELINED_REQUESTS=1_000_000)


def many_headers() -> None:
    """Read as many headers as fit into the bytes."""
    from app.http import connection

    replace(connection, HEADERS=1_000_000)


_ALL = (first_come, no_order, no_turns, long_pipelines, many_headers)
BY_NAME: Mapping[str, Callable[[], None]] = MappingProxyType({each.__name__: each for each in _ALL})
