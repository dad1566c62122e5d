"""A document store of each kind."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from app.integrations.storage import DocumentStore, LocalDocumentStore
from tests.s3_servers import s3_store

_prefixes = count(1)


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
