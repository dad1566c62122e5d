"""Hostile PDFs written after the inspector, to get past it; those that did are listed apart, and each mended a rule."""

import zlib

from tests.integrations import file_samples as make
from tests.integrations.corpus.pdf_bytes import (
    annotation,
    attached,
    document,
    field,
    link,
    opening,
    resaved,
    script,
    stream,
    updated,
)
from tests.integrations.corpus.pdf_hostile import ACTIVE, REMOTE, Hostile

_ALERT = script(b"x\\(\\)")
_EVIL = b"<</S/URI/URI(http://evil.example)>>"
_EXE = make.EXE


def _at_end(content: bytes, more: bytes) -> bytes:
    """More bytes before the last `startxref`, where no table names them."""
    before, mark, after = content.rpartition(b"startxref")
    return before + more + mark + after


def _object_stream(inner: bytes) -> bytes:
    packed = zlib.compress(inner)
    return b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)


REFUSED_AT_ONCE: Hostile = {
    "script of a field that is a page too": (
        document(page=b"/FT/Tx/T(a)/AA<</C %s>>" % script(b"AFTime_Format\\(0\\)")),
        ACTIVE,
    ),
    "formatting that is defined before": (field(b"/F %s" % script(b"AFTime_Format=x;AFTime_Format\\(0\\)")), ACTIVE),
    "formatting with a call in a list": (field(b"/C %s" % script(b"AFSimple_Calculate\\('SUM',[x\\(\\)]\\)")), ACTIVE),
    "formatting with an escape in its name": (field(b"/F %s" % script(b"\\\\u0041FTime_Format\\(0\\)")), ACTIVE),
    "formatting behind a comment": (field(b"/F %s" % script(b"/*\\n*/x\\(\\);AFTime_Format\\(0\\)")), ACTIVE),
    "formatting with a template text": (field(b"/F %s" % script(b"AFDate_FormatEx\\(`${x\\(\\)}`\\)")), ACTIVE),
    "formatting with a line end": (
        field(b"/F %s" % script(b"AFDate_FormatEx\\('a\\r';x\\(\\);'\\)")),
        ACTIVE,
    ),
    "a keystroke shared with the opening": (
        document(
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA<</K 5 0 R>>>>",
            script(b"AFTime_Keystroke\\(0\\)"),
            catalog=b"/OpenAction 5 0 R",
        ),
        ACTIVE,
    ),
    "an action in a stream's dictionary": (opening(b"4 0 R", stream(b"", b"/S/URI/URI(http://evil.example)")), REMOTE),
    "a script in a stream's dictionary": (opening(b"4 0 R", stream(b"", b"/S/JavaScript/JS(x())")), ACTIVE),
    "the next action in a list apart": (opening(b"<</S/GoTo/D(a)/Next 4 0 R>>", b"[%s]" % _EVIL), REMOTE),
    "events in a list apart": (document(b"<</O %s>>" % _EVIL, page=b"/AA 4 0 R"), REMOTE),
    "events inherited from the tree of pages": (
        make.plain_pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[3 0 R]/Count 1/AA<</O %s>>>>" % _EVIL,
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            ]
        ),
        REMOTE,
    ),
    "an opening action in an update": (
        updated(document(), 1, b"<</Type/Catalog/Pages 2 0 R/OpenAction %s>>" % _ALERT),
        ACTIVE,
    ),
    "an opening action in the object that an update replaced, last in the file": (
        _at_end(document(), b"1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction %s>>endobj\n" % _EVIL),
        REMOTE,
    ),
    "a launch of another field": (
        link(b"<</S/Launch/F(a.pdf)/Win<</F(//evil.example/a.pdf)>>>>"),
        ACTIVE,
    ),
    "a launch of a name with a stream behind it": (link(b"<</S/Launch/F(a.exe:b.pdf)>>"), ACTIVE),
    "a launch of a name with blanks behind it": (link(b"<</S/Launch/F(a.exe .)>>"), ACTIVE),
    "a launch of a percent code": (link(b"<</S/Launch/F(%5c%5cevil.example%5ca.pdf)>>"), ACTIVE),
    "a launch by the click of a mouse event": (annotation(b"/Subtype/Widget/AA<</U<</S/Launch/F(a.pdf)>>>>"), ACTIVE),
    "a film under a harmless type": (annotation(b"/Subtype/Link/Subtype/Movie"), ACTIVE),
    "a file of the web as an attachment": (
        document(b"<</Length 0/F<</FS/URL/F(http://x)>>>>stream\nendstream"),
        REMOTE,
    ),
    "an attached program in a portfolio": (
        document(
            b"<</F(a.exe)/EF<</F 5 0 R>>>>",
            stream(_EXE),
            catalog=b"/Collection<</View/D>>/Names<</EmbeddedFiles<</Kids[<</Names[(a) 4 0 R]>>]>>>>",
        ),
        ACTIVE,
    ),
    "an attached text of a turned name": (
        attached(b"x", b"/UF<FEFF0061202E007400780074002E006200610074>"),
        ACTIVE,
    ),
    "an attached text with a name for a shell": (attached(b"x", b"/F(a.txt)/DOS(A.PIF)"), ACTIVE),
    "an attached page behind many blanks": (attached(b" " * 5000 + b"<html>", b"/F(a.txt)"), ACTIVE),
    "an attached page in UTF-16": (attached("<html><script>x()</script>".encode("utf-16"), b"/F(a.txt)"), ACTIVE),
    "an attached PDF behind a line": (attached(b"x\n" + opening(_ALERT), b"/F(a.txt)"), ACTIVE),
    "an attached compound file": (attached(make.compound({"Workbook": b"x"}), b"/F(a.xls)"), ACTIVE),
    "a reference without a form": (document(stream(b"", b"/Ref<</F(x.pdf)/Page 0>>")), REMOTE),
    "XFA in code": (document(catalog=b"/AcroForm<</#58FA(x)>>"), ACTIVE),
    "XFA of an update": (updated(document(), 1, b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA(x)>>>>"), ACTIVE),
    "all of it linearised": (resaved(opening(_EVIL), linearize=True), REMOTE),
}
"""Refused at first sight."""

GOT_IN: Hostile = {
    "the next action in a list in a list": (opening(b"<</S/GoTo/D(a)/Next[[%s]]>>" % _EVIL), REMOTE),
    "an object stream that no table names": (
        _at_end(document(), b"9 0 obj%sendobj\n" % _object_stream(b"8 0 " + _ALERT)),
        ACTIVE,
    ),
    "an object stream that replaces an object": (
        _at_end(
            opening(b"4 0 R", b"<</S/GoTo/D(a)>>"),
            b"9 0 obj%sendobj\n" % _object_stream(b"4 0 " + _EVIL),
        ),
        REMOTE,
    ),
}
"""Accepted at first sight."""

VARIANTS: Hostile = {**REFUSED_AT_ONCE, **GOT_IN}
