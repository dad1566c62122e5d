"""Hostile and sound DOCX files, and the ZIP containers that they share with ODT."""

import io
import struct
import zipfile

import pytest

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make

DOCX = make.docx()
EMBEDDED = make.relationships(("oleObject", "embeddings/oleObject1.bin", False))


def _field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def _settings(target: str, kind: str = "attachedTemplate") -> bytes:
    return make.docx({"word/_rels/settings.xml.rels": make.relationships((kind, target, True))})


def _encrypted_zip() -> bytes:
    end = DOCX.rfind(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", DOCX, end + 16)
    return make.patched(DOCX, directory + 8, b"\x01\x00")


def _with_a_nameless_entry() -> bytes:
    packed = io.BytesIO(DOCX)
    with zipfile.ZipFile(packed, "a") as archive, archive.open(zipfile.ZipInfo(""), "w") as entry:
        entry.write(b"x")
    return packed.getvalue()


def _overlapping_zip() -> bytes:
    """Two directory entries that share one compressed body, the way the densest bombs are built."""
    end = DOCX.rfind(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", DOCX, end + 16)
    second = DOCX.find(b"PK\x01\x02", directory + 4)
    return make.patched(DOCX, second + 42, b"\0\0\0\0")


def _lying_zip() -> bytes:
    """The directory names more bytes than the entry unpacks to."""
    end = DOCX.rfind(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", DOCX, end + 16)
    return make.patched(DOCX, directory + 24, struct.pack("<I", 5_000))


def _bomb(name: str = "word/document.xml") -> bytes:
    return make.docx({name: b"<a>" + b" " * 30_000_000 + b"</a>"})


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "macros": (make.docx({"word/vbaProject.bin": b"x"}), RefusalCode.MACROS),
    "macros elsewhere": (make.docx({"word/x/VBAPROJECT.BIN": b"x"}), RefusalCode.MACROS),
    "macro-enabled type": (
        make.docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        RefusalCode.MACROS,
    ),
    "macros under another name": (
        make.docx(
            {"word/_rels/document.xml.rels": make.relationships(("vbaProject", "x.dat", False)), "word/x.dat": b"x"}
        ),
        RefusalCode.MACROS,
    ),
    "embedded object": (make.docx({"word/embeddings/oleObject1.bin": b"x"}), RefusalCode.ACTIVE_CONTENT),
    "embedded object under another name": (
        make.docx({"word/_rels/document.xml.rels": EMBEDDED}),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "embedded package": (make.docx({"word/embeddings/Package.docx": b"x"}), RefusalCode.ACTIVE_CONTENT),
    "ActiveX": (make.docx({"word/activeX/activeX1.xml": "<a/>"}), RefusalCode.ACTIVE_CONTENT),
    "program inside": (make.docx({"word/media/image1.png": make.EXE}), RefusalCode.ACTIVE_CONTENT),
    "DDE": (make.docx(body=_field("DDEAUTO c:\\windows cmd")), RefusalCode.ACTIVE_CONTENT),
    "DDE in pieces": (make.docx(body=_field(" D", "D", "E", "AUTO c:\\windows")), RefusalCode.ACTIVE_CONTENT),
    "DDE in a simple field": (make.docx(body='<w:fldSimple w:instr=" DDE excel x"/>'), RefusalCode.ACTIVE_CONTENT),
    "template from the web": (_settings("https://evil.example/t.dotm"), RefusalCode.REMOTE_CONTENT),
    "template from a server": (_settings("\\\\evil\\share\\t.dotm"), RefusalCode.REMOTE_CONTENT),
    "template from a file server": (_settings("file:///\\\\evil\\t.dotm"), RefusalCode.REMOTE_CONTENT),
    "linked object": (_settings("https://evil.example/x.html!", "oleObject"), RefusalCode.ACTIVE_CONTENT),
    "linked frame": (_settings("https://evil.example/", "frame"), RefusalCode.REMOTE_CONTENT),
    "picture on a file server": (_settings("file://evil/x.png", "image"), RefusalCode.REMOTE_CONTENT),
    "web page inside": (
        make.docx({"word/_rels/document.xml.rels": make.relationships(("aFChunk", "x.html", False))}),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "password": (
        make.compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)}),
        RefusalCode.ENCRYPTED,
    ),
    "encrypted entry": (_encrypted_zip(), RefusalCode.ENCRYPTED),
    "bomb": (_bomb(), RefusalCode.TOO_COMPLEX),
    "bomb in a part that nothing reads": (_bomb("word/media/image1.bmp"), RefusalCode.TOO_COMPLEX),
    "too many entries": (make.docx({f"word/{n}": b"" for n in range(2_001)}), RefusalCode.TOO_COMPLEX),
    "deep nesting": (make.docx(body="<a>" * 5_000 + "</a>" * 5_000), RefusalCode.TOO_COMPLEX),
    "billion laughs": (
        make.docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        RefusalCode.DAMAGED,
    ),
    "external entity": (
        make.docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        RefusalCode.DAMAGED,
    ),
    "broken XML": (make.docx({"word/document.xml": "<w:document>"}), RefusalCode.DAMAGED),
    "no main part": (make.docx(without=("word/document.xml",)), RefusalCode.DAMAGED),
    "no relationships": (make.docx(without=("_rels/.rels",)), RefusalCode.DAMAGED),
    "cut short": (DOCX[:-40], RefusalCode.DAMAGED),
    "a flipped bit": (make.patched(DOCX, 60, bytes([DOCX[60] ^ 0x55])), RefusalCode.DAMAGED),
    "lying sizes": (_lying_zip(), RefusalCode.DAMAGED),
    "overlapping entries": (_overlapping_zip(), RefusalCode.DISGUISED),
    "one name twice": (make.docx({"word/Document.xml": "<a/>"}), RefusalCode.DAMAGED),
    "leaves its folder": (make.docx({"../../etc/cron.d/x": b"x"}), RefusalCode.DAMAGED),
    "an entry without a name": (_with_a_nameless_entry(), RefusalCode.DAMAGED),
    "something behind": (DOCX + make.HTML, RefusalCode.DISGUISED),
    "something in the comment": (DOCX[:-2] + struct.pack("<H", len(make.HTML)) + make.HTML, RefusalCode.DISGUISED),
    "a comment announced and not there": (DOCX[:-2] + b"\x01\x00", RefusalCode.DISGUISED),
    "program before": (make.EXE + DOCX, RefusalCode.DISGUISED),
    "hidden first entry": (make.archive({"x.exe": b"x" * 99})[:130] + DOCX, RefusalCode.DISGUISED),
    "spreadsheet": (
        make.docx(main_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        RefusalCode.UNKNOWN_KIND,
    ),
}

SOUND: dict[str, bytes] = {
    "docx": DOCX,
    "docx from a template on the author's drive": _settings("file:///C:\\Users\\jane\\Policy.dotm"),
    "docx with a link": _settings("https://www.gov.uk/", "hyperlink"),
    "docx with a picture of the web": _settings("https://www.example.org/logo.png", "image"),
    "docx with a chart": make.docx({"word/embeddings/Microsoft_Excel_Sheet.xlsx": DOCX}),
    "docx with a page number": make.docx(body=_field(" PAGE ")),
    "docx in UTF-16": make.docx({"word/settings.xml": "<a>é</a>".encode("utf-16")}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_docx_is_refused_for_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert make.refusal(content, "policy.docx") is code


@pytest.mark.parametrize("filename", [None, "policy.exe", "policy.pdf", "policy.doc"])
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_docx_is_one_whatever_its_name(name: str, filename: str | None) -> None:
    assert make.kind(SOUND[name], filename) is FileKind.DOCX


def test_a_corrupted_docx_is_accepted_or_refused_but_never_breaks() -> None:
    """Flipped bytes and truncation give a type or a refusal; `refusal` raises for anything else."""
    answers = {make.refusal(spoilt, "policy.docx") for spoilt in make.spoilt(DOCX)}
    assert RefusalCode.DAMAGED in answers
