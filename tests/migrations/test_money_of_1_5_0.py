"""Money of release 1.5.0, whose credit notes opened the gate, after the upgrade: nothing falls back or is stuck."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.database import Database
from app.domain.actors import Scope
from app.main import attach
from app.models import Person
from app.settings import Settings
from faults.ground import plain
from faults.releases import RELEASES, migrate
from tests.clock import MovableClock
from tests.migrations.making import ROOT, fetch, new_database
from tests.roles import as_role
from tests.routers.finance_stage import FEE, Bill
from tests.world import Login, World

_KEY = "a key for tests that is long enough"
_AMOUNTS = ("total", "paid", "credited", "due", "credit_balance")
_LISTED = """SELECT id::text, status, paid_pence AS paid, credited_pence AS credited, refunded_pence AS refunded,
waived_pence AS waived, greatest(due_pence, 0) AS due FROM invoices"""


class Before:
    """What release 1.5.0 left, and what it said of it."""

    def __init__(self, url: str, data: Path, said: dict[str, Any]) -> None:
        self.url, self.data, self.said = url, data, said
        self.made: dict[str, dict[str, Any]] = said["made"]


@pytest.fixture
def before(server_url: str, tmp_path: Path) -> Iterator[Before]:
    """A database in which release 1.5.0 worked, after the upgrade."""
    tree, data, said = RELEASES["1.5.0"].export(tmp_path / "tree"), tmp_path / "data", tmp_path / "said.json"
    with new_database(server_url) as url:
        migrate(tree, plain(url), data)
        script = [sys.executable, str(Path(__file__).parent / "money_of_1_5_0.py"), url, str(data), _KEY, str(said)]
        surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree)}
        done = subprocess.run(script, cwd=tree, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        migrate(ROOT, plain(url), data)
        yield Before(url, data, json.loads(said.read_text(encoding="utf-8")))


@pytest.fixture
def database_url(before: Before) -> str:
    return before.url


@pytest.fixture
def clock(before: Before) -> MovableClock:
    clock = MovableClock()
    clock.now = datetime.fromisoformat(before.said["now"])
    return clock


@pytest.fixture
async def database(before: Before) -> AsyncIterator[Database]:
    opened = Database(as_role(before.url))
    yield opened
    await opened.close()


@pytest.fixture
def app(routes_of_app: FastAPI, settings: Settings, database: Database, clock: MovableClock, before: Before) -> FastAPI:
    attach(routes_of_app, settings.model_copy(update={"data_dir": before.data}), database, clock)
    return routes_of_app


async def _log_in(world: World, before: Before, role: str) -> Login:
    async with world.database.transaction() as session:
        person = await session.get_one(Person, UUID(before.said["staff"][role]))
    return await world.log_in(person)


class Upgraded:
    """An application and its invoice after the upgrade, and the people who go on with it."""

    def __init__(self, world: World, made: dict[str, Any], finance: Login, colleague: Login, lead: Login) -> None:
        self.made, self.colleague, self.lead = made, colleague, lead
        invoice = made["invoice"]
        centre, application, id_ = map(UUID, (invoice["centre_id"], made["application"]["id"], invoice["id"]))
        self.bill = Bill(world, centre, application, id_, finance)

    async def application(self, login: Login | None = None) -> dict[str, Any]:
        return await self.bill.world.get(f"/v1/applications/{self.bill.application_id}", login or self.bill.finance)

    async def next_step(self) -> str:
        """What stands between the centre lead and an interview."""
        seen = await self.application(self.lead)
        steps = {step["name"]: step.get("code", "open") for step in seen["allowed_steps"] + seen["blocked_steps"]}
        found: str = steps["arrange_interview"]
        return found


async def test_money_of_the_release_before_goes_on(before: Before, world: World) -> None:
    people = [await _log_in(world, before, role) for role in ("finance", "colleague", "centre_lead")]
    upgraded = {name: Upgraded(world, made, *people) for name, made in before.made.items()}
    for each in upgraded.values():
        await _stands_as_before(each)
    await _lists_agree(before, world, people[0])
    await _feed_goes_on(before, world)
    for each in upgraded.values():
        await _prints(each)
    await _applications_go_on(upgraded)
    await _a_reversal_is_waived(upgraded["reversed"])
    for name, pence in (("withdrawn_part_paid", 20_000), ("withdrawn_paid", FEE)):
        await _is_refunded(upgraded[name], pence)
    await _letters_are_sent(before, world)


async def _stands_as_before(each: Upgraded) -> None:
    said, now = each.made["invoice"], await each.bill.shown()
    assert {name: now[name] for name in _AMOUNTS} == {name: said[name] for name in _AMOUNTS}
    assert now["waived"]["amount"] == now["refunded"]["amount"] == 0
    # As the changelog says: credited in full is credited, also if money came for it.
    in_full = said["credited"] == said["total"]
    assert now["status"] == ("credited" if in_full else said["status"])
    application = await each.application()
    assert {name: application[name] for name in each.made["application"]} == each.made["application"]


async def _lists_agree(before: Before, world: World, finance: Login) -> None:
    """The sums on the rows are those of the ledgers, and every invoice is among the changes."""
    rows = await fetch(before.url, _LISTED)
    for row in rows:
        shown = await world.get(f"/v1/invoices/{row['id']}", finance)
        listed = {name: value for name, value in row.items() if name not in {"id", "status"}}
        assert listed == {name: shown[name]["amount"] for name in listed}
        assert row["status"] == shown["status"]
        assert (shown["paid_at"] is not None) == (shown["status"] == "paid")
    changed = await world.get("/v1/invoices?updated_since=2020-01-01T00:00:00Z&limit=100", finance)
    assert len(changed["items"]) == len(rows) > len(before.made)


async def _feed_goes_on(before: Before, world: World) -> None:
    """A cursor of the release before still leads to what comes after it."""
    reader, feed = await world.integration(Scope.EVENTS_READ), before.said["feed"]
    assert await _events(world, reader, "") == feed
    assert await _events(world, reader, f"&cursor={before.said['cursor_after_50']}") == feed[50:]


async def _events(world: World, reader: Login, cursor: str) -> list[Any]:
    found: list[Any] = []
    while (page := await world.get(f"/v1/events?limit=100{cursor}", reader))["items"]:
        found += page["items"]
        cursor = f"&cursor={page['next_cursor']}"
    return found


async def _prints(each: Upgraded) -> None:
    headers = each.bill.finance.headers | {"Accept": "application/pdf"}
    entries = (await each.bill.shown())["entries"]
    paths = [each.bill.path]
    paths += [f"/v1/credit-notes/{entry['id']}" for entry in entries if entry["kind"] == "credit"]
    paths += [f"{each.bill.path}/payments/{entry['id']}/receipt" for entry in entries if entry["kind"] == "payment"]
    for path in paths:
        answer = await each.bill.world.client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"%PDF")


async def _applications_go_on(upgraded: dict[str, Upgraded]) -> None:
    for name, pence in (("issued", FEE), ("part_paid", 30_000), ("reduced_by_more_than_half", 10_000)):
        await upgraded[name].bill.pay(pence)
    await upgraded["reopened"].bill.pay(30_000)
    past = {name for name, each in upgraded.items() if (await each.application())["status"] == "in_review"}
    assert upgraded.keys() - past == {"withdrawn", "withdrawn_part_paid", "withdrawn_paid"}
    assert {name: await upgraded[name].next_step() for name in past} == dict.fromkeys(past, "open") | {
        "reversed": "invoice_unpaid"
    }
    # What a credit note alone let pass: the step that is open is taken.
    one = upgraded["credited"]
    await one.bill.world.step(one.lead, str(one.bill.application_id), "interviews", _interview(one.bill.world))


def _interview(world: World) -> dict[str, str]:
    begins = world.clock() + timedelta(days=3)
    ends = begins + timedelta(hours=1)
    return {"starts_at": begins.isoformat(), "ends_at": ends.isoformat(), "mode": "in_person", "place": "Derby"}


async def _a_reversal_is_waived(each: Upgraded) -> None:
    """It was never let pass by a credit note, so today's rule holds, and finance is told who may waive."""
    await each.bill.credit()
    assert await each.next_step() == "fee_credited"
    assert (await each.application())["waiting_on"] == "finance"
    assert (await each.bill.waive(each.bill.finance)).json()["code"] == "own_invoice"
    assert (await each.bill.waive(each.colleague)).status_code == 201
    assert await each.next_step() == "open"


async def _is_refunded(each: Upgraded, pence: int) -> None:
    """The release before left what was paid on the invoice when the application was withdrawn."""
    before = await each.bill.stands()
    assert "credit" in {step["name"] for step in (await each.bill.shown())["allowed_steps"]}
    assert (await each.bill.credit(pence + 1)).json()["code"] == "exceeds_due"
    assert (await each.bill.credit(pence)).status_code == 201
    credited = int(before.get("credited", 0)) + pence
    expected = {"status": "credited", "paid": pence, "credited": credited}
    assert await each.bill.stands() == expected | {"credit_balance": pence}
    assert (await each.bill.pay_back(pence)).status_code == 201
    assert await each.bill.stands() == expected | {"refunded": pence}


async def _letters_are_sent(before: Before, world: World) -> None:
    """Also those that the release before queued."""
    await world.run_jobs()
    left = await fetch(before.url, "SELECT kind, status FROM emails WHERE status NOT IN ('sent', 'not_needed')")
    assert left == []
