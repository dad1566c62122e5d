"""Applications that have just passed the initial review, inserted directly. Their invoices are really issued."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.contact_roles import ContactRole
from app.domain.countries import Country
from app.domain.names import email_domain, name_key
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status
from app.models import Application, ApplicationDetails, Centre, Contact, Email, Event, HeldRole, Person
from app.queries.applications import lock_application
from app.services.invoices.issue import credit_unpaid, invoice_again, issue_invoice
from app.settings import Settings
from tests.world import Login, World

FEE = 50_000


@dataclass
class Bill:
    """One issued invoice, and how to pay it."""

    world: World
    centre_id: UUID
    application_id: UUID
    invoice_id: UUID
    finance: Login

    @property
    def path(self) -> str:
        return f"/v1/invoices/{self.invoice_id}"

    def payment(self, pence: int = FEE, **changes: Any) -> dict[str, Any]:
        return {
            "amount": {"amount": pence, "currency": "GBP"},
            "method": "bank_transfer",
            "received_on": self.world.clock().date().isoformat(),
        } | changes

    async def send(self, part: str, body: Any, login: Login | None = None, key: str | None = None) -> httpx.Response:
        headers = {**(login or self.finance).headers, "Idempotency-Key": key or str(uuid7())}
        return await self.world.client.post(f"{self.path}/{part}", json=body, headers=headers)

    async def pay(self, pence: int = FEE, **changes: Any) -> dict[str, Any]:
        return _done(await self.send("payments", self.payment(pence, **changes)))

    async def reverse(self, payment: dict[str, Any]) -> dict[str, Any]:
        return _done(await self.send(f"payments/{payment['id']}/reversal", {"reason": "The bank took it back."}))

    async def credit(self, pence: int = FEE) -> httpx.Response:
        body = {"amount": {"amount": pence, "currency": "GBP"}, "reason": "Waived by agreement."}
        return await self.send("credit-notes", body)

    async def waive(self, login: Login | None = None) -> httpx.Response:
        """Waive it as a colleague of whoever issued credit notes."""
        login = login or await self.world.staff(StaffRole.FINANCE, new=True)
        return await self.send("waiver", {"reason": "Agreed with the board."}, login)

    async def reissue(self, **body: Any) -> httpx.Response:
        return await self.send("replacement", {"reason": "The address was wrong."} | body)

    async def replaced(self, **body: Any) -> "Bill":
        """The invoice that replaces this one."""
        return self.at(_done(await self.reissue(**body))["id"])

    async def come_back(self) -> "Bill":
        """What closing and reopening do to the invoices, and the new one."""
        async with self.world.database.transaction() as session:
            work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
            application = await lock_application(session, self.application_id)
            asked = await credit_unpaid(work, application, "The application was closed.")
            return self.at(str((await invoice_again(work, application, asked)).id))

    def at(self, invoice_id: str) -> "Bill":
        """Another invoice of the application."""
        return replace(self, invoice_id=UUID(invoice_id))

    def refund(self, pence: int, **changes: Any) -> dict[str, Any]:
        return {
            "amount": {"amount": pence, "currency": "GBP"},
            "method": "bank_transfer",
            "refunded_on": self.world.clock().date().isoformat(),
        } | changes

    async def pay_back(self, pence: int, **changes: Any) -> httpx.Response:
        return await self.send("refunds", self.refund(pence, **changes))

    async def move(self, pence: int, to: UUID, **changes: Any) -> httpx.Response:
        body = {"amount": {"amount": pence, "currency": "GBP"}, "to_invoice_id": str(to)}
        return await self.send("allocations", body | changes)

    async def stands(self) -> dict[str, int | str]:
        """The status, and each amount that is not zero, in pence."""
        shown = await self.shown()
        names = ("total", "paid", "credited", "waived", "refunded", "due", "credit_balance")
        pence = {name: shown[name]["amount"] for name in names}
        settled = pence["paid"] - pence["refunded"] + pence["credited"] + pence["waived"]
        assert pence["total"] == settled + pence["due"] - pence["credit_balance"]
        return {"status": shown["status"]} | {name: each for name, each in pence.items() if each and name != "total"}

    async def shown(self, login: Login | None = None) -> dict[str, Any]:
        return await self.world.get(self.path, login or self.finance)

    async def application(self) -> Application:
        async with self.world.database.transaction() as session:
            return await session.get_one(Application, self.application_id)

    async def events(self) -> list[Event]:
        """Events of the application and its invoice, in order."""
        async with self.world.database.transaction() as session:
            rows = await session.scalars(
                select(Event).where(Event.application_id == self.application_id).order_by(Event.id)
            )
            return list(rows.all())

    async def happened(self) -> list[str]:
        return [event.type for event in await self.events()]

    async def mail(self) -> list[str]:
        """The kinds of queued email, in order."""
        async with self.world.database.transaction() as session:
            return list((await session.scalars(select(Email.kind).order_by(Email.id))).all())


def _done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def passed(
    world: World, centre_id: UUID | None = None, *, purchase_order_number: str | None = None
) -> Application:
    """An application that awaits payment, without an invoice. Creates a centre if none is given."""
    now, id_ = world.clock(), uuid7()
    person = await _somebody(world)
    async with world.database.transaction() as session:
        if centre_id is None:
            centre = _centre(world, f"Riverside College {id_.hex[-8:]}")
            contact = Contact(
                id=uuid7(),
                centre_id=centre.id,
                first_name="Pat",
                last_name="Jones",
                email="pat@riverside.example.com",
                telephone="+441332341822",
                created_at=now,
            )
            session.add(centre)
            await session.flush()
            session.add(contact)
            await session.flush()
            session.add(HeldRole(contact_id=contact.id, role=ContactRole.FINANCE, centre_id=centre.id))
            centre_id = centre.id
        application = Application(
            id=id_,
            reference=f"CRA-2026-{id_.int % 10**9:09d}",
            centre_id=centre_id,
            centre_name="Riverside College",
            form_version="2026.1",
            _status=Status.AWAITING_PAYMENT,
            status_since=now,
            returned_by_centre_lead=False,
            working_days_used=0,
            started_by=person,
            started_at=now,
            submitted_at=now,
            changed_at=now,
        )
        session.add(application)
        await session.flush()
        data: dict[DetailsGroup, dict[str, Any]] = {group: {} for group in DetailsGroup}
        data[DetailsGroup.HISTORY] = {"legal_name": "Riverside College Limited", "company_number": "01234567"}
        data[DetailsGroup.INVOICE] = {"purchase_order_number": purchase_order_number}
        session.add_all(
            ApplicationDetails(application_id=id_, group=group, data=value) for group, value in data.items()
        )
    return application


async def _somebody(world: World) -> UUID:
    async with world.database.transaction() as session:
        known = await session.scalar(select(Person.id).limit(1))
    return known or (await world.person()).id


def _centre(world: World, name: str) -> Centre:
    return Centre(
        id=uuid7(),
        reference=f"CEN-2026-{uuid7().int % 10**9:09d}",
        name=name,
        name_key=name_key(name),
        email="office@riverside.example.com",
        email_domain=email_domain("office@riverside.example.com"),
        telephone="+441332341822",
        created_at=world.clock(),
        address={
            "line_1": "12 River Street",
            "line_2": None,
            "town": "Derby",
            "county": None,
            "postcode": "DE1 2AB",
            "country": Country.ENGLAND,
        },
    )


async def issue(world: World, application_id: UUID, settings: Settings | None = None) -> UUID:
    """Issue the invoice in a separate transaction."""
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), settings or world.settings)
        row = await lock_application(session, application_id)
        invoice = await issue_invoice(work, row)
        return invoice.id


async def bill(world: World, centre_id: UUID | None = None, **choices: Any) -> Bill:
    """An issued invoice for the sample fee."""
    application = await passed(world, centre_id, **choices)
    invoice_id = await issue(world, application.id)
    finance = await world.staff(StaffRole.FINANCE)
    return Bill(world, application.centre_id, application.id, invoice_id, finance)


async def at_once(*requests: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """Send the requests concurrently."""
    return await asyncio.gather(*requests)
