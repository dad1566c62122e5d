"""A body on its way holds no place of a request, and takes one when it has arrived."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.domain.refusals.requests import Overloaded
from app.http import admission
from app.http.admission import Admission

HERE, THERE = "198.51.100.1", "203.0.113.9"
_MORE: Message = {"type": "http.request", "body": b"x", "more_body": True}
_LAST: Message = {"type": "http.request", "body": b"x", "more_body": False}
_GONE: Message = {"type": "http.disconnect"}


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Admission]:
    """Places for four requests, two of a network; and for four bodies, two of a network."""
    for name in ("REQUESTS", "ARRIVING"):
        monkeypatch.setattr(admission, f"{name}_AT_ONCE", 4)
        monkeypatch.setattr(admission, f"{name}_OF_A_NETWORK_AT_ONCE", 2)
    made = Admission(_app, (), "")
    yield made
    assert (made._places._total, made._arriving._total) == (0, 0)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the whole body, say so, and answer when told to."""
    caller: Caller = scope["caller"]
    try:
        while caller.reads and (await receive()).get("more_body", False):
            pass
        caller.read.set()
        await caller.may_answer.wait()
        caller.status = 200
    except Overloaded:
        caller.status = 503


class Caller:
    """A request, whose body comes in as the test sends it."""

    def __init__(self, door: Admission, network: str, *, body: bool = True, reads: bool = True) -> None:
        self.reads, self.status = reads and body, 0
        self.read, self.may_answer = asyncio.Event(), asyncio.Event()
        self._coming: asyncio.Queue[Message] = asyncio.Queue()
        headers = [(b"content-length", b"9")] if body else []
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/v1/sessions", "client": (network, 1)}
        scope |= {"headers": headers, "root_path": "", "caller": self}
        self._task = asyncio.ensure_future(door(scope, self._coming.get, self._send))

    async def _send(self, message: Message) -> None:
        self.status = message.get("status", self.status)

    async def send(self, *messages: Message) -> None:
        """Send so much of the body, and let the server take it."""
        for message in messages:
            self._coming.put_nowait(message)
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def refused(self) -> bool:
        return self._task.done() and self.status == 503

    async def end(self) -> int:
        self.may_answer.set()
        await asyncio.wait_for(self._task, 5)
        return self.status


@asynccontextmanager
async def _calling(door: Admission, *networks: str, **how: bool) -> AsyncIterator[list[Caller]]:
    callers = [Caller(door, network, **how) for network in networks]
    for caller in callers:
        await caller.send()
    yield callers
    for caller in callers:
        await caller.send(_LAST)
        await caller.end()


async def test_a_body_that_never_comes_holds_no_place(door: Admission) -> None:
    async with _calling(door, HERE, HERE) as slow:
        for caller in slow:
            await caller.send(_MORE)
        async with _calling(door, HERE, HERE, THERE, body=False) as quick:
            assert [await caller.end() for caller in quick] == [200, 200, 200]


async def test_a_network_has_its_share_of_bodies_on_their_way(door: Admission) -> None:
    async with _calling(door, HERE, HERE), _calling(door, HERE, THERE) as (third, other):
        assert third.refused
        assert not other.refused
        await other.send(_LAST)
        assert await other.end() == 200


async def test_a_body_takes_a_place_when_it_has_arrived(door: Admission) -> None:
    """From then on another may be on its way, and a network whose places are taken is refused."""
    async with _calling(door, HERE, HERE) as first:
        for caller in first:
            await caller.send(_MORE, _LAST)
            assert caller.read.is_set()
        async with _calling(door, HERE, body=False) as (third,):
            assert third.refused
        async with _calling(door, HERE, THERE) as (late, other):
            assert not late.refused
            await late.send(_LAST)
            assert late.refused
            await other.send(_LAST)
            assert other.read.is_set()
        assert [await caller.end() for caller in first] == [200, 200]


@pytest.mark.parametrize("sent", [(), (_MORE,), (_MORE, _GONE), (_LAST,)], ids=["nothing", "some", "gone", "all"])
@pytest.mark.parametrize("reads", [True, False], ids=["read", "unread"])
async def test_whatever_was_held_is_given_back(door: Admission, reads: bool, sent: tuple[Message, ...]) -> None:
    """The fixture looks: also where the answer leaves before the body has come, or the client goes away."""
    async with _calling(door, HERE, reads=reads) as (caller,):
        await caller.send(*sent)
        if not reads:
            assert await caller.end() == 200
