"""Turns by network: how many of one are worked on at once, and what becomes of whoever waits."""

import asyncio

import pytest

from app.places import Places
from app.turns import Turn, Turns, current


async def _asked(turns: Turns, network: str) -> asyncio.Task[None]:
    task = asyncio.create_task(turns.take(network))
    await asyncio.sleep(0)
    return task


async def test_a_network_waits_for_its_own_turns_and_no_other_does() -> None:
    turns = Turns(2)
    await turns.take("a")
    await turns.take("a")
    waiting = [await _asked(turns, "a") for _ in range(2)]
    assert not any(task.done() for task in waiting)
    assert (await _asked(turns, "b")).done()
    turns.leave("a")
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, False]
    waiting[1].cancel()


async def test_whoever_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    turns = Turns(1)
    await turns.take("a")
    first, second, third = [await _asked(turns, "a") for _ in range(3)]
    first.cancel()
    await asyncio.sleep(0)
    turns.leave("a")
    # It has the turn and does not know it yet.
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    await asyncio.wait_for(third, 1)
    turns.leave("a")
    assert not turns._running
    assert not turns._waiting


async def test_a_turn_is_taken_once_and_left_once() -> None:
    turns = Turns(2)
    turn = Turn(turns, "a")
    await turn.take()
    await turn.take()
    assert [turn.leave(), turn.leave()] == [True, False]
    assert not turns._running


@pytest.mark.parametrize("fails", [False, True])
async def test_another_request_has_the_turn_while_one_waits_for_a_place(fails: bool) -> None:
    turns, places = Turns(1), Places(at_once=1, of_one=1, line=1, share=1)
    turn = Turn(turns, "a")
    await turn.take()
    current.set(turn)

    def slow() -> int:
        if fails:
            raise ValueError("broken")
        return 7

    async with places.take():
        assert (await _asked(turns, "a")).done()
        turns.leave("a")
    for run in (places.run, places.run_or_abandon):
        if fails:
            with pytest.raises(ValueError, match="broken"):
                await run(slow)
        else:
            assert await run(slow) == 7
            assert turns._running["a"] == 1
    turn.leave()
    assert not turns._running
