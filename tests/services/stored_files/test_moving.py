"""Documents move between a folder and a bucket: every copy is compared, and a stopped move goes on."""

from pathlib import Path
from uuid import uuid4

import pytest

from app.domain.stored_files import Damage
from app.integrations.storage import DocumentStore, LocalDocumentStore, StorageUnavailable, WrongStore
from app.services.sandbox.purpose import require_purpose
from app.services.stored_files.moving import move_documents
from app.services.stored_files.ties import tie_store
from app.settings import Settings
from tests.s3_servers import FaultyProxy, answer_of, s3_store
from tests.services.stored_files.conftest import Uploaded, upload
from tests.services.stored_files.test_sound import LARGE
from tests.world import World


@pytest.fixture
async def source(world: World, uploaded: Uploaded, settings: Settings) -> DocumentStore:
    """A store with three documents."""
    await upload(world, settings, LARGE)
    await upload(world, settings)
    await require_purpose(world.database, settings, world.clock)
    store = LocalDocumentStore(settings.data_dir / "documents")
    await tie_store(world.database, store, world.clock)
    return store


async def _contents(store: DocumentStore) -> dict[str, str]:
    return {kept.key: (await store.digest(kept.key)).sha256 async for page in store.every() for kept in page}


@pytest.mark.parametrize("service", ["rclone", "moto"])
async def test_everything_moves_into_a_bucket_and_back(
    world: World, source: DocumentStore, tmp_path: Path, request: pytest.FixtureRequest, service: str
) -> None:
    there = s3_store(request.getfixturevalue(f"{service}_port"), f"moved-{uuid4()}")
    copied: list[int] = []
    assert await move_documents(world.database, source, there, on_copied=copied.append) == {}
    assert sum(copied) == 3
    assert await _contents(there) == await _contents(source)
    await tie_store(world.database, there, world.clock)
    back = LocalDocumentStore(tmp_path / "back")
    assert await move_documents(world.database, there, back) == {}
    assert await _contents(back) == await _contents(source)
    await tie_store(world.database, back, world.clock)


async def test_a_move_that_stops_goes_on_and_is_no_store_before_its_end(
    world: World, source: DocumentStore, proxy: FaultyProxy, moto_port: int
) -> None:
    prefix = f"stopped-{uuid4()}"
    target = s3_store(proxy.port, prefix)
    (first, *_) = sorted(await _contents(source))
    await move_one(source, s3_store(moto_port, prefix), first)
    proxy.answer = answer_of("503 Slow Down")
    with pytest.raises(StorageUnavailable):
        await move_documents(world.database, source, target)
    with pytest.raises(WrongStore, match="lost its marker"):
        await tie_store(world.database, s3_store(moto_port, prefix), world.clock)
    proxy.answer = None
    assert await move_documents(world.database, source, target) == {}
    assert await _contents(target) == await _contents(source)
    await tie_store(world.database, target, world.clock)


async def move_one(source: DocumentStore, target: DocumentStore, key: str) -> None:
    await target.put(key, b"".join([piece async for piece in await source.open(key)]))


async def test_a_copy_that_is_wrong_is_made_again(world: World, source: DocumentStore, tmp_path: Path) -> None:
    """Of another size, or of the same size and altered; with `quick`, the size alone is looked at."""
    contents = await _contents(source)
    target = LocalDocumentStore(tmp_path / "target")
    short, altered, _ = sorted(contents)
    await target.put(short, b"short")
    await target.put(altered, b"x" * (await source.stat(altered)).size)
    await move_documents(world.database, source, target, quick=True)
    assert {key for key, sha256 in (await _contents(target)).items() if sha256 != contents[key]} == {altered}
    await move_documents(world.database, source, target)
    assert await _contents(target) == contents


async def test_a_damaged_document_is_told_and_left_out(
    world: World, source: DocumentStore, uploaded: Uploaded, tmp_path: Path
) -> None:
    others = sorted((await _contents(source)).keys() - {uploaded.key})
    content = uploaded.file.read_bytes()
    uploaded.file.write_bytes(content[:-1] + b"?")
    target = LocalDocumentStore(tmp_path / "target")
    assert await move_documents(world.database, source, target) == {uploaded.key: Damage.CHANGED}
    uploaded.file.unlink()
    assert await move_documents(world.database, source, target) == {uploaded.key: Damage.MISSING}
    assert sorted(await _contents(target)) == others
    uploaded.file.write_bytes(content)
    assert await move_documents(world.database, source, target) == {}
    assert uploaded.key in await _contents(target)


async def test_what_was_uploaded_meanwhile_follows(
    world: World, source: DocumentStore, settings: Settings, tmp_path: Path
) -> None:
    """While the copy runs, and after it: the move is repeated at the switch-over."""
    target, late = LocalDocumentStore(tmp_path / "target"), list[Uploaded]()
    every = source.every

    async def then_upload():  # type: ignore[no-untyped-def]
        async for page in every():
            yield page
        late.append(await upload(world, settings))

    source.every = then_upload  # type: ignore[method-assign]
    await move_documents(world.database, source, target)
    source.every = every  # type: ignore[method-assign]
    assert await target.exists(late[0].key)
    later = await upload(world, settings)
    await move_documents(world.database, source, target, quick=True)
    assert await target.exists(later.key)


async def test_nothing_moves_into_or_out_of_a_store_of_something_else(
    world: World, source: DocumentStore, tmp_path: Path
) -> None:
    theirs, other, unmarked = (LocalDocumentStore(tmp_path / name) for name in ("theirs", "other", "unmarked"))
    await theirs.mark(uuid4())
    await other.put("photos/holiday", b"x")
    for target, words in ((theirs, "another database"), (other, "photos/holiday")):
        with pytest.raises(WrongStore, match=words):
            await move_documents(world.database, source, target)
    with pytest.raises(WrongStore, match="not that of the database"):
        await move_documents(world.database, unmarked, LocalDocumentStore(tmp_path / "target"))
