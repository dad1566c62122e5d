"""What a Word document stream holds ([MS-DOC], and Word 6 and 95 before it): its text, its fields and its template."""

import struct
from collections.abc import Iterator

from olefile import OleFileIO

from app.integrations.inspection import word_art
from app.integrations.inspection.fetched import judge_fetched
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.instructions import Instructions
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal

MAX_CHARACTERS = 30_000_000

_MARK_97 = 0xA5EC
_MARKS = frozenset({_MARK_97, 0xA5DC})
_WORD_97 = 0xC1
_COUNTS = {32: 14, 62: 22}
"""Where the counts of words and numbers stand before the pairs, and what they are in every version."""
_TEMPLATE, _COMPLEX, _ENCRYPTED, _WHICH_TABLE, _WIDE = 0x0001, 0x0004, 0x0100, 0x0200, 0x1000
# Where the pairs of position and length stand: in Word 97 and later, and before.
_PAIRS, _OLD_PAIRS = 154, 88
_COMMANDS, _STRINGS, _PIECES, _DRAWINGS = 24, 32, 33, 50
_COMPRESSED = 0x40000000
_FETCHED_STRINGS = {1: "The template", 8: "The data source of a mail merge", 9: "The headings of a mail merge"}


def judge(file: OleFileIO, findings: Findings) -> str | None:
    """Judge the document, and tell the name of its table stream. Raises `FileRefused` for encryption and damage."""
    document = _stream(file, "WordDocument")
    if len(document) < 64:
        raise FileRefused(RefusalCode.DAMAGED)
    mark, version = struct.unpack_from("<2H", document)
    (flags,) = struct.unpack_from("<H", document, 10)
    if mark not in _MARKS:
        raise FileRefused(RefusalCode.DAMAGED)
    if flags & _ENCRYPTED:
        raise refusal(RefusalCode.ENCRYPTED, "The document is protected with a password")
    name = "1Table" if flags & _WHICH_TABLE else "0Table"
    if version < _WORD_97:
        _judge_parts(document, document, _OLD_PAIRS, flags, findings, wide=bool(flags & _WIDE))
        _judge_commands(document, flags, findings)
        if mark != _MARK_97 and not file.exists(name):
            return None
        # A version that is not so hides the text from us, and perhaps not from Word.
    elif any(struct.unpack_from("<H", document, place)[0] != count for place, count in _COUNTS.items()):
        raise FileRefused(RefusalCode.DAMAGED)
    if not file.exists(name):
        raise FileRefused(RefusalCode.DAMAGED)
    table = _stream(file, name)
    _judge_parts(document, table, _PAIRS, flags, findings)
    word_art.judge(_part(document, table, _PAIRS, _DRAWINGS), findings)
    if file.exists("Data"):
        word_art.judge(_stream(file, "Data"), findings)
    return name


def _stream(file: OleFileIO, name: str) -> bytes:
    """The whole of a stream at the root. olefile gives less than there should be if the chain of sectors breaks."""
    content: bytes = file.openstream(name).read()
    if len(content) != file.root.kids_dict[name.lower()].size:
        raise FileRefused(RefusalCode.DAMAGED)
    return content


def _judge_parts(
    document: bytes, table: bytes, pairs: int, flags: int, findings: Findings, *, wide: bool = False
) -> None:
    old = pairs == _OLD_PAIRS
    for number, text in _strings(_part(document, table, pairs, _STRINGS), old):
        if number in _FETCHED_STRINGS:
            judge_fetched(text, _FETCHED_STRINGS[number], findings)
    pieces = _part(document, table, pairs, _PIECES)
    fields = Instructions(findings)
    characters = 0
    texts = (
        _texts(document, pieces, old, wide) if pieces and not (old and not flags & _COMPLEX) else _plain(document, wide)
    )
    for text in texts:
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        fields.marked_text(text)
    fields.finish()


def _part(document: bytes, table: bytes, pairs: int, number: int) -> bytes:
    """The part of the table that one of the pairs tells of."""
    place = pairs + 8 * number
    if len(document) < place + 8:
        return b""
    at, length = struct.unpack_from("<2I", document, place)
    if length and at + length > len(table):
        raise FileRefused(RefusalCode.DAMAGED)
    return table[at : at + length]


def _plain(document: bytes, wide: bool) -> Iterator[str]:
    """The text of a document without pieces, from its first to its last byte."""
    first, last = struct.unpack_from("<2I", document, 24)
    yield document[first:last].decode("utf-16-le" if wide else "cp1252", "replace")


def _texts(document: bytes, table: bytes, old: bool, wide: bool) -> Iterator[str]:
    """The text of each piece, in order: first the main text, then notes, headers, comments and text boxes."""
    places = _places(table)
    count = (len(places) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", places)
    for n in range(count):
        length = positions[n + 1] - positions[n]
        (at,) = struct.unpack_from("<I", places, 4 * (count + 1) + 8 * n + 2)
        if length < 0:
            raise FileRefused(RefusalCode.DAMAGED)
        if length > MAX_CHARACTERS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        if old:
            narrow = not wide
        else:
            narrow = bool(at & _COMPRESSED)
            at = (at & ~_COMPRESSED) // 2 if narrow else at
        if narrow:
            yield document[at : at + length].decode("cp1252", "replace")
        else:
            yield document[at : at + 2 * length].decode("utf-16-le", "replace")


def _places(table: bytes) -> bytes:
    """The table of pieces, behind the properties that may stand before it."""
    at = 0
    while at + 5 <= len(table):
        if table[at] == 1:
            at += 3 + struct.unpack_from("<H", table, at + 1)[0]
        elif table[at] == 2:
            (length,) = struct.unpack_from("<I", table, at + 1)
            if at + 5 + length > len(table):
                break
            return table[at + 5 : at + 5 + length]
        else:
            break
    raise FileRefused(RefusalCode.DAMAGED)


def _strings(table: bytes, old: bool) -> Iterator[tuple[int, str]]:
    """The associated strings, with their numbers: before Word 97 of bytes, each behind one byte for its length."""
    number = 0
    if old:
        at = 2
        while at < len(table):
            yield number, table[at + 1 : at + 1 + table[at]].decode("cp1252", "replace")
            at += 1 + table[at]
            number += 1
        return
    if not table.startswith(b"\xff\xff"):
        yield from _strings(table[2:], old=True)
        return
    at = 6
    while at + 2 <= len(table):
        (length,) = struct.unpack_from("<H", table, at)
        yield number, table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
        at += 2 + 2 * length
        number += 1


def _judge_commands(document: bytes, flags: int, findings: Findings) -> None:
    """The macros of Word 6 and 95, in WordBasic, stand among the commands of a template, the first of their lists."""
    commands = _part(document, document, _OLD_PAIRS, _COMMANDS)
    if len(commands) < 4 or commands[0] != 0xFF:
        return
    listed = commands[1] == 1 and struct.unpack_from("<H", commands, 2)[0] > 0
    if listed or (flags & _TEMPLATE and commands[1] not in {1, 0x40}):
        findings.refuse(RefusalCode.MACROS, "The document is a template with macros")
