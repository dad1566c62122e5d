"""A PDF from end to end: what stands before and behind it, encryption, its pages, and the objects of each view."""

import re
from typing import BinaryIO

import pikepdf

from app.integrations.inspection.archives import END_BYTES, archives_at_end
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.pdf.attachments import Attachments
from app.integrations.inspection.pdf.objects import judge_objects
from app.integrations.inspection.pdf.views import check_reading, first_view, second_view
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal

MARK = b"%PDF-"

_HEAD_BYTES = 2048
_BLANKS = b"\xef\xbb\xbf \t\r\n\0"
_END = b"%%EOF"
_END_WITHIN_BYTES = 2048
_WEB_PAGE = re.compile(rb"(?i)<(?:!doctype|html|script|svg|body|iframe|\?php)")
_FIRST_OBJECT = re.compile(rb"[0-9]\s+[0-9]+\s+obj")
# What a printer is told before a document: PJL, and the lines of a print system.
_PRINT_LINES = re.compile(rb"(?:\x1b%-12345X)?(?:(?:@PJL|%!|%%|\*)[\x20-\x7e\t]*+[\r\n]++|\x1b%-12345X|[\r\n ]++)++")
_ENCRYPTION = re.compile(rb"/Encrypt(?![A-Za-z])")


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for encryption and damage; `findings` has the rest."""
    source.seek(0)
    content = source.read(size)
    _check_ends(content, findings)
    try:
        attachments = _judge(content, findings)
    except pikepdf.PasswordError as error:
        raise refusal(RefusalCode.ENCRYPTED, "The document cannot be read without a password") from error
    except RecursionError as error:
        raise FileRefused(RefusalCode.TOO_COMPLEX) from error
    except (pikepdf.PdfError, ValueError, OverflowError, RuntimeError) as error:
        # Numbers that are too large for the library, and trees of pages that it gives up, are no errors of its own.
        if _ENCRYPTION.search(content):
            raise refusal(RefusalCode.ENCRYPTED, "The document is encrypted in a way that cannot be read") from error
        raise FileRefused(RefusalCode.DAMAGED) from error
    _check_archives(content, source, size, attachments, findings)
    return FileKind.PDF


def _check_ends(content: bytes, findings: Findings) -> None:
    head = content[:_HEAD_BYTES]
    before = head[: head.index(MARK)]
    object_at = _FIRST_OBJECT.search(head)
    if _WEB_PAGE.search(head[: object_at.start()] if object_at else head):
        findings.refuse(RefusalCode.DISGUISED, "The file is a web page as well as a document")
    elif before.strip(_BLANKS):
        if _PRINT_LINES.fullmatch(before):
            findings.notice(NoticeCode.LINES_BEFORE, "Commands for a printer come before the document.")
        else:
            findings.refuse(RefusalCode.DISGUISED, "Something else comes before the document, in the same file")
    if _END not in content.rstrip(b"\0 \t\r\n")[-_END_WITHIN_BYTES:]:
        findings.refuse(RefusalCode.DAMAGED, "The end of the document is missing")


def _judge(content: bytes, findings: Findings) -> Attachments:
    with first_view(content) as pdf:
        if pdf.is_encrypted:
            findings.notice(
                NoticeCode.RESTRICTIONS,
                "The document is restricted (such as printing or copying), but can be read without a password.",
            )
        attachments = judge_objects(pdf, findings)
        check_reading(pdf, content)
        _check_pages(pdf)
        for view in second_view(content, pdf):
            attachments.passed += judge_objects(view, findings).passed
            check_reading(view, content)
    return attachments


def _check_pages(pdf: pikepdf.Pdf) -> None:
    try:
        number = len(pdf.pages)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # A broken tree of pages raises errors that are none of the library's own.
        raise refusal(RefusalCode.DAMAGED, "The pages of the document cannot be read") from error
    if not number:
        raise refusal(RefusalCode.DAMAGED, "The document has no page")


def _check_archives(content: bytes, source: BinaryIO, size: int, attachments: Attachments, findings: Findings) -> None:
    """A ZIP reader begins at the end of a file. An archive there must be an attached file that passed."""
    for end in (at + END_BYTES for at in archives_at_end(source, size)):
        if not any(_covers(content, attached, end) for attached in attachments.passed):
            findings.refuse(RefusalCode.DISGUISED, "An archive comes after the document, in the same file")
            return


def _covers(content: bytes, attached: bytes, end: int) -> bool:
    at = content.find(attached)
    return 0 <= at < end <= at + len(attached)
