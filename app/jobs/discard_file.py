"""Remove the content of a redacted file from the document store."""

from uuid import UUID

import structlog

from app.domain.redactions import RedactionStatus
from app.jobs.means import Means
from app.models import FileRedaction
from app.queries.rows import find_row
from app.services.redactions import removal

log = structlog.get_logger(__name__)


async def discard_file(means: Means, payload: str) -> None:
    """Remove the content, then note it. Repeating it is harmless. Raises `StorageUnavailable`, to be retried."""
    async with means.work() as work:
        row = await find_row(work.session, FileRedaction, UUID(payload))
        wanted = row is not None and row.status is RedactionStatus.DONE and row.gone_at is None
        key = row.storage_key if row is not None else ""
    if not wanted:
        return
    await means.store.delete(key)
    async with means.work() as work:
        await removal.note_gone(work, UUID(payload))
    log.info("file_discarded", redaction=payload, storage_key=key)
