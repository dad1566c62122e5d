"""SVG drawings within a document: they may hold scripts, and fetch pictures and style sheets."""

import re
from collections.abc import Mapping

from app.integrations.inspection.fetched import judge_fetched, judge_link
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.refusals import RefusalCode
from app.integrations.inspection.xml_scan import local

NAMESPACE = "http://www.w3.org/2000/svg "

_RUNS = frozenset({"script", "handler", "listener", "foreignobject", "iframe", "object", "embed", "audio", "video"})
_MOVES = frozenset({"set", "animate"})
_MOVED_TO = frozenset({"to", "from", "by", "values"})
_ADDRESS_IN_STYLE = re.compile(r"""(?i)(?:url\(\s*["']?|@import\s+["'])([^"')]*)""")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_LAST_CHARACTER = 0x10FFFF
_PICTURE_INSIDE = re.compile(r"(?i)\s*data:image/(?!svg)")


def judge_element(element: str, attributes: Mapping[str, str], findings: Findings, where: str) -> None:
    """Judge an element of a drawing; `element` is its name without the namespace."""
    if element.lower() in _RUNS:
        findings.refuse(RefusalCode.ACTIVE_CONTENT, "A drawing contains a script or a web page", where)
    moves = element.lower() in _MOVES and attributes.get("attributeName", "").lower().endswith("href")
    for whole, value in attributes.items():
        name = local(whole).lower()
        if name.startswith("on"):
            findings.refuse(RefusalCode.ACTIVE_CONTENT, "A drawing contains a script", where)
        elif moves and name in _MOVED_TO:
            for address in value.split(";"):
                judge_fetched(address, "A part of a drawing", findings, where, picture=True)
        elif name == "base":
            judge_fetched(value, "A part of a drawing", findings, where)
        elif name == "href":
            if element == "a":
                judge_link(value, findings, where)
            elif not _PICTURE_INSIDE.match(value):
                judge_fetched(value, "A part of a drawing", findings, where, picture=True)
        else:
            judge_style(value, findings, where)


def judge_style(text: str, findings: Findings, where: str) -> None:
    """Judge the addresses in a style, as it is written and with its escapes decoded."""
    if "\\" in text:
        judge_style(_ESCAPE.sub(_decoded, text).replace("\\", "/"), findings, where)
    if "(" in text or "@" in text:
        for match in _ADDRESS_IN_STYLE.finditer(text):
            if not _PICTURE_INSIDE.match(match[1]):
                judge_fetched(match[1], "A part of a drawing", findings, where, picture=True)


def _decoded(escape: re.Match[str]) -> str:
    code = int(escape[1] or "0", 16)
    return escape[2] or chr(code if 0 < code <= _LAST_CHARACTER else 0xFFFD)
