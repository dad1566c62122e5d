"""ODT: an OpenDocument package (ISO/IEC 26300-2) with a text in it, and packages within other documents."""

import posixpath
import re
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile

from app.integrations.inspection import compound, drawings, openxml
from app.integrations.inspection.archives import MARK
from app.integrations.inspection.fetched import judge_fetched, judge_link
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.formulas import fetches
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.openxml_parts import is_xml
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal
from app.integrations.inspection.where import Leads, leads_to
from app.integrations.inspection.xml_scan import XmlScanner, local

MIMETYPE = "mimetype"

_MANIFEST = "META-INF/manifest.xml"
_CONTENT = "content.xml"
_TEXT = FileKind.ODT.media_type.encode()
_EMBEDDED = re.compile(
    rb"application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics|chart|formula|image)(?:-template)?"
)
_LONGEST_MIMETYPE = 200
_MACRO_FOLDERS = frozenset({"basic", "scripts", "dialogs"})
# OpenOffice lists its libraries even if they hold no module.
_LISTS = frozenset({"script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml"})
_MENUS = "configurations2"
_ACTIVE = {
    "applet": "an applet",
    "plugin": "a plug-in",
    "dde-source": "a link that starts a program (DDE)",
    "dde-connection": "a link that starts a program (DDE)",
    "dde-connection-decl": "a link that starts a program (DDE)",
    "dde-connection-decls": "a link that starts a program (DDE)",
    "dde-link": "a link that starts a program (DDE)",
    "dde-links": "a link that starts a program (DDE)",
}
_LINKS = frozenset(["a", "area-rectangle", "area-circle", "area-polygon", "hyperlink-behaviour", "form", "button"])
_PICTURES = frozenset(["image", "fill-image", "background-image", "list-level-style-image"])
_RUNS_SCRIPT = re.compile(r"(?i)\s*(?:vnd\.sun\.star\.(?:script|expand|cmd)|macro):")
# Attributes that hold a formula, or cells that may be those of another file.
_FORMULA = re.compile(r"formula|condition|expression|.*address(?:es)?")
_FIRST_BYTES = 512
_BASE = "http://www.w3.org/XML/1998/namespace base"
_XFORMS = "http://www.w3.org/2002/xforms"


