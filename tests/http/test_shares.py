"""What one network may hold: its share, and never more than it leaves to others."""

import asyncio

import pytest

from app.http.shares import Shares


def test_a_network_with_its_share_is_refused_and_others_are_not() -> None:
    shares = Shares(at_once=100, of_one=3)
    assert [shares.take("a") for _ in range(5)] == [True, True, True, False, False]
    assert shares.take("b")


def test_a_network_never_holds_more_than_it_leaves() -> None:
    shares = Shares(at_once=12, of_one=12)
    assert sum(shares.take("a") for _ in range(20)) == 6
    assert sum(shares.take("b") for _ in range(20)) == 3


@pytest.mark.parametrize("networks", [1, 2, 5])
def test_whoever_comes_next_finds_room_however_many_flood(networks: int) -> None:
    """Each of those that flood in turn ends with as much as is left: of five, each has a sixth."""
    shares = Shares(at_once=600, of_one=600)
    held = dict.fromkeys(range(networks), 0)
    for _ in range(600):
        for name in held:
            held[name] += shares.take(str(name))
    assert set(held.values()) == {600 // (networks + 1)}
    assert shares.take("late")


def test_a_place_that_was_left_can_be_taken_again() -> None:
    shares = Shares(at_once=10, of_one=1)
    for _ in range(50):
        assert shares.take("a")
        assert not shares.take("a")
        shares.leave("a")


def test_networks_that_hold_nothing_are_forgotten() -> None:
    """An attacker has as many networks as there are addresses of IPv6."""
    shares = Shares(at_once=2, of_one=1)
    assert shares.take("a")
    for number in range(1_000):
        if shares.take(str(number)):
            shares.leave(str(number))
    assert len(shares._held) == 1
    full = Shares(at_once=0, of_one=1)
    assert not full.take("a")
    assert not full._held


async def test_those_that_come_at_once_get_no_more_than_there_is() -> None:
    shares, taken = Shares(at_once=20, of_one=5), []

    async def come(network: str) -> None:
        if shares.take(network):
            taken.append(network)
            await asyncio.sleep(0)
            assert shares._held[network] <= 5
            shares.leave(network)

    await asyncio.gather(*(come("ab"[number % 2]) for number in range(100)))
    assert len(taken) >= 10
    assert not shares._held
    assert shares._total == 0
