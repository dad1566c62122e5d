"""Waiting for a peer, but not for ever."""

import asyncio
from collections.abc import Awaitable, Generator
from types import coroutine
from typing import TypeVar

T = TypeVar("T")


async def within(seconds: float, doing: Awaitable[T]) -> T:
    """What `doing` returns. Raises `TimeoutError` when it has to wait for longer.

    Most messages are sent and received without any wait, and need no timer: it would cost ten times as much as they.
    """
    steps = doing.__await__()
    try:
        waiting = next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    async with asyncio.timeout(seconds):
        return await _go_on(steps, waiting)


@coroutine
def _go_on(steps: Generator[object, object, T], waiting: object) -> Generator[object, object, T]:
    """As `yield from`, with the first step already taken."""
    try:
        while True:
            try:
                given = yield waiting
            except BaseException as error:
                waiting = steps.throw(error)
            else:
                waiting = steps.send(given)
    except StopIteration as done:
        result: T = done.value
        return result
