"""Every GET sends the same number of statements for any number of rows, and every list is paged by key."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select
from uuid_utils.compat import uuid7

from app.domain.contact_roles import ContactRole
from app.domain.interviews import InterviewStatus
from app.domain.invoices import EntryKind
from app.domain.name_changes import NameChangeStatus
from app.domain.names import email_key
from app.domain.recognitions import RecognitionStatus
from app.domain.redactions import RedactionStatus
from app.domain.role_grants import RoleGrantStatus
from app.domain.sites import SiteKind
from app.domain.workflow import Status
from app.models import (
    Action,
    ActionEvidence,
    Application,
    Base,
    Centre,
    Contact,
    Document,
    DueDiligenceCheck,
    Email,
    Event,
    FileRedaction,
    HeldRole,
    InitialApplication,
    IntegrationClient,
    Interview,
    Invoice,
    InvoiceEntry,
    Membership,
    NameChange,
    Person,
    PolicyVersion,
    Recognition,
    ReturnItem,
    Review,
    RoleGrant,
    SecurityEvent,
    Session,
    Site,
    StaffMember,
    Submission,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests.contract.asking import product
from tests.contract.landscape import Landscape, path_of
from tests.contract.who_may import PRINCIPALS, expected

MORE = 6
BUDGET = 20
# Two statements for each batch: the caller again, and the rows.
IN_BATCHES = {"exportRecords"}
READS = [found for found in product() if found.method == "GET"]


def copied(row: Base, **changes: Any) -> Any:
    """Copy the row with a new id and the given changes."""
    mapper = inspect(type(row))
    computed = {column.key for column in mapper.columns if column.computed is not None}
    values = {name: getattr(row, name) for name in mapper.columns.keys() if name not in computed}  # noqa: SIM118
    values.pop("version", None)
    return type(row)(**values | {"id": uuid7()} | changes)


def _as_entry(row: InvoiceEntry, n: int) -> dict[str, Any]:
    if row.kind is EntryKind.CREDIT:
        return {"credit_note_number": f"CN-2000-{n:06}"}
    return {"kind": EntryKind.PAYMENT}


# Changes for copy number n; all other columns stay the same.
CHANGES: dict[type[Base], Callable[[Any, int], dict[str, Any]]] = {
    InitialApplication: lambda row, n: {"reference": f"IA-2000-{n:06}", "fingerprint": uuid7().bytes},
    DueDiligenceCheck: lambda row, n: {},
    Centre: lambda row, n: {"reference": f"CEN-2000-{n:06}"},
    Site: lambda row, n: {"kind": SiteKind.DELIVERY},
    Contact: lambda row, n: {},
    Application: lambda row, n: {
        "reference": f"CRA-2000-{n:06}",
        "_status": Status.REJECTED,
        "closed_at": row.changed_at,
    },
    Submission: lambda row, n: {"number": 100 + n},
    Review: lambda row, n: {},
    ReturnItem: lambda row, n: {"number": 100 + n},
    Interview: lambda row, n: {"status": InterviewStatus.CANCELLED},
    Action: lambda row, n: {"number": 100 + n},
    ActionEvidence: lambda row, n: {"number": 100 + n},
    PolicyVersion: lambda row, n: {"number": 100 + n},
    InvoiceEntry: lambda row, n: {"sequence": 100 + n} | _as_entry(row, n),
    Document: lambda row, n: {"version": 1000 + n},
    Event: lambda row, n: {"sequence": 100_000 + n, "position": None if row.position is None else 100_000 + n},
    IntegrationClient: lambda row, n: {},
    WebhookEndpoint: lambda row, n: {},
    WebhookDelivery: lambda row, n: {},
    WebhookAttempt: lambda row, n: {},
    Session: lambda row, n: {},
    Email: lambda row, n: {},
    SecurityEvent: lambda row, n: {},
    FileRedaction: lambda row, n: {"status": RedactionStatus.REFUSED, "settled_at": row.requested_at},
    NameChange: lambda row, n: {"status": NameChangeStatus.REPLACED, "settled_at": row.requested_at},
    RoleGrant: lambda row, n: {"status": RoleGrantStatus.REFUSED, "settled_at": row.requested_at},
}


async def multiply(landscape: Landscape) -> None:
    """Add six more rows to every list."""
    async with landscape.database.transaction() as session:
        for model, change in CHANGES.items():
            rows = (await session.scalars(select(model).limit(40))).all()
            assert rows, f"the landscape has no {model.__name__}"
            of_each = rows if model in (Session, Event, PolicyVersion) else _the_shown(landscape, model, rows)
            for row in of_each:
                session.add_all([copied(row, **change(row, n + MORE * of_each.index(row))) for n in range(MORE)])
            await session.flush()
        await _with_owners(landscape, session)


def _the_shown(landscape: Landscape, model: type[Base], rows: Any) -> list[Any]:
    """The rows that the landscape's ids refer to, or their children."""
    shown = {UUID(value) for value in landscape.ids.values() if re.fullmatch(r"[0-9a-f-]{36}", value)}
    own = [row for row in rows if row.id in shown]
    below = [row for row in rows if any(getattr(row, name, None) in shown for name in _PARENTS)]
    return own or below[:1] or list(rows[:1])


_PARENTS = (
    "action_id",
    "application_id",
    "invoice_id",
    "initial_application_id",
    "centre_id",
    "endpoint_id",
    "delivery_id",
)


