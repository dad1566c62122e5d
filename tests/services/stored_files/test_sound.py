"""A file that is not what its row says is never sent, and the operator is told."""

import os
import shutil
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.database import Database
from app.domain.refusals.requests import DocumentDamaged
from app.domain.stored_files import Damage
from app.integrations.storage import LocalDocumentStore
from app.models import DamagedFile
from app.queries.stored_files import NamedFile
from app.services.stored_files import sound
from app.settings import Settings
from tests.integrations.file_samples import rtf
from tests.services.stored_files.conftest import Uploaded, upload
from tests.world import World

# More than is held in memory while it is sent.
LARGE = b"{\\rtf1 " + os.urandom(1_000_000).hex().encode() + b"}"


def _change(content: bytes) -> bytes:
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


DAMAGES: dict[Damage, Callable[[Uploaded], object]] = {
    Damage.MISSING: lambda it: it.file.unlink(),
    Damage.WRONG_SIZE: lambda it: os.truncate(it.file, it.file.stat().st_size - 1),
    Damage.CHANGED: lambda it: it.file.write_bytes(_change(it.file.read_bytes())),
}


async def _marks(world: World) -> dict[str, Damage]:
    async with world.database.transaction() as session:
        return {row.storage_key: row.damage for row in await session.scalars(select(DamagedFile))}


@pytest.mark.parametrize("damage", Damage)
@pytest.mark.parametrize("content", [rtf(), LARGE], ids=["small", "large"])
@pytest.mark.parametrize("seen", [False, True], ids=["unseen", "seen"])
async def test_a_damaged_file_is_never_sent(
    world: World, settings: Settings, damage: Damage, content: bytes, seen: bool
) -> None:
    """Neither whole nor a range of it, nor after it was found sound once; and the log says it once."""
    it = await upload(world, settings, content)
    path, headers = it.version["content_path"], it.login.headers
    if seen:
        assert (await world.client.get(path, headers=headers)).content == content
    DAMAGES[damage](it)
    with capture_logs() as logs:
        for more in ({}, {"Range": "bytes=0-3"}, {"Range": f"bytes={len(content) - 4}-"}, {"If-None-Match": '"other"'}):
            answer = await world.client.get(path, headers=headers | more)
            assert (answer.status_code, answer.json()["code"]) == (503, "document_damaged"), answer.text
            assert answer.headers["retry-after"] == "600"
        assert (await world.client.head(path, headers=headers)).status_code == 503
    assert await _marks(world) == {it.key: damage}
    assert [line["damage"] for line in logs if line["event"] == "document_damaged"] == [damage.value]
    metrics = (await world.client.get("/metrics")).text
    assert "centre_recognition_documents_damaged 1.0" in metrics


async def test_a_file_that_the_caller_has_needs_no_store(world: World, uploaded: Uploaded) -> None:
    uploaded.file.unlink()
    headers = uploaded.login.headers | {"If-None-Match": f'"{uploaded.version["sha256"]}"'}
    assert (await world.client.get(uploaded.version["content_path"], headers=headers)).status_code == 304


async def test_a_file_that_comes_back_is_sent_again(world: World, uploaded: Uploaded) -> None:
    content = uploaded.file.read_bytes()
    uploaded.file.unlink()
    path, headers = uploaded.version["content_path"], uploaded.login.headers
    assert (await world.client.get(path, headers=headers)).status_code == 503
    uploaded.file.write_bytes(content)
    assert (await world.client.get(path, headers=headers)).content == content


async def test_an_unmounted_folder_damages_nothing(world: World, uploaded: Uploaded, settings: Settings) -> None:
    """What is missing from a store that is not ours is not missing: no row is marked."""
    store, owner = world.store, uuid4()
    await store.mark(owner)
    store.expect(owner)
    shutil.move(settings.data_dir / "documents", settings.data_dir / "elsewhere")
    LocalDocumentStore(settings.data_dir / "documents")
    answer = await world.client.get(uploaded.version["content_path"], headers=uploaded.login.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await _marks(world) == {}


async def test_the_ranges_of_a_large_file_cost_one_hash(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = await upload(world, settings, LARGE)
    store, hashed = world.store, []
    digest = store.digest

    async def counted(key: str) -> object:
        hashed.append(key)
        return await digest(key)

    monkeypatch.setattr(store, "digest", counted)
    path, headers = it.version["content_path"], it.login.headers
    parts = [
        (await world.client.get(path, headers=headers | {"Range": f"bytes={at}-{at + 499_999}"})).content
        for at in range(0, len(LARGE), 500_000)
    ]
    assert b"".join(parts) == LARGE
    assert hashed == [it.key]
    monkeypatch.setattr(sound, "_REMEMBERED_SECONDS", 0)
    assert (await world.client.get(path, headers=headers)).content == LARGE
    assert len(hashed) == 2


async def test_a_damaged_file_is_refused_without_the_database_too(world: World, uploaded: Uploaded) -> None:
    """The mark is made as far as the database can be reached."""
    uploaded.file.unlink()
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_timeout=0.1)
    file = NamedFile(uploaded.key, uploaded.version["size_bytes"], uploaded.version["sha256"])
    with capture_logs() as logs, pytest.raises(DocumentDamaged):
        await sound.read_sound(nowhere, world.store, file)
    assert [line["event"] for line in logs] == ["document_damaged"]
    await nowhere.close()


async def test_only_those_who_may_read_it_are_told(world: World, uploaded: Uploaded, client: httpx.AsyncClient) -> None:
    uploaded.file.unlink()
    stranger = (await world.centre()).user
    assert (await client.get(uploaded.version["content_path"], headers=stranger.headers)).status_code == 404
    assert await _marks(world) == {}
