"""ODT: an OpenDocument package (ISO/IEC 26300-2) with a text in it."""

import re
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile

from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode
from app.integrations.inspection.xml_scan import XmlScanner

MIMETYPE = "mimetype"

_MANIFEST = "META-INF/manifest.xml"
_CONTENT = "content.xml"
_TEXT = FileKind.ODT.media_type.encode()
_LONGEST_MIMETYPE = 200
_MACRO_FOLDERS = ("Basic/", "Scripts/")
_SCRIPT_ADDRESS = re.compile(r"(?i)\s*(?:vnd\.sun\.star\.script|macro|script):")
_REMOTE_ADDRESS = re.compile(r"(?i)\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)")
_ACTIVE_ELEMENTS = frozenset({"object-ole", "applet", "plugin", "dde-source", "dde-connection-decl", "dde-link"})
_FETCHED_ELEMENTS = frozenset({"object", "section-source", "floating-frame"})


def inspect(archive: ZipFile, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind, encryption, macros, embedded objects, remote parts and damage."""
    first = min(archive.infolist(), key=lambda entry: entry.header_offset)
    with archive.open(MIMETYPE) as stream:
        mimetype = stream.read(_LONGEST_MIMETYPE)
    if mimetype != _TEXT:
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    names = archive.namelist()
    if first.filename != MIMETYPE or first.compress_type != ZIP_STORED or not {_MANIFEST, _CONTENT} <= set(names):
        raise FileRefused(RefusalCode.DAMAGED)
    # The manifest tells of encryption; the encrypted parts themselves would only look damaged.
    scanner = XmlScanner()
    _scan(scanner, archive, _MANIFEST)
    if any(name.startswith(_MACRO_FOLDERS) for name in names):
        raise FileRefused(RefusalCode.MACROS)
    for name in names:
        if name.endswith(".xml") and name != _MANIFEST:
            _scan(scanner, archive, name)
    return FileKind.ODT


def _scan(scanner: XmlScanner, archive: ZipFile, name: str) -> None:
    with archive.open(name) as stream:
        scanner.scan(stream, _check)


def _check(name: str, attributes: Mapping[str, str]) -> None:
    if name == "encryption-data":
        raise FileRefused(RefusalCode.ENCRYPTED)
    if name == "event-listener" or any(_SCRIPT_ADDRESS.match(value) for value in attributes.values()):
        raise FileRefused(RefusalCode.MACROS)
    if name in _ACTIVE_ELEMENTS or "oleobject" in attributes.get("media-type", "").lower():
        raise FileRefused(RefusalCode.ACTIVE_CONTENT)
    if name in _FETCHED_ELEMENTS and _REMOTE_ADDRESS.match(attributes.get("href", "")):
        raise FileRefused(RefusalCode.REMOTE_CONTENT)
