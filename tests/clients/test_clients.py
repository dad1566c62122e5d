"""A generator that fails, or only grumbles, is faulty."""

import sys
from pathlib import Path

import pytest

from scripts import clients


@pytest.mark.parametrize(
    ("program", "faulty", "output"),
    [
        ("print('Done, 4 files')", False, "clean"),
        ("print('[main] WARN  o.o.codegen.utils - no schema name')", True, "no schema name"),
        ("import sys; print('Warning: a part was left out', file=sys.stderr)", True, "left out"),
        ("raise SystemExit('the document is not valid')", True, "not valid"),
    ],
)
def test_the_output_decides_whether_a_generator_failed(
    program: str,
    faulty: bool,
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(clients, "GENERATED", tmp_path)
    assert clients.generate("example", [sys.executable, "-c", program]) is faulty
    assert output in capsys.readouterr().out
