"""Detect a file's kind from its first bytes, then inspect it as that kind needs."""

import io
from collections.abc import Callable
from os import SEEK_END
from typing import BinaryIO

from app.integrations.inspection import compound, inside, opendocument, openxml, pdf, rich_text
from app.integrations.inspection.archives import MARK as ARCHIVE
from app.integrations.inspection.archives import opened_archive
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind, Inspection
from app.integrations.inspection.refusals import FileRefused, RefusalCode

_HEAD_BYTES = 2048
_MEGABYTE = 1024 * 1024


def inspect(source: BinaryIO, *, filename: str | None, limit_bytes: int) -> Inspection:
    """Tell the kind of the whole of `source`, a seekable file that is left at its start.

    `filename` is a hint only: it decides between the words "not accepted" and "not what its name says". A hostile file
    may take seconds, much memory, or the process: `processes` bounds it. Raises `FileRefused`.
    """
    size = source.seek(0, SEEK_END)
    source.seek(0)
    if size == 0:
        raise FileRefused(RefusalCode.EMPTY)
    if size > limit_bytes:
        raise FileRefused(RefusalCode.TOO_LARGE, _too_large(size, limit_bytes))
    findings = Findings(_inspect_inside)
    kind = judge(source, size, filename, findings)
    source.seek(0)
    return Inspection(kind, kind.media_type, tuple(findings.notices))


def judge(source: BinaryIO, size: int, filename: str | None, findings: Findings) -> FileKind:
    """Tell the kind of a document, with its notices in `findings`. Raises the most telling `FileRefused`."""
    kind = None
    try:
        kind = _kind(source, size, filename, findings)
    except FileRefused as refused:
        findings.add(refused)
    except Exception:
        # What was found before tells more than the accident.
        findings.judge()
        raise
    findings.judge()
    assert kind is not None
    return kind


def _inspect_inside(content: bytes, name: str | None, findings: Findings) -> None:
    """Inspect a file that stands in another. Raises `FileRefused`."""
    if content.startswith(ARCHIVE):
        # A sheet or slides pass here as they do within a DOCX.
        openxml.inspect_package(content, name, findings)
    elif not inside.is_plain(content):
        judge(io.BytesIO(content), len(content), name, findings)
    inside.check_name(name, content)


def _kind(source: BinaryIO, size: int, filename: str | None, findings: Findings) -> FileKind:
    head = source.read(_HEAD_BYTES)
    if head.startswith(ARCHIVE):
        with opened_archive(source, size) as archive:
            if openxml.is_one(archive):
                return openxml.inspect(archive, findings)
            if opendocument.MIMETYPE in archive.namelist():
                return opendocument.inspect(archive, findings)
        raise _not_accepted(filename)
    look_inside = _look_inside(head)
    if look_inside is None:
        raise _not_accepted(filename)
    return look_inside(source, size, findings)


def _look_inside(head: bytes) -> Callable[[BinaryIO, int, Findings], FileKind] | None:
    if pdf.MARK in head:
        return pdf.inspect
    if head.startswith(compound.MARK):
        return compound.inspect
    return rich_text.inspect if rich_text.is_one(head) else None


def _not_accepted(filename: str | None) -> FileRefused:
    extension = (filename or "").rpartition(".")[2].lower()
    if extension not in set(FileKind):
        return FileRefused(RefusalCode.UNKNOWN_KIND)
    return FileRefused(
        RefusalCode.DISGUISED,
        f"The name of the file ends in .{extension}, but its content is no document that is accepted. "
        "Open the document, save it as a PDF, and upload that.",
    )


def _too_large(size: int, limit: int) -> str:
    return (
        f"The file has {size / _MEGABYTE:.1f} MB; at most {limit / _MEGABYTE:.0f} MB are accepted. "
        "Make its pictures smaller, or save it as a PDF of smaller size, and upload that."
    )
