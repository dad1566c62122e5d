"""Render a document once and keep it, so that every download has the same bytes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from weakref import WeakValueDictionary

from app.domain.refusals.requests import Unavailable
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable, keep_file
from app.places import RENDERING

PDF = "application/pdf"


@dataclass(frozen=True)
class IssuedDocument:
    """An issued PDF: where it is kept, and how to render it where it is not yet."""

    storage_key: str
    file_name: str
    render: Callable[[], bytes]


_making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def issue(store: DocumentStore, document: IssuedDocument) -> bytes:
    """Read the document; render and store it first if that was never done. Slow: hold no connection.

    Whoever comes while it is rendered waits and gets the same. Rendering is deterministic, so two processes that render
    at once store the same bytes. Raises `StorageFull`, `Unavailable` and `Overloaded`.
    """
    kept = await _read(store, document.storage_key)
    if kept is not None:
        return kept
    async with _making.setdefault(document.storage_key, asyncio.Lock()):
        kept = await _read(store, document.storage_key)
        if kept is not None:
            return kept
        content = await RENDERING.run(document.render)
        await keep_file(store, document.storage_key, BytesIO(content))
        return content


async def _read(store: DocumentStore, key: str) -> bytes | None:
    try:
        return b"".join([piece async for piece in await store.open(key)])
    except ObjectMissing:
        return None
    except StorageUnavailable as error:
        raise Unavailable from error
