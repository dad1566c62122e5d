"""Large documents that are the same for everybody: rendered and compressed once, under an entity tag."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from anyio import to_thread
from fastapi import Request, Response
from starlette.applications import Starlette

from app.http.answer import unless_unchanged
from app.http.exchange import joined_header
from app.http.negotiation import accepts_gzip


@dataclass(frozen=True)
class Rendered:
    """A document as bytes, the same compressed, and the tag that both begin with."""

    plain: bytes
    compressed: bytes
    tag: str

    @classmethod
    def of(cls, content: bytes) -> "Rendered":
        """Compress and hash the content: it takes a tenth of a second for the contract."""
        # Without a time in it, every process makes the same bytes.
        return cls(content, gzip.compress(content, mtime=0), hashlib.blake2b(content, digest_size=9).hexdigest())


_of_app: WeakKeyDictionary[Starlette, dict[str, Rendered]] = WeakKeyDictionary()


async def answer(request: Request, media_type: str, make: Callable[[], bytes]) -> Response:
    """The document at the request's address, compressed for whoever takes it so; 304 for whoever has it.

    `make` is called once for an app and an address, in a thread: no other request waits for it.
    """
    made = _of_app.setdefault(request.app, {})
    path = request.url.path
    if path not in made:
        made[path] = await to_thread.run_sync(lambda: Rendered.of(make()))
    document = made[path]
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache", "ETag": f'"{document.tag}"'}
    body = document.plain
    if accepts_gzip(joined_header(request, "accept-encoding")):
        body = document.compressed
        headers |= {"Content-Encoding": "gzip", "ETag": f'"{document.tag}.gzip"'}
    return unless_unchanged(request, Response(body, headers=headers, media_type=media_type))
