"""The sandbox server that `docs/for-test-automation.md` starts, one for each module: some move its clock."""

import shlex
from collections.abc import Iterator

import pytest

from tests.typed import COMMAND, blocks, environment, started

PAGE = "docs/for-test-automation.md"


@pytest.fixture(scope="module")
def sandbox(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the page's server on a free port, with an empty folder; yield its address."""
    (command,) = blocks(PAGE, "start")
    given = dict(word.split("=", 1) for word in shlex.split(command) if "=" in word)
    folder = tmp_path_factory.mktemp("guide")
    settings = environment(**given | {"DATA_DIR": folder, "PORT": 0, "ADMIN_PASSWORD": "nobody guesses 1t"})
    with started(f"{COMMAND}run", settings, folder / "log", r"http://[\d.:]+(?=/v1)") as address:
        yield address
