"""Render a policy as an ODT (ISO/IEC 26300, OpenDocument 1.3) with styles, lists and tables."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from app.samples.packing import pack
from app.samples.text import Block, Heading, Items, Paragraph, PolicyText, Table

_MIMETYPE = "application/vnd.oasis.opendocument.text"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(
    [
        *(
            f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
            for prefix, name in {
                "office": "office",
                "style": "style",
                "text": "text",
                "table": "table",
                "fo": "xsl-fo-compatible",
                "meta": "meta",
            }.items()
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'office:version="1.3"',
    ]
)
_BORDER = '<style:table-cell-properties fo:padding="0.12cm" fo:border="0.5pt solid #a0a0a0"/>'
_LEVEL = (
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="1cm"/>'
    "</style:list-level-properties>"
)

_AUTOMATIC_STYLES = (
    '<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    f'<style:style style:name="Cell" style:family="table-cell">{_BORDER}</style:style>'
    '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    f"{_LEVEL}</text:list-level-style-bullet></text:list-style>"
    '<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1" style:num-format="1" '
    f'style:num-suffix=".">{_LEVEL}</text:list-level-style-number></text:list-style>'
)
_STYLES = (
    f"{_XML}<office:document-styles {_NAMESPACES}><office:styles>"
    '<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/>'
    '<style:text-properties fo:font-family="Carlito, Calibri, sans-serif" fo:font-size="11pt" fo:language="en" '
    'fo:country="GB"/></style:default-style>'
    '<style:style style:name="Standard" style:family="paragraph" style:class="text"/>'
    '<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" '
    'style:parent-style-name="Standard" style:default-outline-level="1">'
    '<style:paragraph-properties fo:margin-bottom="0.3cm" fo:keep-with-next="always"/>'
    '<style:text-properties fo:font-size="18pt" fo:font-weight="bold" fo:color="#1f4e5f"/></style:style>'
    '<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph" '
    'style:parent-style-name="Standard" style:default-outline-level="2">'
    '<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"/>'
    '<style:text-properties fo:font-size="13pt" fo:font-weight="bold" fo:color="#1f4e5f"/></style:style>'
    '</office:styles><office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties '
    'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2.4cm"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/>'
    "</office:master-styles></office:document-styles>"
)


def render_odt(document: PolicyText) -> bytes:
    """Render the policy as an ODT that LibreOffice and Word open."""
    parts = {
        "mimetype": _MIMETYPE,
        "content.xml": _content(document),
        "styles.xml": _STYLES,
        "meta.xml": _meta(document),
    }
    return pack({**parts, "META-INF/manifest.xml": _manifest(parts)}, stored="mimetype")


def _content(document: PolicyText) -> str:
    facts = "".join(
        f'<text:p text:style-name="Standard"><text:span text:style-name="Bold">{escape(name)}:</text:span> '
        f"{escape(value)}</text:p>"
        for name, value in document.facts
    )
    return (
        f"{_XML}<office:document-content {_NAMESPACES}>"
        f"<office:automatic-styles>{_AUTOMATIC_STYLES}</office:automatic-styles><office:body><office:text>"
        f"{_paragraph(document.organisation)}{_heading(document.title, 1)}{facts}"
        f"{''.join(_block(block) for block in document.blocks)}"
        "</office:text></office:body></office:document-content>"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return _heading(text, 2)
        case Paragraph(text):
            return _paragraph(text)
        case Items(texts, numbered):
            items = "".join(f"<text:list-item>{_paragraph(text)}</text:list-item>" for text in texts)
            return f'<text:list text:style-name="{"Numbers" if numbered else "Bullets"}">{items}</text:list>'
        case Table(rows):
            return _table(rows)


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    heading, *others = rows
    return (
        f'<table:table><table:table-column table:number-columns-repeated="{len(heading)}"/>'
        f"<table:table-header-rows>{_row(heading, bold=True)}</table:table-header-rows>"
        f"{''.join(_row(row) for row in others)}</table:table>{_paragraph('')}"
    )


def _row(cells: Iterable[str], *, bold: bool = False) -> str:
    inner = "".join(
        f'<table:table-cell table:style-name="Cell" office:value-type="string">{_paragraph(cell, bold=bold)}'
        "</table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


def _heading(text: str, level: int) -> str:
    return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{escape(text)}</text:h>'


def _paragraph(text: str, *, bold: bool = False) -> str:
    inner = f'<text:span text:style-name="Bold">{escape(text)}</text:span>' if bold else escape(text)
    return f'<text:p text:style-name="Standard">{inner}</text:p>'


def _meta(document: PolicyText) -> str:
    return (
        f"{_XML}<office:document-meta {_NAMESPACES}><office:meta><dc:title>{escape(document.title)}</dc:title>"
        f"<meta:initial-creator>{escape(document.organisation)}</meta:initial-creator><dc:language>en-GB</dc:language>"
        "</office:meta></office:document-meta>"
    )


def _manifest(parts: Iterable[str]) -> str:
    files = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in parts
        if name != "mimetype"
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIMETYPE}"/>'
        f"{files}</manifest:manifest>"
    )
