"""DOC: a compound file ([MS-CFB]) with a Word document ([MS-DOC]) in it.

olefile reads the sectors. Names are taken from every directory entry, also from those that hang in no tree.
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from olefile import DEFECT_FATAL, OleFileIO

from app.integrations.inspection import openxml, word
from app.integrations.inspection.archives import END_BYTES, archives_at_end
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_DIRECTORY_ENTRIES = 20_000

_ENTRY_BYTES = 128
_LONGEST_NAME_BYTES = 64
_WORD = "worddocument"
_MACROS = ("macros", "vba", "_vba_project")
_ENCRYPTED = {"encryptedpackage", "encryptioninfo", "\tdrmcontent"}
_OBJECTS = {
    "\x01ole10native": "a packaged file",
    "package": "an embedded document",
    "\x03ocxname": "a control",
    "\x03ocxdata": "a control",
    "equation native": "an equation object",
}
_BROKEN = (
    OSError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    RecursionError,
)


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind, encryption, macros, embedded objects and damage."""
    try:
        with OleFileIO(source, raise_defects=DEFECT_FATAL) as file:
            _judge_entries(list(_entries(file)), findings)
            _judge_document(file, source, size, findings)
    except _BROKEN as error:
        raise FileRefused(RefusalCode.DAMAGED) from error
    return FileKind.DOC


def what_is_embedded(content: bytes) -> tuple[RefusalCode, str]:
    """Say why an object that is a compound file is refused, as the code and a phrase for what it is."""
    try:
        with OleFileIO(io.BytesIO(content), raise_defects=DEFECT_FATAL) as file:
            names = {name for name, _ in _entries(file)}
    except (*_BROKEN, FileRefused):
        return RefusalCode.ACTIVE_CONTENT, "an object that cannot be read"
    if any(name.startswith(_MACROS) for name in names):
        return RefusalCode.MACROS, "an object with macros"
    return RefusalCode.ACTIVE_CONTENT, next((_OBJECTS[name] for name in _OBJECTS if name in names), "an object")


def _entries(file: OleFileIO) -> Iterator[tuple[str, int]]:
    """The name, in lower case, and the type of each entry that is one."""
    directory = file.directory_fp.getvalue()
    if len(directory) > MAX_DIRECTORY_ENTRIES * _ENTRY_BYTES:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    for at in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        length, kind = struct.unpack_from("<HB", directory, at + _LONGEST_NAME_BYTES)
        if kind:
            name = directory[at : at + max(0, min(length, _LONGEST_NAME_BYTES) - 2)]
            yield name.decode("utf-16-le", "replace").rstrip("\0").lower(), kind


def _judge_entries(entries: list[tuple[str, int]], findings: Findings) -> None:
    names = {name for name, _ in entries}
    if any(name.startswith(_MACROS) for name in names):
        findings.refuse(RefusalCode.MACROS, "The document contains macros")
    for name, what in _OBJECTS.items():
        if name in names:
            findings.refuse(RefusalCode.ACTIVE_CONTENT, f"The document contains {what}")
    if _ENCRYPTED & names:
        findings.refuse(RefusalCode.ENCRYPTED, "The document is encrypted, with a password or by rights management")


def _judge_document(file: OleFileIO, source: BinaryIO, size: int, findings: Findings) -> None:
    kids = [kid.name.lower() for kid in file.root.kids]
    if _WORD not in kids:
        findings.judge()
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    if kids.count(_WORD) > 1:
        raise FileRefused(RefusalCode.DAMAGED)
    # Word itself leaves an empty pool behind.
    if any(kid.name.lower() == "objectpool" and kid.kids for kid in file.root.kids):
        findings.refuse(
            RefusalCode.ACTIVE_CONTENT, "The document contains an embedded object, such as a sheet or an equation"
        )
    table = word.judge(file, findings)
    ends = archives_at_end(source, size)
    if ends:
        _judge_archives(file, table, ends, findings)


def _judge_archives(file: OleFileIO, table: str | None, ends: list[int], findings: Findings) -> None:
    """Word 2007 and later keep the theme, an archive, at the end of the table stream. Any other is a second file."""
    content = file.openstream(table).read() if table is not None else b""
    at = len(content) - END_BYTES
    if table is None or at < 0 or {*ends} != {_place(file, table, at)}:
        raise refusal(RefusalCode.DISGUISED, "An archive comes after the document, in the same file")
    directory_bytes, directory_at = struct.unpack_from("<2I", content, at + 12)
    start = max(0, at - directory_bytes - directory_at)
    openxml.look_inside_theme(content[start:], findings)


def _place(file: OleFileIO, stream: str, at: int) -> int | None:
    """Where in the file the byte of a stream stands; none for a small stream, which lies in another."""
    entry = file.root.kids_dict[stream.lower()]
    if entry.size < file.minisectorcutoff:
        return None
    hops, within = divmod(at, file.sectorsize)
    sector: int = entry.isectStart
    for _ in range(hops):
        sector = int(file.fat[sector])
    place: int = (sector + 1) * file.sectorsize + within
    return place
