"""DOC: a compound file ([MS-CFB]) with a Word document ([MS-DOC]) in it.

The decision only needs the directory and the first bytes of two streams. Every sector number is checked against the
file's size and every chain against its length, so no file can cause an endless loop or a read outside it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.integrations.inspection.archives import has_archive_at_end
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_DIRECTORY_ENTRIES = 20_000

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_MINI_SECTOR_BYTES = 64
_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_NO_STREAM = 0xFFFFFFFF
_HEADER_FAT_SECTORS = 109
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_WORD_MARKS = frozenset({0xA5EC, 0xA5DC})
_WORD_97 = 0xC1
_ENCRYPTED_FLAG = 0x0100
_WHICH_TABLE_FLAG = 0x0200
_MACRO_NAMES = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_OBJECT_NAMES = frozenset({"\x01ole10native", "package", "\x03ocxname", "\x03ocxdata"})
_OTHER_PROGRAMS = frozenset({"workbook", "book", "powerpoint document", "visiodocument"})


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    child: int
    start: int
    size: int


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind, encryption, macros, embedded objects and damage."""
    try:
        file = _CompoundFile(source, size)
        entries = list(file.entries())
        names = {entry.name for entry in entries}
        _check(file, entries, names)
    except struct.error as error:
        raise FileRefused(RefusalCode.DAMAGED) from error
    if has_archive_at_end(source, size):
        raise FileRefused(RefusalCode.DISGUISED)
    return FileKind.DOC


def _check(file: "_CompoundFile", entries: list[_Entry], names: set[str]) -> None:
    if {"encryptedpackage", "encryptioninfo"} & names:
        raise FileRefused(RefusalCode.ENCRYPTED)
    if "worddocument" not in names or _OTHER_PROGRAMS & names:
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    for entry in entries:
        if entry.name == "worddocument":
            _check_word(file, entry, names)
    if _MACRO_NAMES & names:
        raise FileRefused(RefusalCode.MACROS)
    # Word itself leaves an empty pool behind.
    if _OBJECT_NAMES & names or any(entry.name == "objectpool" and entry.child != _NO_STREAM for entry in entries):
        raise FileRefused(RefusalCode.ACTIVE_CONTENT)


def _check_word(file: "_CompoundFile", document: _Entry, names: set[str]) -> None:
    """Read the file information block at the start of the document ([MS-DOC] 2.5.2)."""
    block = file.first_bytes(document)
    mark, version = struct.unpack_from("<2H", block)
    flags = struct.unpack_from("<H", block, 10)[0]
    if mark not in _WORD_MARKS:
        raise FileRefused(RefusalCode.DAMAGED)
    if flags & _ENCRYPTED_FLAG:
        raise FileRefused(RefusalCode.ENCRYPTED)
    if version >= _WORD_97 and ("1table" if flags & _WHICH_TABLE_FLAG else "0table") not in names:
        raise FileRefused(RefusalCode.DAMAGED)


class _CompoundFile:
    """The sectors of a file on disk, found through its allocation table."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self._size = size
        header = self._read(0, _HEADER_BYTES)
        sector_shift, mini_shift = struct.unpack_from("<2H", header, 30)
        if sector_shift not in {9, 12} or mini_shift != 6:
            raise FileRefused(RefusalCode.DAMAGED)
        self._sector_bytes: int = 1 << sector_shift
        self._most_sectors = size // self._sector_bytes + 1
        self._directory, _, self._cutoff, self._mini_table, _, next_list, _ = struct.unpack_from("<7I", header, 48)
        self._tables = list(struct.unpack_from(f"<{_HEADER_FAT_SECTORS}I", header, 76))
        self._add_listed_tables(next_list)
        self._root: _Entry | None = None

    def entries(self) -> Iterator[_Entry]:
        """Every storage and stream, wherever it is in the tree, with its name in lower case."""
        read = 0
        for sector in self._chain(self._directory):
            content = self._sector(sector)
            for at in range(0, self._sector_bytes, _ENTRY_BYTES):
                read += 1
                if read > MAX_DIRECTORY_ENTRIES:
                    raise FileRefused(RefusalCode.TOO_COMPLEX)
                entry = _entry(content[at : at + _ENTRY_BYTES])
                if entry.kind == _ROOT:
                    self._root = entry
                if entry.kind in {_STORAGE, _STREAM}:
                    yield entry

    def first_bytes(self, entry: _Entry) -> bytes:
        """The first 64 bytes of a stream. All of its sectors must exist."""
        if entry.size < _MINI_SECTOR_BYTES:
            raise FileRefused(RefusalCode.DAMAGED)
        if entry.size >= self._cutoff:
            sectors = sum(1 for _ in self._chain(entry.start))
            if sectors * self._sector_bytes < entry.size:
                raise FileRefused(RefusalCode.DAMAGED)
            return self._sector(entry.start)[:_MINI_SECTOR_BYTES]
        if self._root is None:
            raise FileRefused(RefusalCode.DAMAGED)
        # A small stream lies in the root's own stream, in sectors of 64 bytes.
        hops, within = divmod(entry.start * _MINI_SECTOR_BYTES, self._sector_bytes)
        for nth, sector in enumerate(self._chain(self._root.start)):
            if nth == hops:
                return self._sector(sector)[within : within + _MINI_SECTOR_BYTES]
        raise FileRefused(RefusalCode.DAMAGED)

    def _add_listed_tables(self, next_list: int) -> None:
        """Beyond the header's 109, the sectors of the allocation table stand in a chain of lists."""
        entries_in_a_sector = self._sector_bytes // 4
        # One list names a table for each of its entries, and each table that many sectors.
        for _ in range(self._most_sectors // entries_in_a_sector**2 + 2):
            if next_list >= _LAST_REGULAR_SECTOR:
                return
            *listed, next_list = struct.unpack(f"<{self._sector_bytes // 4}I", self._sector(next_list))
            self._tables.extend(listed)
        raise FileRefused(RefusalCode.DAMAGED)

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(self._most_sectors):
            if sector >= _LAST_REGULAR_SECTOR:
                return
            yield sector
            table, at = divmod(sector, self._sector_bytes // 4)
            if table >= len(self._tables):
                raise FileRefused(RefusalCode.DAMAGED)
            (sector,) = struct.unpack("<I", self._read(self._offset(self._tables[table]) + 4 * at, 4))
        raise FileRefused(RefusalCode.DAMAGED)

    def _sector(self, number: int) -> bytes:
        # Some writers cut the last sector short.
        return self._read(self._offset(number), self._sector_bytes, short=True)

    def _offset(self, sector: int) -> int:
        return (sector + 1) * self._sector_bytes

    def _read(self, offset: int, count: int, *, short: bool = False) -> bytes:
        if offset >= self._size:
            raise FileRefused(RefusalCode.DAMAGED)
        self._source.seek(offset)
        content = self._source.read(count)
        if len(content) < count and not short:
            raise FileRefused(RefusalCode.DAMAGED)
        return content.ljust(count, b"\0")


def _entry(content: bytes) -> _Entry:
    name_bytes, kind = struct.unpack_from("<HB", content, 64)
    child = struct.unpack_from("<I", content, 76)[0]
    start, size = struct.unpack_from("<2I", content, 116)
    name = content[: max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(name.lower(), kind, child, start, size)
