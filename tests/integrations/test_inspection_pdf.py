"""Hostile and sound PDF files."""

import pytest
from pypdf import PdfWriter

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make

PDF = make.pdf()


def _encrypted_pdf(user: str) -> bytes:
    def change(writer: PdfWriter) -> None:
        writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-128")

    return make.pdf(change)


def _attachment_pdf() -> bytes:
    return make.pdf(lambda writer: writer.add_attachment("virus.exe", b"MZ"))


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "web page before": (make.HTML + PDF, RefusalCode.DISGUISED),
    "program before": (make.EXE + PDF, RefusalCode.DISGUISED),
    "web page in a comment": (PDF[:9] + b"%" + make.HTML + b"\n" + PDF[9:], RefusalCode.DISGUISED),
    "archive behind": (PDF + make.archive({"x.exe": make.EXE}), RefusalCode.DISGUISED),
    "archive behind, end mark again": (PDF + make.docx() + b"\n%%EOF\n", RefusalCode.DISGUISED),
    "header only": (b"%PDF-1.7\n", RefusalCode.DAMAGED),
    "cut short": (PDF[: len(PDF) // 2], RefusalCode.DAMAGED),
    "header and end only": (b"%PDF-1.7\n%%EOF\n", RefusalCode.DAMAGED),
    "noise within": (b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF\n", RefusalCode.DAMAGED),
    "much behind the end": (PDF + b"x" * 5000, RefusalCode.DAMAGED),
    "no page": (
        make.plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
        RefusalCode.DAMAGED,
    ),
    "pages in a circle": (
        make.plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
        RefusalCode.DAMAGED,
    ),
    "user password": (_encrypted_pdf("secret"), RefusalCode.ENCRYPTED),
    "owner password only": (_encrypted_pdf(""), RefusalCode.ENCRYPTED),
    "unknown encryption": (
        make.plain_pdf(make.page_objects(), trailer=b"/Root 1 0 R/Encrypt<</Filter/Odd/V 9>>"),
        RefusalCode.ENCRYPTED,
    ),
    "script": (make.with_action("/JavaScript"), RefusalCode.ACTIVE_CONTENT),
    "attached file": (_attachment_pdf(), RefusalCode.ACTIVE_CONTENT),
    "starts a program": (make.with_action("/Launch"), RefusalCode.ACTIVE_CONTENT),
    "sends a form": (make.with_action("/SubmitForm"), RefusalCode.ACTIVE_CONTENT),
    "opens an attached file": (make.with_action("/GoToE"), RefusalCode.ACTIVE_CONTENT),
    "script in an object stream": (make.with_object_stream(make.SCRIPT), RefusalCode.ACTIVE_CONTENT),
    "script with a coded name": (
        make.plain_pdf(make.page_objects(catalog=b"/OpenAction<</S/J#61vaScript/J#53(x)>>")),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "script that no table names": (
        make.plain_pdf(make.page_objects(), unlisted=b"99 0 obj<</S/JavaScript/JS(x)>>endobj\n"),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "the action's name apart": (
        make.plain_pdf(make.page_objects(b"/SubmitForm", catalog=b"/OpenAction<</S 4 0 R>>")),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "XFA form": (make.plain_pdf(make.page_objects(catalog=b"/AcroForm<</XFA(x)>>")), RefusalCode.ACTIVE_CONTENT),
    "deep nesting": (make.plain_pdf(make.page_objects(b"[" * 100_000 + b"]" * 100_000)), RefusalCode.TOO_COMPLEX),
}

SOUND: dict[str, bytes] = {
    "pdf": PDF,
    "pdf with spaces before": b"\xef\xbb\xbf\r\n" + PDF,
    "pdf padded by a mail gateway": PDF + bytes(3_000),
    "pdf that writes about JavaScript": make.pdf(make.with_stream(b"(JavaScript is used. Launch EmbeddedFile)")),
    "pdf with a link": make.with_action("/URI"),
    "pdf whose table is elsewhere": PDF.replace(b"startxref\n", b"startxref\n1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_pdf_is_refused_for_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert make.refusal(content, "policy.pdf") is code


@pytest.mark.parametrize("filename", [None, "policy.exe", "policy.pdf", "policy.doc"])
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_pdf_is_one_whatever_its_name(name: str, filename: str | None) -> None:
    assert make.kind(SOUND[name], filename) is FileKind.PDF


def test_a_decompression_bomb_is_bounded() -> None:
    """Ten thousand to one, in a stream that the parser must unpack: an object stream."""
    content = make.with_object_stream(b" " * 150_000_000, twice=True)
    assert len(content) < 10_000
    assert make.refusal(content, "policy.pdf") in {RefusalCode.TOO_COMPLEX, RefusalCode.DAMAGED}
