"""The snippets of `docs/for-test-automation.md` run, against the server that the page starts."""

import re
import shutil
from pathlib import Path

import pytest

from app.schemas.formats import FORMATS
from tests.guides.conftest import PAGE
from tests.typed import ADDRESS, ROOT, blocks, environment, typed

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page's calls are made with curl")


def test_the_calls_do_what_they_say(sandbox: str, tmp_path: Path) -> None:
    state, time, mail, reset = blocks(PAGE, "tested")
    said = typed((state + time + mail).replace(ADDRESS, sandbox), environment(), tmp_path).splitlines()
    assert said[0] == "issued"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", said[1])
    assert said[2] == "True"
    assert said[3].startswith("Dear ")
    assert typed((state.split("curl")[0] + reset).replace(ADDRESS, sandbox), environment(), tmp_path).strip() == "204"


def test_the_tools_run(sandbox: str, tmp_path: Path) -> None:
    for script in (*blocks(PAGE, "schemathesis"), *blocks(PAGE, "generate")):
        typed(script.replace(ADDRESS, sandbox).replace("openapi/", f"{ROOT}/openapi/"), environment(), tmp_path)
    assert list(tmp_path.glob("client/*/client.py"))


def test_every_format_is_listed_with_its_meaning() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \| `.*` \|$", page, flags=re.MULTILINE)
    assert listed == [(name, described.meaning) for name, described in FORMATS.items()]
