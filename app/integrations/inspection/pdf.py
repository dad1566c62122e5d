"""PDF (ISO 32000): check both ends, search every byte for active content, and parse its objects."""

import re
from typing import BinaryIO

from app.integrations.inspection import pdf_structure
from app.integrations.inspection.archives import has_archive_at_end
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MARK = b"%PDF-"

_HEAD_BYTES = 1024
_BEFORE_THE_MARK = b"\xef\xbb\xbf \t\r\n\0"
_END = b"%%EOF"
_END_WITHIN_BYTES = 2048
_WEB_PAGE = re.compile(rb"(?i)<(?:!doctype|html|script|svg|body|iframe|\?php)")
_ACTIVE = frozenset({b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia"})
_ACTIVE_NAME = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![^\s\0/<>\[\](){}%])")
# Any letter of a name may be written as its hexadecimal code: /J#61vaScript.
_CODED_NAME = re.compile(rb"/([^\s\0/<>\[\](){}%#]{0,13}#[0-9A-Fa-f]{2}[^\s\0/<>\[\](){}%]{0,39})")
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MAX_CODED_NAMES = 100_000
_PIECE_BYTES = 1024 * 1024
_OVERLAP_BYTES = 64


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for two files in one, encryption, scripts, attachments and damage."""
    _check_ends(source, size)
    _check_bytes(source)
    if has_archive_at_end(source, size):
        raise FileRefused(RefusalCode.DISGUISED)
    pdf_structure.check(source)
    return FileKind.PDF


def _check_ends(source: BinaryIO, size: int) -> None:
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    # Some viewers find the mark anywhere in the first kilobyte; other programs trust the bytes before it.
    if not head.lstrip(_BEFORE_THE_MARK).startswith(MARK) or _WEB_PAGE.search(head):
        raise FileRefused(RefusalCode.DISGUISED)
    source.seek(max(0, size - _PIECE_BYTES))
    if _END not in source.read().rstrip(b"\0 \t\r\n")[-_END_WITHIN_BYTES:]:
        raise FileRefused(RefusalCode.DAMAGED)


def _check_bytes(source: BinaryIO) -> None:
    """Check objects that the table of contents does not name too: a viewer that repairs a file finds them."""
    source.seek(0)
    kept = b""
    coded = 0
    while piece := source.read(_PIECE_BYTES):
        window = kept + piece
        if _ACTIVE_NAME.search(window):
            raise FileRefused(RefusalCode.ACTIVE_CONTENT)
        for match in _CODED_NAME.finditer(window):
            coded += 1
            if _CODE.sub(lambda code: bytes([int(code[1], 16)]), match[1]) in _ACTIVE:
                raise FileRefused(RefusalCode.ACTIVE_CONTENT)
            if coded > _MAX_CODED_NAMES:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
        kept = window[-_OVERLAP_BYTES:]
