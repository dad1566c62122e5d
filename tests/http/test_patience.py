"""A timer only for what waits, and the same outcome as `asyncio.timeout`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest

from app.http.patience import unless_at_once, within


async def at_once() -> str:
    return "done"


async def after_some_steps() -> str:
    await asyncio.sleep(0)
    waiting = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, waiting.set_result, "done")
    answer: str = await waiting
    await asyncio.sleep(0.001)
    return answer


async def raises_at_once() -> str:
    raise OSError("gone")


async def raises_later() -> str:
    await asyncio.sleep(0.001)
    raise OSError("gone")


@pytest.mark.parametrize("doing", [at_once, after_some_steps])
async def test_what_is_done_in_time_is_returned(doing: Callable[[], Coroutine[None, None, str]]) -> None:
    assert await within(10, doing()) == "done"


@pytest.mark.parametrize("doing", [raises_at_once, raises_later])
async def test_its_errors_pass(doing: Callable[[], Coroutine[None, None, str]]) -> None:
    with pytest.raises(OSError, match="gone"):
        await within(10, doing())


async def test_what_waits_too_long_is_cancelled() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    with pytest.raises(TimeoutError):
        await within(0.01, waits())
    assert ended == ["cancelled"]


async def test_a_task_that_is_cancelled_is_cancelled() -> None:
    task = asyncio.create_task(within(10, asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_runs_in_the_task_that_waits() -> None:
    async def who() -> object:
        await asyncio.sleep(0)
        return asyncio.current_task()

    assert await within(10, who()) is asyncio.current_task()


async def test_a_context_is_entered_for_waits_alone() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def waiting() -> AsyncIterator[None]:
        seen.append("begun")
        yield
        seen.append("ended")

    assert await unless_at_once(at_once(), waiting) == "done"
    assert seen == []
    assert await unless_at_once(after_some_steps(), waiting) == "done"
    assert seen == ["begun", "ended"]
