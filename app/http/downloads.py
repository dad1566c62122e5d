"""Downloads of stored files: streamed, whole or one range, under a strong tag (RFC 9110 sections 8.8.3, 13, 14)."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.domain.json_values import JsonObject
from app.domain.refusals.requests import RangeNotSatisfiable, Unavailable
from app.http.answer import has_this
from app.integrations.inspection import content_disposition
from app.integrations.storage import DocumentStore, StorageUnavailable

# A request for several ranges gets the whole file, as RFC 9110 section 14.2 allows.
_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))[ \t]*", re.IGNORECASE)

# No browser may run what a person uploaded, even where it would show it.
_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes"}


def download_responses(*media_types: str) -> dict[int | str, JsonObject]:
    """Return the `responses` of a route that answers a `download` of these media types.

    `application/octet-stream` stands for any of them, for client generators that keep only downloads of that type.
    """
    offers = (*media_types, "application/octet-stream")
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in offers}
    return {
        200: {"description": "The whole file.", "content": content},
        206: {"description": "The range of the file that `Range` asks for.", "content": content},
        304: {"description": "Not modified: the `ETag` in `If-None-Match` is current."},
    }


class Source(Protocol):
    """Where the bytes come from: the document store, or memory."""

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream the bytes from `start` up to, but not including, `end`."""


async def download(
    request: Request, store: Source, *, key: str, size: int, sha256: str, media_type: str, file_name: str
) -> Response:
    """Answer a file of `size` bytes: 200, 206 for one range (`Range`, `If-Range`), 304 by `If-None-Match`.

    Raises `RangeNotSatisfiable` (416) and `Unavailable` (503), before the answer begins. No database connection is
    held while the bytes leave.
    """
    tag = f'"{sha256}"'
    headers = {"ETag": tag, "Content-Disposition": content_disposition(file_name), **_SAFE}
    if has_this(request, tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    span = _span(request.headers, tag, size)
    start, end = span or (0, size)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    try:
        content = await store.open(key, start=start, end=end)
    except StorageUnavailable as error:
        raise Unavailable from error
    return StreamingResponse(content, 206 if span is not None else 200, headers, media_type)


class StoredFile(Protocol):
    """A row that names a file in the store."""

    storage_key: str
    size_bytes: int
    sha256: str
    media_type: str
    file_name: str


async def download_stored(request: Request, store: DocumentStore, row: StoredFile) -> Response:
    """Answer the file that a row names; raises what `download` raises."""
    return await download(
        request,
        store,
        key=row.storage_key,
        size=row.size_bytes,
        sha256=row.sha256,
        media_type=row.media_type,
        file_name=row.file_name,
    )


def _span(headers: Mapping[str, str], tag: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one past the last; None for the whole file, and where we do not understand the header."""
    match = _RANGE.fullmatch(headers.get("range", "").strip())
    # `If-Range` compares strongly; a date never matches, since none of our answers carries one.
    if match is None or headers.get("if-range", tag).strip() != tag:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        start, end = max(0, size - int(suffix)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last is not None else size)
        if last is not None and int(last) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiable(size)
    return start, end
