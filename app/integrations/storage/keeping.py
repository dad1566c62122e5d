"""Receive and store a file for a request, and refuse in the caller's terms."""

import asyncio
from collections.abc import Callable
from typing import BinaryIO

import structlog

from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import Overloaded, StorageFull, Unavailable
from app.integrations.storage import protocol
from app.integrations.storage.errors import storage_error
from app.integrations.storage.spool import Spool
from app.places import STORE

log = structlog.get_logger(__name__)

_DISCARD_SECONDS = 1.0


async def receive_file(source: BinaryIO | Spool) -> Spool:
    """The whole source, written and hashed: itself if it is a spool. Raises `StorageFull` and `Unavailable`."""
    if isinstance(source, Spool):
        await write_out(source)
        return source
    source.seek(0)
    copy = Spool()
    await _in_thread(lambda: copy.fill(source))
    return copy


async def write_out(spool: Spool) -> None:
    """Write what the spool has received so far. Raises `StorageFull` and `Unavailable`."""
    await _in_thread(spool.write_out)


async def keep_file(store: protocol.DocumentStore, key: str, content: BinaryIO | Spool) -> None:
    """Store the whole content under the key. Raises `StorageFull` and `Unavailable`."""
    content.seek(0)
    try:
        await store.put(key, content)
    except (protocol.StorageFull, protocol.StorageUnavailable) as error:
        raise _refusal(error) from error


async def discard_file(store: protocol.DocumentStore, key: str) -> None:
    """Delete a file whose row was not written, if that is done in a moment. It must not hide why the row was not
    written, or hold up that answer; the scheduled check removes what is left."""
    try:
        async with asyncio.timeout(_DISCARD_SECONDS):
            await store.delete(key)
    except (protocol.StorageError, Overloaded, TimeoutError) as error:
        log.warning("file_not_discarded", storage_key=key, reason=type(error).__name__)


async def _in_thread(write: Callable[[], object]) -> None:
    try:
        await STORE.run_or_abandon(write)
    except OSError as error:
        raise _refusal(storage_error(error)) from error


def _refusal(error: protocol.StorageError) -> Refusal:
    if isinstance(error, protocol.StorageFull):
        return StorageFull()
    return Unavailable("The document store cannot be reached right now. Nothing was changed.")
