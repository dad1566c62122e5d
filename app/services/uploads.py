"""Inspect, scan and store an uploaded file before any row names it (R13)."""

import os
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

import structlog
from anyio import to_thread
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import Overloaded, StorageQuotaReached, TooLarge
from app.domain.uploads import InspectionState, ScanState
from app.integrations.inspection import FileKind, FileRefused, Notice, RefusalCode, clean_filename
from app.integrations.inspection.processes.messages import Unfinished
from app.integrations.inspection.processes.pool import POOL
from app.integrations.storage import DocumentStore, Spool, discard_file, keep_file, receive_file
from app.integrations.virus_scan import ScannerError, scanner_of
from app.places import INSPECTIONS
from app.queries.storage import lock_stored
from app.settings import Settings

log = structlog.get_logger(__name__)

_PIECE_BYTES = 256 * 1024
_INFECTED = (
    "The virus scanner found a virus in this file ({virus}), and it was not kept. Check your device, save the document "
    "as a new PDF, and upload that."
)


@dataclass(frozen=True)
class Upload:
    """A file as received; its name and declared type are only hints."""

    file: BinaryIO | Spool
    file_name: str | None
    declared_media_type: str | None


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed inspection, with the size and SHA-256 of its whole content."""

    content: Spool
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class StoredUpload:
    """A stored file that passed inspection; the fields are those of `models.StoredFile`."""

    file_name: str
    declared_media_type: str | None
    media_type: str
    size_bytes: int
    sha256: str
    storage_key: str
    inspection_state: InspectionState
    inspected_at: datetime
    inspection_notices: list[JsonObject]
    scan_state: ScanState | None
    scanned_at: datetime | None


async def check_upload(
    upload: Upload, *, limit_bytes: int, kinds: Collection[FileKind] = tuple(FileKind)
) -> CheckedFile:
    """Inspect the content, which decides the type whatever the file is called.

    Raises `InvalidInput` with the reason for a refused file, `TooLarge`, `StorageFull`, `Unavailable` and `Overloaded`.
    """
    async with INSPECTIONS.take():
        return await _inspect(upload, limit_bytes, kinds)


async def _inspect(upload: Upload, limit_bytes: int, kinds: Collection[FileKind]) -> CheckedFile:
    content = await receive_file(upload.file)
    if content.size > limit_bytes:
        raise TooLarge(f"The file is larger than {limit_bytes // (1024 * 1024)} MB. Upload a smaller one.")
    try:
        found = await POOL.inspect(content.fileno(), filename=upload.file_name, limit_bytes=limit_bytes)
    except Unfinished as stopped:
        # No verdict: a busy machine must not make a sound file a complex one.
        log.warning("inspection_unfinished", reason=str(stopped))
        raise Overloaded from stopped
    except FileRefused as refused:
        if refused.code is RefusalCode.TOO_LARGE:
            raise TooLarge(refused.reason) from refused
        raise fault("/file", InputFaultCode(f"file_{refused.code.value}"), refused.reason) from refused
    if found.kind not in kinds:
        wanted = ", ".join(kind.value.upper() for kind in kinds)
        raise fault("/file", InputFaultCode.FILE_UNKNOWN_KIND, f"Only {wanted} is accepted here.")
    name = clean_filename(upload.file_name or "document", found.kind)
    return CheckedFile(content, name, found.media_type, content.size, content.sha256(), found.notices)


async def store_upload(work: Work, store: DocumentStore, upload: Upload, *, folder: str) -> StoredUpload:
    """Inspect a centre's upload, then store it under a new key in `folder`, while no connection is held.

    What the caller read before may have changed since: lock and judge again. A rollback deletes the file. Raises what
    inspecting, scanning and storing raise.
    """
    key = f"{folder}/{uuid7()}"
    async with work.aside():
        checked = await check_upload(upload, limit_bytes=work.settings.upload_limit_bytes)
        state = await _scan(work.settings, checked.content)
        work.undo.append(lambda: discard_file(store, key))
        await keep_file(store, key, checked.content)
    return StoredUpload(
        file_name=checked.file_name,
        declared_media_type=(upload.declared_media_type or "")[:200] or None,
        media_type=checked.media_type,
        size_bytes=checked.size_bytes,
        sha256=checked.sha256,
        storage_key=key,
        inspection_state=InspectionState.PASSED,
        inspected_at=work.now,
        inspection_notices=[notice.to_json() for notice in checked.notices],
        scan_state=state,
        scanned_at=work.now if state is ScanState.CLEAN else None,
    )


async def require_room(work: Work, application_id: UUID, centre_id: UUID, size_bytes: int) -> None:
    """Raise `StorageQuotaReached` if the file does not fit in with the documents that there are. The application is
    locked."""
    stored = await lock_stored(work, application_id, centre_id)
    limits = work.settings
    if stored.of_application + size_bytes > limits.application_storage_bytes:
        raise StorageQuotaReached(limits.application_storage_bytes)
    if stored.of_centre + size_bytes > limits.centre_storage_bytes:
        raise StorageQuotaReached(limits.centre_storage_bytes, of_application=False)


async def _scan(settings: Settings, content: Spool) -> ScanState | None:
    """Scan while the person waits; None without a scanner. What it cannot say soon, it says to a job.

    Raises `InvalidInput` for a virus.
    """
    try:
        return await scan_at_once(settings, content)
    except ScannerError as error:
        log.warning("scan_put_off", reason=str(error))
        return ScanState.PENDING


async def scan_at_once(settings: Settings, content: Spool) -> ScanState | None:
    """Scan the file; None without a scanner. Raises `InvalidInput` for a virus, and `ScannerError`."""
    scanner = scanner_of(settings)
    if scanner is None:
        return None
    virus = await scanner.scan_at_once(_pieces(content))
    if virus is not None:
        log.warning("upload_infected", virus=virus)
        raise fault("/file", InputFaultCode.FILE_INFECTED, _INFECTED.format(virus=virus))
    return ScanState.CLEAN


async def _pieces(content: Spool) -> AsyncIterator[bytes]:
    descriptor, at = content.fileno(), 0
    while piece := await to_thread.run_sync(os.pread, descriptor, _PIECE_BYTES, at):
        yield piece
        at += len(piece)
