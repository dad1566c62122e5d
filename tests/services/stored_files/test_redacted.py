"""The content of a redacted file is gone from the store, and that is no damage."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.domain.actors import StaffRole
from app.domain.stored_files import Damage
from app.integrations.storage import Digest, DocumentStore, LocalDocumentStore, StorageUnavailable
from app.jobs.discard_file import discard_file
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.models import DamagedFile, FileRedaction
from app.queries.stored_files import NamedFile
from app.services.sandbox.purpose import require_purpose
from app.services.stored_files import moving
from app.services.stored_files.checking import check_all
from app.services.stored_files.moving import move_documents
from app.services.stored_files.orphans import orphans, remove_orphan
from app.services.stored_files.rounds import GRACE
from app.services.stored_files.sound import open_sound
from app.services.stored_files.ties import tie_store
from app.settings import Settings
from tests.services.stored_files.conftest import Uploaded, upload
from tests.services.stored_files.test_checking import DAY, _age
from tests.services.stored_files.test_sound import LARGE
from tests.world import World

(SWEEP,) = [task for task in RECURRING if task.name == "discard_redacted_files"]


async def redact(world: World, it: Uploaded) -> str:
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    body = {
        "file_kind": "policy_version",
        "file_id": it.version["id"],
        "reason": "personal_data",
        "explanation": "It names learners.",
    }
    return str((await world.post("/v1/file-redactions", body, staff))["id"])


def means_of(world: World) -> Means:
    return Means.of(world.database, world.settings, world.store, world.clock)


async def _marks(world: World) -> dict[str, Damage]:
    async with world.database.transaction() as session:
        return {row.storage_key: row.damage for row in await session.scalars(select(DamagedFile))}


async def test_what_is_redacted_is_no_damage(world: World, uploaded: Uploaded) -> None:
    """Nor is what was damaged before."""
    uploaded.file.unlink()
    assert await check_all(world.database, world.store) == {uploaded.key: Damage.MISSING}
    await redact(world, uploaded)
    assert await _marks(world) == {}
    await world.run_jobs()
    assert await check_all(world.database, world.store) == {}
    assert await _marks(world) == {}


async def test_a_download_that_comes_too_late_is_refused_as_redacted(
    world: World, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was let in before the redaction, and finds the content gone. That is no damage."""
    staff, digest = await world.staff(StaffRole.CUSTOMER_EXPERIENCE), world.store.digest

    async def redacted_first(key: str) -> Digest:
        await redact(world, uploaded)
        await world.run_jobs()
        return await digest(key)

    monkeypatch.setattr(world.store, "digest", redacted_first)
    answer = await world.client.get(uploaded.version["content_path"], headers=staff.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_redacted")
    assert await _marks(world) == {}


async def test_a_download_that_has_begun_ends_as_it_began(world: World, settings: Settings) -> None:
    it = await upload(world, settings, LARGE)
    file = NamedFile(it.key, it.version["size_bytes"], it.version["sha256"])
    pieces = await open_sound(world.database, world.store, file, 0, file.size_bytes)
    content = await anext(pieces)
    await redact(world, it)
    await world.run_jobs()
    assert not it.file.exists()
    assert content + b"".join([piece async for piece in pieces]) == LARGE


async def test_while_the_store_is_down_the_job_is_retried(
    world: World, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can download it meanwhile, and the record does not say that it is gone."""
    id_ = await redact(world, uploaded)

    async def fail(key: str) -> None:
        raise StorageUnavailable("The store is down.")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "delete", fail)
        with pytest.raises(StorageUnavailable):
            await discard_file(means_of(world), id_)
    assert uploaded.file.exists()
    async with world.database.transaction() as session:
        assert (await session.get_one(FileRedaction, UUID(id_))).gone_at is None
    for _ in range(2):
        await discard_file(means_of(world), id_)
    assert not uploaded.file.exists()


async def test_a_job_that_was_lost_is_queued_again(world: World, uploaded: Uploaded) -> None:
    await redact(world, uploaded)
    async with world.database.transaction() as session:
        await session.execute(text("DELETE FROM pgqueuer WHERE entrypoint = 'discard_file'"))
    await run_recurring(means_of(world), SWEEP)
    await world.run_jobs()
    assert not uploaded.file.exists()
    await run_recurring(means_of(world), SWEEP)
    async with world.database.transaction() as session:
        queued = await session.scalar(text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'discard_file'"))
    assert queued == 0


async def test_what_a_restore_brings_back_is_removed_again(world: World, uploaded: Uploaded) -> None:
    """The documents' backup was older than the redaction."""
    content = uploaded.file.read_bytes()
    await redact(world, uploaded)
    await world.run_jobs()
    uploaded.file.write_bytes(content)
    _age(uploaded.file, DAY)
    found = [orphan async for orphan in orphans(world.database, world.store, GRACE)]
    assert [orphan.key for orphan in found] == [uploaded.key]
    assert await remove_orphan(world.database, world.store, found[0])
    assert not uploaded.file.exists()


@pytest.fixture
async def source(world: World, uploaded: Uploaded, settings: Settings) -> DocumentStore:
    await require_purpose(world.database, settings, world.clock)
    store = LocalDocumentStore(settings.data_dir / "documents")
    await tie_store(world.database, store, world.clock)
    return store


async def _keys(store: DocumentStore) -> set[str]:
    return {kept.key async for page in store.every() for kept in page}


async def test_a_redacted_file_does_not_move(
    world: World, uploaded: Uploaded, settings: Settings, source: DocumentStore, tmp_path: Path
) -> None:
    """Neither one whose content is still there, nor one that an earlier try has copied."""
    other, there = await upload(world, settings), LocalDocumentStore(tmp_path / "there")
    await there.put(uploaded.key, uploaded.file.read_bytes())
    await redact(world, uploaded)
    assert uploaded.file.exists()
    assert await move_documents(world.database, source, there) == {}
    assert await _keys(there) == {other.key}


async def test_what_is_redacted_while_it_is_copied_is_no_damage(
    world: World, uploaded: Uploaded, source: DocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, copy = LocalDocumentStore(tmp_path / "there"), moving._copy

    async def redacted_first(*arguments: object, **more: object) -> object:
        if uploaded.file.exists():
            await redact(world, uploaded)
            await world.run_jobs()
        return await copy(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "_copy", redacted_first)
    assert await move_documents(world.database, source, there) == {}
    assert await _keys(there) == set()
