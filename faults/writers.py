"""Clients that write without pause, as careful ones do: each repeats what was not answered, with the same key."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.domain import limits
from app.samples import answers
from bench.stage import Person
from faults.check import Found
from faults.line import Answer, Line, Lost
from faults.world import World

_PAUSE_SECONDS = 0.02
_AGAIN_SECONDS = 0.05


@dataclass
class Ledger:
    """What was acknowledged: the ids of forms and, by reference, of payments; the last text saved in each draft."""

    forms: set[str] = field(default_factory=set)
    payments: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def acknowledged(self) -> int:
        """How many writes were answered with success."""
        return len(self.forms) + len(self.payments) + sum(int(text.rpartition("/")[2]) for text in self.saved.values())


@asynccontextmanager
async def writing(world: World, port: int, count: int = 8) -> AsyncIterator[Ledger]:
    """Write while the block runs: web forms, payments and saved details. Ends when every write is answered."""
    ledger, stop = Ledger(), asyncio.Event()
    finance = await world.staff("finance")
    invoices = iter(await world.ids("awaiting_payment", "invoice_id", 80))
    drafts = await world.ids("draft", "id", count)
    owners = await world.super_users("draft", count)
    lanes = []
    for number in range(count):
        if number % 4 == 3:
            lane = _save(ledger, stop, port, drafts[number], owners[number])
        elif number % 2:
            lane = _pay(ledger, stop, port, [next(invoices) for _ in range(80 // count)], finance)
        else:
            lane = _apply(ledger, stop, port)
        lanes.append(asyncio.create_task(lane))
    try:
        yield ledger
    finally:
        stop.set()
        await asyncio.gather(*lanes)


async def _apply(ledger: Ledger, stop: asyncio.Event, port: int) -> None:
    async with Line(port) as line:
        while not stop.is_set():
            body = answers.initial_application(uuid4().hex[-12:])
            answer = await _until_answered(ledger, line, "POST", "/v1/initial-applications", body, 201)
            ledger.forms.add(answer.json()["id"])
            await asyncio.sleep(_PAUSE_SECONDS)


async def _pay(ledger: Ledger, stop: asyncio.Event, port: int, invoices: list[UUID], finance: Person) -> None:
    today = datetime.now(UTC).date().isoformat()
    async with Line(port, finance.token) as line:
        for invoice in invoices:
            for _ in range(limits.PAYMENTS):
                if stop.is_set():
                    return
                reference = uuid4().hex
                body = {"amount": {"amount": 1, "currency": "GBP"}, "method": "bank_transfer", "received_on": today}
                path = f"/v1/invoices/{invoice}/payments"
                answer = await _until_answered(ledger, line, "POST", path, {**body, "payer_reference": reference}, 201)
                ledger.payments[reference] = answer.json()["id"]
                await asyncio.sleep(_PAUSE_SECONDS)


async def _save(ledger: Ledger, stop: asyncio.Event, port: int, draft: UUID, owner: Person) -> None:
    number = 0
    async with Line(port, owner.token) as line:
        while not stop.is_set():
            number += 1
            text = f"https://www.example.org/{number}"
            path = f"/v1/applications/{draft}/details/history"
            await _until_answered(ledger, line, "PATCH", path, {"website": text}, 200)
            ledger.saved[str(draft)] = text
            await asyncio.sleep(_PAUSE_SECONDS)


async def _until_answered(ledger: Ledger, line: Line, method: str, path: str, body: object, wanted: int) -> Answer:
    """Send until it is answered with success."""
    key = uuid4().hex
    while True:
        try:
            answer = await line.ask(method, path, body, seconds=30, idempotency_key=key, if_match="*")
        except Lost as lost:
            ledger.refused[str(lost)] += 1
        else:
            if answer.status == wanted:
                return answer
            ledger.refused[f"{answer.status} {answer.code}"] += 1
            if answer.status not in (409, 429, 503):
                raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        ledger.repeated += 1
        await asyncio.sleep(_AGAIN_SECONDS)


async def compare(world: World, ledger: Ledger, found: Found) -> None:
    """Judge the database by what was acknowledged: nothing lost, nothing doubled, an event for each change."""
    async with world.connection() as connection:
        forms = {str(row[0]) for row in await connection.fetch("SELECT id FROM initial_applications")}
        paid = await connection.fetch("SELECT payer_reference, id FROM invoice_entries WHERE kind = 'payment'")
        saved = await connection.fetch(
            "SELECT application_id, data FROM application_details WHERE group_key = 'history'"
        )
        gaps = await connection.fetchval(
            """SELECT count(*) FROM (SELECT FROM events GROUP BY aggregate_id
            HAVING count(*) <> max(sequence) OR count(*) <> count(DISTINCT sequence)) AS wrong"""
        )
        events = await connection.fetchval(
            "SELECT count(*) FROM events WHERE type = 'payment.recorded' AND public->>'payment_id' = ANY($1)",
            list(ledger.payments.values()),
        )
    rows: dict[str, list[str]] = {}
    for reference, id_ in paid:
        rows.setdefault(reference, []).append(str(id_))
    texts = {str(id_): json.loads(data).get("website") for id_, data in saved}
    lost = len(ledger.forms - forms)
    lost += sum(id_ not in rows.get(reference, []) for reference, id_ in ledger.payments.items())
    lost += sum(texts[id_] != text for id_, text in ledger.saved.items())
    doubled = sum(len(rows.get(reference, [])) > 1 for reference in ledger.payments)
    found.figures |= {"acknowledged": ledger.acknowledged, "lost": lost, "doubled": doubled}
    found.expect(ledger.acknowledged > 0, "nothing was written")
    found.expect(lost == 0, f"{lost} acknowledged writes are lost")
    found.expect(doubled == 0, f"{doubled} payments are there twice")
    found.expect(gaps == 0, f"{gaps} streams of events have a gap or a double")
    found.expect(events == len(ledger.payments), f"{len(ledger.payments)} payments have {events} events")
