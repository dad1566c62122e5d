"""Hostile and sound ODT files."""

import pytest

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make

ODT = make.odt()


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "macros": (make.odt({"Basic/Standard/Module1.xml": "<a/>"}), RefusalCode.MACROS),
    "Python macros": (make.odt({"Scripts/python/x.py": "import os"}), RefusalCode.MACROS),
    "event that runs a macro": (
        make.odt(body='<script:event-listener xlink:href="vnd.sun.star.script:x"/>'),
        RefusalCode.MACROS,
    ),
    "link that runs a macro": (
        make.odt(body='<text:a xlink:href="vnd.sun.star.script:x">y</text:a>'),
        RefusalCode.MACROS,
    ),
    "password": (make.odt(manifest="<manifest:encryption-data/>", body="&broken"), RefusalCode.ENCRYPTED),
    "embedded object": (make.odt(body='<draw:object-ole xlink:href="./Object 1"/>'), RefusalCode.ACTIVE_CONTENT),
    "embedded object in the manifest": (
        make.odt(manifest='<manifest:file-entry manifest:media-type="application/vnd.sun.star.oleobject"/>'),
        RefusalCode.ACTIVE_CONTENT,
    ),
    "section from the web": (
        make.odt(body='<text:section-source xlink:href="https://evil.example"/>'),
        RefusalCode.REMOTE_CONTENT,
    ),
    "object from a server": (make.odt(body='<draw:object xlink:href="//evil/share/x"/>'), RefusalCode.REMOTE_CONTENT),
    "no manifest": (make.odt(without=("META-INF/manifest.xml",)), RefusalCode.DAMAGED),
    "compressed mimetype": (make.odt(stored=()), RefusalCode.DAMAGED),
    "entity": (make.odt({"styles.xml": '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'}), RefusalCode.DAMAGED),
    "ods renamed": (make.odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), RefusalCode.UNKNOWN_KIND),
}

SOUND: dict[str, bytes] = {
    "odt": ODT,
    "odt with a chart": make.odt(body='<draw:object xlink:href="./Object 1"/>'),
    "odt with a link": make.odt(body='<text:a xlink:href="https://www.gov.uk/">x</text:a>'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_odt_is_refused_for_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert make.refusal(content, "policy.odt") is code


@pytest.mark.parametrize("filename", [None, "policy.exe", "policy.pdf", "policy.doc"])
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_odt_is_one_whatever_its_name(name: str, filename: str | None) -> None:
    assert make.kind(SOUND[name], filename) is FileKind.ODT


def test_a_corrupted_odt_is_accepted_or_refused_but_never_breaks() -> None:
    """Flipped bytes and truncation give a type or a refusal; `refusal` raises for anything else."""
    answers = {make.refusal(spoilt, "policy.odt") for spoilt in make.spoilt(ODT)}
    assert RefusalCode.DAMAGED in answers
