"""An application with all that its answers and its steps need, in one statement, alone or a page of them.

Readiness is judged only while the centre can edit (R16); in any other status its inputs are null, so that a page of
the inbox does not read fifty forms.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, JSON, ColumnElement, Select, Text, Uuid, any_, bindparam, case, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.database import Work
from app.domain.documents import DocumentKind
from app.domain.interviews import InterviewStatus
from app.domain.json_values import JsonObject
from app.domain.readiness import PolicyFact, ReadinessFacts, ReturnItemFact
from app.domain.sites import SiteKind
from app.domain.uploads import InspectionState
from app.domain.workflow import EDITABLE, Facts, Status
from app.models import (
    AgreementAcceptance,
    Application,
    ApplicationDetails,
    Centre,
    Document,
    HeldRole,
    Interview,
    Invoice,
    Person,
    Policy,
    PolicyVersion,
    Recommendation,
    ReturnItem,
    Review,
    Site,
)
from app.queries.addresses import address_of
from app.queries.hot import Hot
from app.queries.visibility import Found, Reason, unfiltered, viewer, visible_to_viewer

# The class, or an alias of a page of rows.
ApplicationLike: TypeAlias = type[Application]


class ApplicationRow(NamedTuple):
    """The application, the facts of its steps and, from `details` on, the inputs of readiness."""

    id: UUID
    version: int
    reference: str
    centre_id: UUID
    centre_name: str
    form_version: str
    status: Status
    status_since: datetime
    returned_by_centre_lead: bool
    due_at: datetime | None
    started_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    withdrawal_reason: str | None
    centre_lead_id: UUID | None
    centre_lead_name: str | None
    invoice_id: UUID | None
    due_pence: int | None
    open_interview_id: UUID | None
    interview_held: bool
    recommenders: list[UUID] | None
    details: Mapping[str, JsonObject] | None
    main_address: JsonObject | None
    sites: Sequence[tuple[str, str]] | None
    policies: Sequence[tuple[str, str | None, bool]] | None
    roles_held: list[str] | None
    accepted_current: bool | None
    return_items: Sequence[tuple[str, bool]] | None

    def facts(self, *, missing: int) -> Facts:
        """The workflow's facts; `missing` is what readiness finds."""
        return Facts(
            application_id=self.id,
            centre_id=self.centre_id,
            status=self.status,
            returned_by_centre_lead=self.returned_by_centre_lead,
            fee_outstanding=self.due_pence is None or self.due_pence > 0,
            invoice_id=self.invoice_id,
            centre_lead_id=self.centre_lead_id,
            open_interview_id=self.open_interview_id,
            interview_held=self.interview_held,
            recommenders=frozenset(self.recommenders or ()),
            missing=missing,
        )

    def readiness_facts(self, today: date) -> ReadinessFacts:
        """The inputs of readiness, while the centre can edit."""
        sites = self.sites or ()
        return ReadinessFacts(
            details=self.details or {},
            main_address=self.main_address or {},
            open_delivery_sites=sum(kind == SiteKind.DELIVERY for kind, _ in sites),
            site_ids=frozenset(id_ for _, id_ in sites),
            policies={
                key: PolicyFact(state == InspectionState.PASSED, state, not_applicable)
                for key, state, not_applicable in self.policies or ()
            },
            roles_held=frozenset(self.roles_held or ()),
            accepted_current=self.accepted_current is True,
            accepted_older=self.accepted_current is False,
            return_items=[ReturnItemFact(id_, answered) for id_, answered in self.return_items or ()],
            today=today,
        )


def select_rows(row: ApplicationLike) -> Select[*tuple[object, ...]]:
    """Select `ApplicationRow` of every application, to be narrowed by the caller."""
    interviews = select(Interview.id).where(Interview.application_id == row.id)
    return (
        select(
            row.id,
            row.version,
            row.reference,
            row.centre_id,
            row.centre_name,
            row.form_version,
            row.status.label("status"),
            row.status_since,
            row.returned_by_centre_lead,
            row.due_at,
            row.started_at,
            row.submitted_at,
            row.closed_at,
            row.withdrawal_reason,
            row.centre_lead_id,
            func.concat_ws(" ", Person.first_name, Person.last_name, type_=Text()).label("centre_lead_name"),
            Invoice.id.label("invoice_id"),
            Invoice.due_pence,
            interviews.where(Interview.status == InterviewStatus.ARRANGED).scalar_subquery().label("open_interview_id"),
            # Not EXISTS: the planner may answer that for a page by reading every interview that was held.
            interviews.where(Interview.status == InterviewStatus.HELD)
            .limit(1)
            .scalar_subquery()
            .is_not(None)
            .label("interview_held"),
            select(func.array_agg(Recommendation.recommended_by))
            .where(Recommendation.application_id == row.id)
            .scalar_subquery()
            .label("recommenders"),
            *(
                case((row.status.in_(sorted(EDITABLE)), found)).label(name)
                for name, found in _readiness_inputs(row).items()
            ),
        )
        .outerjoin(Invoice, Invoice.application_id == row.id)
        .outerjoin(Person, Person.id == row.centre_lead_id)
    )


