"""PDFs written by hand that must be accepted, with the notices that are told of each."""

from collections.abc import Mapping

from app.domain.uploads import NoticeCode
from tests.integrations import file_samples as make
from tests.integrations.corpus.pdf_bytes import (
    annotation,
    attached,
    document,
    field,
    link,
    objects_in_stream,
    opening,
    pages,
    resaved,
    restricted,
    script,
    stream,
    updated,
)
from tests.integrations.corpus.tagged import tagged

Honest = Mapping[str, tuple[bytes, tuple[NoticeCode, ...]]]

FORM_SCRIPTS = (NoticeCode.FORM_SCRIPTS,)
ATTACHED = (NoticeCode.ATTACHED_FILES,)
RESTRICTED = (NoticeCode.RESTRICTIONS,)
LOCAL = (NoticeCode.LOCAL_LINKS,)
PLAIN = document()
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
_WORDS = b"/JavaScript /Launch /OpenAction /EmbeddedFile /XFA /AA (JavaScript) <script> "

TEXTS: Honest = {
    "plain": (PLAIN, ()),
    "a text about /Launch and /JavaScript": (
        document(stream(b"BT (The words /Launch and /JavaScript are used) Tj ET"), page=b"/Contents 4 0 R"),
        (),
    ),
    "a packed text about them": (document(stream(_WORDS, packed=True), page=b"/Contents 4 0 R"), ()),
    "a bookmark about /Launch": (
        document(
            b"<</First 5 0 R/Last 5 0 R/Count 1>>",
            b"<</Title(How to /Launch a /JavaScript course)/Parent 4 0 R/Dest[3 0 R/Fit]>>",
            catalog=b"/Outlines 4 0 R",
        ),
        (),
    ),
    "a title about /JavaScript": (
        make.plain_pdf(make.page_objects(b"<</Title(/JavaScript /JS /AA)>>"), trailer=b"/Root 1 0 R/Info 4 0 R"),
        (),
    ),
    "a title with brackets": (
        make.plain_pdf(make.page_objects(b"<</Title(a \\) /JavaScript \\( b)>>"), trailer=b"/Root 1 0 R/Info 4 0 R"),
        (),
    ),
    "a link to an article on /JavaScript": (link(b"<</S/URI/URI(https://example.com/JavaScript)>>"), ()),
    "a comment about it": (annotation(b"/Subtype/Text/Contents(/JavaScript /Launch)"), ()),
    "names that begin like those of actions": (document(b"<</JavaScripts/Launched/AAA/OpenActions/JSON/XFAct>>"), ()),
    "metadata about it": (document(stream(_WORDS, b"/Type/Metadata/Subtype/XML"), catalog=b"/Metadata 4 0 R"), ()),
    "a page in comments": (PLAIN.replace(b"3 0 obj", b"% <html>\n3 0 obj") + b"% /JavaScript\n%%EOF\n", ()),
}

LINKS: Honest = {
    "a link to the web": (link(b"<</S/URI/URI(https://example.com/a?b=c)>>"), ()),
    "a link to a share": (link(b"<</S/URI/URI(file://server/share/a.pdf)>>"), LOCAL),
    "a link to a file by its address": (link(b"<</S/URI/URI(file:///C:/Users/kim/a.docx)>>"), LOCAL),
    "a link to write a letter": (link(b"<</S/URI/URI(mailto:a@example.com)>>"), ()),
    "a link that would run a script": (link(b"<</S/URI/URI(javascript:alert\\(1\\))>>"), (NoticeCode.INERT_LINKS,)),
    "a link within": (link(b"<</S/GoTo/D[3 0 R/Fit]>>"), ()),
    "a link to another file": (link(b"<</S/GoToR/F(annex.pdf)/D[0/Fit]>>"), LOCAL),
    "a link to a file on a share": (link(b"<</S/GoToR/F<</F(//server/a.pdf)/UF(//server/a.pdf)>>/D[0/Fit]>>"), LOCAL),
    "a link that opens a document": (link(b"<</S/Launch/F(annex.docx)>>"), LOCAL),
    "a link that opens a document, specified": (link(b"<</S/Launch/F<</Type/Filespec/F(a.xlsx)/UF(a.xlsx)>>>>"), LOCAL),
    "a link that opens a document under Windows": (link(b"<</S/Launch/F(C:\\\\a.pdf)/Win<</F(C:\\\\a.pdf)>>>>"), LOCAL),
    "a link and another": (link(b"<</S/URI/URI(https://a.example)/Next<</S/GoTo/D[3 0 R/Fit]>>>>"), ()),
    "a button that hides": (link(b"<</S/Hide/T(a)>>"), ()),
    "a button that resets": (link(b"<</S/ResetForm>>"), ()),
    "a button that turns the page": (link(b"<</S/Named/N/NextPage>>"), ()),
    "a layer that is switched": (link(b"<</S/SetOCGState/State[/Toggle]>>"), ()),
    "an article": (link(b"<</S/Thread/D 0>>"), ()),
    "a link with an earlier address": (link(b"<</S/URI/URI(a)>>", extra=b"/PA<</S/URI/URI(b)>>"), ()),
}

