"""Changed settings are recorded when a process starts with them (R24)."""

import asyncio

import pytest
from sqlalchemy import select

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.models import Event
from app.services.operations.settings_record import record_settings
from app.services.sandbox.purpose import require_purpose
from app.settings import Fee, Settings


async def start(database: Database, settings: Settings, clock: Clock) -> None:
    async with database.transaction() as session:
        await record_settings(Work(session, SYSTEM, clock(), settings))


async def recorded(database: Database) -> list[Event]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Event).where(Event.type == "settings.changed").order_by(Event.id)))


def costing(settings: Settings, pence: int) -> Settings:
    return settings.model_copy(update={"fee": Fee(amount_pence=pence)})


@pytest.mark.requirement("R24")
async def test_the_first_start_records_all_and_later_ones_what_differs(
    database: Database, settings: Settings, clock: Clock
) -> None:
    await require_purpose(database, settings, clock)
    for pence in (50_000, 50_000, 60_000, 60_000):
        await start(database, costing(settings, pence), clock)
    first, second = await recorded(database)
    assert first.audit is not None
    assert first.audit["after"]["fee"]["amount_pence"] == 50_000
    assert second.audit == {"before": {"/fee/amount_pence": 50_000}, "after": {"/fee/amount_pence": 60_000}}
    assert second.summary == "Settings changed: fee"
    assert (second.actor_kind, second.centre_sees, second.public) == ("system", False, None)


async def test_of_processes_that_start_at_once_one_records(
    database: Database, settings: Settings, clock: Clock
) -> None:
    await require_purpose(database, settings, clock)
    await asyncio.gather(*(start(database, settings, clock) for _ in range(4)))
    assert len(await recorded(database)) == 1


async def test_a_database_on_which_nothing_has_started_records_nothing(
    database: Database, settings: Settings, clock: Clock
) -> None:
    await start(database, settings, clock)
    assert await recorded(database) == []
