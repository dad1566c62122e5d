"""Documents in documents: DOCX and ODT that hold office packages and other objects."""

from collections.abc import Mapping

from tests.integrations.compound_files import compound, doc
from tests.integrations.file_samples import archive, content_types, docx, odt, relationships
from tests.integrations.office_corpus.table import ACTIVE, EMBEDDED, MACROS, Honest, Hostile

_OFFICE = "application/vnd.openxmlformats-officedocument"
_SHEET = f"{_OFFICE}.spreadsheetml.sheet.main+xml"


def xlsx(
    extra: Mapping[str, bytes | str] | None = None, *, main_type: str = _SHEET, formula: str = "SUM(A1:A3)"
) -> bytes:
    """A workbook with one sheet."""
    return archive(
        {
            "[Content_Types].xml": content_types(("/xl/workbook.xml", main_type)),
            "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml", False)),
            "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
            "xl/worksheets/sheet1.xml": (
                '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c>'
                f"<f>{formula}</f><v>1</v></c></row></sheetData></worksheet>"
            ),
            **(extra or {}),
        }
    )


def pptx(extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """A presentation."""
    return xlsx(extra, main_type=f"{_OFFICE}.presentationml.presentation.main+xml")


def ods(body: str = "<table:table/>") -> bytes:
    """A sheet of OpenDocument."""
    return odt(body=body.replace("table:", ""), mimetype="application/vnd.oasis.opendocument.spreadsheet")


def within(content: bytes, name: str = "word/embeddings/a.xlsx", kind: str = "package") -> bytes:
    """A DOCX with an embedded part."""
    return docx({name: content, "word/_rels/document.xml.rels": relationships((kind, "/" + name, False))})


_DDE_LINK = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c x"/></externalLink>'

HOSTILE: Hostile = {
    "embedded: macros in a sheet": (within(xlsx({"xl/vbaProject.bin": b"x"})), ACTIVE),
    "embedded: macros in a sheet, by content": (within(xlsx({"xl/x.png": compound({"VBA": {"dir": b"x"}})})), ACTIVE),
    "embedded: sheet with macros by type": (
        within(xlsx(main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        ACTIVE,
    ),
    "embedded: binary sheet": (
        within(xlsx(main_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main")),
        ACTIVE,
    ),
    "embedded: sheet of macros": (
        within(
            xlsx({"xl/_rels/workbook.xml.rels": relationships(("xlMacrosheet", "m.xml", False)), "xl/m.xml": "<a/>"})
        ),
        ACTIVE,
    ),
    "embedded: DDE in a sheet": (within(xlsx({"xl/externalLinks/e.xml": _DDE_LINK})), ACTIVE),
    "embedded: formula that starts a program": (within(xlsx(formula="cmd|'/c x'!A1")), ACTIVE),
    "embedded: formula that asks the web": (within(xlsx(formula="_xlfn.WEBSERVICE(A1)")), ACTIVE),
    "embedded: sheet with a linked sheet on a server": (
        within(xlsx({"xl/externalLinks/_rels/e.xml.rels": relationships(("externalLinkPath", "//evil/x", True))})),
        ACTIVE,
    ),
    "embedded: sheet with a database": (
        within(
            xlsx({"xl/connections.xml": "<connections><connection><dbPr connection='x'/></connection></connections>"})
        ),
        ACTIVE,
    ),
    "embedded: object in a sheet": (within(xlsx({"xl/embeddings/o.bin": compound({"\x01Ole10Native": b"x"})})), ACTIVE),
    "embedded: template in a document": (
        within(
            docx({"word/_rels/settings.xml.rels": relationships(("attachedTemplate", "http://evil.example", True))})
        ),
        ACTIVE,
    ),
    "embedded: DDE in a document": (within(docx(body='<w:fldSimple w:instr="DDE x"/>')), ACTIVE),
    "embedded: program behind a click in slides": (
        within(pptx({"ppt/slides/s.xml": '<a><hlinkClick action="ppaction://program"/></a>'})),
        ACTIVE,
    ),
    "embedded: three levels": (within(within(within(xlsx()))), ACTIVE),
    "embedded: macros two levels down": (within(within(xlsx({"xl/vbaProject.bin": b"x"}))), ACTIVE),
    "embedded: damaged sheet": (within(xlsx()[:-9]), ACTIVE),
    "embedded: plain archive": (within(archive({"a.txt": "x"})), ACTIVE),
    "embedded: sheet elsewhere": (within(xlsx({"xl/vbaProject.bin": b"x"}), "media/image1.png"), ACTIVE),
    "embedded: old sheet": (within(compound({"Workbook": bytes(5000)})), ACTIVE),
    "embedded: old sheet with macros": (
        within(compound({"Workbook": bytes(5000), "_VBA_PROJECT_CUR": {"VBA": {"dir": b"x"}}})),
        MACROS,
    ),
    "embedded: object by a package relation": (within(compound({"\x01Ole10Native": b"x"}), "word/x.dat"), ACTIVE),
    "embedded: equation 3": (
        within(compound({"Equation Native": bytes(99)}), "word/embeddings/o.bin", "oleObject"),
        ACTIVE,
    ),
    "embedded: control": (
        within(compound({"contents": b"x"}), "word/activeX/activeX1.bin", "activeXControlBinary"),
        ACTIVE,
    ),
    "embedded: old document": (within(doc(), "word/embeddings/a.doc"), ACTIVE),
    "embedded: unknown bytes": (within(b"x" * 99, "word/embeddings/a.bin"), ACTIVE),
    "embedded: unknown bytes elsewhere": (within(b"x" * 99, "word/parts/a.bin"), ACTIVE),
    "embedded: relation to nothing": (
        docx({"word/_rels/document.xml.rels": relationships(("oleObject", "embeddings/o.bin", False))}),
        ACTIVE,
    ),
    "embedded: text of OpenDocument with macros": (
        within(odt({"Basic/Standard/M.xml": "<a/>"}), "word/embeddings/a.odt"),
        ACTIVE,
    ),
    "embedded: text of OpenDocument with a password": (
        within(odt(manifest="<manifest:encryption-data/>"), "word/embeddings/a.odt"),
        ACTIVE,
    ),
    "embedded in ODT: macros in a sheet": (odt({"Object 1": xlsx({"xl/vbaProject.bin": b"x"})}), ACTIVE),
    "embedded in ODT: old object": (odt({"Object 1": compound({"\x01Ole10Native": b"x"})}), ACTIVE),
    "embedded in ODT: old object with macros": (odt({"Object 1": compound({"VBA": {"dir": b"x"}})}), MACROS),
    "embedded in ODT: object of another program": (
        odt({"Object 1": b"xyz"}, body='<draw:object-ole xlink:href="./Object 1"/>'),
        ACTIVE,
    ),
    "embedded in ODT: macros in an inner object": (
        odt({"Object 1/Basic/Standard/M.xml": "<a/>", "Basic/S/M.xml": "<a/>"}),
        MACROS,
    ),
    "embedded in ODT: DDE in an inner object": (
        odt({"Object 1/content.xml": "<a xmlns:o='urn:oasis:names:tc:opendocument:xmlns:x'><o:dde-source/></a>"}),
        ACTIVE,
    ),
}

HONEST: Honest = {
    "embedded: sheet of a chart": (within(xlsx()), EMBEDDED),
    "embedded: document": (within(docx(), "word/embeddings/a.docx"), EMBEDDED),
    "embedded: slides": (within(pptx(), "word/embeddings/a.pptx"), EMBEDDED),
    "embedded: by an object relation": (within(xlsx(), "word/embeddings/a.xlsx", "oleObject"), EMBEDDED),
    "embedded: two levels": (within(within(xlsx())), EMBEDDED),
    "embedded: under another name": (within(xlsx(), "word/embeddings/oleObject1.bin"), EMBEDDED),
    "embedded: text of OpenDocument": (within(odt(), "word/embeddings/a.odt"), EMBEDDED),
    "embedded: sheet of OpenDocument": (within(ods(), "word/embeddings/a.ods"), EMBEDDED),
    "embedded: sheet with formulas": (within(xlsx(formula="IF(A1&lt;2,VLOOKUP(B1,C:D,2),&quot;a|b&quot;)")), EMBEDDED),
    "embedded in ODT: sheet": (odt({"Object 1": xlsx()}, body='<draw:object-ole xlink:href="./Object 1"/>'), EMBEDDED),
    "embedded in ODT: inner object": (
        odt(
            {"Object 1/content.xml": "<a/>", "Object 1/styles.xml": "<a/>"},
            body='<draw:object xlink:href="./Object 1"/>',
        ),
        set(),
    ),
}
