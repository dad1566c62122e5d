"""Read XML as a stream: no tree, no document type, no entities, and a limit on everything."""

import re
from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal
from app.integrations.inspection.where import Leads, leads_to

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 500
MAX_BYTES = 64 * 1024 * 1024
MAX_TAG_BYTES = 2 * 1024 * 1024

_READ_BYTES = 256 * 1024
_W3 = re.compile(r"https?://www\.w3\.org/")
_HREF = re.compile(r"""href\s*=\s*["']([^"']*)""")

OnElement = Callable[[str, Mapping[str, str]], None]
OnText = Callable[[str], None]
OnEnd = Callable[[str], None]


class XmlScanner:
    """Reads the XML parts of one document, within a budget for all of them together."""

    def __init__(self) -> None:
        self._elements = 0
        self._bytes = 0
        self._depth = 0

    def scan(
        self,
        stream: IO[bytes],
        on_element: OnElement,
        on_text: OnText | None = None,
        on_end: OnEnd | None = None,
        *,
        whole_names: bool = False,
    ) -> None:
        """Call `on_element` with the local name and the attributes (by local name) of every element, in order.

        With `whole_names`, a name in a namespace is the namespace, a space and the local name. Entities need a document
        type that declares them: one is refused. Raises `FileRefused`.
        """
        parser = self._parser(on_element, whole_names)
        if on_text is not None:
            parser.CharacterDataHandler = on_text
        self._count_depth(parser, on_end, whole_names)
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

    def _parser(self, on_element: OnElement, whole_names: bool) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        self._depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            self._depth += 1
            self._elements += 1
            if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            if whole_names:
                on_element(name, attributes)
            else:
                on_element(local(name), {local(key): value for key, value in attributes.items()} if attributes else {})

        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = _judge_document_type
        parser.ProcessingInstructionHandler = _judge_instruction
        return parser

    def _count_depth(self, parser: expat.XMLParserType, on_end: OnEnd | None, whole_names: bool) -> None:
        def end(name: str) -> None:
            self._depth -= 1
            if on_end is not None:
                on_end(name if whole_names else local(name))

        parser.EndElementHandler = end


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _judge_document_type(_name: str, system: str | None, _public: str | None, internal: int) -> None:
    """OpenOffice and drawing programs name one; it is never read. One that declares anything is refused."""
    if internal or (system is not None and not _known_document_type(system)):
        raise FileRefused(RefusalCode.DAMAGED)


def _known_document_type(system: str) -> bool:
    return leads_to(system) is Leads.INSIDE or bool(_W3.match(system))


def _judge_instruction(target: str, data: str) -> None:
    """A style sheet can fetch, and in some programs run, what it likes."""
    if target.lower() == "xml-stylesheet" and (address := _HREF.search(data)):
        leads = leads_to(address[1])
        if leads is not Leads.INSIDE:
            raise refusal(RefusalCode.REMOTE_CONTENT, "A style sheet is fetched from another place")
