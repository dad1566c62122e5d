"""Is the document store there, writable, and that of the database? Are its documents sound, as far as it is known?"""

from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import StorageError, WrongStore, folder_of, open_store
from app.queries.deployment import find_deployment
from app.queries.stored_files import count_damaged
from app.settings import Settings

# A service that does not answer is reported within the doctor's patience.
_SECONDS = 3.0


async def check_store(settings: Settings) -> list[str]:
    """Read the marker and write the small object that readiness writes, too; count the documents marked as damaged."""
    owner, damaged = await _known(settings)
    found = []
    try:
        await _look(settings, owner)
    except StorageError as error:
        found.append(str(error))
    if damaged:
        found.append(
            f"{damaged} documents are missing or altered: run 'python -m app documents verify' to list them, and "
            "restore them from the backup."
        )
    return found


async def _look(settings: Settings, owner: UUID | None) -> None:
    """Raises `StorageError`."""
    folder = folder_of(settings)
    if folder is not None and not folder.exists():
        # Opening would make it, for the doctor's account instead of that of the processes.
        if owner is not None:
            raise WrongStore(f"The document folder {folder} does not exist: is the folder mounted, is the path right?")
        return
    quick = settings.s3.model_copy(update={"timeout_seconds": min(settings.s3.timeout_seconds, _SECONDS)})
    store = open_store(settings.model_copy(update={"s3": quick}))
    if owner is not None:
        store.expect(owner)
    await store.check()


async def _known(settings: Settings) -> tuple[UUID | None, int]:
    """The id that the store's marker must have, and the number of damaged documents; none without the database."""
    if settings.database_url is None:
        return None, 0
    database = Database.of(settings)
    try:
        async with database.lease(read_only=True) as session:
            row = await find_deployment(session)
            return (row.store_id if row is not None and row.store_tied_at else None), await count_damaged(session)
    except (Unavailable, SQLAlchemyError):
        # The other checks tell.
        return None, 0
    finally:
        await database.close()
