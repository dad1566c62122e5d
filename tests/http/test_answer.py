"""Response headers come from the returned object, not from its bytes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel

from app.clock import system_clock
from app.database import Database
from app.http import problems
from app.http.access import public
from app.http.middleware import RequestContext
from app.http.route import router
from app.main import attach
from app.schemas.base import Page, Resource
from app.settings import Settings

_LOOKS_LIKE_A_CURSOR = '","next_cursor":"bm90LWEtY3Vyc29y"}'


class Note(BaseModel):
    """It has no version, but its text looks as if it had."""

    etag: str
    text: str


class Item(Resource):
    """A resource whose `etag` is not first in its JSON."""

    number: str

    @classmethod
    def numbered(cls, number: str) -> "Item":
        return cls(etag='"12"', number=number)


class Items(Page[Item]):
    """A page with a property after the cursor."""

    total: int


@pytest.fixture
async def client(settings: Settings, database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    routes = router("/v1", "Things")

    @routes.get("/notes", dependencies=[public()])
    async def notes() -> Note:
        return Note(etag='"3"', text=_LOOKS_LIKE_A_CURSOR)

    @routes.get("/items", dependencies=[public()])
    async def items(
        tag: Annotated[list[str] | None, Query()] = None, limit: int = 1, cursor: str | None = None
    ) -> Items:
        following = {None: "second", "second": "third"}.get(cursor)
        return Items(items=[Item.numbered("a")], next_cursor=following, total=2)

    @routes.post("/items/{kind}", status_code=201, dependencies=[public(location="/v1/items/{kind}/{number}")])
    async def create(kind: str) -> Item:
        return Item.numbered("A-7")

    @routes.get("/broken", dependencies=[public()], response_model=Note)
    async def broken() -> object:
        return {"etag": '"3"', "text": 7, "password": "Sesame-open-0451"}

    app = FastAPI(openapi_url=None)
    app.include_router(routes)
    attach(app, settings, database, system_clock)
    problems.install(app)
    app.add_middleware(RequestContext, body_limit=1000, upload_limit=1000, secure=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


def test_an_unfillable_location_fails_at_start() -> None:
    routes = router("/v1", "Things")
    with pytest.raises(TypeError, match=r"neither the path nor the answer has \['id'\]"):

        @routes.post("/notes", status_code=201, dependencies=[public(location="/v1/notes/{id}")])
        async def create() -> Note:
            raise NotImplementedError


async def test_an_invalid_response_is_a_fault_and_is_not_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.get("/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    logged = caplog.text + "".join(capsys.readouterr())
    assert "AnswerNotValid" in logged
    assert "Sesame" not in logged + answer.text


async def test_text_resembling_a_version_or_cursor_is_ignored(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/notes")
    assert answer.json()["text"] == _LOOKS_LIKE_A_CURSOR
    assert "link" not in answer.headers
    assert "." not in answer.headers["etag"]


async def test_an_etag_starts_with_the_version_of_the_resource(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/items/large")
    assert made.headers["etag"].startswith('"12.')
    assert made.headers["location"] == "/v1/items/large/A-7"


async def test_the_next_page_is_linked_from_the_page_itself(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/items?limit=1")
    cursor = first.json()["next_cursor"]
    assert first.headers["link"] == f'</v1/items?limit=1&cursor={cursor}>; rel="next"'
    second = await client.get(f"/v1/items?cursor={cursor}")
    third = await client.get(f"/v1/items?cursor={second.json()['next_cursor']}")
    assert (third.json()["next_cursor"], "link" in third.headers) == (None, False)


async def test_the_link_repeats_the_filters_and_replaces_the_cursor(client: httpx.AsyncClient) -> None:
    cursor = (await client.get("/v1/items")).json()["next_cursor"]
    answer = await client.get(f"/v1/items?tag=a+%26&cursor={cursor}&tag=%C3%BC&limit=1")
    url = httpx.URL(answer.headers["link"].partition(">")[0].removeprefix("<"))
    assert (url.path, url.params.multi_items()) == (
        "/v1/items",
        [("tag", "a &"), ("tag", "ü"), ("limit", "1"), ("cursor", answer.json()["next_cursor"])],
    )
