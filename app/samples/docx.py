"""Render a policy as a DOCX (ECMA-376, WordprocessingML) with styles, lists and tables."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from app.samples.packing import pack
from app.samples.text import Block, Heading, Items, Paragraph, PolicyText, Table

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_BULLETS = 1
_TEXT_WIDTH_TWIPS = 9_070

_STYLES = (
    f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="22"/><w:lang w:val="en-GB"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="120" w:after="160"/>'
    '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:color w:val="1F4E5F"/><w:sz w:val="36"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>'
    '<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/>'
    '<w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:color w:val="1F4E5F"/><w:sz w:val="26"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/>'
    '<w:qFormat/><w:pPr><w:spacing w:after="60"/></w:pPr></w:style>'
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)


def render_docx(document: PolicyText) -> bytes:
    """Render the policy as a DOCX that Word and LibreOffice open."""
    ordered = [block for block in document.blocks if isinstance(block, Items) and block.numbered]
    return pack(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relationships(
                ("officeDocument", "word/document.xml", f"{_OFFICE}/relationships"),
                ("metadata/core-properties", "docProps/core.xml", f"{_PACKAGE}/relationships"),
            ),
            "docProps/core.xml": _core(document),
            "word/document.xml": _document(document),
            "word/_rels/document.xml.rels": _relationships(
                ("styles", "styles.xml", f"{_OFFICE}/relationships"),
                ("numbering", "numbering.xml", f"{_OFFICE}/relationships"),
            ),
            "word/styles.xml": _STYLES,
            "word/numbering.xml": _numbering(len(ordered)),
        }
    )


def _document(document: PolicyText) -> str:
    facts = "".join(
        f'<w:p><w:pPr><w:spacing w:after="0"/></w:pPr>{_run(f"{name}: ", bold=True)}{_run(value)}</w:p>'
        for name, value in document.facts
    )
    number = _BULLETS
    body = []
    for block in document.blocks:
        # Give each numbered list its own numbering, so that it starts at 1.
        number += isinstance(block, Items) and block.numbered
        body.append(_block(block, number))
    return (
        f"{_XML}<w:document {_W}><w:body>{_paragraph(document.organisation)}"
        f"{_paragraph(document.title, style='Heading1')}{facts}{''.join(body)}"
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1418" w:bottom="1304" '
        'w:left="1418" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _block(block: Block, number: int) -> str:
    match block:
        case Heading(text):
            return _paragraph(text, style="Heading2")
        case Paragraph(text):
            return _paragraph(text)
        case Items(texts, numbered):
            return "".join(
                _paragraph(text, style="ListParagraph", number=number if numbered else _BULLETS) for text in texts
            )
        case Table(rows):
            return _table(rows)


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    width = _TEXT_WIDTH_TWIPS // len(rows[0])
    grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
    lines = "".join(_row(row, width, heading=nth == 0) for nth, row in enumerate(rows))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        # Word needs a paragraph after every table, even at the end of the document.
        f"<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl><w:p/>"
    )


def _row(cells: Iterable[str], width: int, *, heading: bool) -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:spacing w:after="40"/></w:pPr>'
        f"{_run(cell, bold=heading)}</w:p></w:tc>"
        for cell in cells
    )
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if heading else ''}{inner}</w:tr>"


def _paragraph(text: str, *, style: str = "Normal", number: int | None = None) -> str:
    numbering = "" if number is None else f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering}</w:pPr>{_run(text)}</w:p>'


def _run(text: str, *, bold: bool = False) -> str:
    return f'<w:r>{"<w:rPr><w:b/></w:rPr>" if bold else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _numbering(ordered_lists: int) -> str:
    def level(kind: str, text: str) -> str:
        return (
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
            '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="340"/></w:pPr></w:lvl>'
        )

    abstract = f'<w:abstractNum w:abstractNumId="0">{level("bullet", "•")}</w:abstractNum>'
    abstract += f'<w:abstractNum w:abstractNumId="1">{level("decimal", "%1.")}</w:abstractNum>'
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbers = f'<w:num w:numId="{_BULLETS}"><w:abstractNumId w:val="0"/></w:num>' + "".join(
        f'<w:num w:numId="{_BULLETS + nth}"><w:abstractNumId w:val="1"/>{restart}</w:num>'
        for nth in range(1, ordered_lists + 1)
    )
    return f"{_XML}<w:numbering {_W}>{abstract}{numbers}</w:numbering>"


def _content_types() -> str:
    overrides = {
        "/word/document.xml": f"{_WORD_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_WORD_TYPE}.styles+xml",
        "/word/numbering.xml": f"{_WORD_TYPE}.numbering+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    inner = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inner}</Types>'
    )


def _relationships(*targets: tuple[str, str, str]) -> str:
    inner = "".join(
        f"<Relationship Id={quoteattr(f'rId{nth}')} Type={quoteattr(f'{base}/{kind}')} Target={quoteattr(target)}/>"
        for nth, (kind, target, base) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _core(document: PolicyText) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:creator>{escape(document.organisation)}</dc:creator>"
        "<dc:language>en-GB</dc:language></cp:coreProperties>"
    )
