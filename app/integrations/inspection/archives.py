"""Read ZIP containers, and refuse bombs, ambiguous archives and two files in one.

ZIP readers disagree about unusual files: some begin at the front, some at the end; of two entries with one name, some
take the first and some the last. Only files that every reader reads alike are accepted: one entry after the other from
the first byte, then the directory, and nothing else.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
END_BYTES = 22
MARK = b"PK\x03\x04"

_RATIO_MATTERS_FROM_BYTES = 16 * 1024 * 1024
_MAX_DIRECTORY_BYTES = 1024 * 1024
_READ_BYTES = 256 * 1024
_END = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_BYTES = 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
# Sizes that a writer tells behind an entry, because it did not know them before.
_LARGEST_DESCRIPTOR = 24
_ENCRYPTED_FLAG, _TOLD_BEHIND_FLAG = 0x1, 0x8
_UNICODE_PATH = 0x7075
_LONG = 0xFFFFFFFF
_LARGEST_COMMENT = 0xFFFF
# Of Windows, Linux and macOS, of Java and browsers, scripts, shortcuts and help.
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm"),
    *(b"#!", b"L\0\0\0\x01\x14\x02\0", b"ITSF"),
)
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OverflowError)


def has_archive_at_end(source: BinaryIO, size: int) -> bool:
    """True if a ZIP reader, which begins at the end, would find an archive in this file of another kind."""
    return bool(archives_at_end(source, size))


def archives_at_end(source: BinaryIO, size: int) -> list[int]:
    """Where the archives that ZIP readers would find in this file of another kind have their end record."""
    start = max(0, size - END_BYTES - _LARGEST_COMMENT)
    source.seek(start)
    tail = source.read()
    found = []
    at = tail.rfind(_END)
    while at >= 0:
        if len(tail) - at >= END_BYTES:
            directory_bytes = struct.unpack_from("<I", tail, at + 12)[0]
            source.seek(max(0, start + at - directory_bytes))
            if directory_bytes and source.read(4) == _DIRECTORY_ENTRY:
                found.append(start + at)
        at = tail.rfind(_END, 0, at)
    return found


@contextmanager
def opened_archive(source: BinaryIO, size: int) -> Iterator[ZipFile]:
    """Open the archive after unpacking each entry once, within the caps, and comparing its checksum.

    Raises `FileRefused` on entering, and for errors while the block reads entries.
    """
    _check_end(source, size)
    source.seek(0)
    try:
        with ZipFile(source) as archive:
            _check_directory(archive.infolist(), size)
            _check_order(source, archive)
            for entry in archive.infolist():
                _check_entry(archive, entry)
            yield archive
    except _BROKEN as error:
        raise FileRefused(RefusalCode.DAMAGED) from error


def _check_end(source: BinaryIO, size: int) -> None:
    source.seek(max(0, size - END_BYTES - _LOCATOR_64_BYTES))
    tail = source.read()
    end = tail[-END_BYTES:]
    if not end.startswith(_END) or len(end) < END_BYTES:
        raise FileRefused(RefusalCode.DISGUISED if has_archive_at_end(source, size) else RefusalCode.DAMAGED)
    disk, directory_disk, _, entries, directory_bytes, directory_at, comment = struct.unpack_from("<4H2IH", end, 4)
    if disk or directory_disk or tail.startswith(_LOCATOR_64):
        raise FileRefused(RefusalCode.DAMAGED)
    if comment or directory_at + directory_bytes != size - END_BYTES:
        raise FileRefused(RefusalCode.DISGUISED)
    if entries > MAX_ENTRIES or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise FileRefused(RefusalCode.TOO_COMPLEX)


def _check_directory(entries: list[ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise FileRefused(RefusalCode.ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > _RATIO_MATTERS_FROM_BYTES and unpacked > MAX_RATIO * size):
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    if len({entry.orig_filename.casefold() for entry in entries}) != len(entries):
        raise FileRefused(RefusalCode.DAMAGED)
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise FileRefused(RefusalCode.DAMAGED)
    if not all(_plain_name(entry.orig_filename) for entry in entries):
        raise FileRefused(RefusalCode.DAMAGED)
    if any(entry.is_dir() and entry.file_size for entry in entries):
        raise FileRefused(RefusalCode.DAMAGED)


def _check_order(source: BinaryIO, archive: ZipFile) -> None:
    """One entry must stand behind the other. A reader that begins at the front would find others in a gap."""
    position = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        gap = entry.header_offset - position
        if not 0 <= gap <= (_LARGEST_DESCRIPTOR if position else 0):
            raise FileRefused(RefusalCode.DISGUISED)
        source.seek(entry.header_offset)
        told = _LOCAL_HEADER.unpack(source.read(_LOCAL_HEADER.size))
        name_bytes, extra_bytes = told[-2:]
        _check_header(entry, told, source.read(name_bytes + extra_bytes)[name_bytes:])
        position = entry.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes + entry.compress_size
    if not 0 <= archive.start_dir - position <= _LARGEST_DESCRIPTOR:
        raise FileRefused(RefusalCode.DISGUISED)


def _check_header(entry: ZipInfo, told: tuple[bytes | int, ...], extra: bytes) -> None:
    """What stands in front of an entry must be what the directory says of it: some readers go by the one."""
    _, _, flags, method, _, _, *sizes, _, _ = told
    assert isinstance(flags, int)
    unknown = {0, _LONG} if flags & _TOLD_BEHIND_FLAG else {_LONG}
    for size, known in zip(sizes, (entry.CRC, entry.compress_size, entry.file_size), strict=True):
        if size != known and size not in unknown:
            raise FileRefused(RefusalCode.DAMAGED)
    if method != entry.compress_type or flags & _ENCRYPTED_FLAG:
        raise FileRefused(RefusalCode.DAMAGED)
    for field in (entry.extra, extra):
        if not all(name == entry.orig_filename.encode() for name in _second_names(field)):
            raise FileRefused(RefusalCode.DAMAGED)


def _second_names(extra: bytes) -> Iterator[bytes]:
    """The names that some readers take instead (Info-ZIP's Unicode path): behind a version and a checksum."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _UNICODE_PATH:
            yield extra[at + 9 : at + 4 + length]
        at += 4 + length


def _plain_name(name: str) -> bool:
    odd = name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")
    return name != "" and not odd


def _check_entry(archive: ZipFile, entry: ZipInfo) -> None:
    with archive.open(entry) as stream:
        piece = stream.read(_READ_BYTES)
        if piece.startswith(_PROGRAMS):
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)
        unpacked = 0
        while piece:
            unpacked += len(piece)
            piece = stream.read(_READ_BYTES)
    if unpacked != entry.file_size:
        raise FileRefused(RefusalCode.DAMAGED)
