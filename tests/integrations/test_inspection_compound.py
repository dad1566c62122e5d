"""Hostile and sound DOC files."""

import pytest

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make

DOC = make.doc()


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "macros": (make.doc({"Macros": True}), RefusalCode.MACROS),
    "VBA project": (make.doc(extra={"_VBA_PROJECT": bytes(4096)}), RefusalCode.MACROS),
    "password": (make.doc(flags=0x0300), RefusalCode.ENCRYPTED),
    "embedded object": (make.doc({"ObjectPool": True}), RefusalCode.ACTIVE_CONTENT),
    "two pools, one empty": (make.doc({"ObjectPool": True, "objectpool": False}), RefusalCode.ACTIVE_CONTENT),
    "packaged file": (make.doc(extra={"\x01Ole10Native": bytes(4096)}), RefusalCode.ACTIVE_CONTENT),
    "no table stream": (make.doc(flags=0), RefusalCode.DAMAGED),
    "no mark": (make.doc(mark=0), RefusalCode.DAMAGED),
    "cut short": (DOC[:2048], RefusalCode.DAMAGED),
    "header only": (DOC[:512], RefusalCode.DAMAGED),
    "half a header": (DOC[:100], RefusalCode.DAMAGED),
    "directory in a circle": (make.patched(DOC, len(DOC) - 512, b"\0\0\0\0"), RefusalCode.DAMAGED),
    "odd sector size": (make.patched(DOC, 30, b"\xff\xff"), RefusalCode.DAMAGED),
    "lists in a circle": (make.patched(DOC, 68, b"\0\0\0\0"), RefusalCode.DAMAGED),
    "archive behind": (DOC + make.docx(), RefusalCode.DISGUISED),
    "xls renamed": (make.compound({"Workbook": bytes(5000)}), RefusalCode.UNKNOWN_KIND),
    "installer renamed": (make.compound({"Whatever": bytes(5000)}), RefusalCode.UNKNOWN_KIND),
}

SOUND: dict[str, bytes] = {
    "doc": DOC,
    "doc with an empty object pool": make.doc({"ObjectPool": False}),
    "doc of Word 95": make.compound({"WordDocument": make.word_stream(mark=0xA5DC, version=0x68, flags=0)}),
    "large doc with listed tables": make.doc(size=12_000_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_doc_is_refused_for_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert make.refusal(content, "policy.doc") is code


@pytest.mark.parametrize("filename", [None, "policy.exe", "policy.pdf", "policy.doc"])
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_doc_is_one_whatever_its_name(name: str, filename: str | None) -> None:
    assert make.kind(SOUND[name], filename) is FileKind.DOC


def test_a_corrupted_doc_is_accepted_or_refused_but_never_breaks() -> None:
    """Flipped bytes and truncation give a type or a refusal; `refusal` raises for anything else."""
    answers = {make.refusal(spoilt, "policy.doc") for spoilt in make.spoilt(DOC)}
    assert RefusalCode.DAMAGED in answers
