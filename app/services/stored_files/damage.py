"""Mark the row of a damaged file, and tell the operator (decision 27)."""

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.clock import system_clock
from app.database import Database
from app.domain.refusals.redactions import FileRedacted
from app.domain.refusals.requests import DocumentDamaged, Unavailable
from app.domain.stored_files import Damage
from app.integrations.storage import DocumentStore, ObjectMissing
from app.models import DamagedFile
from app.queries.stored_files import NamedFile, redacted_among

log = structlog.get_logger(__name__)


async def find_damage(store: DocumentStore, file: NamedFile) -> Damage | None:
    """Read the whole file and compare it with its row; None for a sound one. Raises `StorageUnavailable`."""
    try:
        kept = await store.stat(file.storage_key)
        if kept.size != file.size_bytes:
            return Damage.WRONG_SIZE
        found = await store.digest(file.storage_key)
    except ObjectMissing:
        return Damage.MISSING
    return None if found.sha256 == file.sha256 else Damage.CHANGED


async def note_damage(database: Database, storage_key: str, damage: Damage) -> bool:
    """Mark the row of the file, unless it is marked. True for the first time; then the log says it too.

    Call it while no connection is held.
    """
    async with database.transaction() as session:
        made = await session.execute(
            insert(DamagedFile)
            .values(storage_key=storage_key, damage=damage, found_at=system_clock())
            .on_conflict_do_nothing()
            .returning(DamagedFile.storage_key)
        )
        first = made.scalar() is not None
    if first:
        log.error("document_damaged", storage_key=storage_key, damage=damage.value)
    return first


async def refuse_damaged(database: Database, storage_key: str, damage: Damage) -> DocumentDamaged | FileRedacted:
    """Mark the row as far as the database can be reached, and return the refusal to raise. A file that was redacted
    since its row was read is not damaged."""
    try:
        async with database.lease(read_only=True) as session:
            if await redacted_among(session, [storage_key]):
                return FileRedacted()
        await note_damage(database, storage_key, damage)
    except Unavailable:
        log.error("document_damaged", storage_key=storage_key, damage=damage.value, marked=False)
    return DocumentDamaged()


async def clear_damage(database: Database, storage_key: str) -> None:
    """Take the mark away: the file is sound again, or nothing names it any more."""
    async with database.transaction() as session:
        await session.execute(delete(DamagedFile).where(DamagedFile.storage_key == storage_key))
    log.warning("document_sound_again", storage_key=storage_key)
