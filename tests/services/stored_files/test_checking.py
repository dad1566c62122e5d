"""Every file is compared with its row; what nothing names is found, and removed once it is old enough."""

import os
import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.clock import system_clock
from app.domain.stored_files import Damage, IssuedKind
from app.models import DamagedFile, Deployment, IssuedFile, StoreCheck
from app.services.stored_files import checking, rounds
from app.services.stored_files.checking import check_all
from app.services.stored_files.issued import issue
from app.services.stored_files.orphans import orphans, remove_orphan
from app.services.stored_files.rounds import GRACE, check_store
from app.settings import Settings
from tests.services.stored_files.conftest import Uploaded, upload
from tests.services.stored_files.test_issued import document_of
from tests.services.stored_files.test_sound import DAMAGES
from tests.world import World

DAY = timedelta(days=1)


def _age(it: os.PathLike[str], by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    os.utime(it, (then, then))


async def _marks(world: World) -> dict[str, Damage]:
    async with world.database.transaction() as session:
        return {row.storage_key: row.damage for row in await session.scalars(select(DamagedFile))}


async def test_every_damage_is_found_marked_and_forgotten_when_mended(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "PAGE", 2)
    sound = await upload(world, settings)
    damaged = {damage: await upload(world, settings) for damage in Damage}
    contents = {damage: it.file.read_bytes() for damage, it in damaged.items()}
    for damage, it in damaged.items():
        DAMAGES[damage](it)
    pages: list[int] = []
    expected = {it.key: damage for damage, it in damaged.items()}
    assert await check_all(world.database, world.store, lambda page: pages.append(page.count)) == expected
    assert sum(pages) == 4
    assert await _marks(world) == expected
    for damage, it in damaged.items():
        it.file.write_bytes(contents[damage])
    assert await check_all(world.database, world.store) == {}
    assert await _marks(world) == {}
    assert sound.file.exists()


async def test_orphans_are_found_only_when_they_are_older_than_the_grace_time(
    world: World, uploaded: Uploaded, settings: Settings
) -> None:
    folder = settings.data_dir / "documents"
    for key in ("policies/a/old", "policies/a/young", "somebody/elses"):
        await world.store.put(key, b"x")
    for path in (folder / "policies/a/old", folder / "somebody/elses", uploaded.file):
        _age(path, 2 * DAY)
    found = [orphan async for orphan in orphans(world.database, world.store, DAY)]
    assert [orphan.key for orphan in found] == ["policies/a/old"]
    assert await remove_orphan(world.database, world.store, found[0])
    assert [orphan async for orphan in orphans(world.database, world.store, DAY)] == []
    assert (folder / "policies/a/young").exists()
    assert uploaded.file.exists()


async def test_a_file_that_a_row_names_in_the_last_moment_stays(world: World, uploaded: Uploaded) -> None:
    """A transaction was slower than the grace time."""
    orphan = await world.store.stat(uploaded.key)
    assert not await remove_orphan(world.database, world.store, orphan)
    assert uploaded.file.exists()


async def test_a_pdf_that_an_earlier_release_issued_is_no_orphan(
    world: World, settings: Settings, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets its row and hash. One of nothing that there is, and one that was issued again since, are orphans."""
    ours, nobodys, again = uuid4(), uuid4(), uuid4()

    async def exists(session: object, kind: IssuedKind, subjects: list[object]) -> list[object]:
        return [subject for subject in subjects if subject == ours]

    monkeypatch.setattr("app.services.stored_files.orphans.not_issued_yet", exists)
    await issue(world.database, world.store, document_of(lambda: b"anew", again))
    for subject in (ours, nobodys, again):
        await world.store.put(f"welcome-packs/{subject}.pdf", b"as issued")
        _age(settings.data_dir / f"documents/welcome-packs/{subject}.pdf", 2 * DAY)
    found = {orphan.key async for orphan in orphans(world.database, world.store, DAY)}
    assert found == {f"welcome-packs/{nobodys}.pdf", f"welcome-packs/{again}.pdf"}
    async with world.database.transaction() as session:
        keys = set(await session.scalars(select(IssuedFile.storage_key)))
    assert f"welcome-packs/{ours}.pdf" in keys


async def _check(world: World, name: str) -> StoreCheck:
    async with world.database.transaction() as session:
        return (await session.scalars(select(StoreCheck).where(StoreCheck.name == name))).one()


async def test_the_scheduled_check_removes_orphans_and_goes_on_where_it_stopped(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run reads for so long only, and holds nothing in memory but a page. A new round begins after a week."""
    monkeypatch.setattr(checking, "PAGE", 1)
    files = [await upload(world, settings) for _ in range(3)]
    files[2].file.unlink()
    await world.store.put("actions/a/old", b"x")
    _age(settings.data_dir / "documents/actions/a/old", GRACE + timedelta(minutes=1))
    ticks = iter([0.0, 1.0, 2_000.0] * 10)
    monkeypatch.setattr(rounds, "monotonic", lambda: next(ticks))
    await check_store(world.database, world.store)
    assert not await world.store.exists("actions/a/old")
    assert (await _check(world, "orphans")).last_found == 1
    first = await _check(world, "documents")
    assert (first.counted, first.completed_at) == (1, None)
    await check_store(world.database, world.store)
    await check_store(world.database, world.store)
    assert (await _check(world, "documents")).position > first.position
    with capture_logs() as logs:
        await check_store(world.database, world.store)
    done = await _check(world, "documents")
    assert (done.last_counted, done.last_found, done.position) == (3, 1, "")
    assert done.completed_at is not None
    assert {"event": "documents_checked", "log_level": "info", "checked": 3, "damaged": 1} in logs
    assert await _marks(world) == {max(it.key for it in files if not it.file.exists()): Damage.MISSING}
    await check_store(world.database, world.store)
    assert (await _check(world, "documents")).begun_at == done.begun_at
    metrics = (await world.client.get("/metrics")).text
    assert 'centre_recognition_store_check_found{check="documents"} 1.0' in metrics
    assert 'centre_recognition_store_check_age_seconds{check="orphans"}' in metrics


async def test_a_store_that_is_never_checked_grows_old(world: World) -> None:
    """From its first use on, so that the alert fires where no check was ever complete."""
    assert "store_check_age" not in (await world.client.get("/metrics")).text
    async with world.database.transaction() as session:
        since = system_clock() - timedelta(days=1)
        row = Deployment(id=1, sandbox=False, decided_at=since, ahead=timedelta(0), store_tied_at=since)
        session.add(row)
    metrics = (await world.client.get("/metrics")).text
    found = re.search(r'store_check_age_seconds\{check="orphans"\} ([0-9.e+]+)', metrics)
    assert found is not None
    assert float(found[1]) >= 86_400


async def test_no_file_stays_without_a_row_for_more_than_a_day() -> None:
    from app.jobs.schedule import LONG_RECURRING

    (task,) = [task for task in LONG_RECURRING if task.name == "check_store"]
    assert task.when.split()[1] == "*/4"
    assert GRACE + timedelta(hours=4) + timedelta(hours=1) < DAY
