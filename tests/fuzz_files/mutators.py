"""Change documents, in their bytes and in their structure. The same random numbers make the same document."""

import io
import re
import struct
from collections.abc import Callable
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

LARGEST = 3_000_000

_ZIP, _COMPOUND, _RTF, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF-"
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_TOKENS = {
    _ZIP: (
        *(b"<a>", b"</a>", b"<!DOCTYPE a>", b"&#0;", b"&amp;", b"xmlns:w='x'", b"<![CDATA[", b"]]>", b"\xff\xfe"),
        *(
            b"w:instrText",
            b"w:fldChar w:fldCharType='begin'",
            b"w:fldCharType='end'",
            b"DDEAUTO",
            b"xlink:href='//e/x'",
        ),
        *(b"TargetMode='External'", b"Target='file://e/x'", b"ContentType='application/xml'", b"macroEnabled", b"../"),
    ),
    _COMPOUND: (
        *(b"\x13", b"\x14", b"\x15", b"D\0D\0E\0", b"DDE ", b"M\0a\0c\0r\0o\0s\0", b"\x01\0\0\0", b"\xfe\xff\xff\xff"),
        *(b"\xff\xff\xff\xff", b"PK\x05\x06", b"PK\x01\x02"),
    ),
    _RTF: (
        *(
            b"{",
            b"}",
            b"\\",
            b"\\*",
            b"\\'",
            b"\\u",
            b"\\uc0 ",
            b"\\uc9 ",
            b"\\u-1?",
            b"\\bin9 ",
            b"\\bin-1 ",
            b"\\upr",
        ),
        *(
            b"{\\field{\\*\\fldinst ",
            b"{\\fldrslt ",
            b"\\objdata",
            b"DDEAUTO",
            b"{\\*\\template ",
            b"{\\sp{\\sn pibName}{\\sv ",
        ),
    ),
    _PDF: (
        *(
            b"<<",
            b">>",
            b"[",
            b"]",
            b"1 0 R",
            b"9 0 R",
            b"obj",
            b"endobj",
            b"stream\n",
            b"endstream",
            b"(",
            b")",
            b"<",
            b">",
        ),
        *(
            b"/S/JavaScript",
            b"/JS(x)",
            b"/OpenAction",
            b"/AA",
            b"/Next",
            b"/F(x)",
            b"/ObjStm",
            b"/FlateDecode",
            b"/Kids",
        ),
        *(b"xref\n", b"trailer", b"startxref\n0", b"%%EOF", b"/Encrypt", b"-1", b"99999999999", b"#41", b"/Prev 0"),
    ),
}
_PIECES = {
    _ZIP: re.compile(rb"<[^>]*>|\"[^\"]*\"|\w+"),
    _RTF: re.compile(rb"\\[a-zA-Z]+-?\d*|\\'..|[{}]"),
    _PDF: re.compile(rb"/\w+|\d+ \d+ (?:R|obj)|<<|>>|\([^)]*\)|\d+|endobj|endstream"),
}


def kind_of(content: bytes) -> bytes:
    """The mark of the document's kind."""
    return next((mark for mark in _TOKENS if content.lstrip().startswith(mark)), _RTF)


def mutated(content: bytes, other: bytes, random: Random) -> bytes:
    """The document with one to eight changes; `other` is one of the same kind to take pieces of."""
    kind = kind_of(content)
    if kind == _ZIP and random.random() < 0.85:
        return _mutated_archive(content, other, random)
    for _ in range(random.randint(1, 8)):
        content = random.choice(_CHANGES)(content, other, kind, random)[:LARGEST]
    return content


