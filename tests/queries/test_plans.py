"""What PostgreSQL reads for a page of each list, with each of its filters, on the first page and far down.

No timing: the plans are explained as they run the seventh time, when a prepared statement may have got a plan for any
values. Every list has thousands of rows here, and no page may read more than its filters explain.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.database import Database, LeasedSession, Work
from app.domain.actors import SYSTEM
from app.integrations.postgres import create_database, drop_database
from app.models import Application, Centre, InitialApplication, Recognition
from app.models.search import Searchable
from app.queries.centre_leads import pick_centre_lead
from app.queries.likely_duplicates import likely_duplicates, sought_of
from app.queries.merging import FEW
from app.settings import Settings
from bench.filling import fill
from bench.lists import LISTS, NOW
from bench.plans import Cost, cost_of
from bench.volume import deep_cursors, read_all, read_one
from tests.queries.test_words import differences

ROWS = 5_000
PAGE = 26
# The rows that a page's answers are made of are read by key: invoices, centre leads, decisions of one page.
SHOWN = 4 * PAGE
BIG = {"applications", "centres", "initial_applications", "recognitions", "invoices", "invoice_entries", "events"}
BIG |= {f"{name}_words" for name in ("application", "centre", "initial_application", "recognition", "invoice")}


@pytest.fixture(scope="module")
async def filled(server_url: str, template: str) -> AsyncIterator[Database]:
    """A database of its own: tables are filled without their guards, and indexes are dropped."""
    name = f"filled_{os.getpid()}"
    url = await create_database(server_url, name, template)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await fill(connection, ROWS)
    await engine.dispose()
    database = Database(url)
    yield database
    await database.close()
    await drop_database(server_url, name)


def bound(name: str, filters: dict[str, object]) -> int:
    """The most rows that a page of the list may read: none of it depends on the size of the table.

    Filters that an index answers are counted up to `FEW` each, or ten times as far to find the rarest of several
    words; then either so few rows are read, or a page in order, of which others filter away a share.
    """
    values = filters.get("status") or filters.get("types") or ()
    lists = max(10 if name == "applications" else 1, len(values) if isinstance(values, list) else 1)
    words = len(str(filters.get("text", "")).split())
    asked = len(filters) - ("text" in filters) + words
    plain = SHOWN + 2 * PAGE * lists
    if asked <= 1 and not filters.keys() & {"late", "overdue", "balance", "log_in_details_due_before", "text"}:
        return plain
    return plain + asked * (FEW + 1) + (10 * FEW * words if words > 1 else 0) + 4 * FEW


async def test_no_page_reads_more_than_its_filters_explain(filled: Database) -> None:
    costs = await read_all(filled)
    assert len(costs) > 150
    assert await differences(filled) == {}
    excessive: dict[str, Cost] = {}
    for name, (*_, choices) in LISTS.items():
        for filters in choices:
            for page in ("first", "deep"):
                cost = costs[name, str(filters), page]
                most = bound(name, filters)
                if cost.rows > most or cost.sequential & BIG or cost.sorted > 2 * FEW + PAGE * 10:
                    excessive[f"{name} {filters} {page}: {most}"] = cost
    assert excessive == {}


_WITHDRAWN = {"types": ["application.withdrawn"]}
_MONTH = {"occurred_from": "2018-01-01T00:00:00Z", "occurred_before": "2018-02-01T00:00:00Z"}
# Where more indexes are named, each would do for few rows in the absence of the others.
USED: tuple[tuple[str, dict[str, Any], *tuple[str, ...]], ...] = (
    ("events", _WITHDRAWN, "ix_events_type_position", "ix_events_type_id"),
    ("records", _WITHDRAWN, "ix_events_type_id", "ix_events_type_position"),
    ("records", _MONTH, "ix_events_occurred_at_id"),
    ("invoices", {"status": "part_paid"}, "ix_invoices_status_issued_at_id"),
    ("invoices", {"overdue": True}, "ix_invoices_unpaid"),
    ("recognised centres", {}, "ix_recognitions_register"),
    ("applications", {"status": ["awaiting_decision"]}, "ix_applications_status_status_since_id"),
    ("applications", {"centre_lead_id": "LEAD"}, "ix_applications_centre_lead_id_status_status_since_id"),
)


async def test_without_its_index_a_page_is_found_to_read_too_much(filled: Database) -> None:
    """The positive control, and the index that each list uses."""
    cursors = await deep_cursors(filled)
    for name, filters, *indexes in USED:
        cost = await read_one(filled, name, filters, None)
        assert indexes[0] in cost.indexes
        again: list[str] = []
        async with filled.transaction() as session:
            for index in indexes:
                again += await session.scalars(text(f"SELECT pg_get_indexdef(CAST('{index}' AS regclass))"))
                await session.execute(text(f"DROP INDEX {index}"))
        worst = [await read_one(filled, name, filters, cursor) for cursor in (None, cursors[name])]
        assert max(found.rows for found in worst) > max(bound(name, filters), 2 * cost.rows), name
        async with filled.transaction() as session:
            for definition in again:
                await session.execute(text(definition))


async def test_a_centre_lead_and_likely_duplicates_are_found_by_index(filled: Database) -> None:
    """Both look across every centre: the first under a lock that all payments wait for."""

    async def pick(session: LeasedSession) -> object:
        return await pick_centre_lead(Work(session, SYSTEM, NOW, Settings()))

    cost = await cost_of(filled, pick)
    assert "ix_applications_open_of_lead" in cost.indexes
    assert not cost.sequential & BIG
    async with filled.transaction() as session:
        row = (await session.scalars(select(InitialApplication).limit(1))).one()

    async def duplicates(session: LeasedSession) -> object:
        return await likely_duplicates(session, sought_of(row))

    cost = await cost_of(filled, duplicates)
    assert not cost.sequential & BIG
    assert {f"ix_centres_{each}" for each in ("name_look", "email_domain_look", "idna")} <= cost.indexes
    # Twenty-five for each of two words, the name, the postcode, the domain, the look of the name and of the domain, and
    # of domains outside ASCII, in two tables: found, read and judged.
    assert cost.rows <= 2 * 8 * 25 * 4


async def test_the_filling_has_the_words_that_the_product_makes(filled: Database) -> None:
    """Else it would measure something else."""
    async with filled.transaction() as session:
        models: tuple[type[Searchable], ...] = (Centre, Application, InitialApplication, Recognition)
        for model in models:
            rows = (await session.scalars(select(model).limit(30))).all()
            assert [sorted(row.words) for row in rows] == [row.words_now() for row in rows]
