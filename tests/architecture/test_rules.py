"""The house's rules, each as a test that can fail."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = sorted((ROOT / "app").rglob("*.py"))


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_one_way() -> None:
    """The layers and the purity of the domain, as `pyproject.toml` states them."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_one_place_commits() -> None:
    """Only `app/database.py` says commit; a service that commits could acknowledge half a change."""
    found = {
        _relative(path)
        for path in APP
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("commit", "begin_nested")
    }
    assert found == {"app/database.py"}


def test_one_writer_of_status() -> None:
    """An application's status is assigned in `services/workflow/steps.py` alone, and given at its start in
    `services/applications/start.py`."""
    found = set()
    for path in APP:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else ()
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr == "status_since":
                    found.add(_relative(path))
    assert found == {"app/services/workflow/steps.py"}


@pytest.mark.parametrize("path", APP, ids=_relative)
def test_no_hidden_clock(path: Path) -> None:
    """Time comes from the injected clock, so that tests and a sandbox can move it."""
    if path.name == "clock.py" or "demo" in path.parts:
        # The demonstration is a client of the API, on its own side of the wire.
        return
    for call in _calls(path):
        name = ast.unparse(call.func)
        assert name not in ("datetime.now", "datetime.utcnow", "date.today", "time.time", "func.now"), (
            f"{name} in {path}"
        )


def test_nothing_below_the_doors_raises_http_errors() -> None:
    """`HTTPException` belongs to the middleware and the route, which are the framework's own side of the door."""
    found = {
        _relative(path) for path in APP for call in _calls(path) if ast.unparse(call.func).endswith("HTTPException")
    }
    assert found <= {"app/http/middleware.py", "app/http/route.py"}


def test_routers_make_one_call_and_decide_nothing() -> None:
    """A route declares, then makes one call: no `if` in `app/routers/`."""
    for path in sorted((ROOT / "app" / "routers").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.If)], _relative(path)


def test_files_stay_small() -> None:
    """Past 400 lines a file is two; the median stays under 100."""
    lengths = {_relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in APP}
    assert not {name: count for name, count in lengths.items() if count > 400}
    assert sorted(lengths.values())[len(lengths) // 2] < 100


def test_every_path_that_a_document_names_exists() -> None:
    """README and docs name files in backticks; each is there."""
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for document in documents:
        for name in re.findall(
            r"`((?:app|tests|docs|openapi|migrations|bench|scripts)/[\w./-]*)`", document.read_text()
        ):
            assert (ROOT / name).exists(), f"{document.name} names {name}"
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