async def _with_owners(landscape: Landscape, session: Any) -> None:
    """Add people with memberships, roles of contacts, and invoices and recognitions with their applications."""
    centre_id = UUID(landscape.ids["centre_id"])
    member = (await session.scalars(select(Membership).where(Membership.centre_id == centre_id))).first()
    staff = await session.get_one(StaffMember, UUID(landscape.ids["staff_id"]))
    somebody = await session.get_one(Person, member.person_id)
    for n in range(MORE):
        people = [copied(somebody, email_key=email_key(f"many{n}.{k}@people.example.com")) for k in range(2)]
        session.add_all(people)
        await session.flush()
        session.add(copied(member, person_id=people[0].id))
        session.add(copied(staff, person_id=people[1].id))
    for contact in (await session.scalars(select(Contact))).all():
        known = await session.get(HeldRole, (contact.id, ContactRole.CURRICULUM_DEVELOPMENT))
        if known is None:
            session.add(
                HeldRole(contact_id=contact.id, role=ContactRole.CURRICULUM_DEVELOPMENT, centre_id=contact.centre_id)
            )
    invoice = await session.get_one(Invoice, UUID(landscape.ids["invoice_id"]))
    recognition = (await session.scalars(select(Recognition))).one()
    centres = (await session.scalars(select(Centre).where(Centre.reference.startswith("CEN-2000")))).all()
    applications = (
        await session.scalars(select(Application).where(Application.reference.startswith("CRA-2000")))
    ).all()
    for n, (application, centre) in enumerate(zip(applications, centres, strict=False)):
        billed = copied(invoice, application_id=application.id, number=f"INV-2000-{n:06}")
        session.add(billed)
        session.add(
            copied(
                recognition,
                application_id=application.id,
                centre_id=centre.id,
                number=f"RC-2000-{n:06}",
                status=RecognitionStatus.ACTIVE,
            )
        )
    await session.flush()


async def _statements(landscape: Landscape) -> dict[str, tuple[list[str], int]]:
    """The statements of each read, and the number of rows in its response."""
    found = {}
    for op in READS:
        who = next(name for name in reversed(PRINCIPALS) if expected(op.id)[name] == "+")
        path = path_of(landscape, op.id, op.path, **({"number": "2"} if op.id == "compareSubmissions" else {}))
        seen: list[str] = []
        stop = landscape.database.count_statements(seen)
        answer = await landscape.client.get(path, headers=landscape.headers(who))
        stop()
        assert answer.status_code == 200, (op.id, answer.text)
        shown = answer.json() if "json" in answer.headers["content-type"] else {}
        # A full page with a next one has grown as much as it can.
        rows = 1000 if shown.get("next_cursor") else len(shown.get("items", ()))
        found[op.id] = (seen, rows)
    return found


async def test_a_read_sends_a_constant_number_of_statements(landscape: Landscape) -> None:
    """At most twenty for any read. Every multiplied list must have grown."""
    few = await _statements(landscape)
    await multiply(landscape)
    many = await _statements(landscape)
    grew = {name for name in few if many[name][1] >= min(few[name][1] + MORE, 1000)}
    different = {
        name: (len(few[name][0]), len(many[name][0]))
        for name in few.keys() - IN_BATCHES
        if len(few[name][0]) < len(many[name][0])
    }
    assert different == {}
    assert {name: len(seen) for name, (seen, _) in many.items() if len(seen) > BUDGET} == {}
    assert grew >= GROWING, GROWING - grew


GROWING = {
    "listInitialApplications",
    "listDueDiligenceChecks",
    "listCentres",
    "listSites",
    "listContacts",
    "listCentreUsers",
    "listCentreApplications",
    "listApplications",
    "listSubmissions",
    "listReviews",
    "listReturnItems",
    "listPolicyVersions",
    "listInterviews",
    "listActions",
    "listInvoices",
    "listPayments",
    "listAllPayments",
    "listCreditNotes",
    "listRecognisedCentres",
    "listApplicationEvents",
    "listCentreEvents",
    "listStaff",
    "listIntegrationClients",
    "listWebhookEndpoints",
    "listWebhookDeliveries",
    "listLetters",
    "listInitialApplicationLetters",
}


async def test_no_list_uses_count_or_offset(landscape: Landscape) -> None:
    """Page 10,000 costs the same as page 1."""
    sent = await _statements(landscape)
    lists = [name for name in sent if name.startswith("list")]
    assert len(lists) > 20
    offending = [
        (name, statement)
        for name in lists
        for statement in sent[name][0]
        # `fetch_shown` keeps the planner from an index by an offset of nothing.
        if re.search(r"(?<!LIMIT ALL )\bOFFSET\b", statement, re.I) or re.match(r"SELECT count\(", statement, re.I)
    ]
    assert offending == []


@pytest.mark.parametrize("name", ["listInitialApplications", "listApplications", "listInvoices", "listStaff"])
async def test_the_last_page_is_as_cheap_as_the_first(landscape: Landscape, name: str) -> None:
    """Every page up to the last takes the same number of statements."""
    await multiply(landscape)
    op = next(found for found in READS if found.id == name)
    headers = landscape.headers("finance")
    counts, cursor = [], None
    while True:
        seen: list[str] = []
        stop = landscape.database.count_statements(seen)
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        answer = await landscape.client.get(op.path, headers=headers, params=params)
        stop()
        assert answer.status_code == 200, answer.text
        counts.append(len(seen))
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert len(counts) >= 3
    assert max(counts) <= counts[0]
