"""The served contract: compressed once, and 304 for an unchanged copy."""

import gzip
from functools import partial

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel, TypeAdapter

from app.http import rendered
from app.http.negotiation import accepts_gzip
from app.schemas.reference_data import ReferenceData
from app.services.process import build_process
from app.services.reference_data import build_reference_data
from app.settings import Settings

DOCUMENTS = ("/openapi.json", "/openapi.yaml", "/openapi-3.0.json", "/openapi-3.0.yaml", "/docs/openapi.json")


async def _raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The response and its undecoded bytes."""
    async with client.stream("GET", path, headers={"Accept-Encoding": "identity"} | headers) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_is_compressed_if_gzip_is_accepted(client: httpx.AsyncClient, path: str) -> None:
    plain, whole = await _raw(client, path)
    packed, small = await _raw(client, path, **{"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small) == whole
    assert len(small) * 5 < len(whole)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["etag"] != packed.headers["etag"]


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_an_unchanged_document_is_304(client: httpx.AsyncClient, path: str) -> None:
    for encoding in ("gzip", "identity"):
        first, _ = await _raw(client, path, **{"Accept-Encoding": encoding})
        tag = first.headers["etag"]
        again, body = await _raw(client, path, **{"Accept-Encoding": encoding, "If-None-Match": tag})
        assert (again.status_code, body) == (304, b"")
        assert (again.headers["etag"], again.headers["vary"]) == (tag, "Accept-Encoding")
        other, _ = await _raw(client, path, **{"Accept-Encoding": encoding, "If-None-Match": '"older"'})
        assert other.status_code == 200


@pytest.mark.parametrize("path", ["/v1/process", "/v1/reference-data"])
async def test_a_constant_answer_is_what_the_schema_makes_of_it(
    client: httpx.AsyncClient, settings: Settings, path: str
) -> None:
    name = settings.organisation.short_name
    built: BaseModel = build_process() if path == "/v1/process" else build_reference_data(name)
    answer, body = await _raw(client, path)
    assert body == TypeAdapter(type(built)).dump_json(built, by_alias=True)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/json",
        "public, max-age=300",
    )


async def test_a_constant_answer_follows_the_settings() -> None:
    """Two deployments of one app may name the awarding organisation differently. Each is built once."""
    app, built = FastAPI(), []
    scope = {"type": "http", "app": app, "method": "GET", "path": "/a", "headers": [], "query_string": b""}
    request = Request(scope | {"server": ("x", 80)})

    def build(name: str) -> ReferenceData:
        built.append(name)
        return build_reference_data(name)

    for name in ("AIM", "Other", "AIM"):
        answer = rendered.answer_constant(request, partial(build, name), about=name)
        assert name.encode() in answer.body
    assert built == ["AIM", "Other"]


async def test_a_document_is_rendered_once() -> None:
    """Once for each app and address, not for each request."""
    made = []

    def make() -> bytes:
        made.append("once more")
        return b"{}"

    scope = {"type": "http", "app": FastAPI(), "method": "GET", "path": "/a", "headers": [], "query_string": b""}
    for path in ("/a", "/a", "/b", "/a"):
        await rendered.answer(Request(scope | {"path": path, "server": ("x", 80)}), "application/json", make)
    assert len(made) == 2


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.8", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity, gzip;q=0.5", False),
    ],
)
def test_gzip_is_sent_only_where_it_is_accepted(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted
