"""Names of parts and their content types ([Content_Types].xml, ECMA-376 part 2)."""

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote
from zipfile import ZipFile

from app.integrations.inspection.refusals import FileRefused, RefusalCode
from app.integrations.inspection.xml_scan import XmlScanner

_TYPES = "[content_types].xml"
_MACROS = (
    "macroenabled",
    "vbaproject",
    "vbadata",
    "macrosheet",
    "ms-office.vba",
    "attachedtoolbars",
    "keymapcustom.vba",
)
_ACTIVE = ("activex", "ms-office.control", "ms-office.activex", "afchunk")

_USUAL_MACROS = re.compile(
    r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml|vbaprojectsignature[^/]*|attachedtoolbars[^/]*)$"
)
_USUAL_CONTROLS = re.compile(r"(?:^|/)activex/")


def canonical(name: str) -> str:
    """A part's name as programs compare it: without escapes, first slash and case."""
    return posixpath.normpath("/" + unquote(name).lstrip("/")).lstrip("/").casefold()


def is_types(name: str) -> bool:
    """True for the part that declares the types."""
    return canonical(name) == _TYPES


def resolved(source: str, target: str) -> str:
    """The part that a relation of the part `source` leads to. The package itself is the source with an empty name."""
    address = target.partition("#")[0].replace("\\", "/")
    return canonical(address if address.startswith("/") else posixpath.join(posixpath.dirname(source), address))


def source_of(relations: str) -> str:
    """The part whose relations these are: `word/_rels/document.xml.rels` belongs to `word/document.xml`."""
    folder, _, name = canonical(relations).rpartition("/")
    parent = folder.removesuffix("_rels").rstrip("/")
    own = name.removesuffix(".rels")
    return posixpath.join(parent, own) if own else ""


def kind_of(content_type: str) -> RefusalCode:
    """Why a part of this refused type is refused."""
    return RefusalCode.MACROS if any(word in content_type for word in _MACROS) else RefusalCode.ACTIVE_CONTENT


def usual_place(name: str) -> RefusalCode | None:
    """Why a part is refused that stands where macros and controls usually do, even if nothing refers to it."""
    if _USUAL_MACROS.search(canonical(name)):
        return RefusalCode.MACROS
    return RefusalCode.ACTIVE_CONTENT if _USUAL_CONTROLS.search(canonical(name)) else None


class Types:
    """The declared types, in lower case and without parameters."""

    def __init__(self, scanner: XmlScanner, archive: ZipFile) -> None:
        """Raises `FileRefused`."""
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        listing = [name for name in archive.namelist() if is_types(name)]
        if len(listing) != 1:
            raise FileRefused(RefusalCode.DAMAGED)
        with archive.open(listing[0]) as stream:
            scanner.scan(stream, self._on_element)
        extensions = {name.rpartition(".")[2].casefold() for name in archive.namelist()}
        # Word forgets the default type of parts that are gone, and so may stay that of a macro.
        used = {kind for extension, kind in self._defaults.items() if extension in extensions}
        self.declared = used | set(self._overrides.values())
        self.refused = {kind for kind in self.declared if any(word in kind for word in (*_MACROS, *_ACTIVE))}

    def _on_element(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("ContentType", "").partition(";")[0].strip().lower()
        if name == "Default":
            self._defaults[attributes.get("Extension", "").lstrip(".").casefold()] = kind
        elif name == "Override":
            self._overrides[canonical(attributes.get("PartName", ""))] = kind

    def of(self, name: str) -> str:
        """The type of a part; empty if none is declared."""
        part = canonical(name)
        return self._overrides.get(part) or self._defaults.get(part.rpartition(".")[2], "")
