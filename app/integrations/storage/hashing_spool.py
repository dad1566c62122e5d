"""Size and hash of an upload, taken from the spooled file without reading it into memory."""

import hashlib
from typing import BinaryIO

from anyio import to_thread

_READ_BYTES = 256 * 1024


async def measure(source: BinaryIO) -> tuple[int, str]:
    """The size in bytes and the SHA-256 (hex, lower case) of the whole of `source`, which is left at its start."""
    return await to_thread.run_sync(_measure, source)


def _measure(source: BinaryIO) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    source.seek(0)
    while chunk := source.read(_READ_BYTES):
        digest.update(chunk)
        size += len(chunk)
    source.seek(0)
    return size, digest.hexdigest()
