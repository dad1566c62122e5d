"""ODT: what LibreOffice, OpenOffice, Calligra and pandoc write, and what runs or fetches in it."""

from tests.integrations.file_samples import docx, odt
from tests.integrations.office_corpus.docx_parts import drawing
from tests.integrations.office_corpus.table import (
    ACTIVE,
    DAMAGED,
    DISGUISED,
    ENCRYPTED,
    LINK,
    LOCAL,
    MACROS,
    NOTHING,
    REMOTE,
    UNKNOWN,
    WEB,
    Honest,
    Hostile,
)

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(
    f'xmlns:{name}="{_OFFICE}:{space}"'
    for name, space in {
        "form": "form:1.0",
        "table": "table:1.0",
        "presentation": "presentation:1.0",
        "svg": "svg-compatible:1.0",
        "meta": "meta:1.0",
        "style": "style:1.0",
    }.items()
)
_LISTS = {
    "Basic/script-lc.xml": '<library:libraries xmlns:library="http://openoffice.org/2000/library">'
    '<library:library library:name="Standard"/></library:libraries>',
    "Basic/Standard/script-lb.xml": '<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" '
    '"library.dtd"><library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"/>',
}


def at(element: str, address: str) -> bytes:
    """An ODT with an element that has an address."""
    return odt(body=f'<text:p {_NAMES}><{element} xlink:href="{address}"/></text:p>')


def styles(inner: str) -> str:
    """A part for styles or settings."""
    return (
        f'<office:document xmlns:office="{_OFFICE}:office:1.0" xmlns:draw="{_OFFICE}:drawing:1.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" {_NAMES}>{inner}</office:document>'
    )


def menus(address: str) -> bytes:
    """An ODT with a key of its own."""
    return odt(
        {
            "Configurations2/accelerator/current.xml": '<accel:list xmlns:accel="http://openoffice.org/2001/accel" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink"><accel:item xlink:href="{address}"/></accel:list>'
        }
    )


