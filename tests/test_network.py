"""The network between the app and its database fails: requests end in time, probes tell, and nothing stays stuck."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from app.database import Database
from app.main import create_app
from app.models import InitialApplication
from app.settings import Settings
from tests.vanishing import COMMIT, Wire, wire_to
from tests.world import World

# Shorter than by default, so that the tests are.
DEADLINE = 4.0
# What an answer may take beside: these processors have other work too.
SLACK = 1.5
SOON = 2.0
PATH = "/v1/initial-applications"
LIST = "/v1/recognised-centres"


@dataclass
class Far:
    """The product, with its database at the other end of a wire."""

    client: httpx.AsyncClient
    wire: Wire
    database: Database
    world: World
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    longest: float = 0
    bodies: dict[str, dict[str, object]] = field(default_factory=dict)

    async def ask(self, method: str, path: str, key: str | None = None) -> httpx.Response:
        """Send a request, and note its answer and how long that took. With a key, it writes."""
        begun = asyncio.get_running_loop().time()
        headers = {"Idempotency-Key": key} if key else {}
        body = self.bodies.setdefault(key, self.world.initial_application()) if key else None
        answer = await self.client.request(method, path, json=body, headers=headers)
        self.longest = max(self.longest, asyncio.get_running_loop().time() - begun)
        self.answers[path, answer.status_code] += 1
        return answer

    async def soon(self, method: str, path: str, key: str | None = None) -> httpx.Response:
        """The same; fails unless the answer comes soon."""
        async with asyncio.timeout(SOON + SLACK):
            return await self.ask(method, path, key)

    async def stored(self) -> int:
        """How many applications there are, read past the wire."""
        async with self.world.database.transaction() as session:
            return await session.scalar(select(func.count()).select_from(InitialApplication)) or 0


@pytest.fixture
async def far(
    request: pytest.FixtureRequest, settings: Settings, database_url: str, world: World
) -> AsyncIterator[Far]:
    async with wire_to(database_url) as (wire, url):
        hurried = settings.model_copy(update={"request_deadline_seconds": getattr(request, "param", DEADLINE)})
        database = Database(url, pool_size=5, pool_timeout=5, command_timeout=None)
        transport = httpx.ASGITransport(app=create_app(hurried, database=database), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as client:
            made = Far(client, wire, database, world)
            # Statements are compiled, and five connections are not new any more.
            await made.ask("GET", LIST)
            await asyncio.gather(*(made.ask("GET", LIST) for _ in range(10)))
            made.answers.clear()
            made.longest = 0
            yield made
        wire.mend()
        wire.reset()
        await database.close()


@asynccontextmanager
async def busy(far: Far, sent: list[str]) -> AsyncIterator[None]:
    """Readers and writers while the block runs; `sent` holds the key of each write."""
    ended = asyncio.Event()

    async def read() -> None:
        while not ended.is_set():
            await far.ask("GET", LIST)

    async def write() -> None:
        while not ended.is_set():
            sent.append(str(uuid4()))
            await far.ask("POST", PATH, sent[-1])

    tasks = [asyncio.create_task(kind()) for kind in (read, write) for _ in range(6)]
    await asyncio.sleep(0.5)
    try:
        yield
    finally:
        ended.set()
        await asyncio.gather(*tasks)


def vanish(wire: Wire) -> None:
    wire.cut = True


def deafen(wire: Wire) -> None:
    """What the app sends arrives, and no answer comes back."""
    wire.down.lost = True


def hold(wire: Wire) -> None:
    wire.held = True


@pytest.mark.parametrize("fault", [vanish, deafen, hold])
async def test_silence_ends_every_request_in_time_and_nothing_stays_stuck(
    far: Far, fault: Callable[[Wire], None]
) -> None:
    """Under load; longer than a request may take. Probes say so within two seconds. Once packets pass again, the next
    request is answered as if nothing had been, and what was written is there once for each key."""
    sent: list[str] = []
    async with busy(far, sent):
        assert far.answers[PATH, 503] == far.answers[LIST, 503] == 0
        fault(far.wire)
        await asyncio.sleep(1)
        answer = await far.soon("GET", "/readyz")
        assert [reason["code"] for reason in answer.json()["reasons"]] == ["database_unreachable"]
        assert (await far.soon("GET", "/livez")).status_code == 200
        await asyncio.sleep(DEADLINE + 1)
        failed = far.answers[PATH, 503], far.answers[LIST, 503]
        far.wire.mend()
        assert (await far.soon("GET", LIST)).status_code == 200
        assert (await far.soon("POST", PATH, str(uuid4()))).status_code == 201
        # An answer is kept for a second.
        await asyncio.sleep(1)
        assert (await far.soon("GET", "/readyz")).status_code == 200
    assert min(failed) > 0
    assert far.longest < DEADLINE + SLACK
    assert {status for _, status in far.answers} == {200, 201, 503}
    assert [(await far.soon("POST", PATH, key)).status_code for key in sent] == [201] * len(sent)
    assert await far.stored() == len(sent) + 1


@pytest.mark.parametrize("lost", ["the commit", "its answer"])
async def test_silence_at_the_commit_is_no_lie_and_a_retry_settles_it(far: Far, lost: str) -> None:
    """Nobody can know whether the row is there: 503. The same key then finds it, or makes it; no lock is left over."""
    way = far.wire.up if lost == "the commit" else far.wire.down

    def break_it() -> None:
        way.lost = True

    far.wire.up.on_bytes = COMMIT, break_it
    assert (await far.ask("POST", PATH, "one")).status_code == 503
    assert far.longest < DEADLINE + SLACK
    assert await far.stored() == (0 if lost == "the commit" else 1)
    far.wire.mend()
    # The database learns in a moment that the first attempt is dead.
    await asyncio.sleep(0.5)
    again = await far.soon("POST", PATH, "one")
    assert again.status_code == 201, again.text
    assert ("idempotent-replayed" in again.headers) == (lost == "its answer")
    assert await far.stored() == 1


async def test_connections_that_died_in_their_sleep_cost_one_request_a_moment_and_the_others_nothing(far: Far) -> None:
    """A firewall has forgotten them all, and says nothing. One is found dead, and the rest are not tried."""
    far.wire.forget()
    assert (await far.soon("GET", LIST)).status_code == 200
    far.longest = 0
    answers = await asyncio.gather(*(far.ask("GET", LIST) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert far.longest < 1
    far.wire.forget()
    assert (await far.soon("POST", PATH, "three")).status_code == 201
    far.wire.forget()
    # An answer is kept for a second.
    await asyncio.sleep(1)
    assert (await far.soon("GET", "/readyz")).status_code == 200


async def test_resets_fail_no_request_that_has_not_begun(far: Far) -> None:
    """And those that have begun say so at once."""
    sent: list[str] = []
    async with busy(far, sent):
        for _ in range(20):
            far.wire.reset()
            await asyncio.sleep(0.1)
            far.longest = 0
        far.wire.reset()
        assert (await far.soon("GET", LIST)).status_code == 200
    assert far.longest < SOON
    assert far.answers[LIST, 200] > far.answers[LIST, 503]
    assert {status for _, status in far.answers} <= {200, 201, 503}
    assert [(await far.soon("POST", PATH, key)).status_code for key in sent] == [201] * len(sent)
    assert await far.stored() == len(sent)


@pytest.mark.parametrize("far", [10.0], indirect=True)
async def test_a_delay_of_200_milliseconds_is_merely_slow(far: Far) -> None:
    """Connections are opened anew, and are not taken for dead."""
    far.wire.delay = 0.1
    far.wire.reset()
    answers = await asyncio.gather(
        *(far.ask("GET", LIST) for _ in range(4)), *(far.ask("POST", PATH, str(uuid4())) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201] * 2
    assert (await far.soon("GET", "/readyz")).status_code == 200
    assert far.longest < 10


async def test_a_silent_database_does_not_hold_up_the_end_of_the_process(far: Far) -> None:
    far.wire.cut = True
    async with asyncio.timeout(SOON + SLACK):
        await far.database.close()


async def test_the_kernel_looks_after_idle_connections_on_both_sides(far: Far) -> None:
    """It gives up the one whose other side is gone, although nobody uses it."""
    (row,) = await far.database.fetch_alone("SHOW tcp_keepalives_idle")
    # The wire itself may reach the database through a Unix socket, where there is nothing to look after.
    assert row[0] in ("10", "0")
    async with far.database.transaction() as session:
        found = session.driver._transport.get_extra_info("socket")
        assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_KEEPIDLE"):
            assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
            assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 25_000
