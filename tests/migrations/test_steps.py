"""The steps of a migration while others hold locks: they wait a moment, try again, and say for whom."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, Timer
from time import monotonic

import pytest
from alembic import command

from app.cli.common import sentence_about
from app.database_errors import CannotMigrate
from tests.migrations.making import (
    ROOT,
    apply,
    configured,
    connected,
    fetch,
    head,
    new_database,
    upgrade,
    write_migration,
)

# Tests of other databases hold advisory locks on the same server.
ITS_TURN = (
    "SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE datname = current_database() AND locktype = 'advisory' AND granted"
)


@pytest.fixture
def url(server_url: str, template: str) -> Iterator[str]:
    with new_database(server_url, template) as made:
        yield made


class Holder:
    """Somebody who holds a lock in a transaction, in a thread of their own."""

    def __init__(self, url: str, *statements: str) -> None:
        self._url, self._statements = url, statements
        self._held, self._over = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._hold()))

    def __enter__(self) -> "Holder":
        self._thread.start()
        assert self._held.wait(20)
        return self

    def let_go_after(self, seconds: float) -> None:
        """End the transaction in a while."""
        Timer(seconds, self._over.set).start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(20)

    async def _hold(self) -> None:
        connection = await connected(self._url)
        try:
            await connection.execute("SET application_name = 'a long report'")
            async with connection.transaction():
                for statement in self._statements:
                    await connection.execute(statement)
                self._held.set()
                await asyncio.to_thread(self._over.wait)
        finally:
            await connection.close()


async def _longest_wait(url: str, until: Event) -> float:
    """Read the sites again and again, as requests do, and return the longest time that one took."""
    connection = await connected(url)
    longest = 0.0
    try:
        while not until.is_set():
            began = monotonic()
            await connection.fetch("SELECT name FROM sites LIMIT 1")
            longest = max(longest, monotonic() - began)
            await asyncio.sleep(0.01)
    finally:
        await connection.close()
    return longest


_WAITS = {
    "a whole migration": ("op.add_column('sites', sa.Column('x', sa.Text()))", "SELECT FROM sites"),
    "a step": ("steps.briefly('ALTER TABLE sites ADD COLUMN x text')", "SELECT FROM sites"),
    "an index": ("steps.build_index('ix_x', 'sites', 'name')", "LOCK TABLE sites IN ROW EXCLUSIVE MODE"),
}


@pytest.mark.parametrize("name", _WAITS)
def test_nobody_waits_long_behind_a_migration_that_waits(url: str, tmp_path: Path, name: str) -> None:
    """A report keeps the lock for four seconds. The migration gets it then, names the report, and requests that come
    after it wait for two seconds at most."""
    body, statement = _WAITS[name]
    said: list[str] = []
    done = Event()
    waits: list[float] = []
    reader = Thread(target=lambda: waits.append(asyncio.run(_longest_wait(url, done))))
    with Holder(url, statement) as holder:
        reader.start()
        holder.let_go_after(4)
        apply(url, tmp_path / "versions", body, tell=said.append)
    done.set()
    reader.join(20)
    assert waits[0] < 2
    assert "(a long report), idle in transaction, in a transaction for" in said[0]


def test_a_migration_gives_up_with_a_sentence(url: str, tmp_path: Path) -> None:
    """The table is as before, and a later run succeeds."""
    body = "op.add_column('sites', sa.Column('x', sa.Text()))"
    with Holder(url, "SELECT FROM sites"), pytest.raises(CannotMigrate, match="run 'migrate' again"):
        apply(url, tmp_path / "versions", body, tell=lambda _: None, patience_seconds=2)
    assert asyncio.run(fetch(url, "SELECT version_num FROM alembic_version"))[0][0] == head()
    apply(url, tmp_path / "versions", body)


def test_rows_that_somebody_has_locked_are_changed_last(url: str, tmp_path: Path) -> None:
    """No deadlock: while a batch waits for a row it holds no other. Each row is changed once."""
    made = "SELECT n, 0 FROM generate_series(1, 2500) AS n"
    asyncio.run(fetch(url, "CREATE TABLE things (id uuid DEFAULT gen_random_uuid(), name int, version int)"))
    asyncio.run(fetch(url, f"INSERT INTO things (name, version) {made}"))
    body = "steps.in_batches('things', 'UPDATE things SET version = version + 1 WHERE id = ANY(:ids)')"
    with Holder(url, "SELECT FROM things WHERE name IN (7, 2400) FOR UPDATE") as holder:
        holder.let_go_after(2)
        apply(url, tmp_path / "versions", body, tell=lambda _: None)
    rows = asyncio.run(fetch(url, "SELECT version, count(*) FROM things GROUP BY 1"))
    assert [tuple(row) for row in rows] == [(1, 2500)]


def test_a_half_built_index_is_built_anew(url: str, tmp_path: Path) -> None:
    """Two rows alike break the first try; PostgreSQL leaves an invalid index, which slows writes and helps no query."""
    asyncio.run(fetch(url, "INSERT INTO reference_counters (series, last_number) VALUES ('A', 1), ('B', 1)"))
    body = "steps.build_index('uq_x', 'reference_counters', 'last_number', unique=True)"
    with pytest.raises(Exception, match="uq_x"):
        apply(url, tmp_path / "versions", body)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'uq_x'::regclass"
    assert asyncio.run(fetch(url, valid))[0][0] is False
    asyncio.run(fetch(url, "DELETE FROM reference_counters WHERE series = 'B'"))
    apply(url, tmp_path / "versions", body)
    assert asyncio.run(fetch(url, valid))[0][0] is True


def test_migrations_that_start_together_take_turns(url: str, tmp_path: Path) -> None:
    """One that waits has no snapshot, for whose end the index of the other would wait for ever."""
    said: list[str] = []
    write_migration(tmp_path / "versions", "steps.build_index('ix_x', 'sites', 'name')")
    with Holder(url, "LOCK TABLE sites IN ROW EXCLUSIVE MODE") as holder:
        # Alembic has one context in each process.
        words = "import sys; from pathlib import Path; from tests.migrations.making import upgrade; "
        words += "upgrade(sys.argv[1], Path(sys.argv[2]))"
        other = subprocess.Popen([sys.executable, "-c", words, url, str(tmp_path / "versions")], cwd=ROOT)
        while not asyncio.run(fetch(url, ITS_TURN)):
            assert other.poll() is None
        holder.let_go_after(2)
        upgrade(url, tmp_path / "versions", tell=said.append)
        assert other.wait(30) == 0
    assert said == ["Another process is migrating this database: waiting for it to finish."]
    assert len(asyncio.run(fetch(url, "SELECT FROM pg_indexes WHERE indexname = 'ix_x'"))) == 1


def test_a_database_of_a_newer_release_is_left_as_it_is(url: str) -> None:
    """In a sentence, with status 1: `sentence_about` knows it."""
    asyncio.run(fetch(url, "UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CannotMigrate) as told:
        command.upgrade(configured(url), "head")
    said = sentence_about(told.value)
    assert said is not None
    assert said.startswith(
        "The database was migrated by a newer release (revision 9999); this release knows revisions up to " + head()
    )
