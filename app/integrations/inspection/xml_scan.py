"""Read XML as a stream: no tree, no document type, no entities, and a limit on everything."""

from collections.abc import Callable, Mapping
from typing import IO, Any
from xml.parsers import expat

from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 500
MAX_BYTES = 32 * 1024 * 1024
MAX_TAG_BYTES = 2 * 1024 * 1024

_READ_BYTES = 256 * 1024

OnElement = Callable[[str, Mapping[str, str]], None]
OnText = Callable[[str], None]


class XmlScanner:
    """Reads the XML parts of one document, within a budget for all of them together."""

    def __init__(self) -> None:
        self._elements = 0
        self._bytes = 0

    def scan(self, stream: IO[bytes], on_element: OnElement, on_text: OnText | None = None) -> None:
        """Call `on_element` with the local name and the attributes (by local name) of every element, in order.

        Entities and their expansion need a document type, which no office document has: one is refused. Raises
        `FileRefused`.
        """
        parser = self._parser(on_element, on_text)
        fed = 0
        try:
            while piece := stream.read(_READ_BYTES):
                fed += len(piece)
                self._bytes += len(piece)
                if self._bytes > MAX_BYTES:
                    raise FileRefused(RefusalCode.TOO_COMPLEX)
                parser.Parse(piece, False)
                # The parser buffers one unfinished tag: a large one costs many times its size.
                if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                    raise FileRefused(RefusalCode.TOO_COMPLEX)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise FileRefused(RefusalCode.DAMAGED) from error

    def _parser(self, on_element: OnElement, on_text: OnText | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._elements += 1
            if depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            on_element(_local(name), {_local(key): value for key, value in attributes.items()} if attributes else {})

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = _refuse_document_type
        if on_text is not None:
            parser.CharacterDataHandler = on_text
        return parser


def _refuse_document_type(*_parts: Any) -> None:
    raise FileRefused(RefusalCode.DAMAGED)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
