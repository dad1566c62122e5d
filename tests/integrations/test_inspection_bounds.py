"""Files of the maximum size, built to use time or memory: both are bounded."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.integrations.inspection import FileRefused, RefusalCode, inspect, pdf, pdf_structure
from tests.integrations import file_samples as make

LARGE = 25 * 1024 * 1024 - 30_000
INCOMPRESSIBLE = random.Random(1).randbytes(2_000_000)
PADDING = {"word/media/x": INCOMPRESSIBLE}

# Runs in a separate process, so that the peak memory is this file's alone; kilobytes above the baseline.
MEASURE = """
import json, sys, time
from app.integrations.inspection import FileRefused, inspect
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
before, start = peak(), time.monotonic()
with open(sys.argv[1], "rb") as source:
    try:
        found = inspect(source, filename="a").kind
    except FileRefused as refusal:
        found = refusal.code
print(json.dumps([found, time.monotonic() - start, peak() - before]))
"""


def _repeated(unit: bytes, length: int = LARGE) -> bytes:
    return unit * (length // len(unit))


CASES: dict[str, tuple[Callable[[], bytes], RefusalCode]] = {
    "pdf: an array of millions": (lambda: _one_object(b"[" + _repeated(b"1 ") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: nesting of millions": (lambda: _one_object(_repeated(b"[")), RefusalCode.TOO_COMPLEX),
    "pdf: names in code": (lambda: _one_object(b"[" + _repeated(b"/a#41 ") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: nothing but slashes": (lambda: _one_object(b"[" + _repeated(b"/") + b"]"), RefusalCode.TOO_COMPLEX),
    "pdf: too many objects": (lambda: make.plain_pdf(make.page_objects(*[b"0"] * 100_001)), RefusalCode.TOO_COMPLEX),
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
    found, seconds, kilobytes = json.loads(measured.stdout)
    assert found == code
    assert seconds < 20
    assert kilobytes < 64 * 1024


def test_an_endless_pdf_times_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WALL_CLOCK_SECONDS", 0.01)
    path = tmp_path / "a.pdf"
    path.write_bytes(make.pdf())
    with path.open("rb") as source, pytest.raises(FileRefused) as refused:
        inspect(source, filename="a.pdf")
    assert refused.value.code is RefusalCode.TOO_COMPLEX


def test_an_inspector_that_cannot_run_is_a_server_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library must never be reported as a fault of the file."""
    broken = tmp_path / "broken.py"
    broken.write_text("import no_such_module")
    monkeypatch.setattr(pdf_structure, "__file__", str(broken))
    path = tmp_path / "a.pdf"
    path.write_bytes(make.pdf())
    with path.open("rb") as source, pytest.raises(RuntimeError, match="ended with 1"):
        inspect(source, filename="a.pdf")