def _readiness_inputs(row: ApplicationLike) -> dict[str, ColumnElement[object]]:
    newest_state = (
        select(PolicyVersion.inspection_state)
        .where(PolicyVersion.policy_id == Policy.id)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
        .correlate(Policy)
        .scalar_subquery()
    )
    # Earlier returns were answered before their resubmission.
    last_review = (
        select(func.max(Review.reviewed_at)).where(Review.application_id == row.id).correlate(row).scalar_subquery()
    )
    item = func.json_build_array(ReturnItem.id, ReturnItem.answered_at.is_not(None))
    return {
        "details": select(func.json_object_agg(ApplicationDetails.group, ApplicationDetails.data, type_=JSON()))
        .where(ApplicationDetails.application_id == row.id)
        .scalar_subquery(),
        "main_address": select(address_of(Centre)).where(Centre.id == row.centre_id).scalar_subquery(),
        "sites": select(func.json_agg(func.json_build_array(Site.kind, Site.id), type_=JSON()))
        .where(Site.centre_id == row.centre_id, Site.closed_at.is_(None))
        .scalar_subquery(),
        "policies": select(
            func.json_agg(
                func.json_build_array(Policy.key, newest_state, Policy.not_applicable_statement.is_not(None)),
                type_=JSON(),
            )
        )
        .where(Policy.application_id == row.id)
        .scalar_subquery(),
        "roles_held": select(func.array_agg(cast(HeldRole.role, Text())))
        .where(HeldRole.centre_id == row.centre_id)
        .scalar_subquery(),
        "accepted_current": _accepted_current(row),
        "return_items": select(func.json_agg(aggregate_order_by(item, ReturnItem.number.asc()), type_=JSON()))
        .join(Review, Review.id == ReturnItem.review_id)
        .where(ReturnItem.application_id == row.id, Review.reviewed_at == last_review)
        .scalar_subquery(),
    }


def _accepted_current(row: ApplicationLike) -> ColumnElement[bool]:
    """True if the last acceptance covers the current versions, false if older ones, null if there is none (R15)."""
    agreement, code = (
        select(Document.id).where(Document.kind == kind).order_by(Document.version.desc()).limit(1).scalar_subquery()
        for kind in (DocumentKind.CENTRE_AGREEMENT, DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    )
    accepted = AgreementAcceptance
    both = (accepted.agreement_id == agreement) & (accepted.code_of_conduct_id == code)
    return (
        select(func.coalesce(both, False))
        .where(accepted.application_id == row.id)
        .order_by(accepted.accepted_at.desc(), accepted.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_ID = bindparam("application_id", type_=Uuid())
_FIND = Hot(
    select_rows(Application).where(Application.id == _ID, visible_to_viewer(Application.centre_id)), ApplicationRow
)
_READ = Hot(
    select_rows(Application).where(Application.id == any_(bindparam("ids", type_=ARRAY(Uuid())))), ApplicationRow
)
_LATEST = Hot(
    select_rows(Application)
    .where(Application.centre_id == bindparam("centre_id", type_=Uuid()))
    .order_by(Application.started_at.desc(), Application.id.desc())
    .limit(1),
    ApplicationRow,
)


async def find_application_row(work: Work, ids: Mapping[str, UUID]) -> Found[ApplicationRow] | None:
    """Find the application in the path with all that its answer needs, for staff and its own centre."""
    row = await _FIND.one(work.driver, application_id=ids["application_id"], **viewer(work.actor))
    return Found(row, row.centre_id) if row is not None else None


@unfiltered(Reason.JUDGED)
async def read_application_rows(work: Work, ids: Sequence[UUID]) -> dict[UUID, ApplicationRow]:
    """Read applications with what this transaction has changed."""
    await work.session.flush()
    return {row.id: row for row in await _READ.all(work.driver, ids=list(ids))}


async def read_application_row(work: Work, id_: UUID) -> ApplicationRow:
    """Read an application with what this transaction has changed."""
    return (await read_application_rows(work, [id_]))[id_]


@unfiltered(Reason.JUDGED)
async def find_latest_application_row(work: Work, centre_id: UUID) -> ApplicationRow | None:
    """Find the centre's open application, else its last."""
    return await _LATEST.one(work.driver, centre_id=centre_id)
