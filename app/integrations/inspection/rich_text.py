"""RTF (Rich Text Format 1.9.1): plain bytes with braces."""

import re
from typing import BinaryIO

from app.integrations.inspection.archives import has_archive_at_end
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MARK = b"{\\rtf1"
MAX_GROUPS = 500_000
MAX_DEPTH = 1_000
MAX_BINARY_PARTS = 10_000
MAX_FIELDS = 100_000

_OBJECTS = re.compile(rb"\\(?:object|obj(?:data|emb|link|autlink|sub|pub|icemb|html|ocx|update|class))(?![a-z])")
_FIELD = re.compile(rb"\\fldinst(?![a-z])")
_FIELD_START_BYTES = 400
_WORDS_AND_BRACES = re.compile(rb"\\[a-z]+-?\d* ?|\\\*|[{}\s]")
_TEMPLATE = re.compile(rb"\\template(?![a-z])\s*([^{}]{0,400})")
_LOCAL_PATH = re.compile(rb"\s*(?:[a-zA-Z]:\\\\[^{}]*|[\w .-]*)\s*")
_BINARY = re.compile(rb"\\bin(\d{1,9}) ?")
_BRACE = re.compile(rb"\\[\\{}]|([{}])")
_AFTER_THE_END = b" \t\r\n\0"


def is_one(head: bytes) -> bool:
    """True if a file that begins so is RTF."""
    return head.startswith(MARK)


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for embedded objects, a template on a server, and damage."""
    source.seek(0)
    content = source.read(size)
    # Objects are looked for in every byte: a reader that loses count of a binary part sees them there too.
    if _OBJECTS.search(content):
        raise FileRefused(RefusalCode.ACTIVE_CONTENT)
    _check_fields(content)
    for template in _TEMPLATE.finditer(content):
        if not _LOCAL_PATH.fullmatch(template[1]):
            raise FileRefused(RefusalCode.REMOTE_CONTENT)
    _check_groups(_without_binary_parts(content))
    if has_archive_at_end(source, size):
        raise FileRefused(RefusalCode.DISGUISED)
    return FileKind.RTF


def _check_fields(content: bytes) -> None:
    """A DDE field starts a program; formatting may stand before, and within, its first word."""
    for nth, match in enumerate(_FIELD.finditer(content)):
        if nth > MAX_FIELDS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        start = content[match.end() : match.end() + _FIELD_START_BYTES]
        if _WORDS_AND_BRACES.sub(b"", start).upper().startswith(b"DDE"):
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)


def _without_binary_parts(content: bytes) -> bytes:
    """The content without the N bytes that follow `\\binN`, in which a brace means nothing."""
    kept: list[bytes] = []
    position = 0
    while match := _BINARY.search(content, position):
        kept.append(content[position : match.start()])
        position = match.end() + int(match[1])
        if len(kept) > MAX_BINARY_PARTS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
    return b"".join([*kept, content[position:]]) if kept else content


def _check_groups(content: bytes) -> None:
    if content.count(b"{") > MAX_GROUPS or content.count(b"}") > MAX_GROUPS:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    depth = end = 0
    for match in _BRACE.finditer(content):
        if match[1] is None:
            continue
        if end:
            raise FileRefused(RefusalCode.DISGUISED)
        depth += 1 if match[1] == b"{" else -1
        if depth > MAX_DEPTH:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        if depth == 0:
            end = match.end()
    if not end:
        raise FileRefused(RefusalCode.DAMAGED)
    if content[end:].strip(_AFTER_THE_END):
        raise FileRefused(RefusalCode.DISGUISED)
