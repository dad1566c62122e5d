"""Hostile and sound DOC files."""

import pytest

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make
from tests.integrations.compound_files import old_word_stream

DOC = make.doc()


def _circle() -> bytes:
    """The first entry behind the root names itself as the one before it."""
    at = DOC.index("WordDocument".encode("utf-16-le"))
    return make.patched(DOC, at + 68, (1).to_bytes(4, "little"))


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "macros": (make.doc({"Macros": {}}), RefusalCode.MACROS),
    "VBA project": (make.doc({"_VBA_PROJECT": bytes(4096)}), RefusalCode.MACROS),
    "password": (make.doc(flags=0x0300), RefusalCode.ENCRYPTED),
    "embedded object": (make.doc({"ObjectPool": {"_1": {"Workbook": bytes(9)}}}), RefusalCode.ACTIVE_CONTENT),
    "packaged file": (make.doc({"\x01Ole10Native": bytes(4096)}), RefusalCode.ACTIVE_CONTENT),
    "no table stream": (make.doc(flags=0), RefusalCode.DAMAGED),
    "no mark": (make.doc(mark=0), RefusalCode.DAMAGED),
    "cut short": (DOC[:2048], RefusalCode.DAMAGED),
    "header only": (DOC[:512], RefusalCode.DAMAGED),
    "half a header": (DOC[:100], RefusalCode.DAMAGED),
    "storages in a circle": (_circle(), RefusalCode.DAMAGED),
    "odd sector size": (make.patched(DOC, 30, b"\xff\xff"), RefusalCode.DAMAGED),
    "archive behind": (DOC + make.docx(), RefusalCode.DISGUISED),
    "xls renamed": (make.compound({"Workbook": bytes(5000)}), RefusalCode.UNKNOWN_KIND),
    "installer renamed": (make.compound({"Whatever": bytes(5000)}), RefusalCode.UNKNOWN_KIND),
}

SOUND: dict[str, bytes] = {
    "doc": DOC,
    "doc with an empty object pool": make.doc({"ObjectPool": {}}),
    "doc of Word 95": make.compound({"WordDocument": old_word_stream()}),
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
