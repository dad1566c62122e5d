"""Release 1.5.0 at work: its tree runs this, and makes an application with an invoice in each state.

`test_money_of_1_5_0` migrates what this leaves, and goes on with it.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from app.database import Database, Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.workflow import Status
from app.http.exchange import deployment_of
from app.main import attach, create_app
from app.models import Person
from app.services.events.publication import publish_pending
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import Login, TestCentre, World

FEE = 50_000
_IDLE, _WARNING = timedelta(days=75), timedelta(days=14)


@dataclass
class _Billed:
    """An application that awaits the payment of its invoice."""

    world: World
    centre: TestCentre
    application_id: str
    invoice_id: str
    finance: Login

    async def pay(self, pence: int = FEE) -> dict[str, Any]:
        return await self._enter("payments", {"method": "bank_transfer", "received_on": self._today()}, pence)

    async def credit(self, pence: int = FEE) -> None:
        await self._enter("credit-notes", {"reason": "Waived."}, pence)

    async def _enter(self, part: str, body: dict[str, Any], pence: int) -> dict[str, Any]:
        body |= {"amount": {"amount": pence, "currency": "GBP"}}
        return await self.world.post(f"/v1/invoices/{self.invoice_id}/{part}", body, self.finance)

    async def reverse(self, payment: dict[str, Any]) -> None:
        path = f"/v1/invoices/{self.invoice_id}/payments/{payment['id']}/reversal"
        await self.world.post(path, {"reason": "Returned by the bank."}, self.finance)

    async def withdraw(self) -> None:
        body = {"reason": "We have changed our plans."}
        await self.world.step(self.centre.super_user, self.application_id, "withdrawal", body)

    async def close_and_reopen(self) -> None:
        reason = {"reason": "Nobody has worked on it since spring."}
        staff = await self.world.staff(StaffRole.CUSTOMER_EXPERIENCE)
        for pause, part in ((_IDLE, "closing-warning"), (_WARNING, "closure"), (timedelta(0), "reopening")):
            self.world.clock.move(pause)
            await _sign_in_again(self.world, staff)
            await self.world.step(staff, self.application_id, part, reason)
        await _sign_in_again(self.world, self.finance)
        found = await self.world.get(f"/v1/applications/{self.application_id}", staff)
        self.invoice_id = found["invoice_id"]

    def _today(self) -> str:
        return self.world.clock().date().isoformat()


async def _sign_in_again(world: World, login: Login) -> None:
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.id)
    login.headers = (await world.log_in(person)).headers


async def _billed(world: World) -> _Billed:
    centre = await world.centre()
    found = await world.application(centre, Status.AWAITING_PAYMENT)
    finance = await world.staff(StaffRole.FINANCE)
    return _Billed(world, centre, found["id"], found["invoice_id"], finance)


async def _pay_and_reverse(one: _Billed) -> None:
    await one.reverse(await one.pay())


_Acts = Sequence[Callable[[_Billed], Awaitable[object]]]
STATES: Mapping[str, _Acts] = {
    "issued": [],
    "part_paid": [lambda one: one.pay(20_000)],
    "paid": [_Billed.pay],
    "overpaid": [lambda one: one.pay(60_000)],
    "credited": [_Billed.credit],
    "a_penny_and_a_credit": [lambda one: one.pay(1), lambda one: one.credit(FEE - 1)],
    "reduced_by_more_than_half": [lambda one: one.credit(40_000)],
    "credited_then_paid": [_Billed.credit, _Billed.pay],
    "reversed": [_pay_and_reverse],
    "reversed_then_credited": [_pay_and_reverse, _Billed.credit],
    "withdrawn": [_Billed.withdraw],
    "withdrawn_part_paid": [lambda one: one.pay(20_000), _Billed.withdraw],
    "withdrawn_paid": [_Billed.pay, _Billed.withdraw],
    "reopened": [lambda one: one.pay(20_000), _Billed.close_and_reopen],
    "reopened_and_paid": [lambda one: one.pay(20_000), _Billed.close_and_reopen, lambda one: one.pay(30_000)],
    "reopened_and_credited": [_Billed.close_and_reopen, _Billed.credit],
}


async def _seen(one: _Billed) -> dict[str, Any]:
    """What 1.5.0 says of it."""
    invoice = await one.world.get(f"/v1/invoices/{one.invoice_id}", one.finance)
    application = await one.world.get(f"/v1/applications/{one.application_id}", one.finance)
    kept = {name: application[name] for name in ("id", "status", "waiting_on", "due_on")}
    return {"application": kept, "invoice": invoice}


async def _read_feed(world: World) -> tuple[list[Any], str]:
    """All events, and the cursor after the first fifty."""
    reader, cursors = await world.integration(Scope.EVENTS_READ), [""]
    page, events = await world.get("/v1/events?limit=50", reader), []
    while page["items"]:
        events += page["items"]
        cursors.append(page["next_cursor"])
        page = await world.get(f"/v1/events?limit=50&cursor={cursors[-1]}", reader)
    return events, cursors[1]


async def make(url: str, data: Path, key: str) -> dict[str, Any]:
    """Make one of each, and return what this release says of them, and its feed."""
    settings = Settings(database_url=SecretStr(url), data_dir=data, secret_key=SecretStr(key), rate_limit_scale=10_000)
    database, clock, app = Database(url), MovableClock(), create_app(settings)
    attach(app, settings, database, clock)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        world = World(client, database, settings, clock, deployment_of(app).store)
        made = {}
        for name, states in STATES.items():
            one = await _billed(world)
            for act in states:
                await act(one)
            made[name] = await _seen(one)
        async with database.transaction() as session:
            await publish_pending(Work(session, SYSTEM, clock(), settings))
        feed, cursor = await _read_feed(world)
        staff = {role.value: str((await world.staff(role)).id) for role in StaffRole}
        staff["colleague"] = str((await world.staff(StaffRole.FINANCE, new=True)).id)
    await database.close()
    return {
        "made": made,
        "feed": feed,
        "cursor_after_50": cursor,
        "staff": staff,
        "now": clock().isoformat(),
    }


if __name__ == "__main__":
    url, data, key, target = sys.argv[1:]
    Path(target).write_text(json.dumps(asyncio.run(make(url, Path(data), key))), encoding="utf-8")
