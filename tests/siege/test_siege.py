"""The parts of `make siege`: honest people are judged rightly, and the hostile client does what it says."""

import asyncio
import inspect
import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from faults.check import Found
from siege import breaks
from siege.honest import Honest, Times
from siege.hostile import ADDRESS, NUMBER, Asking, Attack, Holding, attacked
from siege.loads import LOADS
from tests.http.test_server import echo, running


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with running(echo) as listening:
        yield listening


async def _met(attack: Attack) -> Counter[str]:
    async with attacked(attack) as met:
        await asyncio.sleep(0.5)
    return met


def _times(*seconds: float) -> Times:
    """One request after the other, each as long as given."""
    at, times = 0.0, Times()
    for took in seconds:
        times.met.append((at, took))
        at += min(took, 10) + 0.1
    return times


@pytest.mark.parametrize(
    ("times", "good"),
    [
        (_times(*[0.01] * 100), True),
        (_times(*[0.01] * 50, *[1.5] * 2, *[0.01] * 50), True),
        (_times(*[0.01] * 50, *[1.5] * 5, *[0.01] * 50), False),
        (_times(*[0.01] * 50, float("inf"), *[0.01] * 50), False),
        (Times(), False),
    ],
    ids=["quick", "slow for less than five seconds", "slow for longer", "one without an answer", "none"],
)
def test_an_honest_user_may_wait_for_a_second_but_not_for_five(times: Times, good: bool) -> None:
    found = Found()
    Honest(times, _times(*[0.01] * 100), attacked_at=0).judge(found)
    assert (not found.wrong) == good, found.wrong


def test_what_was_before_the_attack_does_not_count() -> None:
    found = Found()
    Honest(_times(8, *[0.01] * 99), _times(8, *[0.01] * 99), attacked_at=5).judge(found)
    assert not found.wrong


async def test_the_hostile_client_asks_from_an_address_of_its_own(listener: socket.socket) -> None:
    request = b"GET /?0 HTTP/1.1\r\nHost: x\r\nX: " + NUMBER.encode() + b"\r\n\r\n"
    met = await _met(Asking(listener.getsockname()[1], [request], lanes=2, together=2))
    assert met.keys() == {"200"}
    assert met["200"] >= 4


async def test_the_hostile_client_holds_what_it_opens(listener: socket.socket) -> None:
    met = await _met(Holding(listener.getsockname()[1], [ADDRESS], 20))
    assert met == {"opened": 20}


def test_every_load_says_what_it_is_and_has_a_control() -> None:
    names = [load.name for load in LOADS]
    assert len(set(names)) == len(names)
    for load in LOADS:
        assert load.claim.endswith("."), load.name
        assert load.control.patch in breaks.BY_NAME, load.name
    assert {load.control.patch for load in LOADS} == breaks.BY_NAME.keys()
    public = inspect.getmembers(breaks, lambda each: inspect.isfunction(each) and each.__module__ == breaks.__name__)
    assert {name for name, _ in public} == breaks.BY_NAME.keys()