OPENINGS: Honest = {
    "opens at a page": (opening(b"[3 0 R/FitH 842]"), ()),
    "opens at a place by name": (opening(b"(chapter)"), ()),
    "opens at a page by an action": (opening(b"<</S/GoTo/D[3 0 R/XYZ null null 1]>>"), ()),
    "opens with a print dialogue": (opening(b"<</S/Named/N/Print>>"), ()),
    "opens with a transition": (document(page=b"/AA<</O<</S/Trans/Trans<</S/Wipe>>>>>>"), ()),
    "opens with an empty script": (opening(script(b"")), ()),
    "opens with a blank script": (opening(b"<</S/JavaScript/JS 4 0 R>>", stream(b" \r\n")), ()),
    "opens with a script that is missing": (opening(b"<</S/JavaScript>>"), ()),
}

FORMS: Honest = {
    "a form": (field(b""), ()),
    "a form that formats numbers": (
        field(
            b"/K %s/F %s"
            % (
                script(b'AFNumber_Keystroke\\(2, 0, 0, 0, "", true\\);'),
                script(b'AFNumber_Format\\(2, 0, 0, 0, "\\\\u00a3", true\\);'),
            )
        ),
        FORM_SCRIPTS,
    ),
    "a form that formats dates": (field(b"/F %s" % script(b'AFDate_FormatEx\\("dd/mm/yyyy"\\);')), FORM_SCRIPTS),
    "a form that formats times": (field(b"/F %s" % script(b"AFTime_Format\\(0\\);")), FORM_SCRIPTS),
    "a form that formats shares": (field(b"/F %s" % script(b"AFPercent_Format\\(2,0\\)")), FORM_SCRIPTS),
    "a form that formats postcodes": (field(b"/K %s" % script(b"AFSpecial_Keystroke\\(1\\)")), FORM_SCRIPTS),
    "a form that checks": (
        field(b"/V %s" % script(b"AFRange_Validate\\(true, 0, true, 100\\);")),
        FORM_SCRIPTS,
    ),
    "a form that adds up": (
        field(b"/C %s" % script(b'AFSimple_Calculate\\("SUM", new Array \\("a", "b.c"\\)\\);')),
        FORM_SCRIPTS,
    ),
    "a form that adds up, in a stream": (
        field(b"/C<</S/JavaScript/JS 5 0 R>>", stream(b"AFSimple_Calculate('AVG', ['a','b']);\r\n", packed=True)),
        FORM_SCRIPTS,
    ),
    "a form that formats in UTF-16": (
        field(b"/F<</S/JavaScript/JS<FEFF%s>>>" % "AFTime_Format(0);".encode("utf-16-be").hex().encode()),
        FORM_SCRIPTS,
    ),
    "a form whose events stand apart": (
        document(
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA 5 0 R>>",
            b"<</F %s>>" % script(b"AFTime_Format\\(0\\)"),
            catalog=b"/AcroForm<</Fields[4 0 R]>>",
            page=b"/Annots[4 0 R]",
        ),
        FORM_SCRIPTS,
    ),
    "a form whose scripts stand apart": (field(b"/F 5 0 R", script(b"AFTime_Format\\(0\\)")), FORM_SCRIPTS),
    "a signed form": (field(b"", b"<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>>>", extra=b"/V 5 0 R"), ()),
}

