"""Downloads: ranges, conditional requests and security headers (RFC 9110)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from app.clock import system_clock
from app.database import Database, Work
from app.http import problems
from app.http.downloads import download_stored
from app.http.middleware import RequestContext
from app.integrations.storage import LocalDocumentStore
from app.main import attach
from app.settings import Settings

_CONTENT = bytes(range(256)) * 4096
_SHA = hashlib.sha256(_CONTENT).hexdigest()
_TAG = f'"{_SHA}"'
_SIZE = len(_CONTENT)


@dataclass
class StoredFile:
    storage_key: str
    size_bytes: int = _SIZE
    sha256: str = _SHA
    media_type: str = "application/pdf"
    file_name: str = "Règlement “A”.pdf"


@pytest.fixture
async def files(tmp_path: Path) -> httpx.AsyncClient:
    """An app with a file of one mebibyte, and one that is missing from the store."""
    store = LocalDocumentStore(tmp_path / "documents")
    await store.put("a/file", _CONTENT)
    app = FastAPI()
    problems.install(app)

    @app.get("/{name}")
    async def answer(request: Request, name: str) -> Response:
        work = cast(Work, SimpleNamespace(afterwards=[]))
        response = download_stored(request, work, store, StoredFile(storage_key=f"a/{name}"))
        for then in work.afterwards:
            await then()
        return response

    attach(app, Settings(data_dir=tmp_path), Database("postgresql://nobody@127.0.0.1:1/nothing"), system_clock)
    app.add_middleware(RequestContext, body_limit=1000, upload_limit=1000, secure=False)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://testserver"
    )


@pytest.mark.parametrize("range_", [f"bytes={_SIZE}-", f"bytes={_SIZE}-{_SIZE + 5}", "bytes=-0", "bytes=99999999999-"])
async def test_a_range_past_the_end_is_refused_with_the_size(files: httpx.AsyncClient, range_: str) -> None:
    answer = await files.get("/file", headers={"Range": range_})
    assert answer.status_code == 416
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-range"] == f"bytes */{_SIZE}"


@pytest.mark.parametrize("range_", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,5-9", "bytes=-", "bytes", ""])
async def test_an_invalid_range_is_ignored(files: httpx.AsyncClient, range_: str) -> None:
    answer = await files.get("/file", headers={"Range": range_})
    assert answer.status_code == 200
    assert answer.content == _CONTENT


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-99", 10, 100),
        ("BYTES=300000-", 300_000, _SIZE),
        ("bytes=-7", _SIZE - 7, _SIZE),
        (f"bytes=-{_SIZE * 2}", 0, _SIZE),
        (f"bytes=5-{_SIZE * 2}", 5, _SIZE),
    ],
)
async def test_a_range_returns_just_that_part(files: httpx.AsyncClient, range_: str, start: int, end: int) -> None:
    answer = await files.get("/file", headers={"Range": range_})
    assert answer.status_code == 206
    assert answer.content == _CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{_SIZE}"
    assert answer.headers["content-length"] == str(end - start)


async def test_the_whole_file_has_its_headers(files: httpx.AsyncClient) -> None:
    answer = await files.get("/file")
    assert (answer.status_code, answer.content) == (200, _CONTENT)
    headers = answer.headers
    assert (headers["etag"], headers["accept-ranges"], headers["content-length"]) == (_TAG, "bytes", str(_SIZE))
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''R%C3%A8glement" in headers["content-disposition"]
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("condition", "status"),
    [(_TAG, 206), (f"W/{_TAG}", 200), ('"other"', 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)],
)
async def test_if_range_compares_strongly(files: httpx.AsyncClient, condition: str, status: int) -> None:
    answer = await files.get("/file", headers={"Range": "bytes=0-9", "If-Range": condition})
    assert answer.status_code == status


@pytest.mark.parametrize("seen", [_TAG, f"W/{_TAG}", f'"other", {_TAG}', "*"])
async def test_an_unchanged_file_is_304_even_for_a_range(files: httpx.AsyncClient, seen: str) -> None:
    answer = await files.get("/file", headers={"If-None-Match": seen, "Range": "bytes=0-9"})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", _TAG)


async def test_a_missing_file_is_damaged(files: httpx.AsyncClient) -> None:
    answer = await files.get("/gone")
    assert (answer.status_code, answer.json()["code"]) == (503, "document_damaged")
