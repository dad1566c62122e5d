"""An application with all that its answers and its steps need, in one statement, alone or a page of them.

Readiness is judged only while the centre can edit (R16); in any other status its form is null, so that a page of
the inbox does not read fifty.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.closings import ClosingDays, judge_closing
from app.domain.fee_gate import Charge, FeeStanding, fee_standing
from app.domain.interviews import InterviewStatus
from app.domain.workflow import EDITABLE, Facts, Status
from app.domain.working_days import london_date
from app.models import Application, Interview, Invoice, Person, Recommendation
from app.queries.forms import COMPLETE, Judged, form_of, judge
from app.queries.hot import Hot
from app.queries.visibility import Found, Reason, unfiltered, viewer, visible_to_viewer

# The class, or an alias of a page of rows.
ApplicationLike: TypeAlias = type[Application]


class ApplicationRow(NamedTuple):
    """The application, the facts of its steps, and the form that readiness is judged by."""

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
    changed_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    withdrawal_reason: str | None
    closing_reason: str | None
    closing_warned_at: datetime | None
    closable_from: date | None
    closed_from: str | None
    reopenable_until: date | None
    centre_lead_id: UUID | None
    centre_lead_name: str | None
    invoice_id: UUID | None
    due_pence: int | None
    invoice_due_on: date | None
    total_pence: int | None
    credited_pence: int | None
    strictly_credited_pence: int | None
    replaced_charges: list[list[int]] | None
    open_interview_id: UUID | None
    interview_held: bool
    recommenders: list[UUID] | None
    form: str | None

    def facts(self, work: Work, *, missing: int) -> Facts:
        """The workflow's facts at the time of `work`; `missing` is what readiness finds."""
        today, idle_days = london_date(work.now), work.settings.closing.idle_days
        fee = self.fee
        return Facts(
            application_id=self.id,
            centre_id=self.centre_id,
            status=self.status,
            returned_by_centre_lead=self.returned_by_centre_lead,
            fee_outstanding=fee is None or fee.outstanding,
            fee_credited=fee is not None and fee.credited,
            invoice_id=self.invoice_id,
            centre_lead_id=self.centre_lead_id,
            open_interview_id=self.open_interview_id,
            interview_held=self.interview_held,
            recommenders=frozenset(self.recommenders or ()),
            missing=missing,
            closing=judge_closing(self.status, self.closing_days, today, idle_days),
        )

    @property
    def closing_days(self) -> ClosingDays:
        """The days that a closing depends on."""
        return ClosingDays(
            changed_at=self.changed_at,
            invoice_due_on=self.invoice_due_on,
            warned_at=self.closing_warned_at,
            closable_from=self.closable_from,
            closed_from=Status(self.closed_from) if self.closed_from is not None else None,
            reopenable_until=self.reopenable_until,
        )

    @property
    def fee(self) -> FeeStanding | None:
        """How the fee stands over all of the application's invoices; None before the first."""
        total, credited, strictly, due = (
            self.total_pence,
            self.credited_pence,
            self.strictly_credited_pence,
            self.due_pence,
        )
        if total is None or credited is None or strictly is None or due is None:
            return None
        replaced = [Charge(*charge) for charge in self.replaced_charges or ()]
        return fee_standing([Charge(total, credited, strictly, due), *replaced])

    def settled_with(self, due: int) -> bool:
        """True if the application goes on once the amount that is due on one invoice is paid."""
        fee = self.fee
        return fee is not None and fee.due == due and not fee.asks_too_little

    def judged(self, today: date, *, scanning: bool) -> Judged:
        """What is missing. A submitted application counts as complete, even if a site has closed or the agreement has
        changed since."""
        return COMPLETE if self.form is None else judge(self.form, today, scanning=scanning)


_Later = aliased(Invoice, name="later")
_Beside = aliased(Invoice, name="beside")


def current_invoice() -> ColumnElement[bool]:
    """True for an application's last invoice: no other one replaces it."""
    return ~exists().where(_Later.replaces_id == Invoice.id).correlate(Invoice)


def charges(*which: ColumnElement[bool], of: type[Invoice] = Invoice) -> ColumnElement[list[list[int]]]:
    """Select these invoices as `Charge`, for each row of `of` beside which they stand."""
    row = _Beside
    sums = func.json_build_array(row.total_pence, row.credited_pence, row.strictly_credited_pence, row.due_pence)
    theirs = row.application_id == of.application_id
    return select(func.json_agg(sums, type_=JSON())).where(theirs, *which).correlate(of).scalar_subquery()


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
            row.changed_at,
            row.submitted_at,
            row.closed_at,
            row.withdrawal_reason,
            row.closing_reason,
            row.closing_warned_at,
            row.closable_from,
            row.closed_from,
            row.reopenable_until,
            row.centre_lead_id,
            func.concat_ws(" ", Person.first_name, Person.last_name, type_=Text()).label("centre_lead_name"),
            Invoice.id.label("invoice_id"),
            Invoice.due_pence,
            Invoice.due_on.label("invoice_due_on"),
            Invoice.total_pence,
            Invoice.credited_pence,
            Invoice.strictly_credited_pence,
            case((Invoice.replaces_id.is_not(None), charges(_Beside.id != Invoice.id))).label("replaced_charges"),
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
            case((row.status.in_(sorted(EDITABLE)), form_of(row))).label("form"),
        )
        .select_from(row)
        .outerjoin(Invoice, and_(Invoice.application_id == row.id, current_invoice()))
        .outerjoin(Person, Person.id == row.centre_lead_id)
    )


_ID = bindparam("application_id", type_=Uuid())
_FIND = Hot(
    select_rows(Application).where(Application.id == _ID, visible_to_viewer(Application.centre_id)), ApplicationRow
)
_READ = Hot(
    select_rows(Application).where(Application.id == any_(bindparam("ids", type_=ARRAY(Uuid())))), ApplicationRow
)


async def find_application_row(work: Work, ids: Mapping[str, UUID]) -> Found[ApplicationRow] | None:
    """Find the application in the path with all that its answer needs, for staff and its own centre."""
    row = await _FIND.one(work.driver, application_id=ids["application_id"], **viewer(work.actor))
    return Found(row, row.centre_id) if row is not None else None


@unfiltered(Reason.JUDGED)
async def read_application_rows(work: Work, ids: Sequence[UUID]) -> dict[UUID, ApplicationRow]:
    """Read applications with what this transaction has changed."""
    if work.session.has_changes:
        await work.session.flush()
    return {row.id: row for row in await _READ.all(work.driver, ids=list(ids))}


async def read_application_row(work: Work, id_: UUID) -> ApplicationRow:
    """Read an application with what this transaction has changed."""
    return (await read_application_rows(work, [id_]))[id_]
