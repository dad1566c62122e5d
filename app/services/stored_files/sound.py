"""Read a file only if it is what its row says (decision 27).

The hash is known before the first byte leaves: a wrong one is a problem, never a 200. What was hashed is remembered for
some minutes by the version that the store gives it, so that the ranges of a large file cost one hash.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from time import monotonic
from typing import Protocol
from weakref import WeakValueDictionary

from app.database import Database
from app.domain.refusals.requests import Unavailable
from app.domain.stored_files import Damage
from app.integrations.storage import (
    CHUNK_BYTES,
    Digest,
    DocumentStore,
    ObjectChanged,
    ObjectMissing,
    StorageUnavailable,
)
from app.services.stored_files.damage import refuse_damaged

# A disk that rots changes no version, so it is not trusted for ever.
_REMEMBERED_SECONDS = 600.0
_REMEMBERED_FILES = 10_000


class StoredFile(Protocol):
    """A row that names a file in the store."""

    @property
    def storage_key(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def sha256(self) -> str: ...


_sound: OrderedDict[tuple[str, str, str], tuple[str, float]] = OrderedDict()
"""By store, key and hash: the version that was found sound, and when."""
_reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def open_sound(
    database: Database, store: DocumentStore, file: StoredFile, start: int, end: int
) -> AsyncIterator[bytes]:
    """Stream the bytes `start` (inclusive) to `end` (exclusive). Call it while no connection is held.

    Raises `DocumentDamaged` and `FileRedacted` before the first byte, `Unavailable` and `Overloaded`.
    """
    key, size, sha256 = file.storage_key, file.size_bytes, file.sha256
    try:
        # Whoever comes while it is hashed waits and reads the same version.
        async with _reading.setdefault(f"{store.url} {key}", asyncio.Lock()):
            version = _remembered(store, key, sha256)
            if version is None:
                found = await _sound_digest(database, store, key, size, sha256)
                if found.content is not None:
                    return _pieces(found.content[start:end])
                version = found.kept.version
        try:
            return await store.open(key, start=start, end=end, version=version)
        except (ObjectChanged, ObjectMissing, StorageUnavailable):
            # A range of a file that has become shorter is a fault of its own to some stores.
            _forget(store, key, sha256)
            found = await _sound_digest(database, store, key, size, sha256)
            return await store.open(key, start=start, end=end, version=found.kept.version)
    except (StorageUnavailable, ObjectChanged, ObjectMissing) as error:
        raise Unavailable from error


async def read_sound(database: Database, store: DocumentStore, file: StoredFile) -> bytes:
    """Return the whole file. Raises as `open_sound` does."""
    return b"".join([piece async for piece in await open_sound(database, store, file, 0, file.size_bytes)])


async def _sound_digest(database: Database, store: DocumentStore, key: str, size: int, sha256: str) -> Digest:
    try:
        found = await store.digest(key)
    except ObjectMissing:
        raise await refuse_damaged(database, key, Damage.MISSING) from None
    if found.kept.size != size:
        raise await refuse_damaged(database, key, Damage.WRONG_SIZE)
    if found.sha256 != sha256:
        raise await refuse_damaged(database, key, Damage.CHANGED)
    _sound[store.url, key, sha256] = found.kept.version, monotonic()
    if len(_sound) > _REMEMBERED_FILES:
        _sound.popitem(last=False)
    return found


def _remembered(store: DocumentStore, key: str, sha256: str) -> str | None:
    version, at = _sound.get((store.url, key, sha256), ("", 0.0))
    if version and monotonic() - at < _REMEMBERED_SECONDS:
        return version
    _forget(store, key, sha256)
    return None


def _forget(store: DocumentStore, key: str, sha256: str) -> None:
    _sound.pop((store.url, key, sha256), None)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), CHUNK_BYTES):
        yield content[at : at + CHUNK_BYTES]
