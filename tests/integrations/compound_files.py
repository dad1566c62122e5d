"""Compound files ([MS-CFB]) and Word documents in them ([MS-DOC]), made byte by byte."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FREE, END, FAT, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_HEADER_TABLES = 109

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = 0


def compound(tree: Tree, *, aliases: int = 0, unlinked: Sequence[str] = ()) -> bytes:
    """A compound file; a mapping in the tree is a storage.

    `aliases` adds as many entries that name the first large stream once more, `unlinked` entries that hang in no tree.
    """
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    first_large = next((entry for entry in entries if len(entry.content) >= _CUTOFF), None)
    links: list[int] = []
    body = bytearray()
    small = bytearray()
    small_links: list[int] = []
    for entry in entries:
        if entry.kind == 2 and len(entry.content) < _CUTOFF:
            entry.start = _chain(small_links, small, entry.content, _SMALL) if entry.content else END
        elif entry.kind == 2:
            entry.start = _chain(links, body, entry.content, _SECTOR)
    entries[0].content = bytes(small)
    entries[0].start = _chain(links, body, bytes(small), _SECTOR) if small else END
    table = struct.pack(f"<{len(small_links)}I", *small_links)
    table = table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff")
    small_table = _chain(links, body, table, _SECTOR) if table else END
    raw = [_raw(entry) for entry in entries]
    assert first_large is not None or not aliases
    if first_large is not None:
        raw += [_raw(_Entry(f"Again{n}", 2, first_large.content, start=first_large.start)) for n in range(aliases)]
    raw += [_raw(_Entry(name, 2, start=END)) for name in unlinked]
    directory = _chain(links, body, b"".join(raw).ljust(-(-len(raw) // 4) * _SECTOR, b"\0"), _SECTOR)
    return _assembled(links, body, directory, small_table, len(table) // _SECTOR)


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
            _add(entries, numbers[-1], content)
    numbers.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
    entries[parent].child = _balanced(entries, numbers)


def _balanced(entries: list[_Entry], numbers: list[int]) -> int:
    if not numbers:
        return FREE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _balanced(entries, numbers[:middle])
    entry.right = _balanced(entries, numbers[middle + 1 :])
    return numbers[middle]


def _chain(links: list[int], body: bytearray, content: bytes, unit: int) -> int:
    start = len(links)
    count = -(-len(content) // unit)
    links += [*range(start + 1, start + count), END]
    body += content.ljust(count * unit, b"\0")
    return start


def _raw(entry: _Entry) -> bytes:
    encoded = entry.name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack(
        "<H2B3I", len(encoded) + 2, entry.kind, 1, entry.left, entry.right, entry.child
    )
    return head + bytes(36) + struct.pack("<2II", entry.start, len(entry.content), 0)


def _assembled(links: list[int], body: bytearray, directory: int, small_table: int, small_tables: int) -> bytes:
    """Add the allocation table: the header names 109 of its sectors, each sector of the list 127 more."""
    tables = -(-len(links) // 126)
    lists = max(0, -(-(tables - _HEADER_TABLES) // 127))
    places = [len(links) + n for n in range(tables)]
    list_at = len(links) + tables
    table = struct.pack(f"<{len(links) + tables + lists}I", *links, *[FAT] * tables, *[LIST] * lists)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H10x", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack(
        "<8I", tables, directory, 0, _CUTOFF, small_table, small_tables, list_at if lists else END, lists
    )
    header += _links(places[:_HEADER_TABLES]).ljust(436, b"\xff")
    listed = [places[at : at + 127] for at in range(_HEADER_TABLES, len(places), 127)]
    following = [*range(list_at + 1, list_at + lists), END]
    tail = b"".join(
        _links(part).ljust(508, b"\xff") + _links([after]) for part, after in zip(listed, following, strict=False)
    )
    return header + bytes(body) + table.ljust(tables * _SECTOR, b"\xff") + tail


def _links(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def word_streams(
    text: str = "Policy\r",
    *,
    mark: int = 0xA5EC,
    version: int = 0xC1,
    flags: int = 0x0200,
    size: int = 5000,
    wide: bool = False,
    template: str = "",
    pieces: int = 1,
    properties: bytes = b"",
) -> tuple[bytes, bytes]:
    """The document stream and the table stream of Word 97 and later, with the text in one or several pieces.

    `properties` stand before the table of pieces, as after a fast save.
    """
    encoded = text.encode("utf-16-le" if wide else "cp1252")
    unit = 2 if wide else 1
    cuts = [len(text) * n // pieces for n in range(pieces + 1)]
    at = 1024
    places = b"".join(
        struct.pack("<HIH", 0, at + cut * unit if wide else (at + cut) * 2 | 0x40000000, 0) for cut in cuts[:-1]
    )
    positions = struct.pack(f"<{len(cuts)}I", *cuts)
    before = struct.pack("<BH", 1, len(properties)) + properties if properties else b""
    piece_table = before + struct.pack("<BI", 2, len(positions) + len(places)) + positions + places
    named = ["", template, *[""] * 16]
    strings = struct.pack("<3H", 0xFFFF, len(named), 0) + b"".join(
        struct.pack("<H", len(name)) + name.encode("utf-16-le") for name in named
    )
    block = bytearray(at)
    struct.pack_into("<2H6xH", block, 0, mark, version, flags)
    struct.pack_into("<H28xH", block, 32, 14, 22)
    struct.pack_into("<2I", block, 24, at, at + len(encoded))
    struct.pack_into("<4I", block, 154 + 8 * 32, 0, len(strings), len(strings), len(piece_table))
    return (bytes(block) + encoded).ljust(size, b"\0"), (strings + piece_table).ljust(4096, b"\0")


def old_word_stream(
    text: str = "Policy\r", *, version: int = 0x68, flags: int = 0, template: str = "", commands: bytes = b""
) -> bytes:
    """The one stream of Word 6 (version 0x65) and Word 95 (0x68)."""
    encoded = text.encode("cp1252")
    at = 1024
    named = [b"", template.encode("cp1252"), *[b""] * 10]
    strings = b"".join(bytes([len(name)]) + name for name in named)
    strings = struct.pack("<H", len(strings) + 2) + strings
    pieces = struct.pack("<BI2IHIH", 2, 16, 0, len(encoded), 0, at, 0)
    block = bytearray(at)
    struct.pack_into("<2H6xH", block, 0, 0xA5DC, version, flags)
    struct.pack_into("<2I", block, 24, at, at + len(encoded))
    end = at + len(encoded)
    struct.pack_into("<2I", block, 88 + 8 * 24, end, len(commands))
    end += len(commands)
    struct.pack_into("<2I", block, 88 + 8 * 32, end, len(strings))
    struct.pack_into("<2I", block, 88 + 8 * 33, end + len(strings), len(pieces))
    return (bytes(block) + encoded + commands + strings + pieces).ljust(5000, b"\0")


def doc(tree: Tree | None = None, text: str = "Policy\r", *, theme: bytes = b"", **word: object) -> bytes:
    """A DOC of Word 97 or later; `tree` adds streams and storages, `theme` ends the table stream."""
    document, table = word_streams(text, **word)  # type: ignore[arg-type]
    return compound({"WordDocument": document, "1Table": table + theme, **(tree or {})})
