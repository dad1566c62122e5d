"""A served landscape for the fuzz tests of a worker."""

from collections.abc import Iterator

import pytest

from tests.fuzz.stage import ServedLandscape, served


@pytest.fixture(scope="session")
def stage(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLandscape]:
    """One for all tests of this worker; a test that changes it puts it back first."""
    with served(server_url, tmp_path_factory.mktemp("fuzz")) as opened:
        yield opened
