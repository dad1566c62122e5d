"""The store and the database know each other: neither is written to with another one."""

import asyncio
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from app.database import Database
from app.integrations.storage import LocalDocumentStore, StorageUnavailable, WrongStore
from app.queries.deployment import find_deployment
from app.services.sandbox.purpose import require_purpose
from app.services.stored_files.ties import adopt_store, tie_store
from app.settings import Settings
from tests.clock import MovableClock
from tests.s3_servers import free_port, s3_store
from tests.services.stored_files.conftest import Uploaded
from tests.world import World


@pytest.fixture(autouse=True)
async def _purpose(database: Database, settings: Settings, clock: MovableClock) -> None:
    await require_purpose(database, settings, clock)


def _store(tmp_path: Path, name: str = "documents") -> LocalDocumentStore:
    return LocalDocumentStore(tmp_path / name)


async def test_an_empty_store_becomes_that_of_a_new_database(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """Once, however many processes start at the same time."""
    await asyncio.gather(*(tie_store(database, _store(tmp_path), clock) for _ in range(4)))
    async with database.transaction() as session:
        row = await find_deployment(session)
    assert row is not None
    assert row.store_id is not None
    assert (await _store(tmp_path).marker(), row.store_tied_at is not None) == (row.store_id, True)
    await tie_store(database, _store(tmp_path), clock)


async def test_a_store_with_files_is_not_that_of_a_new_database(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    await _store(tmp_path).put("policies/of/another", b"x")
    with pytest.raises(WrongStore, match="names none"):
        await tie_store(database, _store(tmp_path), clock)
    assert await _store(tmp_path).marker() is None


async def test_a_store_of_another_database_is_refused(database: Database, clock: MovableClock, tmp_path: Path) -> None:
    """At the first start and at every later one; and the operator cannot adopt it either."""
    await _store(tmp_path, "theirs").mark(uuid4())
    with pytest.raises(WrongStore, match="belongs to another database"):
        await tie_store(database, _store(tmp_path, "theirs"), clock)
    await tie_store(database, _store(tmp_path), clock)
    for call in (tie_store, adopt_store):
        with pytest.raises(WrongStore, match="belongs to another database"):
            await call(database, _store(tmp_path, "theirs"), clock)


async def test_a_deployment_from_before_there_were_markers_gets_its_own(
    world: World, uploaded: Uploaded, settings: Settings
) -> None:
    store = LocalDocumentStore(settings.data_dir / "documents")
    await tie_store(world.database, store, world.clock)
    assert await store.marker() is not None
    assert await store.exists(uploaded.key)


async def test_a_folder_without_the_databases_documents_is_refused(
    world: World, uploaded: Uploaded, tmp_path: Path
) -> None:
    """Seen: a vanished mount took uploads into the folder below it, answered 200, and they were lost."""
    with pytest.raises(WrongStore, match="none of the documents"):
        await tie_store(world.database, _store(tmp_path, "unmounted"), world.clock)
    assert await _store(tmp_path, "unmounted").marker() is None


async def test_a_mount_that_vanishes_is_refused_at_start_and_on_write(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    store = _store(tmp_path)
    await tie_store(database, store, clock)
    await store.put("policies/a", b"kept")
    shutil.move(tmp_path / "documents", tmp_path / "unmounted")
    unmounted = _store(tmp_path)
    with pytest.raises(WrongStore, match="lost its marker"):
        await tie_store(database, unmounted, clock)
    for running in (store, unmounted):
        with pytest.raises(WrongStore, match="mounted"):
            await running.put("policies/b", b"lost")
        with pytest.raises(WrongStore):
            await running.check()
    assert [path.name for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []
    shutil.rmtree(tmp_path / "documents")
    shutil.move(tmp_path / "unmounted", tmp_path / "documents")
    await store.put("policies/b", b"kept")
    await store.check()


async def test_the_operator_adopts_a_store_that_was_restored_without_its_marker(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    store = _store(tmp_path)
    await tie_store(database, store, clock)
    owner = await store.marker()
    (tmp_path / "documents" / "store-marker.json").unlink()
    await adopt_store(database, _store(tmp_path), clock)
    assert await store.marker() == owner


async def test_a_process_that_dies_while_it_ties_leaves_nothing_to_repair(
    database: Database, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the marker is written, or after it and before the database knows."""
    store = _store(tmp_path)
    for when in ("before", "after"):

        async def dies(owner: object, when: str = when, mark: object = store.mark) -> None:
            if when == "after":
                await _store(tmp_path).mark(owner)  # type: ignore[arg-type]
            raise ZeroDivisionError

        monkeypatch.setattr(store, "mark", dies)
        with pytest.raises(ZeroDivisionError):
            await tie_store(database, store, clock)
    await tie_store(database, _store(tmp_path), clock)


async def test_a_store_that_cannot_be_reached_lets_a_tied_deployment_start(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """What needs no document is served, and nothing is written unseen. The very first start needs the store."""
    away = s3_store(free_port(), timeout_seconds=0.5)
    with pytest.raises(StorageUnavailable):
        await tie_store(database, away, clock)
    await tie_store(database, _store(tmp_path), clock)
    with capture_logs() as logs:
        await tie_store(database, away, clock)
    assert [line["event"] for line in logs] == ["document_store_unavailable"]
    with pytest.raises(StorageUnavailable):
        await away.put("policies/a", b"x")
