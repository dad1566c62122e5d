"""Waiting for a peer, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager
from functools import partial
from types import coroutine
from typing import TypeVar

T = TypeVar("T")


async def within(seconds: float, doing: Awaitable[T]) -> T:
    """What `doing` returns. Raises `TimeoutError` when it has to wait for longer."""
    return await unless_at_once(doing, partial(asyncio.timeout, seconds))


async def unless_at_once(doing: Awaitable[T], waiting: Callable[[], AbstractAsyncContextManager[object]]) -> T:
    """What `doing` returns; the context that `waiting` makes is entered once it has to wait.

    Most messages are sent and received without any wait: a timer would cost ten times as much as they.
    """
    steps = doing.__await__()
    try:
        first = next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    async with waiting():
        return await _go_on(steps, first)


@coroutine
def _go_on(steps: Generator[object, object, T], waiting_for: object) -> Generator[object, object, T]:
    """As `yield from`, with the first step already taken."""
    try:
        while True:
            try:
                given = yield waiting_for
            except BaseException as error:
                waiting_for = steps.throw(error)
            else:
                waiting_for = steps.send(given)
    except StopIteration as done:
        result: T = done.value
        return result
