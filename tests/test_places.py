"""Places for costly work: who waits, who is refused, and whose turn is next."""

import asyncio
import threading
from contextlib import suppress

import pytest
from anyio import to_thread

from app.domain.policies import PolicyKey
from app.domain.refusals.requests import Overloaded
from app.integrations.inspection.processes.pool import AT_ONCE
from app.places import INSPECTIONS, OURSELVES, PASSWORDS, RENDERING, Places, caller


class Bench:
    """Callers who hold a place until they are told to leave. `seated` lists them in the order in which they got one."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.seated: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str) -> None:
        """`ann2` is the second request of `ann`. Raises what taking a place raises."""
        self._leave[name] = asyncio.Event()

        async def sit() -> None:
            caller.set(name.rstrip("0123456789"))
            async with self.places.take():
                self.seated.append(name)
                await self._leave[name].wait()

        task = self._tasks[name] = asyncio.create_task(sit())
        await _settled()
        if task.done():
            await task

    async def leave(self, *names: str) -> None:
        for name in names:
            self._leave[name].set()
            await _settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        with suppress(asyncio.CancelledError):
            await self._tasks[name]
        await _settled()

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    at_once, of_one, line, share = request.param
    return Bench(Places(at_once=at_once, of_one=of_one, line=line, share=share))


@pytest.mark.parametrize("bench", [(1, 1, 10, 2)], indirect=True)
async def test_a_caller_whose_share_of_the_line_is_full_is_refused_at_once(bench: Bench) -> None:
    for name in ("ann1", "ann2", "ann3"):
        await bench.come(name)
    with pytest.raises(Overloaded) as refused:
        await bench.come("ann4")
    assert refused.value.headers == {"Retry-After": "1"}
    await bench.come("bob1")
    await bench.leave("ann1", "ann2")
    assert bench.seated == ["ann1", "ann2", "bob1"]
    await bench.close()


@pytest.mark.parametrize("bench", [(1, 1, 3, 2)], indirect=True)
async def test_a_full_line_refuses_everybody_but_our_own_jobs(bench: Bench) -> None:
    for name in ("ann1", "ann2", "ann3", "bob1"):
        await bench.come(name)
    with pytest.raises(Overloaded):
        await bench.come("cat1")
    await bench.come(OURSELVES)
    await bench.leave("ann1", "ann2", "bob1", OURSELVES)
    assert OURSELVES in bench.seated
    await bench.close()


@pytest.mark.parametrize("bench", [(1, 1, 10, 5)], indirect=True)
async def test_callers_take_turns(bench: Bench) -> None:
    for name in ("ann1", "ann2", "ann3", "bob1", "cat1"):
        await bench.come(name)
    await bench.leave("ann1", "ann2", "bob1", "cat1", "ann3")
    assert bench.seated == ["ann1", "ann2", "bob1", "cat1", "ann3"]
    await bench.close()


@pytest.mark.parametrize("bench", [(2, 1, 10, 5)], indirect=True)
async def test_a_caller_leaves_a_place_for_others(bench: Bench) -> None:
    await bench.come("ann1")
    await bench.come("ann2")
    assert bench.seated == ["ann1"]
    await bench.come("bob1")
    assert bench.seated == ["ann1", "bob1"]
    await bench.leave("bob1")
    assert bench.seated == ["ann1", "bob1"]
    await bench.leave("ann1")
    assert bench.seated == ["ann1", "bob1", "ann2"]
    await bench.close()


@pytest.mark.parametrize("bench", [(1, 1, 10, 5)], indirect=True)
async def test_who_gives_up_leaves_the_line_and_loses_no_place(bench: Bench) -> None:
    for name in ("ann1", "bob1", "cat1"):
        await bench.come(name)
    await bench.give_up("bob1")
    # The place is granted to `cat1` and its wait is cancelled in the same moment.
    bench._leave["ann1"].set()
    await asyncio.sleep(0)
    assert (bench.places._running["cat"], bench.seated) == (1, ["ann1"])
    await bench.give_up("cat1")
    await bench.come("dan1")
    assert bench.seated[0] == "ann1"
    assert bench.seated[-1] == "dan1"
    assert "bob1" not in bench.seated
    await bench.leave("dan1")
    assert (bench.places._running.total(), bench.places._waiting) == (0, {})
    await bench.close()


@pytest.mark.parametrize("bench", [(1, 1, 10, 5)], indirect=True)
async def test_a_place_does_not_go_to_somebody_who_gives_up_in_the_same_moment(bench: Bench) -> None:
    for name in ("ann1", "bob1", "cat1"):
        await bench.come(name)
    bench._leave["ann1"].set()
    await bench.give_up("bob1")
    assert bench.seated == ["ann1", "cat1"]
    await bench.close()


@pytest.mark.parametrize("bench", [(1, 1, 10, 5)], indirect=True)
async def test_a_block_that_raises_gives_its_place_back(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError):
        async with bench.places.take():
            raise ZeroDivisionError
    await bench.come("ann1")
    assert bench.seated == ["ann1"]
    await bench.close()


async def test_threads_that_hang_elsewhere_take_none_from_a_place() -> None:
    may_end = threading.Event()
    shared = int(to_thread.current_default_thread_limiter().total_tokens)
    hanging = [asyncio.create_task(to_thread.run_sync(may_end.wait, 60)) for _ in range(shared)]
    await _settled()
    try:
        assert await asyncio.wait_for(Places(at_once=1, of_one=1, line=1, share=1).run(lambda: "done"), 30) == "done"
        assert not any(task.done() for task in hanging)
    finally:
        may_end.set()
        await asyncio.gather(*hanging)


def test_the_places_fit_what_does_the_work() -> None:
    """As many inspections as inspectors, and room in line for all policies of an application at once."""
    assert INSPECTIONS.at_once == AT_ONCE
    assert INSPECTIONS.of_one < INSPECTIONS.at_once, "one caller cannot take every inspector"
    assert INSPECTIONS.of_one + INSPECTIONS.share >= len(PolicyKey)
    for places in (PASSWORDS, INSPECTIONS, RENDERING):
        assert places.share * 2 < places.line, "one caller cannot fill the line"
