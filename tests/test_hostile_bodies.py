"""Bodies that are meant to keep the server busy: slow, broken off, too large, or full of names."""

import asyncio
import json
import time
from collections.abc import Sequence

import httpx
import pytest
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import middleware
from app.middleware import RequestContext


def _surrounded(app: ASGIApp, seen: list[int], limit: int = 1000) -> RequestContext:
    return RequestContext(
        app, limit, limit, secure=False, observe=lambda _operation, status, _took: seen.append(status)
    )


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that takes its body in, and answers errors as the framework does."""
    try:
        await Request(scope, receive).body()
        answer = Response("taken")
    except HTTPException as error:
        answer = Response(str(error.status_code), error.status_code)
    await answer(scope, receive, send)


async def _status(app: ASGIApp, messages: Sequence[Message], *, every: float = 0, **headers: str) -> tuple[int, int]:
    """The answer to a body that comes in these messages, and how many of them were taken in."""
    waiting = list(messages)
    statuses = []

    async def receive() -> Message:
        await asyncio.sleep(every)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await app({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive, send)
    return (statuses or [0])[0], len(messages) - len(waiting)


def _pieces(size: int, count: int) -> list[Message]:
    last = [{"type": "http.request", "body": b"", "more_body": False}]
    return [{"type": "http.request", "body": b"x" * size, "more_body": True} for _ in range(count)] + last


async def test_a_sender_who_drips_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte now and then is never silence, and a few hundred such senders would take every place there is."""
    monkeypatch.setattr(middleware, "_SILENCE_SECONDS", 0.2)
    seen: list[int] = []
    begun = time.monotonic()
    status, _ = await _status(_surrounded(_reads, seen), _pieces(1, 100), every=0.05)
    assert (status, seen) == (408, [408])
    assert time.monotonic() - begun < 2


async def test_a_steady_sender_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes, as long as enough of it comes."""
    monkeypatch.setattr(middleware, "_SILENCE_SECONDS", 0.1)
    monkeypatch.setattr(middleware, "_SLOWEST_BYTES_A_SECOND", 100)
    assert await _status(_surrounded(_reads, []), _pieces(50, 10), every=0.03) == (200, 11)


@pytest.mark.parametrize("declared", [True, False])
async def test_what_is_too_large_is_let_in_before_it_is_refused(declared: bool) -> None:
    """The refusal would be lost with the connection if that were closed while its sender still sends."""
    headers = {"content_length": "5000"} if declared else {}
    assert await _status(_surrounded(_reads, []), _pieces(500, 10), **headers) == (413, 11)


async def test_what_asks_first_or_could_never_be_let_in_is_refused_at_once() -> None:
    asks = {"content_length": "5000", "expect": "100-continue"}
    assert await _status(_surrounded(_reads, []), _pieces(500, 10), **asks) == (413, 0)
    assert await _status(_surrounded(_reads, []), _pieces(500, 10), content_length="9" * 12) == (413, 0)


async def test_a_sender_who_goes_away_is_no_fault_of_ours() -> None:
    """Nor does it fill the log with faults, one for each connection that somebody breaks off."""
    seen: list[int] = []
    gone: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    with structlog.testing.capture_logs() as lines:
        assert await _status(_surrounded(_reads, seen), gone) == (0, 2)
    assert seen == [499]
    assert [line for line in lines if line["log_level"] == "error"] == []


async def test_an_object_of_very_many_names_is_not_answered_name_by_name(client: httpx.AsyncClient) -> None:
    body = json.dumps({f"n{number}": 1 for number in range(50_000)})
    answer = await client.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert len(answer.content) < 1000
