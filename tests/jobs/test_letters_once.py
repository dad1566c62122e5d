"""A letter is sent once, whatever happens to the database meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from app.database import Database, Work
from app.jobs.means import Means
from app.letters.passwords.changed import PasswordChanged
from app.services import emails
from tests.jobs.conftest import Query
from tests.jobs.relay import Relay, running
from tests.jobs.working import owe, through, until, until_found, working
from tests.vanishing import Wire, wire_to
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data")


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job without heartbeats is taken over after a second, as a short outage is long then."""
    monkeypatch.setattr("app.jobs.crew.TAKEN_OVER_AFTER", timedelta(seconds=1))
    monkeypatch.setattr("app.jobs.worker.HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setattr("app.jobs.worker.LOOKED_FOR_EVERY_SECONDS", 0.3)


@asynccontextmanager
async def shaky(url: str) -> AsyncIterator[tuple[Wire, Database]]:
    """A database whose connections can be cut off."""
    async with wire_to(url) as (wire, through_it):
        database = Database(through_it, pool_size=5, pool_timeout=1, command_timeout=2)
        yield wire, database
        await database.close()


async def begin(wire: Wire, *, silent: bool) -> None:
    """Begin an outage: connections break and new ones are refused, or packets vanish."""
    if silent:
        wire.cut = True
    else:
        wire.refuses = True
        wire.reset()


async def end(wire: Wire) -> None:
    """End the outage. What vanished stays lost, so connections of before are of no more use."""
    wire.mend()
    wire.reset()


def from_the_relay(act: Callable[[], object]) -> Callable[[], None]:
    """Call `act` once, in this loop, while the relay waits."""
    loop, done, called = asyncio.get_running_loop(), threading.Event(), threading.Event()

    def run() -> None:
        act()
        done.set()

    def hook() -> None:
        if not called.is_set():
            called.set()
            loop.call_soon_threadsafe(run)
            done.wait(5)

    return hook


async def _sent(query: Query, number: int) -> bool:
    return await query("SELECT count(*) = :number FROM emails WHERE status = 'sent'", number=number) == [(True,)]


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("moment", ["before the answer", "after the answer"])
async def test_an_outage_around_the_relays_answer(
    means: Means, world: World, query: Query, database_url: str, moment: str, silent: bool
) -> None:
    """Two workers, one of which has the letter when both lose the database."""
    await owe(means, world)
    with running(Relay()) as relay:
        settings = through(means.settings, relay)
        async with shaky(database_url) as (wire, first), shaky(database_url) as (other_wire, second):
            begun = asyncio.Event()

            def cut() -> None:
                for one in (wire, other_wire):
                    one.cut, one.refuses = silent, not silent
                begun.set()

            setattr(relay, "before_answer" if moment.startswith("before") else "after_answer", from_the_relay(cut))
            async with working(means, settings, first), working(means, settings, second):
                await asyncio.wait_for(begun.wait(), 10)
                await asyncio.gather(begin(wire, silent=silent), begin(other_wire, silent=silent))
                await asyncio.sleep(3)
                await asyncio.gather(end(wire), end(other_wire))
                await until_found(partial(_sent, query, 1), 20)
                await until_found(partial(_empty, query), 20)
    assert list(relay.copies.values()) == [1]


async def _empty(query: Query) -> bool:
    return await query("SELECT id FROM pgqueuer") == []


@pytest.mark.parametrize("silent", [False, True])
async def test_outage_after_outage(means: Means, world: World, query: Query, database_url: str, silent: bool) -> None:
    """At whatever moment of a letter they come: while it is taken, loaded, claimed, sent, noted or settled."""
    ids = await owe(means, world, 60)
    with running(Relay(pause=0.1)) as relay:
        settings = through(means.settings, relay, connections=3)
        async with (
            shaky(database_url) as (wire, first),
            shaky(database_url) as (other_wire, second),
            working(means, settings, first),
            working(means, settings, second),
        ):
            for number in range(8):
                await asyncio.sleep(0.3 + 0.07 * number)
                await begin((wire, other_wire)[number % 2], silent=silent)
                await asyncio.sleep(0.4)
                await end((wire, other_wire)[number % 2])
            await until_found(partial(_sent, query, len(ids)), 60)
            await until_found(partial(_empty, query), 20)
    assert relay.copies == {f"<{id_}@aimgroup.org.uk>": 1 for id_ in ids}


async def test_a_worker_that_takes_the_job_over_does_not_send_the_letter(
    means: Means, world: World, query: Query, database_url: str
) -> None:
    """The first worker lost the database, but not the relay. The second one has both."""
    await owe(means, world)
    with running(Relay()) as relay:
        settings = through(means.settings, relay)
        async with shaky(database_url) as (wire, first):
            lost = asyncio.Event()

            def cut() -> None:
                wire.refuses = True
                lost.set()

            relay.before_answer = from_the_relay(cut)
            async with working(means, settings, first):
                await asyncio.wait_for(lost.wait(), 10)
                await begin(wire, silent=False)
                async with working(means, settings):
                    await until_found(partial(_taken_over, query))
                    await asyncio.sleep(1)
                    assert list(relay.copies.values()) == [1]
                    assert await query("SELECT status FROM emails") == [("queued",)]
                await end(wire)
                await until_found(partial(_sent, query, 1))
    assert list(relay.copies.values()) == [1]


async def test_a_stopping_worker_still_notes_what_it_sent(
    means: Means, world: World, query: Query, database_url: str
) -> None:
    """It is told to stop while the database is away, and the database comes back in time."""
    await owe(means, world)
    with running(Relay()) as relay:
        async with shaky(database_url) as (wire, database):
            lost = asyncio.Event()

            def cut() -> None:
                wire.refuses = True
                lost.set()

            relay.before_answer = from_the_relay(cut)
            async with working(means, through(means.settings, relay), database) as stop:
                await asyncio.wait_for(lost.wait(), 10)
                await begin(wire, silent=False)
                await until(lambda: len(relay.accepted) == 1)
                stop.set()
                await asyncio.sleep(2)
                await end(wire)
    assert await query("SELECT status, sending_since FROM emails") == [("sent", None)]
    assert await query("SELECT id FROM pgqueuer") == []


async def _taken_over(query: Query) -> bool:
    return await query("SELECT count(*) >= 2 FROM pgqueuer_log WHERE status = 'picked'") == [(True,)]


async def test_a_letter_is_noted_although_what_follows_from_it_is_broken(
    means: Means, world: World, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would go out again, and again."""
    load = PasswordChanged.load

    async def with_a_bug(letter: PasswordChanged, work: Work) -> object:
        async def fail(_: Work) -> None:
            raise RuntimeError("on purpose")

        draft = await load(letter, work)
        assert draft is not None
        object.__setattr__(draft, "once_sent", fail)
        return draft

    monkeypatch.setattr(PasswordChanged, "load", with_a_bug)
    await owe(means, world)
    with running(Relay()) as relay:
        async with working(means, through(means.settings, relay)):
            await until_found(partial(_sent, query, 1))
            await until_found(partial(_empty, query))
    assert list(relay.copies.values()) == [1]


async def test_a_claim_keeps_others_off_until_it_is_stale(means: Means, world: World, query: Query) -> None:
    (email_id,) = await owe(means, world)
    first, second = uuid4(), uuid4()

    async def claimed(attempt: object, stale_after: timedelta | None) -> bool:
        async with means.work() as work:
            return await emails.claim(work, email_id, attempt, stale_after=stale_after)  # type: ignore[arg-type]

    assert await claimed(first, None)
    assert not await claimed(second, None)
    assert not await claimed(second, timedelta(minutes=5))
    await query("UPDATE emails SET sending_since = sending_since - interval '6 minutes' RETURNING id")
    assert not await claimed(second, None)
    async with means.work() as work:
        await emails.release(work, email_id, second)
    assert not await claimed(second, None)
    assert await claimed(second, timedelta(minutes=5))
    async with means.work() as work:
        await emails.release(work, email_id, second)
    assert await claimed(first, None)
    await query("UPDATE emails SET status = 'sent' RETURNING id")
    assert not await claimed(first, timedelta(0))


def _wait(stuck: threading.Event) -> None:
    stuck.wait(4)


async def test_a_relay_that_never_says_goodbye_has_the_letter(means: Means, world: World, query: Query) -> None:
    """It accepted the message; what it does afterwards is no reason to send it again."""
    await owe(means, world)
    stuck = threading.Event()
    with running(Relay()) as relay:
        relay.after_answer = partial(_wait, stuck)
        async with working(means, through(means.settings, relay)):
            await until(lambda: len(relay.accepted) == 1)
            await until_found(partial(_sent, query, 1))
        stuck.set()
    assert list(relay.copies.values()) == [1]
