"""Endpoints, events and a courier, for tests of webhooks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.events import EventType
from app.jobs.means import Means
from app.jobs.webhooks import Courier
from app.models import Person
from app.schemas.base import example_of
from app.schemas.event_data import EVENT_DATA
from app.services.events.publication import publish_pending
from app.settings import Settings
from app.settings.webhooks import Webhooks
from tests.receiver import Receiver
from tests.world import Login, World

ADDRESS = "/v1/webhook-endpoints"
OWNER = "ledger.owner@example.org"


def with_loopback(settings: Settings) -> Settings:
    """The settings of a deployment that may send to this machine."""
    return settings.model_copy(update={"webhooks": Webhooks(loopback=True)})


@dataclass
class WebhookStage:
    """The administrator, and what they register."""

    world: World
    administrator: Login

    async def endpoint(self, receiver: Receiver, *types: str, **more: Any) -> dict[str, Any]:
        """Register the receiver for these types, or for two of the invoice."""
        body = {
            "description": "Ledger",
            "url": receiver.url,
            "event_types": list(types) or ["invoice.issued", "invoice.paid"],
            "owner_email": OWNER,
        }
        return await self.world.post(ADDRESS, body | more, self.administrator)

    async def shown(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        return await self.world.get(f"{ADDRESS}/{endpoint['id']}", self.administrator)

    async def change(self, endpoint: dict[str, Any], **values: Any) -> dict[str, Any]:
        path = f"{ADDRESS}/{endpoint['id']}"
        return await self.world.post(path, values, self.administrator, match=path, method="PATCH")

    async def log(self, endpoint: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        """The log, oldest first."""
        answer = await self.world.client.get(
            f"{ADDRESS}/{endpoint['id']}/deliveries", params={"limit": 100, **query}, headers=self.administrator.headers
        )
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["items"]))

    async def delivery(self, one: dict[str, Any]) -> dict[str, Any]:
        return await self.world.get(f"{ADDRESS}/{one['endpoint_id']}/deliveries/{one['id']}", self.administrator)

    async def happen(self, *aggregates: UUID, type_: EventType = EventType.INVOICE_PAID) -> list[str]:
        """Record an event of each aggregate, one after another, and publish them; return their ids in order."""
        async with self.world.database.transaction() as session:
            work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
            for aggregate in aggregates:
                public = example_of(EVENT_DATA[type_])
                await outbox.record(work, type_, ("invoice", aggregate), summary="x", public=public)
            await outbox.write(work)
            await publish_pending(work)
            rows = await session.driver.fetch(
                "SELECT id FROM events ORDER BY position DESC NULLS LAST LIMIT $1", len(aggregates)
            )
        return [str(row["id"]) for row in reversed(rows)]

    @property
    def means(self) -> Means:
        return Means.of(self.world.database, self.world.settings, self.world.store, self.world.clock)

    @asynccontextmanager
    async def courier(self, **more: Any) -> AsyncIterator[Courier]:
        """A courier, which is cut off at the end."""
        made = Courier(self.means, **more)
        try:
            yield made
        finally:
            await made.finish(0)

    async def deliver(self) -> None:
        """Deliver everything that is due."""
        async with self.courier() as courier:
            await courier.deliver_due()

    async def pass_and_deliver(self, by: timedelta) -> None:
        await self.wait(by)
        await self.deliver()

    async def wait(self, by: timedelta) -> None:
        """Let time pass, and sign in anew."""
        self.world.clock.move(by)
        async with self.world.database.transaction() as session:
            person = await session.get_one(Person, self.administrator.id)
        self.administrator = await self.world.log_in(person)


async def webhook_stage(world: World) -> WebhookStage:
    """A stage with an administrator."""
    return WebhookStage(world, await world.staff(StaffRole.ADMINISTRATOR))


def aggregates(number: int) -> list[UUID]:
    """Ids of things that events happen to."""
    return [uuid7() for _ in range(number)]
