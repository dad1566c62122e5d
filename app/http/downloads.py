"""Downloads of files: whole or one range, under a strong tag (RFC 9110 sections 8.8.3, 13, 14)."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import structlog
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import RangeNotSatisfiable
from app.http.answer import has_this
from app.http.exchange import exchange_of
from app.integrations.inspection import content_disposition
from app.integrations.storage import DocumentStore
from app.queries.stored_files import NamedFile
from app.services.exports import ENDINGS
from app.services.stored_files.sound import StoredFile, open_sound

# A request for several ranges gets the whole file, as RFC 9110 section 14.2 allows.
_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))[ \t]*", re.IGNORECASE)

# No browser may run what a person uploaded, even where it would show it.
_SAFE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_SAFE = {"Content-Security-Policy": _SAFE_POLICY, "Accept-Ranges": "bytes"}
_log = structlog.get_logger(__name__)


def download_responses(*media_types: str) -> dict[int | str, JsonObject]:
    """Return the `responses` of a route that answers a file of these media types.

    `application/octet-stream` stands for any of them, for client generators that keep only downloads of that type.
    """
    offers = (*media_types, "application/octet-stream")
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in offers}
    return {
        200: {"description": "The whole file.", "content": content},
        206: {"description": "The range of the file that `Range` asks for.", "content": content},
        304: {"description": "Not modified: the `ETag` in `If-None-Match` is current."},
    }


class DownloadedFile(StoredFile, Protocol):
    """A row that also says what its file is called, and of which type."""

    @property
    def media_type(self) -> str: ...

    @property
    def file_name(self) -> str: ...


def download_stored(request: Request, work: Work, store: DocumentStore, row: DownloadedFile) -> Response:
    """Answer the file that a row names: 200, 206 for one range (`Range`, `If-Range`), 304 by `If-None-Match`.

    Raises `RangeNotSatisfiable` (416). The file is opened when the connection has been given back and before the answer
    begins; that raises `DocumentDamaged` and `Unavailable` (503), and `FileRedacted` (409).
    """
    headers, span = _head(request, row.sha256, row.size_bytes, row.file_name)
    if span is None:
        return Response(status_code=304, headers=headers)
    # Without `Content-Range` it is the whole file.
    status = 206 if "Content-Range" in headers else 200
    response, database = (
        StreamingResponse(_nothing(), status, headers, row.media_type),
        exchange_of(request).deployment.database,
    )
    # The row itself is out of reach once its session has ended.
    file = NamedFile(row.storage_key, row.size_bytes, row.sha256)

    async def open_it() -> None:
        response.body_iterator = await open_sound(database, store, file, *span)

    work.afterwards.append(open_it)
    return response


def download_held(request: Request, content: bytes, *, media_type: str, file_name: str) -> Response:
    """Answer a file that is in memory, as `download_stored` does."""
    headers, span = _head(request, hashlib.sha256(content).hexdigest(), len(content), file_name)
    if span is None:
        return Response(status_code=304, headers=headers)
    status = 206 if "Content-Range" in headers else 200
    return Response(content[slice(*span)], status, headers, media_type)


def send_while_read(request: Request, content: AsyncIterator[bytes], *, media_type: str, file_name: str) -> Response:
    """Answer a file of unknown size that is read while it is sent. Nothing more is read for HEAD."""
    headers = {"Content-Disposition": content_disposition(file_name), "Content-Security-Policy": _SAFE_POLICY}
    sent = _nothing() if exchange_of(request).is_head else _until_refused(content)
    return StreamingResponse(sent, headers=headers, media_type=media_type)


def list_responses() -> dict[int | str, JsonObject]:
    """Return the `responses` of a route that answers a page of a list, or by `Accept` all of it as a file."""
    return {200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in ENDINGS}}}


def send_list(request: Request, shown: BaseModel | AsyncIterator[bytes], media_type: str, name: str) -> object:
    """A page unchanged, for the route to make JSON of; the whole list as a file, read while it is sent."""
    if isinstance(shown, BaseModel):
        return shown
    return send_while_read(request, shown, media_type=media_type, file_name=f"{name}.{ENDINGS[media_type]}")


async def _until_refused(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in content:
            yield piece
    except Refusal as refusal:
        # The status has left. Without its last chunk, the answer is seen to be cut off.
        _log.warning("answer_cut_off", reason=refusal.code)
        raise ClientDisconnect from refusal


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield


def _head(request: Request, sha256: str, size: int, file_name: str) -> tuple[dict[str, str], tuple[int, int] | None]:
    """The headers, and the first byte and the one past the last; no bytes where the caller has the file."""
    tag = f'"{sha256}"'
    if has_this(request, tag):
        return {"ETag": tag, "Cache-Control": "no-store"}, None
    headers = {"ETag": tag, "Content-Disposition": content_disposition(file_name), **_SAFE}
    span = _span(request.headers, tag, size)
    start, end = span or (0, size)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    return headers, (start, end)


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
