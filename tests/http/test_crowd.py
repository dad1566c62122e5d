"""The connections of a process by network: who is turned away, who gives way, and who is not counted."""

import asyncio

import pytest

from app.http.crowd import CONNECTIONS_OF_A_NETWORK, Crowd

ONE, OTHER = "192.0.2.1", "192.0.2.2"


class Caller:
    """A connection; it leaves the crowd a moment after it was dropped, as a real one does."""

    def __init__(self, crowd: Crowd, address: str | None, *, idle: bool = True) -> None:
        self.idle = idle
        self.dropped = False
        self._crowd = crowd
        self.network = crowd.join(self, address)

    def drop(self) -> None:
        self.dropped = True

    def seen(self) -> None:
        assert self.network is not None
        self._crowd.seen(self, self.network)

    def leave(self) -> None:
        if self.network is not None:
            self._crowd.leave(self, self.network)


@pytest.fixture
def crowd() -> Crowd:
    """Room for six, so for three of one network."""
    return Crowd(6)


def test_a_network_whose_connections_are_all_busy_is_refused_one_more(crowd: Crowd) -> None:
    busy = [Caller(crowd, ONE, idle=False) for _ in range(3)]
    late = Caller(crowd, ONE)
    assert (late.dropped, late.network) == (True, None)
    assert not any(each.dropped for each in busy)
    assert Caller(crowd, OTHER).network == OTHER


def test_an_ipv6_network_is_one_caller(crowd: Crowd) -> None:
    callers = [Caller(crowd, f"2001:db8::{number}", idle=False) for number in range(1, 5)]
    assert [each.dropped for each in callers] == [False, False, False, True]


def test_one_network_may_not_take_everything() -> None:
    crowd = Crowd(100 * CONNECTIONS_OF_A_NETWORK)
    callers = [Caller(crowd, ONE, idle=False) for _ in range(CONNECTIONS_OF_A_NETWORK + 1)]
    assert [each.dropped for each in callers[-2:]] == [False, True]


def test_the_connection_that_was_idle_longest_gives_way(crowd: Crowd) -> None:
    first, second, third = (Caller(crowd, ONE) for _ in range(3))
    first.seen()
    fourth = Caller(crowd, ONE)
    assert [each.dropped for each in (first, second, third, fourth)] == [False, True, False, False]
    assert fourth.network == ONE


def test_connections_of_a_trusted_proxy_are_not_counted() -> None:
    for trusted in (["192.0.2.0/24"], ["*"]):
        crowd = Crowd(6, trusted)
        callers = [Caller(crowd, ONE, idle=False) for _ in range(50)]
        assert not any(each.dropped for each in callers)
    assert Caller(Crowd(0, ["192.0.2.0/24"]), "198.51.100.1").dropped


@pytest.mark.parametrize("address", [None, "", "a socket"])
def test_callers_without_an_address_share_one_network(address: str | None) -> None:
    crowd = Crowd(6, ["192.0.2.0/24"])
    assert [Caller(crowd, address, idle=False).dropped for _ in range(4)] == [False, False, False, True]


def test_room_that_was_left_is_used_again_and_networks_are_forgotten(crowd: Crowd) -> None:
    for number in range(500):
        caller = Caller(crowd, f"203.0.113.{number % 250}")
        assert not caller.dropped
        caller.leave()
    assert not crowd._members
    assert not crowd._shares._held


async def test_connections_that_come_and_go_at_once_are_counted_right(crowd: Crowd) -> None:
    """What was dropped leaves late: its share was passed on, and is not given back a second time."""

    async def come(address: str) -> None:
        caller = Caller(crowd, address)
        await asyncio.sleep(0)
        if not caller.dropped:
            caller.seen() if caller.network else None
        await asyncio.sleep(0)
        caller.leave()

    await asyncio.gather(*(come([ONE, OTHER][number % 2]) for number in range(200)))
    assert not crowd._members
    assert (crowd._shares._total, len(crowd._shares._held)) == (0, 0)
