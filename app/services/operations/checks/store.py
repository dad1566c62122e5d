"""Is the document store there, writable, and that of the database? Are its documents sound, as far as it is known?"""

from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import StorageError, open_store
from app.queries.deployment import find_deployment
from app.queries.stored_files import count_damaged
from app.settings import Settings

# A service that does not answer is reported within the doctor's patience.
_SECONDS = 3.0


async def check_store(settings: Settings) -> list[str]:
    """Read the marker and write the small object that readiness writes, too; count the documents marked as damaged."""
    owner, damaged = await _known(settings)
    quick = settings.s3.model_copy(update={"timeout_seconds": min(settings.s3.timeout_seconds, _SECONDS)})
    found = []
    try:
        store = open_store(settings.model_copy(update={"s3": quick}))
        if owner is not None:
            store.expect(owner)
        await store.check()
    except StorageError as error:
        found.append(str(error))
    if damaged:
        found.append(
            f"{damaged} documents are missing or altered: run 'python -m app documents verify' to list them, and "
            "restore them from the backup."
        )
    return found


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
