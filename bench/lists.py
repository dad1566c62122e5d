"""Every list with the filters that people use, as functions that read a page of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.database import LeasedSession, Work
from app.domain.actors import Actor, ActorKind, StaffRole
from app.models import Application, Centre, Event, InitialApplication, Invoice, InvoiceEntry, Recognition
from app.queries.applications import list_applications
from app.queries.centres import list_centres
from app.queries.events import list_feed
from app.queries.feed_cursors import position_after
from app.queries.initial_applications import list_initial_applications
from app.queries.invoices import list_invoices
from app.queries.ledger_lists import list_credit_notes, list_payments
from app.queries.paging import Key, encode_cursor, page_of
from app.queries.recognitions import list_recognised
from app.queries.records import list_records
from app.schemas.applications import ApplicationQuery
from app.schemas.centres import CentreQuery
from app.schemas.credit_notes import CreditNoteQuery
from app.schemas.events import FeedQuery
from app.schemas.initial_applications import InitialApplicationQuery
from app.schemas.invoices import InvoiceQuery
from app.schemas.ledger_lists import PaymentQuery
from app.schemas.paging import ListQuery
from app.schemas.recognitions import RecognisedCentreQuery
from app.schemas.records import RecordQuery
from app.settings import Settings

# 3,700 days after the first row of `bench.volume`: a few deadlines lie ahead.
NOW = datetime(2016, 1, 4, 10, tzinfo=UTC) + timedelta(days=3700)
TODAY = NOW.date().isoformat()
STAFF = Actor(ActorKind.PERSON, staff_roles=frozenset({StaffRole.FINANCE}))

List = Callable[[Work, Any], Awaitable[object]]


async def _register(work: Work, query: RecognisedCentreQuery) -> object:
    return await list_recognised(work.session, query)


NOBODY = "01990000-0000-7000-8000-000000000000"
_OF_INVOICES: tuple[dict[str, Any], ...] = (
    {},
    *({"status": each} for each in ("issued", "part_paid", "paid", "credited")),
    {"overdue": True},
    {"centre_id": NOBODY},
    {"number": "INV-2020-000301"},
    {"text": "INV-2020-0001"},
    {"issued_from": "2020-01-01", "issued_before": "2020-04-01"},
)
_TEXTS: tuple[dict[str, Any], ...] = tuple(
    {"text": each}
    for each in ("trent", "trent academy", "quillon", "zephyr", "trent quillon", "tr", "2026", "nobody", "00012")
)
_LEAD = {"centre_lead_id": "LEAD"}
_SINCE = {"status_since_before": (NOW - timedelta(days=400)).isoformat()}
# Each list: its function, its query, its sort key, whether it descends, and its filters.
LISTS: dict[str, tuple[List, type[ListQuery], list[Key], bool, tuple[dict[str, Any], ...]]] = {
    "applications": (
        list_applications,
        ApplicationQuery,
        [Application.status_since, Application.id],
        False,
        (
            {},
            {"status": ["accepted"]},
            {"status": ["submitted"]},
            {"status": ["awaiting_decision"]},
            {"status": ["submitted", "in_review", "awaiting_decision"]},
            {"status": ["accepted", "rejected", "withdrawn"]},
            {"status": ["draft"]},
            {"late": True},
            {"late": False},
            {"status": ["in_review"], "late": True},
            {"status": ["in_review"], "late": False},
            _LEAD,
            _LEAD | {"status": ["in_review"]},
            _LEAD | {"status": ["accepted"]},
            _LEAD | {"late": True},
            _SINCE,
            _SINCE | {"status": ["submitted"]},
            *_TEXTS,
            {"text": "trent", "status": ["accepted"]},
            {"text": "trent", "status": ["awaiting_decision"]},
            {"text": "trent", "late": True},
            {"text": "trent"} | _LEAD,
            {"text": "cra-2026-000012"},
            {"text": "cra-2026-00"},
        ),
    ),
    "centres": (list_centres, CentreQuery, [Centre.id], True, ({}, *_TEXTS, {"text": "de12 3aa"}, {"text": "office"})),
    "recognised centres": (
        _register,
        RecognisedCentreQuery,
        [Recognition.centre_name, Recognition.id],
        False,
        ({}, *_TEXTS),
    ),
    "initial applications": (
        list_initial_applications,
        InitialApplicationQuery,
        [InitialApplication.received_at, InitialApplication.id],
        False,
        (
            {},
            {"status": "received"},
            {"status": "declined"},
            {"late": True},
            {"late": False},
            {"status": "account_created", "late": False},
            {"log_in_details_due_before": TODAY},
            {"log_in_details_due_before": "2016-04-20"},
            *_TEXTS,
            {"text": "trent", "status": "received"},
            {"text": "jane@c12.example"},
        ),
    ),
    "invoices": (
        list_invoices,
        InvoiceQuery,
        [Invoice.issued_at, Invoice.id],
        True,
        (
            {},
            *({"status": each} for each in ("issued", "part_paid", "paid", "credited")),
            {"overdue": True},
            {"overdue": False},
            {"awaiting_number": True},
            {"awaiting_number": False},
            {"status": "issued", "overdue": True},
            {"status": "part_paid", "overdue": True},
            {"status": "issued", "overdue": False},
            {"status": "paid", "overdue": False},
            {"issued_from": "2020-01-01", "issued_before": "2020-04-01"},
            {"issued_before": "2018-01-01"},
            {"issued_from": "2026-01-01"},
            {"balance": "due"},
            {"balance": "credit"},
            {"balance": "credit", "status": "paid"},
            {"balance": "due", "overdue": False},
            {"status": "part_paid", "issued_before": "2018-01-01"},
            *({"text": each} for each in ("INV", "INV-2020", "INV-2020-0", "INV-2020-0001", "CRA-2026-000012", "i")),
            {"text": "INV-2020", "status": "part_paid"},
            {"number": "INV-2020-000301"},
            {"centre_id": NOBODY},
        ),
    ),
    **{
        f"invoices by {day}": (
            list_invoices,
            InvoiceQuery,
            [key, Invoice.id],
            descending,
            tuple(period | more for period in periods for more in _OF_INVOICES),
        )
        for day, key, descending, periods in (
            ("due day", Invoice.due_on, True, ({"due_from": "2016-01-01"}, {"due_before": "2018-01-01"})),
            ("payment", Invoice.paid_at, True, ({"paid_from": "2016-01-01"}, {"paid_before": "2018-01-01"})),
            ("change", Invoice.updated_at, False, ({"updated_since": "2016-01-01T00:00:00Z"},)),
        )
    },
    "payments": (
        list_payments,
        PaymentQuery,
        [InvoiceEntry.recorded_at, InvoiceEntry.id],
        True,
        (
            {},
            *({"kind": [kind]} for kind in ("payment", "refund", "waiver")),
            {"kind": ["payment", "refund"]},
            {"status": "recorded"},
            {"status": "reversed"},
            {"recorded_from": "2020-01-01", "recorded_before": "2020-04-01"},
            {"kind": ["refund"], "recorded_before": "2019-01-01"},
            {"invoice_number": "INV-2020-000301"},
            {"external_system": "xero", "external_id": "X"},
            {"centre_id": NOBODY},
            {"application_id": NOBODY},
        ),
    ),
    "payments by receipt": (
        list_payments,
        PaymentQuery,
        [InvoiceEntry.received_on, InvoiceEntry.id],
        True,
        (
            {"received_from": "2016-01-01"},
            {"received_before": "2018-01-01"},
            {"received_from": "2016-01-01", "status": "reversed"},
        ),
    ),
    "payments by change": (
        list_payments,
        PaymentQuery,
        [InvoiceEntry.updated_at, InvoiceEntry.id],
        False,
        (
            {"updated_since": "2016-01-01T00:00:00Z"},
            {"updated_since": "2016-01-01T00:00:00Z", "kind": ["refund"]},
            {"updated_since": "2016-01-01T00:00:00Z", "centre_id": NOBODY},
        ),
    ),
    "credit notes": (
        list_credit_notes,
        CreditNoteQuery,
        [InvoiceEntry.recorded_at, InvoiceEntry.id],
        True,
        (
            {},
            {"number": "CN-34"},
            {"issued_before": "2018-01-01"},
            {"invoice_number": "INV-2020-000301"},
            {"centre_id": NOBODY},
        ),
    ),
    "credit notes by change": (
        list_credit_notes,
        CreditNoteQuery,
        [InvoiceEntry.updated_at, InvoiceEntry.id],
        False,
        (
            {"updated_since": "2016-01-01T00:00:00Z"},
            {"updated_since": "2016-01-01T00:00:00Z", "centre_id": NOBODY},
        ),
    ),
    "events": (
        list_feed,
        FeedQuery,
        [Event.position],
        False,
        (
            {},
            {"types": ["invoice.paid"]},
            {"types": ["application.withdrawn"]},
            {"types": ["invoice.paid", "invoice.issued", "application.withdrawn", "invoice.voided"]},
            {"types": ["invoice.voided"]},
        ),
    ),
    "records": (
        list_records,
        RecordQuery,
        [Event.id],
        True,
        (
            {},
            {"types": ["invoice.paid"]},
            {"types": ["application.withdrawn"]},
            {"types": ["invoice.voided"]},
            {"areas": ["money"]},
            {"areas": ["applications", "documents"]},
            {"areas": ["documents"]},
            {"occurred_from": "2020-01-01T00:00:00Z", "occurred_before": "2020-04-01T00:00:00Z"},
            {"occurred_before": "2017-01-01T00:00:00Z"},
            {"occurred_from": "2025-06-01T00:00:00Z", "types": ["application.withdrawn"]},
            {"occurred_from": "2020-01-01T00:00:00Z", "occurred_before": "2020-02-01T00:00:00Z", "areas": ["money"]},
            {"text": "nobody"},
            {"text": "cra-2026-000012"},
            {"text": "INV-2020-000123"},
        ),
    ),
}


async def deep_cursor(session: LeasedSession, name: str) -> str:
    """Make the cursor of a page far down the list: the 10,000th, or nine tenths down a shorter list."""
    _, query, keys, descending, _ = LISTS[name]
    table = keys[0].class_.__tablename__
    # Of what the list is sorted by, as of an event's position, there may be none.
    shown = f"WHERE {keys[0].key} IS NOT NULL"
    order = ", ".join(f"{key.key} {'DESC' if descending else 'ASC'}" for key in keys)
    found = await session.execute(
        text(
            f"SELECT {', '.join(key.key for key in keys)} FROM {table} {shown} ORDER BY {order} "
            f"OFFSET least(250000, (SELECT count(*) FROM {table} {shown}) * 9 / 10) LIMIT 1"
        )
    )
    values = list(found.one())
    if name == "events":
        return position_after(values[0])
    return encode_cursor(page_of(query(), keys, descending=descending).name, values)


def reader(
    name: str, filters: dict[str, Any], lead: UUID, cursor: str | None
) -> Callable[[LeasedSession], Awaitable[object]]:
    """Return a function that reads the page of the list."""
    function, query, _, _, _ = LISTS[name]
    given = {key: lead if value == "LEAD" else value for key, value in filters.items()}
    asked = query.model_validate({"cursor": cursor, **given})

    async def read(session: LeasedSession) -> object:
        return await function(Work(session, STAFF, NOW, Settings()), asked)

    return read
