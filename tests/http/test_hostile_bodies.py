"""Bodies that are meant to keep the server busy: silent, broken off, too large, or full of names."""

import asyncio
import json
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
from app.http.middleware import RequestContext
from app.metrics import Metrics
from app.schemas.fields import Flag, distinct


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that takes its body in, and answers errors as the framework does."""
    try:
        await Request(scope, receive).body()
        answer = Response("taken")
    except HTTPException as error:
        answer = Response(str(error.status_code), error.status_code)
    await answer(scope, receive, send)


def _scope(headers: Mapping[str, str]) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    app = SimpleNamespace(state=SimpleNamespace(deployment=SimpleNamespace(metrics=Metrics())))
    return {"type": "http", "app": app, "method": "POST", "path": "/", "headers": raw}


async def _status(
    messages: Sequence[Message], headers: Mapping[str, str] = MappingProxyType({}), *, every: float = 0
) -> tuple[int, int]:
    """The answer to a body that comes in these messages, and how many of them were taken in; 0 is no answer."""
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


async def test_a_sender_who_falls_silent_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_SILENCE_SECONDS", 0.05)
    assert await _status(_pieces(1, 100), every=60) == (408, 0)


async def test_a_reader_who_stops_reading_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is no fault of ours."""
    monkeypatch.setattr(middleware, "_UNREAD_SECONDS", 0.05)

    async def send(message: Message) -> None:
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    with structlog.testing.capture_logs() as lines:
        await RequestContext(_reads, 1000, 1000, secure=False)(_scope({}), receive, send)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 200)]


@pytest.mark.parametrize("headers", [{"content-length": "5000"}, {}], ids=["declared", "chunked"])
async def test_what_is_too_large_is_let_in_before_it_is_refused(headers: dict[str, str]) -> None:
    """The refusal would be lost with the connection if that were closed while its sender still sends."""
    assert await _status(_pieces(500, 10), headers) == (413, 11)


async def test_what_asks_first_or_could_never_be_let_in_is_refused_at_once() -> None:
    asks = {"content-length": "5000", "expect": "100-continue"}
    assert await _status(_pieces(500, 10), asks) == (413, 0)
    assert await _status(_pieces(500, 10), {"content-length": "9" * 12}) == (413, 0)


async def test_a_sender_who_goes_away_is_no_fault_of_ours() -> None:
    """Nor does it fill the log with faults, one for each connection that somebody breaks off."""
    gone: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    with structlog.testing.capture_logs() as lines:
        assert await _status(gone) == (0, 2)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 499)]


def test_a_list_that_is_too_long_is_one_fault() -> None:
    """And not as many as it has entries, each to be described."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Annotated[list[Flag], distinct(3)]).validate_python(["x"] * 1000)
    assert [error["type"] for error in refused.value.errors()][-1:] == ["too_long"]
    assert len(refused.value.errors()) <= 4


async def test_an_object_of_very_many_names_is_not_answered_name_by_name(client: httpx.AsyncClient) -> None:
    body = json.dumps({f"n{number}": 1 for number in range(50_000)})
    answer = await client.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert len(answer.content) < 1000
