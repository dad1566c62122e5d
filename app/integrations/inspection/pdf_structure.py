"""What a PDF holds, object by object, as pypdf reads it.

A hostile file can make any parser take all the memory or never end: `processes` bounds it.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import (
    DependencyError,
    FileNotDecryptedError,
    LimitReachedError,
    PdfReadError,
    PdfStreamError,
    WrongPasswordError,
)
from pypdf.generic import IndirectObject

from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_OBJECTS = 100_000

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/Collection"})
_ACTIVE_VALUES = {
    "/S": frozenset(
        {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute"}
    ),
    "/Type": frozenset({"/EmbeddedFile"}),
    "/Subtype": frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}),
}


def check(source: BinaryIO) -> None:
    """Raises `FileRefused` for encryption, active content, damage, and too many objects."""
    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            raise FileRefused(RefusalCode.ENCRYPTED)
        identities = _identities(reader)
        if len(identities) > MAX_OBJECTS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        if any(_active(part) for identity in identities for part in _parts(_object(reader, identity))):
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)
        if not len(reader.pages) or "/Type" not in reader.pages[0]:
            raise FileRefused(RefusalCode.DAMAGED)
    except FileRefused:
        raise
    except (MemoryError, RecursionError, LimitReachedError) as error:
        raise FileRefused(RefusalCode.TOO_COMPLEX) from error
    except (DependencyError, FileNotDecryptedError, WrongPasswordError, NotImplementedError) as error:
        raise FileRefused(RefusalCode.ENCRYPTED) from error
    except Exception as error:
        # A parser fails on nonsense in every possible way, and each of them means a damaged file.
        raise FileRefused(RefusalCode.DAMAGED) from error


def _identities(reader: PdfReader) -> list[tuple[int, int]]:
    plain = {(number, generation) for generation, table in reader.xref.items() for number in table}
    return sorted(plain | {(number, 0) for number in reader.xref_objStm})


def _object(reader: PdfReader, identity: tuple[int, int]) -> Any:
    """The object, or None if it is missing: writers leave stale entries in the table."""
    try:
        return reader.get_object(IndirectObject(*identity, reader))
    except (PdfReadError, PdfStreamError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


def _parts(value: Any) -> Iterator[dict[Any, Any]]:
    """Every dictionary in the object; references get their own turn. A loop, because nesting has no bound."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(dict.values(part))
        elif isinstance(part, list):
            waiting.extend(list.__iter__(part))


def _active(part: dict[Any, Any]) -> bool:
    return not _ACTIVE_KEYS.isdisjoint(part) or any(
        # The index follows a reference: an action's name may be a separate object.
        key in part and isinstance(value := part[key], str) and value in values
        for key, values in _ACTIVE_VALUES.items()
    )
