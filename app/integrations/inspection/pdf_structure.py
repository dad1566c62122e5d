"""A separate program: read a PDF from standard input and report the finding as the exit code.

A hostile file can make any parser take all the memory or never end, and a thread can be neither bounded nor stopped.
The program imports nothing from the product, so that it starts quickly and in isolated mode. The API imports the exit
codes from here, so the parser is imported inside the function that needs it.
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

SOUND = 0
DAMAGED = 10
ENCRYPTED = 11
ACTIVE_CONTENT = 12
TOO_COMPLEX = 13

MEMORY_BYTES = 640 * 1024 * 1024
CPU_SECONDS = 10
MAX_OBJECTS = 100_000

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/Collection"})
_ACTIVE_VALUES = {
    "/S": frozenset(
        {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute"}
    ),
    "/Type": frozenset({"/EmbeddedFile"}),
    "/Subtype": frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}),
}


def main() -> int:
    """The finding about the file on standard input."""
    _bound()
    try:
        return _finding(BytesIO(sys.stdin.buffer.read()))
    except (MemoryError, RecursionError):
        return TOO_COMPLEX


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _finding(source: BytesIO) -> int:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, WrongPasswordError

    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            return ENCRYPTED
        identities = _identities(reader)
        if len(identities) > MAX_OBJECTS:
            return TOO_COMPLEX
        if any(_active(part) for identity in identities for part in _parts(_object(reader, identity))):
            return ACTIVE_CONTENT
        return SOUND if len(reader.pages) and "/Type" in reader.pages[0] else DAMAGED
    except (MemoryError, RecursionError, LimitReachedError):
        return TOO_COMPLEX
    except (DependencyError, FileNotDecryptedError, WrongPasswordError, NotImplementedError):
        return ENCRYPTED
    except Exception:
        # A parser fails on nonsense in every possible way, and each of them means a damaged file.
        return DAMAGED


def _identities(reader: Any) -> list[tuple[int, int]]:
    plain = {(number, generation) for generation, table in reader.xref.items() for number in table}
    return sorted(plain | {(number, 0) for number in reader.xref_objStm})


def _object(reader: Any, identity: tuple[int, int]) -> Any:
    """The object, or None if it is missing: writers leave stale entries in the table."""
    from pypdf.errors import PdfReadError, PdfStreamError
    from pypdf.generic import IndirectObject

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


if __name__ == "__main__":
    # Skip the orderly exit, which would spend its time freeing a million objects.
    os._exit(main())