HOSTILE: Hostile = {
    "odt: module": (odt({"Basic/Standard/Module1.xml": "<a/>"}), MACROS),
    "odt: module, small letters": (odt({"basic/standard/module1.xml": "<a/>"}), MACROS),
    "odt: module in a list": (
        odt(
            {
                **_LISTS,
                "Basic/Standard/script-lb.xml": '<l:library xmlns:l="x"><l:element l:name="M"/></l:library>',
            }
        ),
        MACROS,
    ),
    "odt: Python": (odt({"Scripts/python/x.py": "import os"}), MACROS),
    "odt: dialogue": (odt({"Dialogs/Standard/D.xml": "<a/>"}), MACROS),
    "odt: script in the text": (odt(body='<text:script script:language="JavaScript">x</text:script>'), MACROS),
    "odt: library in the text": (odt(body='<office:script script:language="ooo:Basic"/>'), MACROS),
    "odt: event": (odt(body='<script:event-listener xlink:href="vnd.sun.star.script:x"/>'), MACROS),
    "odt: event without an address": (
        odt(body='<script:event-listener script:event-name="dom:load"/>'),
        MACROS,
    ),
    "odt: event of slides": (
        odt(body=f'<a {_NAMES}><presentation:event-listener presentation:action="execute"/></a>'),
        MACROS,
    ),
    "odt: field that runs a macro": (odt(body='<text:execute-macro text:name="x"/>'), MACROS),
    "odt: link that runs a macro": (at("text:a", "vnd.sun.star.script:x"), MACROS),
    "odt: link that runs a macro, old": (at("text:a", "macro:///Standard.M.x()"), MACROS),
    "odt: link that runs a macro, spaced": (at("text:a", " vnd.sun.star.&#9;script:x"), MACROS),
    "odt: link that runs a macro, escaped": (at("draw:a", "vnd.sun.star.script%3ax"), MACROS),
    "odt: link that runs a command": (at("text:a", ".uno:Print"), MACROS),
    "odt: link with a script": (at("text:a", "javascript:x"), MACROS),
    "odt: area with a script": (at("draw:area-rectangle", "macro:x"), MACROS),
    "odt: key that runs a macro": (menus("vnd.sun.star.script:x"), MACROS),
    "odt: picture on a server": (at("draw:image", "file://server/share/x.png"), REMOTE),
    "odt: picture on a server, UNC": (at("draw:image", "\\\\server\\share\\x.png"), REMOTE),
    "odt: picture on a server, slashes": (at("draw:image", "//server/share/x.png"), REMOTE),
    "odt: picture on a server, five slashes": (at("draw:image", "file://///server/share/x.png"), REMOTE),
    "odt: picture on a server, capitals": (at("draw:image", "FILE://server/x.png"), REMOTE),
    "odt: picture on a server, escaped": (at("draw:image", "file:%2F%2Fserver/x.png"), REMOTE),
    "odt: picture by SMB": (at("draw:image", "smb://server/x.png"), REMOTE),
    "odt: picture by WebDAV": (at("draw:image", "vnd.sun.star.webdav://server/x.png"), REMOTE),
    "odt: picture by package of another": (at("draw:image", "vnd.sun.star.pkg://x"), REMOTE),
    "odt: background on a server": (
        odt({"styles.xml": styles('<style:background-image xlink:href="//server/x"/>')}),
        REMOTE,
    ),
    "odt: fill on a server": (odt({"styles.xml": styles('<draw:fill-image xlink:href="//server/x"/>')}), REMOTE),
    "odt: font from the web": (
        odt({"styles.xml": styles('<svg:font-face-uri xlink:href="https://evil.example/x.ttf"/>')}),
        REMOTE,
    ),
    "odt: template from the web": (
        odt({"meta.xml": styles('<meta:template xlink:href="https://evil.example/x.ott"/>')}),
        REMOTE,
    ),
    "odt: reload": (odt({"meta.xml": styles('<meta:auto-reload xlink:href="https://evil.example/"/>')}), REMOTE),
    "odt: section from the web": (at("text:section-source", "https://evil.example/x.odt"), REMOTE),
    "odt: section on a server": (at("text:section-source", "file://server/x.odt"), REMOTE),
    "odt: object on a server": (at("draw:object", "//evil/share/x"), REMOTE),
    "odt: frame from the web": (at("draw:floating-frame", "https://evil.example/"), REMOTE),
    "odt: data of a form": (odt(body=f'<form:form {_NAMES} form:datasource="file://server/x.odb"/>'), REMOTE),
    "odt: sheet from the web": (at("table:table-source", "https://evil.example/x.ods"), REMOTE),
    "odt: DDE": (odt(body="<text:dde-connection-decl/>"), ACTIVE),
    "odt: DDE of a section": (odt(body='<office:dde-source office:dde-application="soffice"/>'), ACTIVE),
    "odt: DDE of a table": (odt(body=f"<table:dde-link {_NAMES}/>"), ACTIVE),
    "odt: applet": (odt(body="<draw:applet/>"), ACTIVE),
    "odt: plug-in": (at("draw:plugin", "x.mp4"), ACTIVE),
    "odt: object of another program": (odt(body='<draw:object-ole xlink:href="./Object 1"/>'), ACTIVE),
    "odt: object in the manifest": (
        odt(manifest='<manifest:file-entry manifest:media-type="application/vnd.sun.star.oleobject"/>'),
        ACTIVE,
    ),
    "odt: formula with DDE": (
        odt(body=f'<table:c {_NAMES} table:formula="of:=DDE(&quot;cmd&quot;;&quot;x&quot;)"/>'),
        ACTIVE,
    ),
    "odt: formula on a server": (
        odt(body=f"<table:c {_NAMES} table:formula=\"of:=['file://server/x.ods'#$A.B1]\"/>"),
        ACTIVE,
    ),
    "odt: script in a drawing": (odt({"Pictures/a.svg": drawing("<script/>")}), ACTIVE),
    "odt: event in a drawing": (odt({"Pictures/a": drawing(attributes='onload="x"')}), ACTIVE),
    "odt: script in a drawing in the text": (odt(body=drawing("<script/>")), ACTIVE),
    "odt: program": (odt({"Pictures/a.png": b"\x7fELF" + bytes(99)}), ACTIVE),
    "odt: password": (odt(manifest="<manifest:encryption-data/>", body="&broken"), ENCRYPTED),
    "odt: password for the whole": (odt({"encrypted-package": b"x"}), ENCRYPTED),
    "odt: compressed mimetype": (odt(stored=()), DAMAGED),
    "odt: no manifest": (odt(without=("META-INF/manifest.xml",)), DAMAGED),
    "odt: entity": (odt({"styles.xml": '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'}), DAMAGED),
    "odt: broken part": (odt({"styles.xml": "<a>"}), DAMAGED),
    "odt: empty text": (odt({"content.xml": b""}), DAMAGED),
    "odt: two kinds at once": (docx({"mimetype": "application/vnd.oasis.opendocument.text"}), DISGUISED),
    "odt: sheet renamed": (odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), UNKNOWN),
    "odt: template renamed": (odt(mimetype="application/vnd.oasis.opendocument.text-template"), UNKNOWN),
}

