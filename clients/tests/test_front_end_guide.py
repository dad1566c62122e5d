"""The snippets of `docs/for-front-ends.md` compile in order as one program, and Node runs it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.node import command, environment
from tests.typed import ADDRESS, ROOT, blocks

CLIENTS = Path(__file__).resolve().parents[1]
PAGE = "docs/for-front-ends.md"


def _run(words: list[str], folder: Path) -> str:
    done = subprocess.run(
        words, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder() -> Path:
    """A folder inside `clients`, so that imports find the packages."""
    made = CLIENTS / "generated" / "guide"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    return made


def test_the_page_is_one_program_that_compiles_and_runs(server: str, folder: Path) -> None:
    (generate,) = blocks(PAGE, "generate")
    npx, tool, *words = generate.replace(ADDRESS, server).split()
    assert npx == "npx"
    _run([*command(CLIENTS, tool), *words], folder)
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    program = "\n".join(re.findall(r"^```ts\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE))
    (folder / "guide.ts").write_text(program.replace(ADDRESS, server), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    options = (
        "--noEmit --strict --target es2024 --module esnext --moduleResolution bundler --lib es2024,dom,dom.iterable"
    )
    _run([*command(CLIENTS, "tsc"), *options.split(), "guide.ts"], folder)
    output = _run([*command(CLIENTS, "node"), "guide.ts"], folder)
    for expected in (
        "Signed in as",
        "Waiting for:",
        "Somebody else has changed this section.",
        "true true",
        "Accepted as user of",
        "step_up_required password",
        "204 true",
        "1 second factor, 9 codes left",
    ):
        assert expected in output, output
