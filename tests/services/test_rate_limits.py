"""The generic cell rate algorithm on the real table with the test's clock: exactly the documented number passes."""

import asyncio
from datetime import timedelta

import pytest

from app.database import Database
from app.domain.refusals.requests import TooManyRequests
from app.queries.callers import count_request
from app.services.rate_limits import Limit, Standing, asked, count, headers, look, network_of, require_room, standings
from tests.clock import MovableClock

# Seven a minute does not divide evenly into microseconds: the seventh has to pass all the same.
SEVEN = Limit("seven", 7, 60)
TWO = Limit("two", 2, 3600)


async def ask(
    database: Database, clock: MovableClock, *limits: Limit, who: str = "somebody", scale: int = 1
) -> list[Standing]:
    async with database.lease() as session:
        rows = await count_request(session, clock(), asked(limits, who, scale=scale))
    return standings(limits, rows, clock(), scale=scale)


async def test_exactly_the_quota_passes(database: Database, clock: MovableClock) -> None:
    left = []
    for _ in range(7):
        (standing,) = await ask(database, clock, SEVEN)
        assert not standing.refused
        left.append(standing.left)
    assert left == [6, 5, 4, 3, 2, 1, 0]
    (refused,) = await ask(database, clock, SEVEN)
    assert refused.refused
    (another,) = await ask(database, clock, SEVEN, who="another")
    assert (another.refused, another.left) == (False, 6)


async def test_concurrent_requests_are_all_counted(database: Database, clock: MovableClock) -> None:
    standings = await asyncio.gather(*(ask(database, clock, SEVEN, TWO) for _ in range(20)))
    assert sum(not seven.refused for seven, _ in standings) == 7
    assert sum(not two.refused for _, two in standings) == 2


@pytest.mark.parametrize("limit", [SEVEN, TWO, Limit("fast", 60, 3), Limit("odd", 11, 7)])
async def test_waiting_for_retry_after_allows_one_more(database: Database, clock: MovableClock, limit: Limit) -> None:
    """One second less is not enough if the interval is whole seconds."""
    for _ in range(limit.requests):
        await ask(database, clock, limit)
    (refused,) = await ask(database, clock, limit)
    assert refused.refused
    assert refused.wait_seconds == -(-limit.interval(1) // timedelta(seconds=1))
    if refused.wait_seconds > 1:
        clock.move(timedelta(seconds=refused.wait_seconds - 1))
        (early,) = await ask(database, clock, limit)
        assert (early.refused, early.wait_seconds) == (True, 1)
        clock.move(timedelta(seconds=1))
    else:
        clock.move(timedelta(seconds=1))
    (late,) = await ask(database, clock, limit)
    assert not late.refused


async def test_a_caller_within_the_policy_is_never_refused(database: Database, clock: MovableClock) -> None:
    """The whole quota at the end of one window, and again at the end of the next."""
    for _ in range(4):
        for _ in range(SEVEN.requests):
            (standing,) = await ask(database, clock, SEVEN)
            assert not standing.refused
        clock.move(SEVEN.period)


async def test_the_reset_time_is_when_the_whole_quota_is_back(database: Database, clock: MovableClock) -> None:
    (standing,) = await ask(database, clock, TWO)
    assert headers([standing]) == {"RateLimit-Policy": '"two";q=2;w=3600', "RateLimit": '"two";r=1;t=1800'}
    clock.move(timedelta(seconds=1800))
    async with database.transaction() as session:
        assert (await look(session, TWO, "somebody", clock(), scale=1)).left == 2


async def test_the_longer_wait_of_two_limits_applies(database: Database, clock: MovableClock) -> None:
    """Waiting that long satisfies both, and the response lists both."""
    for _ in range(6):
        await ask(database, clock, SEVEN, TWO)
    standings = await ask(database, clock, SEVEN, TWO)
    assert [standing.refused for standing in standings] == [False, True]
    with pytest.raises(TooManyRequests) as refusal:
        require_room(standings)
    assert refusal.value.headers["Retry-After"] == "1800"
    assert headers(standings) == {
        "RateLimit-Policy": '"seven";q=7;w=60, "two";q=2;w=3600',
        "RateLimit": '"seven";r=0;t=9, "two";r=0;t=1800',
    }
    clock.move(timedelta(seconds=1800))
    require_room(await ask(database, clock, SEVEN, TWO))


async def test_peeking_does_not_count(database: Database, clock: MovableClock) -> None:
    async with database.transaction() as session:
        for _ in range(5):
            assert not (await look(session, TWO, "x", clock(), scale=1)).refused
        for expected in (1, 0):
            assert (await count(session, TWO, "x", clock(), scale=1)).left == expected
        assert (await look(session, TWO, "x", clock(), scale=1)).refused
        assert (await count(session, TWO, "x", clock(), scale=1)).wait_seconds == 1800


async def test_a_clock_moved_back_locks_nobody_out(database: Database, clock: MovableClock) -> None:
    """A sandbox reset or a machine can move the clock back."""
    clock.move(timedelta(days=30))
    for _ in range(3):
        await ask(database, clock, TWO)
    clock.move(-timedelta(days=30))
    async with database.transaction() as session:
        seen = await look(session, TWO, "somebody", clock(), scale=1)
    assert (seen.refused, seen.left) == (False, 2)
    (standing,) = await ask(database, clock, TWO)
    assert (standing.refused, standing.left) == (False, 1)


async def test_a_slightly_slow_clock_does_not_reset_the_count(database: Database, clock: MovableClock) -> None:
    """The clocks of two servers always differ slightly."""
    for _ in range(2):
        await ask(database, clock, TWO)
    clock.move(-timedelta(seconds=2))
    (standing,) = await ask(database, clock, TWO)
    assert (standing.refused, standing.wait_seconds) == (True, 1802)


async def test_the_scale_multiplies_and_never_divides_by_nothing(database: Database, clock: MovableClock) -> None:
    (standing,) = await ask(database, clock, TWO, who="scaled", scale=10)
    assert (standing.left, standing.policy) == (19, '"two";q=20;w=3600')
    (standing,) = await ask(database, clock, Limit("fast", 1200, 60), who="scaled", scale=1_000_000)
    assert standing.left > 1_000_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_network_is_one_caller(address: str | None, network: str) -> None:
    """A client with one address usually has all 2⁶⁴ of its network."""
    assert network_of(address) == network
