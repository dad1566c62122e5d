"""Store a file for a request, and refuse in the caller's terms."""

from typing import BinaryIO

from app.domain.refusals.requests import StorageFull, Unavailable
from app.integrations.storage import protocol


async def keep_file(store: protocol.DocumentStore, key: str, content: BinaryIO) -> None:
    """Store the whole content under the key. Raises `StorageFull` and `Unavailable`."""
    content.seek(0)
    try:
        await store.put(key, content)
    except protocol.StorageFull as error:
        raise StorageFull from error
    except protocol.StorageUnavailable as error:
        raise Unavailable("The document store cannot be reached right now. Nothing was changed.") from error
