"""Hostile bodies: stalled, aborted, too large, or with thousands of members."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType, SimpleNamespace
from typing import Annotated

import httpx
import pytest
import structlog.testing
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.http import middleware
from app.http.addresses import Addresses
from app.http.middleware import RequestContext
from app.metrics import Metrics
from app.schemas.fields import Flag, distinct
from app.settings import Settings

NOWHERE = Addresses((), {}, {}, None)


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that reads its body and answers errors as the framework does."""
    try:
        await Request(scope, receive).body()
        answer = Response("taken")
    except HTTPException as error:
        answer = Response(str(error.status_code), error.status_code)
    await answer(scope, receive, send)


def _scope(headers: Mapping[str, str]) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    deployment = SimpleNamespace(metrics=Metrics(), addresses=NOWHERE, settings=Settings())
    app = SimpleNamespace(state=SimpleNamespace(deployment=deployment))
    return {"type": "http", "app": app, "method": "POST", "path": "/", "headers": raw}


async def _status(
    messages: Sequence[Message], headers: Mapping[str, str] = MappingProxyType({}), *, every: float = 0
) -> tuple[int, int]:
    """Send the messages; return the status (0 for no response) and how many messages were read."""
    waiting = list(messages)
    statuses = [0]

    async def receive() -> Message:
        await asyncio.sleep(every)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await RequestContext(_reads, 1000, 1000, secure=False)(_scope(headers), receive, send)
    return statuses[-1], len(messages) - len(waiting)


def _pieces(size: int, count: int) -> list[Message]:
    pieces: list[Message] = [{"type": "http.request", "body": b"x" * size, "more_body": True} for _ in range(count)]
    return [*pieces, {"type": "http.request", "body": b"", "more_body": False}]


async def test_a_stalled_upload_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_SILENCE_SECONDS", 0.05)
    assert await _status(_pieces(1, 100), every=60) == (408, 0)


async def test_a_stalled_download_releases_its_slot(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not logged as a server fault."""
    caplog.set_level(logging.INFO, "app.requests")
    monkeypatch.setattr(middleware, "_UNREAD_SECONDS", 0.05)

    async def send(message: Message) -> None:
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    with structlog.testing.capture_logs() as lines:
        await RequestContext(_reads, 1000, 1000, secure=False)(_scope({}), receive, send)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 200)]


@pytest.mark.parametrize("headers", [{"content-length": "5000"}, {}], ids=["declared", "chunked"])
async def test_a_body_that_is_too_large_is_drained_before_the_refusal(headers: dict[str, str]) -> None:
    """Closing the connection while the client still sends would lose the response."""
    assert await _status(_pieces(500, 10), headers) == (413, 11)


async def test_expect_continue_and_undrainable_bodies_are_refused_at_once() -> None:
    asks = {"content-length": "5000", "expect": "100-continue"}
    assert await _status(_pieces(500, 10), asks) == (413, 0)
    assert await _status(_pieces(500, 10), {"content-length": "9" * 12}) == (413, 0)


async def test_a_client_disconnect_is_not_a_server_fault(caplog: pytest.LogCaptureFixture) -> None:
    """It does not fill the log with faults."""
    caplog.set_level(logging.INFO, "app.requests")
    gone: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    with structlog.testing.capture_logs() as lines:
        assert await _status(gone) == (0, 2)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 499)]


def test_an_overlong_list_is_one_fault() -> None:
    """Not one for each entry."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Annotated[list[Flag], distinct(3)]).validate_python(["x"] * 1000)
    assert [error["type"] for error in refused.value.errors()][-1:] == ["too_long"]
    assert len(refused.value.errors()) <= 4


async def test_an_object_with_too_many_members_is_refused_briefly(client: httpx.AsyncClient) -> None:
    body = json.dumps({f"n{number}": 1 for number in range(50_000)})
    answer = await client.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert len(answer.content) < 1000