def inspect(archive: ZipFile, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind and damage; what else is found goes to `findings`."""
    if _mimetype(archive) != _TEXT:
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    _inspect(archive, findings)
    return FileKind.ODT


def inspect_package(archive: ZipFile, findings: Findings) -> None:
    """Inspect a package of any kind of OpenDocument that another document holds."""
    if not _EMBEDDED.fullmatch(_mimetype(archive)):
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    _inspect(archive, findings)


def _mimetype(archive: ZipFile) -> bytes:
    with archive.open(MIMETYPE) as stream:
        return stream.read(_LONGEST_MIMETYPE)


def _inspect(archive: ZipFile, findings: Findings) -> None:
    names = archive.namelist()
    if "encrypted-package" in names:
        raise refusal(RefusalCode.ENCRYPTED, "The document is protected with a password")
    first = min(archive.infolist(), key=lambda entry: entry.header_offset)
    if first.filename != MIMETYPE or first.compress_type != ZIP_STORED or not {_MANIFEST, _CONTENT} <= set(names):
        raise FileRefused(RefusalCode.DAMAGED)
    package = _Package(archive, findings)
    # The manifest tells of encryption; the encrypted parts themselves would only look damaged.
    package.read(_MANIFEST)
    if package.encrypted:
        raise refusal(RefusalCode.ENCRYPTED, "The document is protected with a password")
    damage: FileRefused | None = None
    for name in names:
        if name.endswith("/") or name in {MIMETYPE, _MANIFEST}:
            continue
        try:
            package.judge(name)
        except FileRefused as refused:
            # Go on: another part may hold the more telling reason.
            damage = damage or refused
            if refused.code is RefusalCode.TOO_COMPLEX:
                break
    package.judge_objects()
    if damage is not None:
        raise damage


class _Package:
    def __init__(self, archive: ZipFile, findings: Findings) -> None:
        self._archive = archive
        self._findings = findings
        self._scanner = XmlScanner()
        self.encrypted = False
        self._objects: dict[str, str] = {}
        self._passed: set[str] = set()

    def judge(self, name: str) -> None:
        """Judge a part by its place and its first bytes. Raises `FileRefused`."""
        folders = name.lower().split("/")
        if not _MACRO_FOLDERS.isdisjoint(folders[:-1]) and folders[-1] not in _LISTS:
            self._findings.refuse(RefusalCode.MACROS, "The document contains macros", name)
            return
        with self._archive.open(name) as stream:
            head = stream.read(_FIRST_BYTES)
        if head.startswith(compound.MARK):
            code, what = compound.what_is_embedded(self._archive.read(name))
            self._findings.refuse(code, f"The document contains {what}", name)
        elif head.startswith(MARK):
            if openxml.look_inside(self._archive.read(name), None, "An embedded document", self._findings, name):
                self._findings.notice(NoticeCode.EMBEDDED_DOCUMENTS, "Another office document is embedded.", name)
                self._passed.add(name)
        # OpenOffice leaves some parts empty.
        elif name == _CONTENT or (head and (name.lower().endswith(".xml") or is_xml(self._archive, name))):
            self.read(name)

    def read(self, name: str) -> None:
        """Read one XML part. Raises `FileRefused`."""
        part = _Part(self._findings, name)
        with self._archive.open(name) as stream:
            self._scanner.scan(stream, part.on_element, part.on_text, part.on_end, whole_names=True)
        self.encrypted |= part.encrypted
        self._objects.update(dict.fromkeys(part.objects, name))

    def judge_objects(self) -> None:
        """An object of another program passes only if it is an office package that passed by itself."""
        for target, where in self._objects.items():
            if target not in self._passed:
                self._findings.refuse(
                    RefusalCode.ACTIVE_CONTENT, "The document contains an embedded object of another program", where
                )


class _Part:
    def __init__(self, findings: Findings, where: str) -> None:
        self._findings = findings
        self._where = where
        self._folder = posixpath.dirname(where)
        self._menus = where.lower().split("/")[0] == _MENUS
        self._lists = not _MACRO_FOLDERS.isdisjoint(where.lower().split("/")[:-1])
        self._style: list[str] | None = None
        self._setting: list[str] | None = None
        self.encrypted = False
        self.objects: list[str] = []

    def on_element(self, whole: str, attributes: Mapping[str, str]) -> None:
        name = local(whole)
        if whole.startswith(drawings.NAMESPACE):
            drawings.judge_element(name, attributes, self._findings, self._where)
            if name == "style":
                self._style = []
            return
        if name == "encryption-data":
            self.encrypted = True
        elif name in _ACTIVE:
            self._refuse(RefusalCode.ACTIVE_CONTENT, f"The document contains {_ACTIVE[name]}")
        elif name == "object-ole" and not any(local(key) == "href" for key in attributes):
            self._refuse(RefusalCode.ACTIVE_CONTENT, "The document contains an embedded object of another program")
        elif name in {"event-listener", "execute-macro", "error-macro"}:
            self._refuse(RefusalCode.MACROS, "The document runs a macro when something happens")
        elif name == "script":
            self._refuse(RefusalCode.MACROS, "The document contains a script")
        elif name == "config-item" and "string" in attributes.values():
            self._setting = []
        elif name == "element" and self._lists:
            self._refuse(RefusalCode.MACROS, "The document contains macros")
        for key, value in attributes.items():
            self._on_attribute(name, local(key), value)
            if key == _BASE or (whole.startswith(_XFORMS) and local(key) in {"src", "schema", "resource"}):
                judge_fetched(value, "A part of the document", self._findings, self._where)

    def _on_attribute(self, element: str, attribute: str, value: str) -> None:
        if attribute == "href":
            self._on_address(element, value)
        elif self._menus and _RUNS_SCRIPT.match(value):
            self._refuse(RefusalCode.MACROS, "A menu in the document runs a macro or a script")
        elif attribute == "media-type" and "oleobject" in value.lower():
            self._refuse(RefusalCode.ACTIVE_CONTENT, "The document contains an embedded object of another program")
        elif attribute in {"datasource", "database-name"}:
            judge_fetched(value, "The data source of a form or a sheet", self._findings, self._where)
        elif (_FORMULA.fullmatch(attribute) or (element, attribute) == ("condition", "value")) and fetches(value):
            self._refuse(RefusalCode.ACTIVE_CONTENT, "A formula starts a program or fetches from another place")

    def _on_address(self, element: str, address: str) -> None:
        script = leads_to(address) is Leads.SCRIPT
        if self._menus and script and address.strip().lower().startswith((".uno:", "slot:", "service:")):
            return
        if script:
            self._refuse(RefusalCode.MACROS, "A link in the document runs a macro or a script")
        elif element in _LINKS:
            judge_link(address, self._findings, self._where)
        elif element == "object-ole":
            self.objects.append(posixpath.normpath(posixpath.join(self._folder, address)))
        else:
            what = "A picture" if element in _PICTURES else "A part of the document"
            judge_fetched(address, what, self._findings, self._where, picture=element in _PICTURES)

    def on_text(self, text: str) -> None:
        for collected in (self._style, self._setting):
            if collected is not None:
                collected.append(text)

    def on_end(self, whole: str) -> None:
        if self._style is not None and local(whole) == "style":
            drawings.judge_style("".join(self._style), self._findings, self._where)
            self._style = None
        if self._setting is not None and local(whole) == "config-item":
            setting, self._setting = "".join(self._setting), None
            if leads_to(setting) in {Leads.SERVER, Leads.SCRIPT}:
                judge_fetched(setting, "A setting of the document", self._findings, self._where)

    def _refuse(self, code: RefusalCode, what: str) -> None:
        self._findings.refuse(code, what, self._where)
