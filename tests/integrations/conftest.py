"""S3 services for the tests of the document store. Each starts once, when a test first asks for it."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from app.integrations.storage import DocumentStore, LocalDocumentStore
from tests.s3_servers import FaultyProxy, moto, rclone, s3_store

_prefixes = count(1)


@pytest.fixture(scope="session")
def rclone_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with rclone(tmp_path_factory.mktemp("rclone")) as port:
        yield port


@pytest.fixture(scope="session")
def moto_port() -> Iterator[int]:
    with moto() as port:
        yield port


@pytest.fixture
def proxy(moto_port: int) -> Iterator[FaultyProxy]:
    faulty = FaultyProxy(moto_port)
    yield faulty
    faulty.close()


@pytest.fixture(params=["local", "rclone", "moto"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], DocumentStore]:
    """Open the same empty store, each time as another process would: of each kind in turn."""
    prefix = f"test-{next(_prefixes)}/documents"
    if request.param == "local":
        return lambda: LocalDocumentStore(tmp_path / "documents")
    port = request.getfixturevalue(f"{request.param}_port")
    return lambda: s3_store(port, prefix)


@pytest.fixture
def store(new_store: Callable[[], DocumentStore]) -> DocumentStore:
    return new_store()
