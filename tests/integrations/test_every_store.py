"""What every document store promises, whichever keeps the documents: a folder, or one of two S3 services."""

import asyncio
import hashlib
import io
import os
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO, cast
from uuid import uuid4

import pytest

from app.integrations.storage import (
    CHUNK_BYTES,
    DocumentStore,
    InvalidKey,
    ObjectChanged,
    ObjectMissing,
    StorageUnavailable,
    WrongStore,
)

KEY = "policies/018f-a/018f-b"
# More than one part of an upload.
_LARGE = 9 * 1024 * 1024 + 17


async def _read(store: DocumentStore, key: str, start: int = 0, end: int | None = None) -> list[bytes]:
    return [piece async for piece in await store.open(key, start=start, end=end)]


async def _keys(store: DocumentStore) -> list[str]:
    return sorted([kept.key async for page in store.every() for kept in page])


@pytest.mark.parametrize("key", ["", "../outside", ".incoming/x", "A/upper", "a b", "store-marker.json", "a" * 513])
async def test_a_key_that_is_not_a_documents_is_refused(store: DocumentStore, key: str) -> None:
    for call in (store.put(key, b"x"), store.open(key), store.stat(key), store.digest(key), store.delete(key)):
        with pytest.raises(InvalidKey):
            await call


async def test_a_missing_document_is_told_before_the_first_piece(store: DocumentStore) -> None:
    for call in (store.open(KEY), store.stat(KEY), store.digest(KEY)):
        with pytest.raises(ObjectMissing):
            await call
    assert await store.exists(KEY) is False
    await store.delete(KEY)


async def test_an_upload_that_breaks_off_keeps_the_former_content(store: DocumentStore) -> None:
    class BreaksOff(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            if self.given > _LARGE * 2:
                raise OSError("the upload broke off")
            return b"x" * size

    await store.put(KEY, b"former")
    with pytest.raises(StorageUnavailable):
        await store.put(KEY, cast(BinaryIO, BreaksOff()))
    assert await _read(store, KEY) == [b"former"]
    assert await _keys(store) == [KEY]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 8 * 1024 * 1024, _LARGE])
async def test_an_upload_comes_back_whole_in_pieces(store: DocumentStore, size: int) -> None:
    content = os.urandom(size)
    with store.spool() as spool:
        spool.fill(io.BytesIO(content))
        spool.seek(0)
        await store.put(KEY, spool)
        spool.seek(0)
        assert spool.read(10) == content[:10]
    pieces = await _read(store, KEY)
    assert b"".join(pieces) == content
    assert all(len(piece) <= CHUNK_BYTES for piece in pieces)
    found = await store.digest(KEY)
    assert (found.kept.key, found.kept.size, found.sha256) == (KEY, size, hashlib.sha256(content).hexdigest())
    assert found.content == (content if size <= 1024 * 1024 else None)
    assert await store.stat(KEY) == found.kept


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 1, b"0"),
        (3, 6, b"345"),
        (9, None, b"9"),
        (8, 99, b"89"),
        (10, None, b""),
        (4, 4, b""),
        (5, 2, b""),
        (99, 100, b""),
    ],
)
async def test_ranges_are_half_open_and_never_past_the_end(
    store: DocumentStore, start: int, end: int | None, expected: bytes
) -> None:
    await store.put(KEY, b"0123456789")
    assert b"".join(await _read(store, KEY, start, end)) == expected


async def test_a_range_of_a_large_document_is_that_part(store: DocumentStore) -> None:
    content = os.urandom(_LARGE)
    await store.put(KEY, content)
    assert b"".join(await _read(store, KEY, 1_000_001, _LARGE - 3)) == content[1_000_001:-3]


async def test_put_replaces_and_delete_removes(store: DocumentStore) -> None:
    await store.put(KEY, b"first")
    before = await store.stat(KEY)
    await store.put(KEY, b"second")
    assert await _read(store, KEY) == [b"second"]
    assert (await store.stat(KEY)).version != before.version
    with pytest.raises(ObjectChanged):
        await store.open(KEY, version=before.version)
    await store.delete(KEY)
    assert await store.exists(KEY) is False


async def test_every_document_is_listed_once(store: DocumentStore) -> None:
    keys = [f"policies/{number % 7}/{number}" for number in range(1_200 if "file:" in store.url else 60)]
    for key in keys:
        await store.put(key, key.encode())
    await store.check()
    await store.mark(uuid4())
    found = [kept async for page in store.every() for kept in page]
    assert sorted(kept.key for kept in found) == sorted(keys)
    assert {kept.key: kept.size for kept in found} == {key: len(key) for key in keys}


async def test_the_stores_own_clock_tells_ages(store: DocumentStore) -> None:
    await store.put(KEY, b"x")
    age = await store.now() - (await store.stat(KEY)).modified
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert await _keys(store) == [KEY]


async def test_a_store_is_marked_once_and_for_one_database(new_store: Callable[[], DocumentStore]) -> None:
    ours, theirs, us, them = new_store(), new_store(), uuid4(), uuid4()
    assert await ours.marker() is None
    await ours.mark(us)
    await ours.mark(us)
    assert await theirs.marker() == us
    ours.expect(us)
    await ours.put(KEY, b"ours")
    theirs.expect(them)
    for call in (theirs.put(KEY, b"theirs"), theirs.delete(KEY), theirs.check()):
        with pytest.raises(WrongStore, match="another database"):
            await call
    assert await _read(ours, KEY) == [b"ours"]


async def test_nothing_is_written_to_or_missing_from_a_store_without_our_marker(
    new_store: Callable[[], DocumentStore],
) -> None:
    """A folder that is not mounted looks like this: empty."""
    store = new_store()
    store.expect(uuid4())
    for call in (store.put(KEY, b"x"), store.stat(KEY), store.open(KEY), store.digest(KEY), store.exists(KEY)):
        with pytest.raises(WrongStore, match=r"store-marker\.json"):
            await call
    assert await _keys(new_store()) == []


async def test_many_calls_at_once_are_all_answered(store: DocumentStore) -> None:
    keys = [f"policies/{number}" for number in range(40)]
    await asyncio.gather(*(store.put(key, key.encode()) for key in keys))
    found = await asyncio.gather(*(_read(store, key) for key in keys))
    assert found == [[key.encode()] for key in keys]
