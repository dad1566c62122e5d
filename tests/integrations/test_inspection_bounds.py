"""Files of the maximum size, built to use time or memory: both are bounded."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.integrations.inspection import RefusalCode
from app.integrations.inspection.processes import bounds
from tests.integrations import file_samples as make
from tests.integrations.corpus.pdf_bytes import in_object_stream, script

LARGE = 25 * 1024 * 1024 - 30_000
INCOMPRESSIBLE = random.Random(1).randbytes(2_000_000)
SCRIPT = script(b"app.alert\\(1\\)")
PADDING = {"word/media/x": INCOMPRESSIBLE}

# Runs in a separate process, so that the peak memory of its child is this file's alone.
MEASURE = """
import json, resource, sys
from app.integrations.inspection import FileRefused
from app.integrations.inspection.processes.spawned import inspect_in_child
with open(sys.argv[1], "rb") as source:
    try:
        found = inspect_in_child(source.fileno(), filename="a", limit_bytes=25 * 1024 * 1024).kind
    except FileRefused as refusal:
        found = refusal.code
print(json.dumps([found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def _repeated(unit: bytes, length: int = LARGE) -> bytes:
    return unit * (length // len(unit))


CASES: dict[str, tuple[Callable[[], bytes], RefusalCode]] = {
    "pdf: an array of millions": (lambda: _one_object(b"[" + _repeated(b"1 ") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: millions of arrays": (lambda: _one_object(b"[" + _repeated(b"[1]") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: nesting of millions": (lambda: _one_object(_repeated(b"[")), RefusalCode.TOO_COMPLEX),
    "pdf: names in code": (lambda: _one_object(b"[" + _repeated(b"/a#41 ") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: nothing but slashes": (lambda: _one_object(b"[" + _repeated(b"/") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: an object stream that unpacks to much": (
        lambda: _bomb(),
        RefusalCode.TOO_COMPLEX,
    ),
    "docx: one enormous tag": (
        lambda: make.docx(PADDING, body=f'<a b="{"x" * 20_000_000}"/>'),
        RefusalCode.TOO_COMPLEX,
    ),
    "docx: a million attributes": (
        lambda: make.docx(PADDING, body=f"<a {' '.join(f'b{n}=' + chr(34) * 2 for n in range(1_000_000))}/>"),
        RefusalCode.TOO_COMPLEX,
    ),
    "docx: elements spread over parts": (
        lambda: make.docx(PADDING | {f"word/{n}.xml": b"<a>" + b"<a/>" * 300_000 + b"</a>" for n in range(20)}),
        RefusalCode.TOO_COMPLEX,
    ),
    "zip: a directory of half a million": (lambda: make.directory_of_entries(LARGE), RefusalCode.TOO_COMPLEX),
    "doc: a directory of many": (
        lambda: make.compound({f"s{n}": b"" for n in range(20_001)}),
        RefusalCode.TOO_COMPLEX,
    ),
    "rtf: fields of many": (lambda: b"{\\rtf1" + _repeated(b"\\fldinst\\b ") + b"}", RefusalCode.TOO_COMPLEX),
    "rtf: binary parts of many": (lambda: b"{\\rtf1" + _repeated(b"\\bin1 x") + b"}", RefusalCode.TOO_COMPLEX),
}


def _bomb() -> bytes:
    return in_object_stream(SCRIPT + b" " * 700_000_000, twice=True)


def _one_object(content: bytes) -> bytes:
    return make.plain_pdf(make.page_objects(content))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_uses_bounded_time_and_memory(tmp_path: Path, name: str) -> None:
    content, code = CASES[name]
    path = tmp_path / "hostile"
    path.write_bytes(content())
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=Path.cwd(), check=True, capture_output=True, text=True
    )
    found, kilobytes = json.loads(measured.stdout)
    assert found == code
    # Python and its parsers take 40 MB of it. A parser of PDF cannot be told to use less than there is.
    assert kilobytes * 1024 < (bounds.MEMORY_BYTES if name.startswith("pdf") else 100 * 1024 * 1024)
