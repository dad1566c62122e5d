"""DOCX: an Open Packaging archive (ECMA-376, part 2) with a word processing document in it, and packages within it.

Parts are found by relation and content type, whatever the case of the letters; names of files tell nothing.
"""

import io
from dataclasses import replace
from urllib.parse import unquote
from zipfile import ZipFile

from app.integrations.inspection import compound, opendocument, openxml_parts
from app.integrations.inspection.archives import MARK, opened_archive
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.openxml_names import Types, canonical, is_types, kind_of, usual_place
from app.integrations.inspection.openxml_parts import Parts
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal
from app.integrations.inspection.xml_scan import XmlScanner

_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EMBEDDED = {
    _DOCUMENT,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.slide+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
}
_MAIN_RELATION = "officedocument"
_FIRST_BYTES = 512


def is_one(archive: ZipFile) -> bool:
    """True if the archive is a package of this kind."""
    return any(is_types(name) for name in archive.namelist())


def inspect(archive: ZipFile, findings: Findings) -> FileKind:
    """Raises `FileRefused` for another kind and damage; what else is found goes to `findings`."""
    _inspect(archive, findings, {_DOCUMENT})
    return FileKind.DOCX


def look_inside(content: bytes, name: str | None, what: str, findings: Findings, where: str | None = None) -> bool:
    """Inspect an office package in a document by the same rules, whatever kind of office document it is."""
    within = replace(findings, inspect_inside=inspect_package)
    return within.look_inside(content, name, what, where)


def look_inside_theme(content: bytes, findings: Findings) -> None:
    """Inspect the archive that Word keeps in a DOC for the theme: a package without a main part."""
    replace(findings, inspect_inside=_inspect_theme).look_inside(content, None, "The theme")


def _inspect_theme(content: bytes, _name: str | None, findings: Findings) -> None:
    with opened_archive(io.BytesIO(content), len(content)) as archive:
        _inspect(archive, findings, None)


def inspect_package(content: bytes, _name: str | None, findings: Findings) -> None:
    """Inspect an office package of any kind within another document. Raises `FileRefused`."""
    with opened_archive(io.BytesIO(content), len(content)) as archive:
        if is_one(archive):
            _inspect(archive, findings, _EMBEDDED)
        elif opendocument.MIMETYPE in archive.namelist():
            opendocument.inspect_package(archive, findings)
        else:
            raise refusal(RefusalCode.ACTIVE_CONTENT, "It is an archive")


def _inspect(archive: ZipFile, findings: Findings, mains: set[str] | None) -> None:
    scanner = XmlScanner()
    if opendocument.MIMETYPE in archive.namelist():
        raise refusal(RefusalCode.DISGUISED, "The file is a document of two kinds at once")
    types = Types(scanner, archive)
    parts = Parts(scanner, archive, types, findings)
    damage: FileRefused | None = None
    for name in archive.namelist():
        if name.endswith("/") or is_types(name):
            continue
        try:
            _judge_part(parts, archive, name, types.of(name), findings)
        except FileRefused as refused:
            # Go on: another part may hold the more telling reason.
            damage = damage or refused
            if refused.code is RefusalCode.TOO_COMPLEX:
                break
    for what in sorted(types.refused):
        findings.refuse(kind_of(what), f"The document declares a part with active content, {what}")
    _judge_objects(parts, findings)
    if damage is not None:
        raise damage
    if mains is not None:
        _judge_main(parts, types, mains)


def _judge_main(parts: Parts, types: Types, mains: set[str]) -> None:
    if not mains & types.declared:
        raise FileRefused(RefusalCode.UNKNOWN_KIND)
    targets = [target for source, kind, target in parts.inside if not source and kind == _MAIN_RELATION]
    if len(targets) != 1 or targets[0] not in parts.names:
        raise FileRefused(RefusalCode.DAMAGED)
    if types.of(targets[0]) not in mains:
        raise FileRefused(RefusalCode.UNKNOWN_KIND)


def _judge_part(parts: Parts, archive: ZipFile, name: str, declared: str, findings: Findings) -> None:
    if canonical(name).rpartition("/")[2].endswith(".piece"):
        raise refusal(RefusalCode.DAMAGED, "A part of the document is split into several pieces")
    with archive.open(name) as stream:
        head = stream.read(_FIRST_BYTES)
    called = unquote(name)
    if code := usual_place(name):
        findings.refuse(code, "The document contains macros or a control", called)
    if head.startswith(compound.MARK):
        code, what = compound.what_is_embedded(archive.read(name))
        findings.refuse(code, f"The document contains {what}", called)
        parts.judged.add(canonical(name))
    elif head.startswith(MARK):
        parts.judged.add(canonical(name))
        if look_inside(archive.read(name), None, "An embedded document", findings, called):
            findings.notice(NoticeCode.EMBEDDED_DOCUMENTS, "Another office document is embedded.", called)
    elif declared.endswith(("+xml", "/xml")) or openxml_parts.is_xml(archive, name):
        parts.read(name)
    elif "embeddings" in canonical(name).split("/")[:-1]:
        findings.refuse(RefusalCode.ACTIVE_CONTENT, "The document contains an object of an unknown kind", called)


def _judge_objects(parts: Parts, findings: Findings) -> None:
    """Each object that a relation names must be one that was judged."""
    for target in sorted(parts.objects - parts.judged):
        findings.refuse(RefusalCode.ACTIVE_CONTENT, "The document contains an object of an unknown kind", target)
