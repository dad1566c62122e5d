"""The app that nobody serves: for what its routes and its document say, without a database."""

from functools import cache
from pathlib import Path
from tempfile import gettempdir

from fastapi import FastAPI
from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings


@cache
def unserved_app() -> FastAPI:
    """One for each process, since to write its document takes seconds."""
    nowhere = SecretStr("postgresql://nobody@localhost/nothing")
    key = SecretStr("a key for tests that is long enough")
    return create_app(Settings(database_url=nowhere, data_dir=Path(gettempdir()) / "unused", secret_key=key))
