"""The centre at a glance: one statement for the centre, one for its open or last application (R07)."""

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Text, Uuid, bindparam, case, cast, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.json_values import JsonObject
from app.domain.recognitions import RecognitionStatus
from app.domain.reviews import ReviewOutcome
from app.domain.sites import SiteKind
from app.domain.workflow import Status
from app.models import (
    Action,
    Application,
    Centre,
    Contact,
    Document,
    HeldRole,
    Invoice,
    Membership,
    Recognition,
    ReturnItem,
    Review,
    Site,
)
from app.queries.application_rows import ApplicationRow, select_rows
from app.queries.hot import Hot, both
from app.queries.visibility import Found, Reason, unfiltered, viewer, visible_to_viewer


class HomeRow(NamedTuple):
    """A centre with the counts on its home; of its recognitions the active one, else the last."""

    id: UUID
    name: str
    reference: str
    main_site_id: UUID
    open_sites: int
    contacts: int
    users: int
    open_actions: int
    roles_held: list[str] | None
    recognition_number: str | None
    recognition_status: RecognitionStatus | None
    documents: list[JsonObject] | None


_RECOGNITION = (
    select(Recognition.number, Recognition.status)
    .where(Recognition.centre_id == Centre.id)
    .order_by(Recognition.ended_at.is_(None).desc(), Recognition.id.desc())
    .limit(1)
    .correlate(Centre)
    .lateral("recognition")
)
_NEWEST = (
    select(Document.id, Document.kind, Document.version, Document.title)
    .ext(distinct_on(Document.kind))
    .order_by(Document.kind, Document.version.desc())
    .subquery()
)
_FIND = Hot(
    select(
        Centre.id,
        Centre.name,
        Centre.reference,
        select(Site.id)
        .where(Site.centre_id == Centre.id, Site.kind == SiteKind.MAIN)
        .scalar_subquery()
        .label("main_site_id"),
        select(func.count())
        .where(Site.centre_id == Centre.id, Site.closed_at.is_(None))
        .scalar_subquery()
        .label("open_sites"),
        select(func.count())
        .where(Contact.centre_id == Centre.id, Contact.ended_at.is_(None))
        .scalar_subquery()
        .label("contacts"),
        select(func.count())
        .where(Membership.centre_id == Centre.id, Membership.deactivated_at.is_(None))
        .scalar_subquery()
        .label("users"),
        select(func.count(Action.id))
        .join(Application, Application.id == Action.application_id)
        .where(Application.centre_id == Centre.id, Action.status == ActionStatus.OPEN)
        .scalar_subquery()
        .label("open_actions"),
        select(func.array_agg(cast(HeldRole.role, Text())))
        .where(HeldRole.centre_id == Centre.id)
        .scalar_subquery()
        .label("roles_held"),
        _RECOGNITION.c.number.label("recognition_number"),
        _RECOGNITION.c.status.label("recognition_status"),
        select(
            func.json_agg(
                func.json_build_object(
                    *chain.from_iterable((name, _NEWEST.c[name]) for name in ("id", "kind", "version", "title")),
                    type_=JSON(),
                ),
                type_=JSON(),
            )
        )
        .scalar_subquery()
        .label("documents"),
    )
    .outerjoin(_RECOGNITION, true())
    .where(Centre.id == bindparam("centre_id", type_=Uuid()), visible_to_viewer(Centre.id)),
    HomeRow,
)


async def find_home(work: Work, ids: Mapping[str, UUID]) -> Found[HomeRow] | None:
    """Find the centre in the path with what its home shows."""
    row = await _FIND.one(work.driver, centre_id=ids["centre_id"], **viewer(work.actor))
    return Found(row, row.id) if row is not None else None


class StandingRow(NamedTuple):
    """What the home shows of an application beside the application itself."""

    returned: JsonObject | None
    invoice_number: str | None
    printed_number: str | None
    invoice_awaits: bool | None
    invoice_status: str | None
    invoice_currency: str | None
    invoice_total_pence: int | None


_ITEM = (
    "id",
    "review_id",
    "version",
    "number",
    "section",
    "part",
    "pointer",
    "code",
    "asked",
    "answer_by",
    "answer",
    "answered_by_name",
    "answered_at",
)
_ITEMS = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(*chain.from_iterable((name, getattr(ReturnItem, name)) for name in _ITEM)),
                ReturnItem.number.asc(),
            )
        )
    )
    .where(ReturnItem.review_id == Review.id)
    .correlate(Review)
    .scalar_subquery()
)
_REVIEW = ("id", "stage", "explanation", "reviewed_by_name", "reviewed_at")
_LAST_RETURN = (
    select(
        func.json_build_object(
            *chain.from_iterable((name, getattr(Review, name)) for name in _REVIEW), "items", _ITEMS, type_=JSON()
        )
    )
    .where(Review.application_id == Application.id, Review.outcome == ReviewOutcome.RETURN)
    .order_by(Review.reviewed_at.desc(), Review.id.desc())
    .limit(1)
    .correlate(Application)
    .scalar_subquery()
)
_LATEST = Hot(
    select_rows(Application)
    .add_columns(
        case((Application.status == Status.RETURNED, _LAST_RETURN)).label("returned"),
        Invoice.number.label("invoice_number"),
        func.coalesce(Invoice.ledger_number, Invoice.number).label("printed_number"),
        (Invoice.awaits_number.is_(True) & Invoice.ledger_number.is_(None)).label("invoice_awaits"),
        Invoice.status.label("invoice_status"),
        Invoice.currency.label("invoice_currency"),
        Invoice.total_pence.label("invoice_total_pence"),
    )
    .where(Application.centre_id == bindparam("centre_id", type_=Uuid()))
    # A reopened application can be older than one that was withdrawn since.
    .order_by(Application.closed_at.is_(None).desc(), Application.started_at.desc(), Application.id.desc())
    .limit(1),
    both(ApplicationRow, StandingRow),
)


@unfiltered(Reason.JUDGED)
async def find_latest_application(work: Work, centre_id: UUID) -> tuple[ApplicationRow, StandingRow] | None:
    """Find the centre's open application, else its last."""
    return await _LATEST.one(work.driver, centre_id=centre_id)
