"""A paid application with its centre lead, inserted directly: the starting point of stage four."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.domain.invoices import EntryKind
from app.domain.workflow import Status
from app.models import Application, Email, Event, Invoice, InvoiceEntry, Person, Submission
from tests.world import Login, TestCentre, World

FEE = 50_000


@dataclass
class Case:
    """An application in review, its people, and helpers that take steps on it."""

    world: World
    centre: TestCentre
    id: UUID
    invoice_id: UUID
    lead: Login
    manager: Login

    @property
    def path(self) -> str:
        return f"/v1/applications/{self.id}"

    async def row(self) -> Application:
        async with self.world.database.transaction() as session:
            return await session.get_one(Application, self.id)

    async def send(self, login: Login, part: str, body: Any, match: str | None = None, **more: Any) -> httpx.Response:
        """POST with the application's current ETag, or with `match`."""
        tag = match or f'"{(await self.row()).version}"'
        method = more.pop("method", "POST")
        return await self.world.client.request(
            method, f"{self.path}/{part}", json=body, headers={**login.headers, "If-Match": tag}, **more
        )

    async def get(self, login: Login, part: str, **headers: str) -> httpx.Response:
        return await self.world.client.get(f"{self.path}/{part}", headers={**login.headers, **headers})

    def invitation(self, **changes: Any) -> dict[str, Any]:
        starts = self.world.clock() + timedelta(days=1)
        return {
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=1)).isoformat(),
            "mode": "online",
            "place": "https://meet.example.com/harbour",
            "agenda": "Sampling",
        } | changes

    def due(self, days: int = 30) -> str:
        return (self.world.clock() + timedelta(days=days)).date().isoformat()

    async def wait(self, by: timedelta) -> None:
        """Advance the clock and sign everybody in again, because access tokens last minutes."""
        self.world.clock.move(by)
        everybody = (self.lead, self.manager, self.centre.super_user, self.centre.user, *self.world._staff.values())
        for login in everybody:
            async with self.world.database.transaction() as session:
                person = await session.get_one(Person, login.id)
            login.headers = (await self.world.log_in(person)).headers

    async def mail(self, *kinds: str) -> list[str]:
        """Queued emails of these kinds, in order."""
        async with self.world.database.transaction() as session:
            owed = await session.scalars(select(Email.kind).where(Email.kind.in_(kinds)).order_by(Email.id))
            return list(owed.all())

    async def arranged(self) -> dict[str, Any]:
        answer = await self.send(self.lead, "interviews", self.invitation())
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def held(self) -> None:
        """Arrange and hold the interview."""
        interview = await self.arranged()
        await self.wait(timedelta(days=1, hours=1))
        body = {"outcome": "held", "summary": "We met."}
        answer = await self.send(self.lead, f"interviews/{interview['id']}/outcome", body, interview["etag"])
        assert answer.status_code == 200, answer.text

    async def recommended(self, outcome: str = "accept", **more: Any) -> dict[str, Any]:
        """Hold the interview and recommend."""
        await self.held()
        body = {"outcome": outcome, "reasons": "A secret opinion.", **more}
        answer = await self.send(self.lead, "recommendations", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def accepted(self, *actions: str) -> dict[str, Any]:
        """Accept, with an action due in thirty days for each description."""
        await self.recommended()
        body: dict[str, Any] = {"outcome": "accept", "reasons": "All is in place."}
        if actions:
            due = [{"description": action, "due_on": self.due()} for action in actions]
            body |= {"outcome": "accept_with_actions", "actions": due}
        answer = await self.send(self.manager, "decisions", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def pay(self, kind: EntryKind = EntryKind.PAYMENT, reverses: UUID | None = None) -> UUID:
        """Add an entry for the whole fee to the invoice's ledger."""
        async with self.world.database.transaction() as session:
            taken = (
                await session.scalars(select(InvoiceEntry).where(InvoiceEntry.invoice_id == self.invoice_id))
            ).all()
            entry = InvoiceEntry(
                id=uuid7(),
                invoice_id=self.invoice_id,
                sequence=len(taken) + 1,
                kind=kind,
                amount_pence=FEE,
                currency="GBP",
                reverses_id=reverses,
                recorded_by_name="Finance",
                recorded_at=self.world.clock(),
            )
            session.add(entry)
        return entry.id

    async def bounce(self) -> None:
        """Reverse the payment, as when a cheque bounces."""
        async with self.world.database.transaction() as session:
            payment = await session.scalar(select(InvoiceEntry.id).where(InvoiceEntry.invoice_id == self.invoice_id))
        await self.pay(EntryKind.REVERSAL, payment)

    async def events(self, *types: str) -> list[Event]:
        """The application's events of these types, in order."""
        async with self.world.database.transaction() as session:
            rows = await session.scalars(
                select(Event).where(Event.application_id == self.id, Event.type.in_(types)).order_by(Event.id)
            )
            return list(rows.all())


async def case_in_review(world: World, centre: TestCentre | None = None) -> Case:
    """A submitted, reviewed and paid application with its centre lead."""
    centre = centre or await world.centre()
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    now = world.clock()
    number = f"{uuid7().int % 10**9:09d}"
    application = Application(
        id=uuid7(),
        reference=f"CRA-2026-{number}",
        centre_id=centre.id,
        centre_name=centre.name,
        form_version="2026.1",
        _status=Status.IN_REVIEW,
        status_since=now,
        returned_by_centre_lead=False,
        working_days_used=0,
        started_by=centre.user.id,
        started_at=now,
        submitted_at=now,
        centre_lead_id=lead.id,
        changed_at=now,
    )
    submission = Submission(
        application_id=application.id,
        number=1,
        form_version="2026.1",
        content={},
        sha256="0" * 64,
        submitted_by=centre.super_user.id,
        submitted_by_name="Ann Lee",
        submitted_at=now,
    )
    invoice = Invoice(
        id=uuid7(),
        number=f"INV-2026-{number}",
        application_id=application.id,
        centre_id=centre.id,
        currency="GBP",
        issued_on=now.date(),
        due_on=now.date() + timedelta(days=30),
        terms="30 days",
        supplier={},
        customer={},
        bank={},
        buyer_reference="x",
        payment_reference="x",
        lines=[],
        net_pence=FEE,
        vat_pence=0,
        total_pence=FEE,
        sample=True,
        issued_at=now,
    )
    async with world.database.transaction() as session:
        session.add(application)
        await session.flush()
        session.add_all([submission, invoice])
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    case = Case(world, centre, application.id, invoice.id, lead, manager)
    await case.pay()
    return case
