"""What `docs/for-test-automation.md` tells people to type is typed here, against the server that it tells them to
start."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.schemas.formats import FORMATS
from tests.typed import ADDRESS, COMMAND, ROOT, blocks, environment, started, typed

PAGE = "docs/for-test-automation.md"
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page's calls are made with curl")


@pytest.fixture(scope="module")
def sandbox(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server that the page starts, on a port and a folder of its own."""
    (command,) = blocks(PAGE, "start")
    given = dict(word.split("=", 1) for word in shlex.split(command) if "=" in word)
    folder = tmp_path_factory.mktemp("guide")
    settings = environment(**given | {"DATA_DIR": folder, "PORT": 0, "ADMIN_PASSWORD": "nobody guesses 1t"})
    with started(f"{COMMAND}run", settings, folder / "log", r"http://[\d.:]+(?=/v1)") as address:
        yield address


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
