"""Unsupported files, and the messages with which they are refused."""

import io

import pytest

from app.integrations.inspection import FileKind, FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.refusals import REASONS
from tests.integrations import file_samples as make

REFUSED: dict[str, tuple[str | None, bytes, RefusalCode]] = {
    "nothing": ("policy.pdf", b"", RefusalCode.EMPTY),
    "program renamed": ("policy.pdf", make.EXE, RefusalCode.DISGUISED),
    "program as itself": ("setup.exe", make.EXE, RefusalCode.UNKNOWN_KIND),
    "program without a name": (None, make.EXE, RefusalCode.UNKNOWN_KIND),
    "web page renamed": ("policy.doc", make.HTML, RefusalCode.DISGUISED),
    "web page as itself": ("policy.html", make.HTML, RefusalCode.UNKNOWN_KIND),
    "picture renamed": ("policy.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50), RefusalCode.DISGUISED),
    "script renamed": ("policy.odt", b"#!/bin/sh\nrm -rf /\n", RefusalCode.DISGUISED),
    "text": ("policy.txt", b"Our policy is good.", RefusalCode.UNKNOWN_KIND),
    "zeros": ("policy.docx", bytes(4096), RefusalCode.DISGUISED),
    "one byte": ("policy.pdf", b"%", RefusalCode.DISGUISED),
    "archive": ("policies.zip", make.archive({"policy.pdf": make.pdf()}), RefusalCode.UNKNOWN_KIND),
    "archive renamed": ("policy.docx", make.archive({"policy.pdf": make.pdf()}), RefusalCode.DISGUISED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_unsupported_file_is_refused(name: str) -> None:
    filename, content, code = REFUSED[name]
    assert make.refusal(content, filename) is code


@pytest.mark.parametrize(("size", "code"), [(1_000, RefusalCode.DAMAGED), (1_001, RefusalCode.TOO_LARGE)])
def test_the_limit_itself_is_accepted_and_one_byte_more_is_not(size: int, code: RefusalCode) -> None:
    with pytest.raises(FileRefused) as refused:
        inspect(io.BytesIO(b"%PDF-".ljust(size)), filename=None, limit_bytes=1_000)
    assert refused.value.code is code


def test_every_code_has_a_reason_that_says_what_to_do() -> None:
    assert set(REASONS) == set(RefusalCode)
    assert all(reason.endswith(".") and reason.count(".") >= 2 for reason in REASONS.values())


def test_a_reason_names_the_size_and_the_name_where_they_matter() -> None:
    with pytest.raises(FileRefused, match=r"1\.9 MB; at most 1 MB"):
        inspect(io.BytesIO(bytes(2_000_000)), filename="a.pdf", limit_bytes=1024 * 1024)
    with pytest.raises(FileRefused, match=r"ends in \.pdf"):
        inspect(io.BytesIO(make.EXE), filename="policy.PDF", limit_bytes=make.LIMIT_BYTES)


def test_the_answer_carries_the_registered_media_type_and_the_file_is_rewound() -> None:
    source = io.BytesIO(make.docx())
    source.seek(7)
    found = inspect(source, filename="policy.pdf", limit_bytes=make.LIMIT_BYTES)
    assert found.kind is FileKind.DOCX
    assert found.media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert source.tell() == 0
