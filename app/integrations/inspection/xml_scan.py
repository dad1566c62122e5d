"""XML read as a stream: no tree, no document type, no entities, and a bound on everything."""

from collections.abc import Callable, Mapping
from typing import IO, Any
from xml.parsers import expat

from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 500
MAX_BYTES = 32 * 1024 * 1024

# Older expat reads a long token again with every piece, so the pieces are few.
_READ_BYTES = 1024 * 1024

OnElement = Callable[[str, Mapping[str, str]], None]
OnText = Callable[[str], None]


def scan(stream: IO[bytes], on_element: OnElement, on_text: OnText | None = None) -> None:
    """Call `on_element` with the local name and the attributes (by local name) of every element, in order.

    Entities and their expansion need a document type, which no office document has: one is refused. Raises
    `FileRefused`.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        on_element(_local(name), {_local(key): value for key, value in attributes.items()} if attributes else {})

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def document_type(*_parts: Any) -> None:
        raise FileRefused(RefusalCode.DAMAGED)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = document_type
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    read = 0
    try:
        while piece := stream.read(_READ_BYTES):
            read += len(piece)
            if read > MAX_BYTES:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        raise FileRefused(RefusalCode.DAMAGED) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
