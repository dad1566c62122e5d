"""Compare every file with the row that names it, a page at a time: no transaction is open while a file is read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.database import Database
from app.domain.stored_files import Damage
from app.integrations.storage import DocumentStore
from app.queries.stored_files import NamedFile, damaged_files, files_after, named_among
from app.services.stored_files.damage import clear_damage, find_damage, note_damage

log = structlog.get_logger(__name__)

PAGE = 100
# Of the disk or the service, leave most to those who wait for an answer.
_AT_ONCE = 4


@dataclass(frozen=True)
class Checked:
    """A page: how far it goes, how many files it has, and which of them are damaged."""

    position: str
    count: int
    damaged: dict[str, Damage]


async def check_page(database: Database, store: DocumentStore, position: str) -> Checked | None:
    """Check the files whose keys follow `position`, and mark the damaged ones. None at the end.

    Raises `StorageUnavailable` and `Unavailable`: nothing is known about the page then.
    """
    async with database.lease(read_only=True) as session:
        files = await files_after(session, position, PAGE)
    if not files:
        return None
    damages = await _damages(store, files)
    # Rows go only when a sandbox is reset. Their files are then no loss.
    async with database.lease(read_only=True) as session:
        still = await named_among(session, damages) if damages else {}
    damages = {key: damage for key, damage in damages.items() if key in still}
    for key, damage in damages.items():
        await note_damage(database, key, damage)
    return Checked(files[-1].storage_key, len(files), damages)


async def recheck_damaged(database: Database, store: DocumentStore) -> list[str]:
    """Take the mark from every file that is sound again, or that no row names any more; return their keys."""
    position, cleared = "", list[str]()
    while True:
        async with database.lease(read_only=True) as session:
            marks = await damaged_files(session, position, PAGE)
        if not marks:
            return cleared
        still = await _damages(store, [file for _, file in marks if file is not None])
        for mark, _ in marks:
            if mark.storage_key not in still:
                await clear_damage(database, mark.storage_key)
                cleared.append(mark.storage_key)
        position = marks[-1][0].storage_key


async def check_all(
    database: Database, store: DocumentStore, on_page: Callable[[Checked], None] = lambda _: None
) -> dict[str, Damage]:
    """Check every file from the first to the last; return the damaged ones."""
    await recheck_damaged(database, store)
    position, damaged = "", dict[str, Damage]()
    while (checked := await check_page(database, store, position)) is not None:
        damaged |= checked.damaged
        position = checked.position
        on_page(checked)
    return damaged


async def _damages(store: DocumentStore, files: list[NamedFile]) -> dict[str, Damage]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def damage_of(file: NamedFile) -> Damage | None:
        async with places:
            return await find_damage(store, file)

    found = await asyncio.gather(*map(damage_of, files))
    return {file.storage_key: damage for file, damage in zip(files, found, strict=True) if damage is not None}