HONEST: Honest = {
    "odt: plain": (odt(), NOTHING),
    "odt: OpenOffice with empty settings": (
        odt({"Configurations2/accelerator/current.xml": b"", "Configurations2/images/Bitmaps/": b""}),
        NOTHING,
    ),
    "odt: OpenOffice with empty libraries": (odt(_LISTS), NOTHING),
    "odt: keys of its own": (menus(".uno:Save"), NOTHING),
    "odt: LibreOffice": (
        odt(
            {
                "styles.xml": styles(""),
                "meta.xml": styles("<meta:generator/>"),
                "settings.xml": styles(""),
                "manifest.rdf": "<a/>",
                "Thumbnails/thumbnail.png": b"\x89PNG\r\n\x1a\n" + bytes(9),
                "layout-cache": b"\x00\x01",
            }
        ),
        NOTHING,
    ),
    "odt: manifest with a document type": (
        odt(
            {
                "META-INF/manifest.xml": "<!DOCTYPE manifest:manifest PUBLIC '-//OpenOffice.org//DTD' 'Manifest.dtd'>"
                f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0"/>'
            }
        ),
        NOTHING,
    ),
    "odt: signed": (odt({"META-INF/documentsignatures.xml": "<a/>"}), NOTHING),
    "odt: picture": (
        odt({"Pictures/a.png": b"\x89PNG\r\n\x1a\n" + bytes(9)}, body='<draw:image xlink:href="Pictures/a.png"/>'),
        NOTHING,
    ),
    "odt: picture on the web": (at("draw:image", "https://www.example.org/a.png"), WEB),
    "odt: picture on the drive": (at("draw:image", "file:///C:/a.png"), LOCAL),
    "odt: picture beside it": (at("draw:image", "../a.png"), NOTHING),
    "odt: background on the web": (
        odt({"styles.xml": styles('<style:background-image xlink:href="https://example.org/a"/>')}),
        WEB,
    ),
    "odt: drawing": (odt({"Pictures/a.svg": drawing('<use xlink:href="#a"/>')}), NOTHING),
    "odt: link": (at("text:a", "https://www.gov.uk/"), NOTHING),
    "odt: link by mail": (at("text:a", "mailto:a@example.org"), NOTHING),
    "odt: link to a heading": (at("text:a", "#1.Policy|outline"), NOTHING),
    "odt: link to a file": (at("text:a", "file:///C:/a.odt"), LINK),
    "odt: link to a share": (at("text:a", "file://server/a.odt"), LINK),
    "odt: template on the drive": (
        odt({"meta.xml": styles('<meta:template xlink:href="file:///C:/T/a.ott"/>')}),
        LOCAL,
    ),
    "odt: template beside it": (odt({"meta.xml": styles('<meta:template xlink:href="../../T/a.ott"/>')}), NOTHING),
    "odt: reload of nothing": (odt({"meta.xml": styles('<meta:auto-reload meta:delay="PT0S"/>')}), NOTHING),
    "odt: formula": (odt(body=f'<table:c {_NAMES} table:formula="ooow:sum(&lt;A1:A3&gt;)"/>'), NOTHING),
    "odt: font inside": (
        odt(
            {
                "Fonts/a.ttf": b"\0\1\0\0" + bytes(9),
                "styles.xml": styles('<svg:font-face-uri xlink:href="Fonts/a.ttf"/>'),
            }
        ),
        NOTHING,
    ),
    "odt: form": (odt(body=f'<form:form {_NAMES} xlink:href="" form:name="F"/>'), NOTHING),
    "odt: title with a script": (odt(body='<draw:frame draw:name="macro: notes"/>'), NOTHING),
}
