"""The XML parts of an Open Packaging archive: relations, fields, addresses and formulas in them."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote
from zipfile import ZipFile

from app.integrations.inspection import drawings
from app.integrations.inspection.fetched import judge_base, judge_connection, judge_fetched, judge_link
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.formulas import fetches, links_a_program
from app.integrations.inspection.instructions import Instructions
from app.integrations.inspection.openxml_names import Types, canonical, resolved, source_of
from app.integrations.inspection.refusals import RefusalCode
from app.integrations.inspection.where import Leads, leads_to
from app.integrations.inspection.xml_scan import XmlScanner, local

_MARK_BYTES, _PIECE_BYTES = 3, 4096
# Of every encoding, with the byte order marks.
_BLANKS = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
_XML = re.compile(rb"<\0?[?!A-Za-z_]")
_MACROS = frozenset(
    [
        "vbaproject",
        "wordvbadata",
        "vbaprojectsignature",
        "vbaprojectsignatureagile",
        "vbaprojectsignaturev3",
        "attachedtoolbars",
        "xlmacrosheet",
        "xlintlmacrosheet",
    ]
)
_ACTIVE = frozenset(["afchunk", "control", "activexcontrolbinary", "activexcontrol"])
_OBJECTS = frozenset({"oleobject", "package"})
_BY_ADDRESS = {
    "attachedtemplate": "The template",
    "mailmergesource": "The data source of a mail merge",
    "mailmergeheadersource": "The headings of a mail merge",
    "subdocument": "A part of the document",
    "externallinkpath": "A linked sheet",
    "xlpathmissing": "A linked sheet",
    "xlexternallinkpath/xlpathmissing": "A linked sheet",
    "externallinklong": "A linked sheet",
    "externallink": "A linked sheet",
    "externallinkstartup": "A linked sheet",
    "frame": "A frame",
    "font": "A font",
    "audio": "A sound",
    "video": "A film",
    "media": "A film or sound",
    "transform": "A style sheet",
    "recipientdata": "The data source of a mail merge",
    "oleobject": "The sheet of a chart",
    "package": "The sheet of a chart",
}
_CHARTS = ("drawingml.chart+xml", "drawingml.chartshapes+xml", "ms-office.chartex+xml")
_BREAKS = frozenset(["p", "br", "cr", "tab", "ptab", "tc", "tr", "noBreakHyphen"])
_TEXTS = frozenset(["instrText", "delInstrText", "t", "delText"])
_VML_PICTURES = frozenset(["imagedata", "fill", "stroke", "image"])
_FORMULAS = frozenset(
    ["f", "definedName", "formula", "formula1", "formula2", "oldFormula", "calculatedColumnFormula", "totalsRowFormula"]
)
_ROOTED = re.compile(r"/(?![/\\])")
# How the connection of a sheet says where its data are; the last two are extensions of Excel 2013.
_DATABASES = ("dbPr", "webPr", "olapPr", "oledbPr", "dataFeedPr")
_MACRO_KEYS = frozenset({"macro", "wll", "mcd"})
# Buttons in the ribbon. Their callbacks are macros, and a callback may name a file of the web.
_RIBBON = re.compile(r"http://schemas\.microsoft\.com/office/20\d\d/\d\d/customui ")
_CALLBACK = re.compile(r"on[A-Z]|get[A-Z]|loadImage$")
_PROGRAM_ACTION = re.compile(r"(?i)\s*ppaction://(?:program|macro|ole)")


def is_xml(archive: ZipFile, name: str) -> bool:
    """True if the part is XML, whatever it is called. Any number of blanks may stand before the first element."""
    head = b""
    with archive.open(name) as stream:
        while len(head) < _MARK_BYTES and (piece := stream.read(_PIECE_BYTES)):
            head = (head + piece).lstrip(_BLANKS)
    return _XML.match(head) is not None


def _leaves(target: str) -> bool:
    """True if the target leads out of the package, whatever the mode says. A path from its root stays in it."""
    leads = leads_to(target)
    return leads is not Leads.INSIDE and not (leads is Leads.OWN and _ROOTED.match(target))


class Parts:
    """The parts read so far, and what relations say of others."""

    def __init__(self, scanner: XmlScanner, archive: ZipFile, types: Types, findings: Findings) -> None:
        self._scanner = scanner
        self._archive = archive
        self._types = types
        self._findings = findings
        self.names = {canonical(name) for name in archive.namelist()}
        self.inside: list[tuple[str, str, str]] = []
        """Source, kind and target of each relation that stays in the package."""
        self.objects: set[str] = set()
        self.judged: set[str] = set()

    def read(self, name: str) -> None:
        """Read one XML part. Raises `FileRefused`."""
        source = source_of(name)
        chart = any(word in self._types.of(source) for word in _CHARTS)
        part = _Part(self, self._findings, unquote(name), source, chart)
        with self._archive.open(name) as stream:
            self._scanner.scan(stream, part.on_element, part.on_text, part.on_end, whole_names=True)
        part.fields.finish()


class _Part:
    def __init__(self, parts: Parts, findings: Findings, where: str, source: str, chart: bool) -> None:
        self._parts = parts
        self._findings = findings
        self._where = where
        self._source = source
        self._chart = chart
        self._on: dict[str, Callable[[Mapping[str, str]], None]] = {
            "Relationship": self._on_relation,
            "fldChar": self._on_field_mark,
            "fldSimple": self._on_simple_field,
            "dataBinding": lambda _: self.fields.unknown(),
            "AlternateContent": lambda _: self.fields.unknown(),
            "del": lambda _: self.fields.deleted(),
            "moveFrom": lambda _: self.fields.deleted(),
            "sym": self._on_symbol,
            "connectString": self._on_connection,
            "udl": self._on_connection,
            "ddeLink": lambda _: self._refuse("The document contains a link that starts a program (DDE)"),
            "ddeItem": lambda _: self._refuse("The document contains a link that starts a program (DDE)"),
            **dict.fromkeys(_DATABASES, self._on_database),
            "schema": self._on_schema,
            "textPr": self._on_text_source,
            "connection": self._on_text_source,
            "reference": self._on_add_in,
            "webVideoPr": lambda _: self._refuse("The document contains a web page with a film"),
            "hlinkMouseOver": self._on_hovering,
            "hlinkHover": self._on_hovering,
        }
        self.fields = Instructions(findings, where)
        self._reads = ""
        self._formula: list[str] = []

    def on_element(self, whole: str, attributes: Mapping[str, str]) -> None:
        name = local(whole)
        if whole.startswith(drawings.NAMESPACE):
            drawings.judge_element(name, attributes, self._findings, self._where)
            if name == "style":
                self._reads, self._formula = name, []
            return
        if name in _TEXTS or name in _FORMULAS or name == "HyperlinkBase":
            self._reads, self._formula = name, []
        elif name in self._on:
            self._on[name]({local(key): value for key, value in attributes.items()})
        elif name in _VML_PICTURES:
            self._on_picture(attributes)
        elif name in _MACRO_KEYS and "word/2006/wordml" in whole:
            self._findings.refuse(
                RefusalCode.MACROS, "A shortcut key or a menu in the document runs a macro", self._where
            )
        elif name in _BREAKS and self.fields.reading:
            self.fields.text("\n")
        elif _RIBBON.match(whole) and any(map(_CALLBACK.match, attributes)):
            self._findings.refuse(RefusalCode.MACROS, "A button of the document runs a macro", self._where)
        for key, value in attributes.items():
            if _PROGRAM_ACTION.match(value) and local(key) == "action":
                self._refuse("A link in the document starts a program")

    def on_text(self, text: str) -> None:
        if self._reads in _TEXTS:
            self.fields.text(text)
        elif self._reads:
            self._formula.append(text)

    def on_end(self, whole: str) -> None:
        name = local(whole)
        if name == "fldSimple":
            self.fields.end()
        elif name in {"del", "moveFrom"}:
            self.fields.deleted()
        elif name == "AlternateContent":
            self.fields.unknown()
        elif name == self._reads:
            formula, self._reads = "".join(self._formula), ""
            if name == "style":
                drawings.judge_style(formula, self._findings, self._where)
            elif name == "HyperlinkBase":
                judge_base(formula, self._findings, self._where)
            elif name in _FORMULAS and (fetches(formula) or links_a_program(formula)):
                self._refuse("A formula starts a program or fetches from another place")

    def _refuse(self, what: str) -> None:
        self._findings.refuse(RefusalCode.ACTIVE_CONTENT, what, self._where)

    def _on_relation(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("Type", "").strip().rstrip("/").rpartition("/")[2].casefold()
        target = attributes.get("Target", "")
        if kind in _MACROS:
            self._findings.refuse(RefusalCode.MACROS, "The document contains macros", self._where)
        elif kind in _ACTIVE:
            self._refuse("The document contains a control, or a web page as a part of itself")
        elif attributes.get("TargetMode", "").strip().casefold() == "external" or _leaves(target):
            self._on_outside(kind, target)
        else:
            part = resolved(self._source, target)
            self._parts.inside.append((self._source, kind, part))
            if kind in _OBJECTS:
                self._parts.objects.add(part)

    def _on_outside(self, kind: str, target: str) -> None:
        if kind == "hyperlink":
            judge_link(target, self._findings, self._where)
        elif kind == "image":
            judge_fetched(target, "A picture", self._findings, self._where, picture=True)
        elif kind in _OBJECTS and not self._chart:
            self._refuse("The document contains a linked object")
        elif kind in _BY_ADDRESS:
            judge_fetched(target, _BY_ADDRESS[kind], self._findings, self._where)
        else:
            self._findings.refuse(
                RefusalCode.REMOTE_CONTENT, "A part of the document is fetched as soon as it is opened", self._where
            )

    def _on_field_mark(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("fldCharType", "").strip().lower()
        if kind == "begin":
            self.fields.begin()
        elif kind == "separate":
            self.fields.separate()
        elif kind == "end":
            self.fields.end()

    def _on_simple_field(self, attributes: Mapping[str, str]) -> None:
        self.fields.begin()
        self.fields.text(attributes.get("instr", ""))
        self.fields.separate()

    def _on_symbol(self, attributes: Mapping[str, str]) -> None:
        """A character of a font of symbols, whose codes stand in the private area."""
        try:
            code = int(attributes.get("char", ""), 16)
        except ValueError:
            return
        self.fields.text(chr(code & 0xFF if 0xF000 <= code <= 0xF0FF else code & 0xFFFF))

    def _on_picture(self, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            # An address in a namespace of Office; r:href is a relation.
            if local(key) in {"src", "href"} and "/relationships " not in key:
                judge_fetched(value, "A picture", self._findings, self._where, picture=True)

    def _on_connection(self, attributes: Mapping[str, str]) -> None:
        judge_connection(attributes.get("val", ""), "The data source of a mail merge", self._findings, self._where)

    def _on_database(self, _attributes: Mapping[str, str]) -> None:
        self._findings.refuse(RefusalCode.REMOTE_CONTENT, "A sheet fetches its data from a database", self._where)

    def _on_text_source(self, attributes: Mapping[str, str]) -> None:
        for key in ("sourceFile", "odcFile"):
            judge_fetched(attributes.get(key, ""), "The data of a sheet", self._findings, self._where)

    def _on_add_in(self, attributes: Mapping[str, str]) -> None:
        """An add-in asks the reader first, but its description is fetched before."""
        if leads_to(store := attributes.get("store", "")) in {Leads.SERVER, Leads.SCRIPT}:
            judge_fetched(store, "An add-in", self._findings, self._where)

    def _on_hovering(self, _attributes: Mapping[str, str]) -> None:
        self._refuse("Moving the mouse over a slide opens a link without a click")

    def _on_schema(self, attributes: Mapping[str, str]) -> None:
        if address := attributes.get("manifestLocation"):
            judge_fetched(address, "An extension of the document", self._findings, self._where)
