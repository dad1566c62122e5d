"""Answers that are the same for everybody: rendered once, under an entity tag."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from anyio import to_thread
from fastapi import Request, Response
from pydantic import BaseModel
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
        return cls(content, gzip.compress(content, mtime=0), _tag(content))


_of_app: WeakKeyDictionary[Starlette, dict[str, Rendered]] = WeakKeyDictionary()
_constants: WeakKeyDictionary[Starlette, dict[tuple[str, str], tuple[bytes, str]]] = WeakKeyDictionary()


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


def answer_constant(request: Request, build: Callable[[], BaseModel], *, about: str = "") -> Response:
    """The object at the request's address, as the contract describes it.

    `build` is called once for an app, an address and the settings that the object is `about`; it takes a millisecond.
    """
    made, key = _constants.setdefault(request.app, {}), (request.scope["path"], about)
    if key not in made:
        content = build().model_dump_json(by_alias=True).encode()
        made[key] = content, f'"{_tag(content)}"'
    content, tag = made[key]
    return Response(content, headers={"ETag": tag}, media_type="application/json")


def _tag(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=9).hexdigest()
