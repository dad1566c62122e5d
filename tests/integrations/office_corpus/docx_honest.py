"""DOCX: what Word and other programs write."""

from tests.integrations.file_samples import RELATIONSHIPS, WORD, archive, docx, relationships
from tests.integrations.office_corpus.docx_parts import (
    CHANGED,
    MC_NAMES,
    VML_NAMES,
    drawing,
    field,
    mark,
    nested,
    of,
    part,
    related,
    runs,
    typed,
)
from tests.integrations.office_corpus.table import (
    INERT,
    LINK,
    LOCAL,
    NOTHING,
    UNC,
    WEB,
    Honest,
)


def _word(extra: dict[str, bytes | str] | None = None) -> bytes:
    """The parts that Word writes."""
    kinds = ("styles", "settings", "webSettings", "fontTable")
    return docx(
        {
            "[Content_Types].xml": typed(
                *((f"/word/{kind}.xml", f"{WORD}.{kind}+xml") for kind in kinds),
                ("/word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
            ),
            "word/_rels/document.xml.rels": relationships(
                *((kind, f"{kind}.xml", False) for kind in kinds), ("theme", "theme/theme1.xml", False)
            ),
            "word/theme/theme1.xml": "<a/>",
            **{f"word/{kind}.xml": part("", kind) for kind in kinds},
            "docProps/app.xml": "<Properties><Application>Microsoft Office Word</Application></Properties>",
            **(extra or {}),
        }
    )


HONEST: Honest = {
    "docx: plain": (docx(), NOTHING),
    "docx: Word": (_word(), NOTHING),
    "docx: Word with data of its own": (
        _word(
            {
                "customXml/item1.xml": "<b:Sources xmlns:b='x'/>",
                "customXml/_rels/item1.xml.rels": relationships(("customXmlProps", "itemProps1.xml", False)),
                "customXml/itemProps1.xml": "<a/>",
            }
        ),
        NOTHING,
    ),
    "docx: Word with keys": (
        _word(
            {
                "word/customizations.xml": '<wne:tcg xmlns:wne="http://schemas.microsoft.com/office/word/2006/wordml">'
                '<wne:keymaps><wne:keymap wne:kcmPrimary="0442">'
                '<wne:fci wne:fciName="Bold"/></wne:keymap></wne:keymaps></wne:tcg>'
            }
        ),
        NOTHING,
    ),
    "docx: type of a macro that is gone": (
        docx(
            {
                "[Content_Types].xml": typed(
                    defaults='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                )
            }
        ),
        NOTHING,
    ),
    "docx: Google Docs": (
        docx({"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(50), "word/numbering.xml": part("", "numbering")}),
        NOTHING,
    ),
    "docx: names in capitals": (
        archive(
            {
                "[Content_Types].xml": typed().replace("/word/document.xml", "/Word/Document.xml"),
                "_rels/.rels": relationships(("officeDocument", "/word/document.XML", False)),
                "word/document.xml": part("", "document"),
            }
        ),
        NOTHING,
    ),
    "docx: strict": (
        docx(
            {
                "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)).replace(
                    RELATIONSHIPS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                )
            }
        ),
        NOTHING,
    ),
    "docx: UTF-16": (docx({"word/settings.xml": "<a>é</a>".encode("utf-16")}), NOTHING),
    "docx: page number": (of(" PAGE "), NOTHING),
    "docx: contents": (
        docx(body=field(' TOC \\o "1-3" \\h '.replace('"', "&quot;"), nested(" PAGEREF _Toc1 \\h "))),
        NOTHING,
    ),
    "docx: formula of fields": (docx(body=field(runs("=") + nested("PAGE") + runs("-1"))), NOTHING),
    "docx: condition of fields": (docx(body=field(runs("IF") + nested("PAGE") + runs("=1 a b"))), NOTHING),
    "docx: field that was taken out": (
        docx(
            body="<w:p>"
            + CHANGED.format(mark("begin"))
            + CHANGED.format("<w:r><w:delInstrText> PAGE </w:delInstrText></w:r>")
            + CHANGED.format(mark("end"))
            + "</w:p>"
        ),
        NOTHING,
    ),
    "docx: field that was changed": (
        docx(body=field(CHANGED.format("<w:r><w:delInstrText>DATE</w:delInstrText></w:r>") + runs(" PAGE "))),
        NOTHING,
    ),
    "docx: choice in a result": (
        docx(
            body=field(
                "PAGE",
                f"<mc:AlternateContent {MC_NAMES}><mc:Choice Requires='x'><w:r/></mc:Choice></mc:AlternateContent>",
            )
        ),
        NOTHING,
    ),
    "docx: unknown word as a field": (of(" ddeTable "), NOTHING),
    "docx: text about DDE": (docx(body="<w:p><w:r><w:t>DDEAUTO c:\\windows</w:t></w:r></w:p>"), NOTHING),
    "docx: link to the web": (related("hyperlink", "https://www.gov.uk/"), NOTHING),
    "docx: link to a file": (related("hyperlink", "file:///C:/Policies/a.docx"), LINK),
    "docx: link to a share": (related("hyperlink", UNC), LINK),
    "docx: link to a file beside it": (related("hyperlink", "a%20policy.docx"), NOTHING),
    "docx: link with a script": (related("hyperlink", "javascript:alert(1)"), INERT),
    "docx: link field": (of('HYPERLINK "https://www.gov.uk/" \\o "x"'), NOTHING),
    "docx: picture on the web": (related("image", "https://www.example.org/a.png"), WEB),
    "docx: picture field on the web": (of('INCLUDEPICTURE "https://www.example.org/a.png" \\* MERGEFORMATINET'), WEB),
    "docx: picture of a letter": (related("image", "cid:image001.png@01D8"), LOCAL),
    "docx: picture that is gone": (related("image", "NULL"), NOTHING),
    "docx: picture on the drive": (related("image", "file:///D:\\a.png"), LOCAL),
    "docx: picture in VML of a letter": (
        docx(body=f'<w:pict {VML_NAMES}><v:shape><v:imagedata o:href="cid:a.png@01" o:title="A"/></v:shape></w:pict>'),
        LOCAL,
    ),
    "docx: template on the drive": (
        related("attachedTemplate", "file:///C:\\T\\Normal.dotm", part="word/_rels/settings.xml.rels"),
        LOCAL,
    ),
    "docx: template by name": (
        related("attachedTemplate", "Normal.dotm", part="word/_rels/settings.xml.rels"),
        NOTHING,
    ),
    "docx: chart linked to a sheet on the drive": (
        docx(
            {
                "[Content_Types].xml": typed(
                    ("/word/charts/c.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
                ),
                "word/charts/c.xml": "<a/>",
                "word/charts/_rels/c.xml.rels": relationships(("oleObject", "file:///C:\\a.xlsx", True)),
            }
        ),
        LOCAL,
    ),
    "docx: drawing": (
        docx(
            {
                "word/media/a.svg": drawing(
                    '<image xlink:href="data:image/png;base64,AA"/>'
                    '<a href="https://example.org"><path fill="url(#a)"/></a>'
                )
            }
        ),
        NOTHING,
    ),
    "docx: drawing with a document type": (
        docx(
            {
                "word/media/a.svg": (
                    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
                    + drawing()
                )
            }
        ),
        NOTHING,
    ),
    "docx: printer's settings": (docx({"word/printerSettings1.bin": b"\x01\x02" + bytes(99)}), NOTHING),
    "docx: font inside": (docx({"word/fonts/font1.odttf": b"\x99\x01" + bytes(99)}), NOTHING),
    "docx: pane of an add-in": (
        docx(
            {
                "_rels/.rels": relationships(
                    ("officeDocument", "word/document.xml", False), ("webextensiontaskpanes", "t.xml", False)
                ),
                "t.xml": "<a/>",
            }
        ),
        NOTHING,
    ),
}
