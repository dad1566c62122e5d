"""Migrate while an earlier release serves, and change from its processes to this one's: no request fails."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import select

from app.database import Database
from app.models import Application, Centre, Contact, InitialApplication, Person, Recognition
from app.models.search import Searchable
from app.samples import answers
from bench.stage import Person as Caller
from bench.stage import sign_in
from faults.check import Break, Check, Found, Sizes
from faults.line import Line, Lost
from faults.processes import Server
from faults.releases import RELEASES, migrate
from faults.world import World
from tests.queries.test_words import differences

_SETTINGS = {"SANDBOX": "true", "RATE_LIMIT_SCALE": "1000000"}
# Reports read every table, each for longer than a request may wait for a lock, and pause in between.
_REPORT_SECONDS, _PAUSE_SECONDS = 6, 3
_NAMES = ("Ysgol Gŵyr", "O’Brien-Smith & Søn", "Łódź Training", "Ælfric CIC", "Plain Futures")


@dataclass
class _Load:
    """What clients that repeat nothing send, to whichever server is the one."""

    server: Server
    failed: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    longest: float = 0
    names: list[str] = field(default_factory=list)
    trading: dict[str, str] = field(default_factory=dict)
    numbering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """The sandbox plays many requests in one transaction, which keeps the counter of the forms all the time."""

    async def ask(self, line: Line, method: str, path: str, body: object, wanted: int, *, timed: bool = True) -> object:
        try:
            answer = await line.ask(method, path, body, seconds=30, idempotency_key=uuid4().hex, if_match="*")
        except Lost as lost:
            self.failed[f"{method} {path.partition('?')[0]}: {lost}"] += 1
            return None
        if answer.status != wanted:
            self.failed[f"{method} {path.partition('?')[0]}: {answer.status} {answer.code}"] += 1
            return None
        self.answered += 1
        if timed:
            self.longest = max(self.longest, answer.seconds)
        return answer.json()


_Lane = Callable[[_Load, Line, int], Awaitable[None]]


async def _apply(load: _Load, line: Line, turn: int) -> None:
    name = f"{_NAMES[turn % len(_NAMES)]} {uuid4().hex[:10]}"
    body = {**answers.initial_application(uuid4().hex[-12:]), "organisation_name": name}
    async with load.numbering:
        if await load.ask(line, "POST", "/v1/initial-applications", body, 201):
            load.names.append(name)


async def _save(draft: UUID, load: _Load, line: Line, turn: int) -> None:
    name = f"{_NAMES[turn % len(_NAMES)]} {uuid4().hex[:10]}"
    path = f"/v1/applications/{draft}/details/history"
    if await load.ask(line, "PATCH", path, {"trading_name": name}, 200):
        load.trading[str(draft)] = name


async def _pay(invoice: UUID, load: _Load, line: Line, turn: int) -> None:
    today = datetime.now(UTC).date().isoformat()
    body = {"amount": {"amount": 1, "currency": "GBP"}, "method": "bank_transfer", "received_on": today}
    path = f"/v1/invoices/{invoice}/payments"
    await load.ask(line, "POST", path, {**body, "payer_reference": uuid4().hex}, 201)


async def _look(load: _Load, line: Line, turn: int) -> None:
    lists = ("applications", "initial-applications", "centres", "recognised-centres", "invoices")
    path = f"/v1/{lists[turn % len(lists)]}"
    await load.ask(line, "GET", path + ("" if "invoices" in path else "?text=futures"), None, 200)


async def _create(load: _Load, line: Line, turn: int) -> None:
    """Rows of every kind, written by the release that serves."""
    body = {"name": f"{_NAMES[turn % len(_NAMES)]} {uuid4().hex[:10]}"}
    async with load.numbering:
        if turn % 4:
            await load.ask(line, "POST", "/v1/sandbox/centres", body, 201, timed=False)
        else:
            await load.ask(line, "POST", "/v1/sandbox/applications", {"state": "awaiting_payment"}, 201, timed=False)


async def _run_lane(load: _Load, stop: asyncio.Event, lane: _Lane, token: str, pause: float) -> None:
    turn, port, line = 0, load.server.port, Line(load.server.port, token)
    while not stop.is_set():
        if port != load.server.port:
            line.close()
            port, line = load.server.port, Line(load.server.port, token)
        await lane(load, line, turn)
        turn += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
    line.close()


async def _upgrade(version: str, world: World, sizes: Sizes) -> Found:
    found, tree = Found(), RELEASES[version].export(world.folder / "tree")
    # The world's documents belong to the template's database.
    world.folder = world.folder / "upgraded"
    world.folder.mkdir()
    name = f"{world.name}_old"
    world.url = await world.ground.database(name, template=None)
    try:
        await asyncio.to_thread(migrate, tree, world.url, world.folder)
        await _change(world, tree, found, sizes)
    finally:
        world.close()
        await world.ground.as_superuser(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return found


async def _change(world: World, tree: Path, found: Found, sizes: Sizes) -> None:
    old = await world.serve(_SETTINGS, tree=tree)
    old_worker = world.work(_SETTINGS, tree=tree)
    load, stop = _Load(old), asyncio.Event()
    lanes = [asyncio.create_task(lane) for lane in await _lanes(world, load, stop, sizes["drafts"])]
    await asyncio.sleep(sizes["seconds"])
    before, load.longest = load.longest, 0.0
    reporting = asyncio.create_task(_report(world.url))
    await world.run("app", "migrate", seconds=600)
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)
    found.figures["longest answer before, during the migrations"] = f"{before:.1f}, {load.longest:.1f} s"
    found.expect(load.longest < 3, f"a request waited {load.longest:.1f} s")
    await asyncio.sleep(sizes["seconds"])
    # The runbook's order: workers first, because a new worker reads what old servers queue.
    old_worker.terminate()
    found.expect(await old_worker.ended(60) is not None, "the old worker does not end")
    world.work(_SETTINGS)
    load.server = await world.serve(_SETTINGS)
    await asyncio.sleep(sizes["seconds"])
    old.terminate()
    found.expect(await old.ended(60) is not None, "the old server does not end")
    await asyncio.sleep(1)
    stop.set()
    await asyncio.gather(*lanes)
    found.figures |= {"requests": load.answered, "failed": load.failed.total()}
    for fault, times in load.failed.most_common(8):
        found.expect(False, f"{fault} ({times} times)")
    await _judge(world, load, found)


async def _lanes(world: World, load: _Load, stop: asyncio.Event, drafts: int) -> list[Coroutine[object, object, None]]:
    """Sign in people of the sandbox, and give each lane something to write to."""
    async with Line(load.server.port) as line:
        made = [
            (await line.ask("POST", "/v1/sandbox/applications", {"state": state}, idempotency_key=uuid4().hex)).json()
            for state in ["draft"] * drafts + ["awaiting_payment"]
        ]
    async with world.connection() as connection:
        staff: list[Caller] = await sign_in(
            connection, [UUID(made[0]["staff"][role]["person_id"]) for role in ("quality_assurance_manager", "finance")]
        )
        owners = await sign_in(connection, [UUID(one["super_user"]["person_id"]) for one in made[:drafts]])
    reader, finance = (person.token for person in staff)
    lanes = [_run_lane(load, stop, lane, token, pause) for lane, token, pause in (
        (_apply, "", 0.1),
        (_look, reader, 0.03),
        (_look, reader, 0.05),
        (_create, "", 0.5),
        (partial(_pay, UUID(made[-1]["invoice_id"])), finance, 0.2),
    )]  # fmt: skip
    return lanes + [
        _run_lane(load, stop, partial(_save, UUID(one["id"])), owner.token, 0.2)
        for one, owner in zip(made, owners, strict=False)
    ]


async def _report(url: str) -> None:
    """Read every table in long transactions, one after another."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "a long report"})
    try:
        while True:
            async with connection.transaction():
                for (table,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                    await connection.fetch(f"SELECT count(*) FROM {table}")
                await asyncio.sleep(_REPORT_SECONDS)
            await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        await connection.close()


async def _judge(world: World, load: _Load, found: Found) -> None:
    """Rows of the old release are as this one would have written them, and its letters are sent."""
    database = Database(world.url)
    try:
        for statement, number in (await differences(database)).items():
            found.expect(False, f"{number} rows differ: {statement[:100]}")
        models: tuple[type[Searchable], ...] = (Application, Centre, Contact, InitialApplication, Person, Recognition)
        async with database.transaction() as session:
            for model in models:
                wrong = [row.words for row in await session.scalars(select(model)) if row.words != row.words_now()]
                found.expect(not wrong, f"{len(wrong)} rows of {model.__name__} have other words")
            rows = await session.scalars(select(Application).where(Application.id.in_(list(load.trading))))
            names = {str(row.id): row.trading_name for row in rows}
            found.expect(names == load.trading, "trading names are not those that were saved last")
    finally:
        await database.close()
    found.expect(await _sums_agree(world), "an invoice's sums are not those of its ledger")
    await _search(world, load, found)
    found.expect(await _all_sent(world), "letters wait, or are held")


async def _sums_agree(world: World) -> bool:
    async with world.connection() as connection:
        wrong = await connection.fetchval(
            """SELECT count(*) FROM invoices, LATERAL (
                SELECT coalesce(sum(amount_pence), 0) AS paid FROM invoice_entries WHERE invoice_id = invoices.id
            ) AS ledger WHERE paid_pence <> paid OR due_pence <> total_pence - paid"""
        )
    return bool(wrong == 0)


async def _search(world: World, load: _Load, found: Found) -> None:
    async with world.connection() as connection:
        person = await connection.fetchval("SELECT person_id FROM staff_members WHERE deactivated_at IS NULL LIMIT 1")
        (caller,) = await sign_in(connection, [person])
    wanted = [("initial-applications", name) for name in load.names[:: max(1, len(load.names) // 10)]]
    wanted += [("applications", name) for name in load.trading.values()]
    async with Line(load.server.port, caller.token) as line:
        for where, name in wanted:
            answer = await line.ask("GET", f"/v1/{where}?text={quote(name)}")
            found.expect(answer.status == 200 and len(answer.json()["items"]) == 1, f"{name} is not found")


async def _all_sent(world: World) -> bool:
    waiting = 1
    for _ in range(60):
        async with world.connection() as connection:
            waiting = await connection.fetchval(
                "SELECT count(*) FROM emails WHERE status NOT IN ('sent', 'not_needed')"
            )
        if not waiting:
            return True
        await asyncio.sleep(1)
    return False


def _check(version: str, control: Break, *, in_quick: bool = True) -> Check:
    return Check(
        f"upgrade from {version}",
        f"Release {version} serves under load while this one migrates, reports hold locks, and processes change.",
        "0 requests failed, no wait > 3 s",
        quick={"seconds": 1, "drafts": 2},
        full={"seconds": 20, "drafts": 8},
        run=partial(_upgrade, version),
        control=control,
        beside=True,
        in_quick=in_quick,
    )


# The quick programme has time for the last two.
FROM_1_2_0 = _check("1.2.0", Break("a column that 1.2.0 reads is renamed", patch="column_renamed"), in_quick=False)
FROM_1_3_0 = _check("1.3.0", Break("a column that 1.3.0 reads is dropped", patch="column_dropped"), in_quick=False)
FROM_1_4_0 = _check("1.4.0", Break("a column that 1.4.0 does not write is required", patch="column_required"))
FROM_1_5_0 = _check("1.5.0", Break("a column that 1.5.0 does not write is required", patch="ledger_column_required"))