def _mutated_archive(content: bytes, other: bytes, random: Random) -> bytes:
    """Change the parts, and pack them again."""
    try:
        parts, others = _unpacked(content), _unpacked(other)
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, struct.error, EOFError, OSError):
        return _flip(content, other, _ZIP, random)
    if not parts or not others:
        return _flip(content, other, _ZIP, random)
    for _ in range(random.randint(1, 5)):
        number = random.randrange(len(parts))
        name, part = parts[number]
        act = random.randrange(8)
        if act < 5:
            own = random.choice(others)[1]
            parts[number] = (
                name,
                random.choice(_CHANGES)(part, own, kind_of(part) if part else _ZIP, random)[:LARGEST],
            )
        elif act == 5:
            parts.insert(number, random.choice(others))
        elif act == 6:
            parts[number] = (random.choice([name.upper(), name + "x", random.choice(others)[0], f"a/{name}"]), part)
        elif len(parts) > 1:
            del parts[number]
    packed = _packed(parts, random)
    return _flip(packed, other, _ZIP, random) if random.random() < 0.1 else packed


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    with ZipFile(io.BytesIO(content)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()[:50] if entry.file_size < LARGEST]


def _packed(parts: list[tuple[str, bytes]], random: Random) -> bytes:
    out = io.BytesIO()
    names = set()
    with ZipFile(out, "w") as archive:
        for name, part in parts:
            if name in names and random.random() < 0.9:
                continue
            names.add(name)
            entry = ZipInfo(name)
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            archive.NameToInfo.pop(name, None)
            archive.writestr(entry, part)
    return out.getvalue()


_Change = Callable[[bytes, bytes, bytes, Random], bytes]


def _flip(content: bytes, _other: bytes, _kind: bytes, random: Random) -> bytes:
    """Change some bytes or bits."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 12)):
        if changed:
            at = random.randrange(len(changed))
            changed[at] = random.choice((random.randrange(256), changed[at] ^ (1 << random.randrange(8)), 0, 0xFF))
    return bytes(changed)


def _number(content: bytes, _other: bytes, _kind: bytes, random: Random) -> bytes:
    """Write an interesting number, of one, two or four bytes."""
    size, form = random.choice(((1, "<B"), (2, "<H"), (4, "<I"), (4, ">I")))
    if len(content) <= size:
        return content
    # The heads of files and streams are full of numbers.
    at = random.randrange(min(len(content) - size, random.choice((512, 2048, len(content)))))
    value = random.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    return content[:at] + struct.pack(form, value) + content[at + size :]


def _cut(content: bytes, _other: bytes, _kind: bytes, random: Random) -> bytes:
    """Take out a piece, or the end."""
    start, end = _span(content, random)
    return content[:start] + (content[end:] if random.random() < 0.8 else b"")


def _repeat(content: bytes, _other: bytes, _kind: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    times = random.choice((2, 2, 3, 50, 1000))
    return content[:start] + content[start:end][:20_000] * times + content[end:]


def _move(content: bytes, _other: bytes, _kind: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    rest = content[:start] + content[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + content[start:end] + rest[at:]


def _splice(content: bytes, other: bytes, _kind: bytes, random: Random) -> bytes:
    """Take a piece of another document."""
    start, end = _span(other, random)
    at = random.randrange(len(content) + 1)
    return content[:at] + other[start:end] + content[at + random.choice((0, end - start)) :]


def _insert(content: bytes, _other: bytes, kind: bytes, random: Random) -> bytes:
    """Write a token of the format."""
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_TOKENS[kind]) * random.choice((1, 1, 1, 2, 300)) + content[at:]


def _swap(content: bytes, other: bytes, kind: bytes, random: Random) -> bytes:
    """Put one token of the format in another's place."""
    pattern = _PIECES.get(kind)
    if pattern is None:
        return _number(content, other, kind, random)
    own = list(pattern.finditer(content[:100_000]))
    theirs: list[bytes] = pattern.findall(random.choice((content, other))[:100_000])
    if not own or not theirs:
        return _flip(content, other, kind, random)
    at = random.choice(own)
    return content[: at.start()] + random.choice(theirs) + content[at.end() :]


def _span(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 4, 16, 64, 128, 512, 4096)))


_CHANGES: tuple[_Change, ...] = (_flip, _number, _cut, _repeat, _move, _splice, _insert, _swap, _swap, _insert)
