"""Copy every document to another store, while both are in use: documents are added and never changed (decision 27)."""

import asyncio
from collections.abc import Callable, Mapping
from hashlib import sha256

from app.database import Database
from app.domain.stored_files import Damage
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable, WrongStore, write_out
from app.queries.stored_files import NamedFile, files_after, named_among, redacted_after, redacted_among
from app.services.stored_files.orphans import in_our_folders
from app.services.stored_files.ties import owner_of

_PAGE = 500
_AT_ONCE = 8


async def move_documents(
    database: Database,
    source: DocumentStore,
    target: DocumentStore,
    *,
    quick: bool = False,
    on_copied: Callable[[int], None] = lambda _: None,
) -> dict[str, Damage]:
    """Copy what the target lacks, compare every copy with its hash, and mark the target as the database's.

    Can be stopped and repeated at any time: what is there already is read and compared, or with `quick` judged by its
    size. Returns the documents that are damaged in the source; those are left out. Raises `WrongStore` for a target
    that belongs to something else, and `StorageError`.
    """
    owner = await owner_of(database)
    source.expect(owner)
    if await source.marker() != owner:
        raise WrongStore(f"The document store {source.url} is not that of the database.")
    if await target.marker() not in (None, owner):
        raise WrongStore(f"The document store {target.url} belongs to another database.")
    await _require_nothing_else(target)
    damaged = dict[str, Damage]()
    async for page in source.every():
        async with database.lease(read_only=True) as session:
            named = await named_among(session, [kept.key for kept in page])
            redacted = await redacted_among(session, [kept.key for kept in page])
        keys = [kept.key for kept in page if kept.key not in redacted]
        damaged |= await _copy_all(source, target, keys, named, quick=quick)
        on_copied(len(page))
    # What was uploaded meanwhile, and what the source has lost.
    position = ""
    while True:
        async with database.lease(read_only=True) as session:
            files = await files_after(session, position, _PAGE)
        if not files:
            break
        rows = {file.storage_key: file for file in files if file.storage_key not in damaged}
        damaged |= await _copy_all(source, target, list(rows), rows, quick=True)
        position = files[-1].storage_key
    await _remove_redacted(database, target)
    await target.mark(owner)
    async with database.lease(read_only=True) as session:
        # What was redacted while it was copied is no damage.
        redacted = await redacted_among(session, damaged)
    return {key: damage for key, damage in damaged.items() if key not in redacted}


async def _remove_redacted(database: Database, target: DocumentStore) -> None:
    """Remove what was copied before its content was redacted."""
    position = ""
    while True:
        async with database.lease(read_only=True) as session:
            keys = await redacted_after(session, position, _PAGE)
        if not keys:
            return
        for key in keys:
            if await target.exists(key):
                await target.delete(key)
        position = keys[-1]


async def _require_nothing_else(target: DocumentStore) -> None:
    async for page in target.every():
        for kept in page:
            if not in_our_folders(kept.key):
                raise WrongStore(
                    f"The document store {target.url} holds something else, such as {kept.key}: use an empty folder, "
                    "bucket or prefix."
                )


async def _copy_all(
    source: DocumentStore, target: DocumentStore, keys: list[str], named: Mapping[str, NamedFile], *, quick: bool
) -> dict[str, Damage]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def copy(key: str) -> Damage | None:
        async with places:
            return await _copy(source, target, key, named.get(key), quick=quick)

    found = await asyncio.gather(*map(copy, keys))
    return {key: damage for key, damage in zip(keys, found, strict=True) if damage is not None}


async def _copy(
    source: DocumentStore, target: DocumentStore, key: str, file: NamedFile | None, *, quick: bool
) -> Damage | None:
    """Copy one document unless it is there. What no row names is copied as it is: its row may come in a moment."""
    try:
        if file is None:
            digest = await source.digest(key)
            file = NamedFile(key, digest.kept.size, digest.sha256)
        if await _is_there(target, file, quick=quick):
            return None
        with target.spool() as spool:
            hashed, size = sha256(), 0
            async for piece in await source.open(key):
                hashed.update(piece)
                size += len(piece)
                spool.append(piece)
                if spool.full:
                    await write_out(spool)
            if size != file.size_bytes:
                return Damage.WRONG_SIZE
            if hashed.hexdigest() != file.sha256:
                return Damage.CHANGED
            await target.put(key, spool)
    except ObjectMissing:
        return Damage.MISSING
    if not await _is_there(target, file, quick=False):
        raise StorageUnavailable(f"The document store {target.url} did not keep {key} as it was sent.")
    return None


async def _is_there(target: DocumentStore, file: NamedFile, *, quick: bool) -> bool:
    try:
        if (await target.stat(file.storage_key)).size != file.size_bytes:
            return False
        return quick or (await target.digest(file.storage_key)).sha256 == file.sha256
    except ObjectMissing:
        return False
