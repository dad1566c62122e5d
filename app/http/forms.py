"""Multipart forms, read as they arrive: each file is hashed and written where the document store can take it from.

The framework's own reader copies every piece twice, and goes to a thread for each. The limits are the framework's.
"""

import codecs
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from anyio import to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile

from app.domain.refusals.requests import MalformedRequest
from app.integrations.storage import Spool, write_out

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FILES = 1000
MOST_FIELDS = 1000
FIELD_BYTES = 1024 * 1024


async def read_form(content_type: str, stream: AsyncIterator[bytes], new_spool: Callable[[], Spool]) -> FormData:
    """The form's fields and files. Raises `MalformedRequest`, `StorageFull` and `Unavailable`."""
    _, options = parse_options_header(content_type)
    if b"boundary" not in options:
        raise MalformedRequest
    form = _Form(_codec(options.get(b"charset", b"utf-8")), new_spool)
    try:
        parser = MultipartParser(options[b"boundary"], form.callbacks())
        async for piece in stream:
            parser.write(piece)
            if form.spool is not None and form.spool.full:
                await write_out(form.spool)
        if not form.ended:
            raise MalformedRequest("The form has no last boundary. Send all of it again.")
    except BaseException as error:
        for file in form.files:
            file.file.close()
        if isinstance(error, FormParserError):
            raise MalformedRequest from error
        raise
    return FormData(form.items)


def _codec(charset: bytes) -> str:
    try:
        return codecs.lookup(charset.decode("latin-1")).name
    except LookupError:
        return "latin-1"


class _File(UploadFile):
    def __init__(self, spool: Spool, filename: str, headers: Headers) -> None:
        super().__init__(cast(BinaryIO, spool), filename=filename, headers=headers)
        self._spool = spool

    async def close(self) -> None:
        """Go to a thread only where there is something to do: most files are in the store by now."""
        if self._spool.has_file:
            await to_thread.run_sync(self._spool.close)
        else:
            self._spool.close()


class _Form:
    """What the parser has found so far."""

    def __init__(self, codec: str, new_spool: Callable[[], Spool]) -> None:
        self.items: list[tuple[str, str | UploadFile]] = []
        self.files: list[UploadFile] = []
        self.spool: Spool | None = None
        """The file that is being received; None between files."""
        self.ended = False
        """The last boundary has come."""
        self._codec = codec
        self._new_spool = new_spool
        self._fields = 0
        self._name = ""
        self._text = bytearray()
        self._headers: list[tuple[bytes, bytes]] = []
        self._header = b""
        self._value = b""

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_to_header,
            "on_header_value": self._add_to_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": self._add_content,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._headers = []
        self._text = bytearray()
        self.spool = None

    def _add_to_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers.append((self._header.lower(), self._value))
        self._header = self._value = b""

    def _begin_content(self) -> None:
        _, options = parse_options_header(dict(self._headers).get(b"content-disposition"))
        if b"name" not in options:
            raise MalformedRequest
        self._name = self._decoded(options[b"name"])
        if b"filename" not in options:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise MalformedRequest
            return
        if len(self.files) == MOST_FILES:
            raise MalformedRequest
        self.spool = self._new_spool()
        name, headers = self._decoded(options[b"filename"]), Headers(raw=self._headers)
        self.files.append(_File(self.spool, name, headers))

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        if self.spool is not None:
            self.spool.append(memoryview(data)[start:end])
            return
        if len(self._text) + end - start > FIELD_BYTES:
            raise MalformedRequest
        self._text += data[start:end]

    def _end_part(self) -> None:
        if self.spool is None:
            self.items.append((self._name, self._decoded(self._text)))
            return
        self.files[-1].size = self.spool.size
        self.items.append((self._name, self.files[-1]))
        self.spool = None

    def _end(self) -> None:
        self.ended = True

    def _decoded(self, text: bytes | bytearray) -> str:
        try:
            return text.decode(self._codec)
        except UnicodeDecodeError:
            return text.decode("latin-1")
