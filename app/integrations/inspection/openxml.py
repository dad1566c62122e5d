"""DOCX: an Open Packaging archive (ECMA-376, part 2) with a word processing document in it."""

import posixpath
import re
from collections.abc import Mapping
from zipfile import ZipFile

from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode
from app.integrations.inspection.xml_scan import XmlScanner

CONTENT_TYPES = "[Content_Types].xml"

_ROOT_RELATIONSHIPS = "_rels/.rels"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO_PARTS = re.compile(r"(?i)(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml|vbaprojectsignature[^/]*)$")
_ACTIVE_PARTS = re.compile(
    r"(?i)(?:^|/)(?:activex/.*|oleobject[^/]*|embeddings/(?!.*\.xlsx$).*|attachedtoolbars[^/]*)$"
)
_MACRO_RELATIONSHIPS = frozenset({"vbaProject", "wordVbaData", "keyMapCustomizations", "attachedToolbars"})
_ACTIVE_RELATIONSHIPS = frozenset({"oleObject", "aFChunk", "control", "activeXControlBinary"})
_LOCAL_TEMPLATE = re.compile(r"(?i)(?:file:///)?[a-z]:[\\/].*|(?![\\/])[^:\\/]*")
_WEB = re.compile(r"(?i)https?://.*")
_FIELD_START = 20


def inspect(archive: ZipFile, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind, macros, embedded objects, remote parts and damage."""
    scanner = XmlScanner()
    types = _content_types(scanner, archive)
    names = archive.namelist()
    if any(_MACRO_PARTS.search(name) for name in names) or any(
        "macroenabled" in kind.lower() for kind in types.values()
    ):
        raise FileRefused(RefusalCode.MACROS)
    if _MAIN_TYPE not in types.values():
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    if any(_ACTIVE_PARTS.search(name) for name in names):
        raise FileRefused(RefusalCode.ACTIVE_CONTENT)
    main = _main_part(scanner, archive)
    for name in names:
        if name.endswith(".rels"):
            _check_relationships(scanner, archive, name)
        elif name == main or (name.startswith("word/") and name.endswith(".xml")):
            _check_fields(scanner, archive, name)
    return FileKind.DOCX


def _content_types(scanner: XmlScanner, archive: ZipFile) -> dict[str, str]:
    types: dict[str, str] = {}

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if name in {"Default", "Override"}:
            types[attributes.get("PartName", attributes.get("Extension", ""))] = attributes.get("ContentType", "")

    with archive.open(CONTENT_TYPES) as stream:
        scanner.scan(stream, element)
    return types


def _main_part(scanner: XmlScanner, archive: ZipFile) -> str:
    targets: list[str] = []

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and _last(attributes.get("Type", "")) == "officeDocument":
            targets.append(posixpath.normpath(attributes.get("Target", "")).lstrip("/"))

    names = set(archive.namelist())
    if _ROOT_RELATIONSHIPS in names:
        with archive.open(_ROOT_RELATIONSHIPS) as stream:
            scanner.scan(stream, element)
    if len(targets) != 1 or targets[0] not in names:
        raise FileRefused(RefusalCode.DAMAGED)
    return targets[0]


def _check_relationships(scanner: XmlScanner, archive: ZipFile, part: str) -> None:
    def element(name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship":
            return
        kind = _last(attributes.get("Type", ""))
        if kind in _MACRO_RELATIONSHIPS:
            raise FileRefused(RefusalCode.MACROS)
        if kind in _ACTIVE_RELATIONSHIPS:
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)
        if attributes.get("TargetMode", "").lower() == "external" and not _harmless(kind, attributes.get("Target", "")):
            raise FileRefused(RefusalCode.REMOTE_CONTENT)

    with archive.open(part) as stream:
        scanner.scan(stream, element)


def _harmless(kind: str, target: str) -> bool:
    """A link is followed by the reader's own click. A picture of the web shows, and no more.

    Many honest documents name a template on the author's drive, which is looked for on the reader's drive
    and not found. One on a server is fetched unasked, with the reader's credentials, and can bring macros with it.
    """
    if kind == "attachedTemplate":
        return bool(_LOCAL_TEMPLATE.fullmatch(target))
    return kind == "hyperlink" or (kind == "image" and bool(_WEB.fullmatch(target)))


def _check_fields(scanner: XmlScanner, archive: ZipFile, part: str) -> None:
    """A DDE field starts a program. Its instruction may be spread over any number of runs."""
    instruction = ""
    reading = False

    def element(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal instruction, reading
        reading = name == "instrText"
        if name == "fldChar" and attributes.get("fldCharType") == "begin":
            instruction = ""
        elif name == "fldSimple":
            refuse_dde(attributes.get("instr", ""))

    def text(piece: str) -> None:
        nonlocal instruction
        if reading and len(instruction) < _FIELD_START:
            instruction = (instruction + piece).lstrip()
            refuse_dde(instruction)

    def refuse_dde(text_of_field: str) -> None:
        if text_of_field.strip().upper().startswith(("DDE ", "DDEAUTO")):
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)

    with archive.open(part) as stream:
        scanner.scan(stream, element, text)


def _last(relationship_type: str) -> str:
    return relationship_type.rpartition("/")[2]