ATTACHED_FILES: Honest = {
    "attached text": (attached(b"a,b\n1,2\n", b"/F(a.csv)/UF(a.csv)"), ATTACHED),
    "attached text, unpacked": (attached(b"text", b"/F(a.txt)", packed=False), ATTACHED),
    "attached text in UTF-16": (attached("text".encode("utf-16"), b"/F(a.txt)"), ATTACHED),
    "attached invoice in XML": (
        attached(b'<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"/>', b"/F(factur-x.xml)"),
        ATTACHED,
    ),
    "attached picture": (attached(_PNG, b"/F(a.png)"), ATTACHED),
    "attached PDF": (attached(PLAIN, b"/F(a.pdf)"), ATTACHED),
    "attached PDF with an attached text": (attached(attached(b"x", b"/F(b.txt)"), b"/F(a.pdf)"), ATTACHED * 2),
    "attached DOCX": (attached(make.docx(), b"/F(a.docx)"), ATTACHED),
    "attached DOCX, unpacked, at the end": (attached(make.docx(), b"/F(a.docx)", packed=False), ATTACHED),
    "attached ODT": (attached(make.odt(), b"/F(a.odt)"), ATTACHED),
    "attached RTF": (attached(make.rtf(), b"/F(a.rtf)"), ATTACHED),
    "attached without a name": (attached(b"text"), ATTACHED),
    "an empty list of attachments": (document(catalog=b"/Names<</EmbeddedFiles<</Names[]>>>>"), ()),
}

SHAPES: Honest = {
    "blanks before": (b"\xef\xbb\xbf\r\n" + PLAIN, ()),
    "padded by a mail gateway": (PLAIN + bytes(3_000), ()),
    "lines of a print system before": (
        b"\x1b%-12345X@PJL SET RESOLUTION=600\r\n@PJL ENTER LANGUAGE=PDF\r\n" + PLAIN,
        (NoticeCode.LINES_BEFORE,),
    ),
    "its table is elsewhere": (PLAIN.replace(b"startxref\n", b"startxref\n1"), ()),
    "updated": (updated(PLAIN, 3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>"), ()),
    "objects in streams": (objects_in_stream(link(b"<</S/URI/URI(https://example.com)>>")), ()),
    "linearised": (resaved(PLAIN, linearize=True), ()),
    "written for people": (resaved(PLAIN, qdf=True), ()),
    "three hundred pages": (pages([b""] * 300), ()),
    "restricted, RC4 of 40 bits": (restricted(PLAIN, revision=2), RESTRICTED),
    "restricted, RC4 of 128 bits": (restricted(PLAIN, revision=3), RESTRICTED),
    "restricted, AES of 128 bits": (restricted(PLAIN, revision=4), RESTRICTED),
    "restricted, AES of 256 bits": (restricted(PLAIN, revision=6), RESTRICTED),
    "restricted, with a link on /JavaScript": (restricted(TEXTS["a link to an article on /JavaScript"][0]), RESTRICTED),
    "60,000 structure elements": (tagged(60_000), ()),
    "an orphan of an earlier edition": (document(unlisted=b"9 0 obj<</Type/Font>>endobj\n"), ()),
    "a name that is not UTF-8": (document(b"<</#E4#F6/#FF/A[/#E4]>>"), ()),
    "a key without a value": (document(b"<</Type/Font/Name >>"), ()),
    "a transparent group": (
        document(stream(b"", b"/Subtype/Form/BBox[0 0 9 9]/Group<</S/Transparency>>")),
        (),
    ),
    "a structure of its own kinds": (document(b"<</Type/StructElem/S/Movie/P 1 0 R/A<</O/Layout>>>>"), ()),
}

HONEST: Honest = {**TEXTS, **LINKS, **OPENINGS, **FORMS, **ATTACHED_FILES, **SHAPES}
