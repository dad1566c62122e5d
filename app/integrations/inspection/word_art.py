"""Pictures in a DOC that are only linked ([MS-ODRAW]): properties of a shape name the file."""

import struct
from collections.abc import Iterator

from app.integrations.inspection.fetched import judge_fetched
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_SHAPES = 100_000

_PROPERTIES = (b"\x0b\xf0", b"\x21\xf1", b"\x22\xf1")
_NAMES = {0x0105: 0x0106, 0x0187: 0x0188, 0x01C7: 0x01C8}
"""The property that names a picture, and the one that says how it is kept."""
_LINKED = 0x0C
_COMPLEX = 0x8000
_NUMBER = 0x3FFF


def judge(content: bytes, findings: Findings) -> None:
    """Judge the shapes in a stream, wherever they stand in it. Raises `FileRefused`."""
    for shapes, properties in enumerate(_all(content)):
        if shapes > MAX_SHAPES:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        for name, flags in _NAMES.items():
            address, kept = properties.get(name), properties.get(flags)
            if isinstance(address, str) and isinstance(kept, int) and kept & _LINKED:
                judge_fetched(address, "A linked picture", findings, picture=True)


def _all(content: bytes) -> Iterator[dict[int, int | str]]:
    for kind in _PROPERTIES:
        at = content.find(kind)
        while at >= 0:
            if at >= 2 and content[at - 2] & 0x0F == 3:
                yield _table(content, at - 2)
            at = content.find(kind, at + 1)


def _table(content: bytes, at: int) -> dict[int, int | str]:
    """The properties: numbers, and text whose length stands in their place and which follows behind all of them."""
    count = struct.unpack_from("<H", content, at)[0] >> 4
    start = at + 8
    text_at = start + 6 * count
    found: dict[int, int | str] = {}
    for place in range(start, min(text_at, len(content) - 5), 6):
        number, value = struct.unpack_from("<HI", content, place)
        if number & _COMPLEX:
            if number & _NUMBER in _NAMES:
                found[number & _NUMBER] = content[text_at : text_at + value].decode("utf-16-le", "replace").rstrip("\0")
            text_at += value
        else:
            found[number & _NUMBER] = value
    return found
