"""File names: cleaning, and encoding in headers."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.integrations.inspection import FileKind, clean_filename, content_disposition


@pytest.mark.parametrize(
    ("given_name", "kind", "cleaned"),
    [
        (None, FileKind.PDF, "document.pdf"),
        ("", FileKind.PDF, "document.pdf"),
        ("...", FileKind.PDF, "document.pdf"),
        (".pdf", FileKind.PDF, "document.pdf"),
        ("/", FileKind.PDF, "document.pdf"),
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("C:\\Users\\jane\\Appeals.docx", FileKind.DOCX, "Appeals.docx"),
        ("Appeals.DOCX", FileKind.PDF, "Appeals.pdf"),
        ("Appeals.pdf.exe", FileKind.PDF, "Appeals.pdf"),
        ("Appeals.exe", FileKind.DOC, "Appeals.doc"),
        ("Appeals v1.2", FileKind.ODT, "Appeals v1.2.odt"),
        ("Appeals.final.odt", FileKind.ODT, "Appeals.final.odt"),
        ("a\r\nb\tc\x00d.pdf", FileKind.PDF, "a b cd.pdf"),
        ("policy\u202efdp.exe", FileKind.PDF, "policyfdp.pdf"),
        ("\u2066a\u200b\ufeffb.pdf", FileKind.PDF, "ab.pdf"),
        ("a\ud800b.pdf", FileKind.PDF, "ab.pdf"),
        ('a<b>:"c|d?*.pdf', FileKind.PDF, "a_b___c_d__.pdf"),
        ("CON.pdf", FileKind.PDF, "_CON.pdf"),
        ("nul", FileKind.RTF, "_nul.rtf"),
        ("  Zoë’s Beschwerdeverfahren – 漢字 .pdf  ", FileKind.PDF, "Zoë’s Beschwerdeverfahren – 漢字.pdf"),
        ("Cafe\u0301.pdf", FileKind.PDF, "Café.pdf"),
    ],
)
def test_a_name_is_cleaned(given_name: str | None, kind: FileKind, cleaned: str) -> None:
    assert clean_filename(given_name, kind) == cleaned


@given(name=st.text(max_size=400), kind=st.sampled_from(FileKind))
def test_no_name_escapes_a_folder_or_a_header(name: str, kind: FileKind) -> None:
    cleaned = clean_filename(name, kind)
    assert 0 < len(cleaned) <= 200
    assert cleaned.endswith(f".{kind.value}")
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', cleaned)
    assert clean_filename(cleaned, kind) == cleaned
    header = content_disposition(cleaned)
    assert header.isascii()
    assert header.isprintable()
    if "filename*" in header:
        assert unquote(header.rpartition("filename*=UTF-8''")[2]) == cleaned


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Appeals.pdf", 'attachment; filename="Appeals.pdf"'),
        ("Appeals procedure.pdf", 'attachment; filename="Appeals procedure.pdf"'),
        (
            "Zoë’s £5.pdf",
            "attachment; filename=\"Zoes 5.pdf\"; filename*=UTF-8''Zo%C3%AB%E2%80%99s%20%C2%A35.pdf",
        ),
        ("漢字.pdf", "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E6%BC%A2%E5%AD%97.pdf"),
        ('a"b\\c%20.pdf', "attachment; filename=\"a_b_c_20.pdf\"; filename*=UTF-8''a%22b%5Cc%2520.pdf"),
        ("a\r\nb", "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab"),
    ],
)
def test_every_client_gets_a_name_it_can_read(name: str, header: str) -> None:
    assert content_disposition(name) == header
