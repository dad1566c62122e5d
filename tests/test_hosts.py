"""A database on several hosts: the one that takes writes is found, whatever becomes of the others."""

import socket
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import make_url, text

from app.database import Database
from app.database_errors import translate_errors
from app.database_url import asyncpg_url
from app.domain.refusals.requests import Unavailable
from app.hosts import name_hosts


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://u:p@one/db", "postgresql://u:p@one/db"),
        ("postgresql://u:p,q@one/db?sslmode=require", "postgresql://u:p,q@one/db?sslmode=require"),
        (
            "postgresql://u:p@one,two:6432/db",
            "postgresql://u:p@/db?host=one:5432&host=two:6432&target_session_attrs=read-write",
        ),
        (
            "postgresql://u@one,two/db?target_session_attrs=any",
            "postgresql://u@/db?target_session_attrs=any&host=one:5432&host=two:5432",
        ),
    ],
)
def test_a_list_of_hosts_is_named_as_the_driver_wants_it(url: str, named: str) -> None:
    assert name_hosts(url) == named
    _, options = make_url(asyncpg_url(url)).get_dialect()().create_connect_args(make_url(asyncpg_url(url)))
    assert isinstance(options["host"], str) == (",two" not in url)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a machine that has vanished: it takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


def _beside(server_url: str, database: str, *ports: int) -> str:
    address = make_url(server_url)
    folder = address.query["host"]
    others = "".join(f"host=127.0.0.1:{port}&" for port in ports)
    return (
        f"postgresql+asyncpg://{address.username}@/{database}?{others}host={folder}:{address.query.get('port', 5432)}"
    )


@pytest.mark.parametrize("where", ["nobody listens", "nobody answers"])
async def test_a_host_that_is_gone_is_passed_over(server_url: str, template: str, silent: int, where: str) -> None:
    """Within the time-out of one connection, and without a delay once the other is known."""
    port = silent if where == "nobody answers" else 1
    database = Database(_beside(server_url, template, port) + "&target_session_attrs=read-write", pool_timeout=4)
    try:
        for _ in range(3):
            async with database.transaction() as session:
                assert await session.scalar(text("SELECT 1")) == 1
            await database.leases.close()
    finally:
        await database.close()


async def test_a_standby_is_not_written_to(server_url: str, template: str) -> None:
    url = _beside(server_url, template, 1) + "&target_session_attrs=standby"
    database = Database(url, pool_timeout=2)
    try:
        with pytest.raises(Unavailable):
            async with database.transaction():
                pass
    finally:
        await database.close()


async def test_a_connection_that_the_server_ended_is_no_bug() -> None:
    """What the driver raises at a COMMIT after the server was killed; it was seen in a failover."""
    with pytest.raises(Unavailable), translate_errors():
        raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
