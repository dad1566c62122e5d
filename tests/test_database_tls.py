"""TLS to the database: a real server on loopback, with a certificate that only these tests trust."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLCertVerificationError

import asyncpg
import pytest
from sqlalchemy import text

from app.database import Database
from app.domain.refusals.requests import Unavailable
from app.integrations.postgres.account import account_for
from app.jobs.queue_connection import connect
from tests.certificates import self_signed
from tests.deploy.postgres import postgres

_IN_TLS = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@dataclass(frozen=True)
class Served:
    """Where the server listens, and the file of its certificate."""

    port: int
    certificate: Path
    foreign: Path

    def url(self, query: str, host: str = "localhost") -> str:
        return f"postgresql://us:word@{host}:{self.port}/centre{query}"


def _debian(name: str) -> Path:
    """A program of the system's PostgreSQL, which is built with TLS."""
    found = shutil.which("postgres")
    beside = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert beside, "install Debian's package postgresql"
    return beside[-1] / name


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with postgres(["postgres"], "us", "centre", "word", program=_debian) as (port, folder):
        own = tmp_path_factory.mktemp("own")
        for path, name in zip(self_signed(own), ("server.crt", "server.key"), strict=True):
            placed = folder / "data" / name
            placed.write_bytes(path.read_bytes())
            placed.chmod(0o600)
            account_for(folder / "data").give(placed)
        asyncio.run(_switch_on(port))
        foreign, _ = self_signed(tmp_path_factory.mktemp("foreign"))
        yield Served(port, own / "fullchain.pem", foreign)


async def _switch_on(port: int) -> None:
    connection = await asyncpg.connect(f"postgresql://us:word@127.0.0.1:{port}/centre", ssl=False)
    await connection.execute("ALTER SYSTEM SET ssl = on")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("SELECT pg_sleep(0.2)")
    await connection.close()


async def _uses_tls(url: str) -> bool:
    database = Database(url, pool_timeout=5)
    try:
        async with database.transaction() as session:
            return bool(await session.scalar(_IN_TLS))
    finally:
        await database.close()


async def _refused(url: str, why: str = "self-signed certificate") -> None:
    with pytest.raises(Unavailable) as refusal:
        await _uses_tls(url)
    assert "CERTIFICATE_VERIFY_FAILED" in str(refusal.value.__cause__)
    assert why in str(refusal.value.__cause__)


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
async def test_a_certificate_is_verified(served: Served, mode: str) -> None:
    assert await _uses_tls(served.url(f"?sslmode={mode}&sslrootcert={served.certificate}"))
    for query in (f"?sslmode={mode}&sslrootcert={served.foreign}", f"?sslmode={mode}"):
        await _refused(served.url(query))


async def test_the_name_is_verified_too(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify-full` alone tells this server from another one of the same authority."""
    trusted = f"sslrootcert={served.certificate}"
    # The same server under a name that is not in its certificate.
    await _refused(served.url(f"?sslmode=verify-full&{trusted}", host="127.1"), "Hostname mismatch")
    assert await _uses_tls(served.url(f"?sslmode=verify-ca&{trusted}", host="127.1"))
    monkeypatch.setenv("PGSSLROOTCERT", str(served.certificate))
    assert await _uses_tls(served.url("?sslmode=verify-full"))


async def test_of_several_hosts_each_is_verified(served: Served) -> None:
    hosts = f"postgresql://us:word@localhost:1,localhost:{served.port}/centre?sslmode=verify-full&sslrootcert="
    assert await _uses_tls(hosts + str(served.certificate))
    with pytest.raises(Unavailable):
        await _uses_tls(hosts + str(served.foreign))


async def test_the_queues_connection_is_verified_as_well(served: Served) -> None:
    database = Database(served.url(f"?sslmode=verify-full&sslrootcert={served.certificate}"))
    async with connect(database) as queue:
        assert await queue.raw.fetchval(str(_IN_TLS))
    await database.close()
    wrong = Database(served.url(f"?sslmode=verify-full&sslrootcert={served.foreign}"))
    with pytest.raises(SSLCertVerificationError):
        async with connect(wrong):
            pass
    await wrong.close()


async def test_require_encrypts_for_whoever_answers(served: Served) -> None:
    """So production does not take it, unless it is told to."""
    assert await _uses_tls(served.url("?sslmode=require"))
    assert not await _uses_tls(served.url("?sslmode=disable"))
