"""Render a document once and keep it, so that every download has the same bytes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from anyio import to_thread

from app.domain.refusals.requests import Unavailable
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable, keep_file

PDF = "application/pdf"


@dataclass(frozen=True)
class IssuedDocument:
    """An issued PDF and its storage key."""

    storage_key: str
    file_name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


async def keep_once(store: DocumentStore, key: str, render: Callable[[], bytes]) -> bytes:
    """Read the document under the key; render and store it first if there is none.

    Rendering is deterministic, so two requests that render at once store the same bytes.
    """
    try:
        return b"".join([piece async for piece in await store.open(key)])
    except ObjectMissing:
        content = await to_thread.run_sync(render)
    except StorageUnavailable as error:
        raise Unavailable from error
    await keep_file(store, key, BytesIO(content))
    return content
