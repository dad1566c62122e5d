"""Check a PDF against PDF/A-3 and PDF/UA, as far as that can be done without a full validator.

`pikepdf` knows level B of PDF/A-3, and neither extension schemas of XMP nor PDF/UA. What it therefore says of every one
of our documents is expected; the tags, the language and the XMP packet are read beside it.
"""

from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import pdfa

EXPECTED: Final = frozenset(
    {
        # Not checked: the set of characters of a font's subset.
        "ISO_19005_3:6.2.11.4.2-2",
        # XMP: extension schemas, which declare PDF/UA, and structured properties.
        "ISO_19005_3:6.6.2.3.1-1",
        "ISO_19005_3:6.6.2.3.1-2",
        # Level A and not B.
        "ISO_19005_3:6.6.4-3",
        # A destination by reference.
        "pikepdf:schema-OutlineItem",
    }
)
_XMP: Final = {
    "pdfaid:part": "3",
    "pdfaid:conformance": "A",
    "pdfuaid:part": "1",
    "dc:language": {"en-GB"},
}


def standard_faults(document: bytes) -> set[str]:
    """Return what is wrong with a document that should be PDF/A-3a and PDF/UA-1: rule ids, or words of our own."""
    report = pdfa.validate_written(BytesIO(document), "3b")
    faults = {finding.rule for finding in report.findings} - EXPECTED
    with pikepdf.open(BytesIO(document)) as pdf:
        faults |= _accessibility_faults(pdf)
    return faults


def _accessibility_faults(pdf: pikepdf.Pdf) -> set[str]:
    root, faults = pdf.Root, set[str]()
    if not _is_set(root, "/MarkInfo", "/Marked"):
        faults.add("not marked as tagged")
    if str(root.get("/Lang", "")) != "en-GB":
        faults.add("no language")
    if not _is_set(root, "/ViewerPreferences", "/DisplayDocTitle"):
        faults.add("the title is not shown")
    tags = _tags(root["/StructTreeRoot"]) if "/StructTreeRoot" in root else set[str]()
    if not {"/H1", "/Table", "/TR", "/TH", "/TD"} <= tags:
        faults.add("tables or headings without tags")
    with pdf.open_metadata() as xmp:
        faults |= {f"XMP {name}" for name, value in _XMP.items() if xmp.get(name) != value}
        if not xmp.get("dc:title"):
            faults.add("XMP dc:title")
    return faults


def _is_set(root: pikepdf.Object, part: str, name: str) -> bool:
    return part in root and bool(root[part].get(name, False))


def _tags(node: pikepdf.Object) -> set[str]:
    found, waiting = set[str](), [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting += list(each)
        elif isinstance(each, pikepdf.Dictionary):
            found.add(str(each.get("/S", "")))
            if "/K" in each:
                waiting.append(each["/K"])
    return found


def attached(document: bytes) -> dict[str, tuple[bytes, str, str]]:
    """Return the associated files by name: their bytes, relationship and media type."""
    with pikepdf.open(BytesIO(document)) as pdf:
        files = {}
        for each in pdf.Root.get("/AF", []):
            stream = each["/EF"]["/F"]
            files[str(each["/UF"])] = (stream.read_bytes(), str(each["/AFRelationship"]), str(stream["/Subtype"]))
        return files
