"""Applications as answers in the plainest form: ORM rows, a statement for each kind of fact, a model for each part.

The product reads all of it in one statement and validates once; its answers must be these.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.closings import ClosingDays, judge_closing
from app.domain.documents import AGREED_KINDS, DocumentKind
from app.domain.interviews import InterviewStatus
from app.domain.invoices import EntryKind
from app.domain.json_values import JsonObject
from app.domain.preconditions import etag
from app.domain.readiness import Missing, PolicyFact, ReadinessFacts, ReturnItemFact, readiness
from app.domain.sections import Section
from app.domain.sites import SiteKind
from app.domain.uploads import InspectionState
from app.domain.workflow import EDITABLE, STATUSES, Facts, Status, steps_for, waiting_on
from app.domain.working_days import last_day, london_date
from app.models import (
    AgreementAcceptance,
    Application,
    ApplicationDetails,
    Centre,
    HeldRole,
    Interview,
    Invoice,
    InvoiceEntry,
    Person,
    Policy,
    PolicyVersion,
    Recommendation,
    ReturnItem,
    Review,
    Site,
)
from app.queries.documents import current_documents
from app.schemas import applications as schemas
from app.schemas.closings import ApplicationClosing
from app.schemas.shared import BlockedStep, OpenStep, PersonRef
from app.services.help import help_contacts

_Later = aliased(Invoice)
_SECTION_PATHS = {
    Section.APPLICATION: "details",
    Section.POLICIES_AND_PROCEDURES: "policies",
    Section.CENTRE_AGREEMENT: "agreement",
}


@dataclass(frozen=True)
class Gathered:
    facts: Facts
    centre_lead_name: str | None


async def summaries_to_schema(work: Work, rows: Sequence[Application]) -> list[schemas.ApplicationSummary]:
    found = await readiness_facts(work, [row for row in rows if row.status in EDITABLE])
    missing = {id_: len(readiness(facts)) for id_, facts in found.items()}
    gathered = await gather_facts(work, rows, missing) if rows else {}
    return [schemas.ApplicationSummary(**_summary(work, row, gathered[row.id])) for row in rows]


async def show(work: Work, row: Application) -> schemas.Application:
    facts = (await readiness_facts(work, [row]))[row.id]
    # A submitted application counts as complete, even if a site has closed or the agreement has changed since.
    gaps = readiness(facts) if row.status in EDITABLE else []
    gathered = (await gather_facts(work, [row], {row.id: len(gaps)}))[row.id]
    return schemas.Application(
        **_summary(work, row, gathered),
        form_version=row.form_version,
        sections=[_section_to_schema(row.id, section, facts, gaps) for section in Section],
        withdrawal_reason=row.withdrawal_reason,
        invoice_id=gathered.facts.invoice_id,
        help=help_contacts(work.settings),
    )


def _summary(work: Work, row: Application, gathered: Gathered) -> dict[str, Any]:
    info = STATUSES[row.status]
    allowed, blocked = steps_for(gathered.facts, work.actor)
    lead = gathered.facts.centre_lead_id
    return {
        "etag": etag(row.version),
        "id": row.id,
        "reference": row.reference,
        "centre_id": row.centre_id,
        "centre_name": row.centre_name,
        "status": row.status,
        "status_for_staff": info.staff_name,
        "status_for_centre": info.centre_name,
        "status_since": row.status_since,
        "waiting_on": waiting_on(gathered.facts),
        "due_at": row.due_at,
        "due_on": last_day(row.due_at) if row.due_at is not None else None,
        "late": row.due_at is not None and row.due_at <= work.now,
        "centre_lead": PersonRef(id=lead, name=gathered.centre_lead_name or "") if lead is not None else None,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "closed_at": row.closed_at,
        "closing": _closing(row),
        "allowed_steps": [OpenStep.model_validate(step) for step in allowed],
        "blocked_steps": [BlockedStep.model_validate(step) for step in blocked],
    }


def _closing(row: Application) -> ApplicationClosing | None:
    warned = row.changed_at == row.closing_warned_at
    if row.status is not Status.CLOSED and not warned:
        return None
    return ApplicationClosing(
        reason=row.closing_reason,
        warned_at=row.closing_warned_at,
        closable_from=row.closable_from,
        reopenable_until=row.reopenable_until,
    )


def _section_to_schema(
    id_: UUID, section: Section, facts: ReadinessFacts, gaps: Sequence[Missing]
) -> schemas.SectionOverview:
    missing = sum(gap.section == section.value for gap in gaps)
    begun = {
        Section.APPLICATION: any(facts.details.values()),
        Section.POLICIES_AND_PROCEDURES: any(
            fact.inspection_state is not None or fact.not_applicable for fact in facts.policies.values()
        ),
        Section.CENTRE_AGREEMENT: facts.accepted_current or facts.accepted_older,
    }[section]
    state = schemas.SectionState.COMPLETE if not missing else schemas.SectionState.NOT_STARTED
    if missing and begun:
        state = schemas.SectionState.IN_PROGRESS
    return schemas.SectionOverview(
        section=section,
        title=section.label,
        state=state,
        missing=missing,
        path=f"/v1/applications/{id_}/{_SECTION_PATHS[section]}",
    )


async def show_readiness(work: Work, row: Application) -> schemas.Readiness:
    gaps = readiness((await readiness_facts(work, [row]))[row.id]) if row.status in EDITABLE else []
    return schemas.Readiness(ready=not gaps, missing=missing_to_schema(gaps))


def missing_to_schema(gaps: Sequence[Missing]) -> list[schemas.MissingItem]:
    return [schemas.MissingItem.model_validate(gap, from_attributes=True) for gap in gaps]


def _days(row: Application, due_on: date | None) -> ClosingDays:
    return ClosingDays(
        changed_at=row.changed_at,
        invoice_due_on=due_on,
        warned_at=row.closing_warned_at,
        closable_from=row.closable_from,
        closed_from=Status(row.closed_from) if row.closed_from is not None else None,
        reopenable_until=row.reopenable_until,
    )


async def gather_facts(work: Work, rows: Sequence[Application], missing: Mapping[UUID, int]) -> dict[UUID, Gathered]:
    recommenders = (
        select(func.array_agg(Recommendation.recommended_by))
        .where(Recommendation.application_id == Application.id)
        .scalar_subquery()
    )
    interviews = select(Interview.id).where(Interview.application_id == Application.id)
    open_interview = interviews.where(Interview.status == InterviewStatus.ARRANGED).scalar_subquery()
    held = interviews.where(Interview.status == InterviewStatus.HELD).exists()
    signed = case(
        (InvoiceEntry.kind == EntryKind.REVERSAL, InvoiceEntry.amount_pence), else_=-InvoiceEntry.amount_pence
    )
    ledger = select(func.coalesce(func.sum(signed), 0)).where(InvoiceEntry.invoice_id == Invoice.id)
    due = Invoice.total_pence + ledger.correlate(Invoice).scalar_subquery()
    replaced = select(_Later.id).where(_Later.replaces_id == Invoice.id).exists()
    theirs = and_(Invoice.application_id == Application.id, ~replaced)
    today, idle_days = london_date(work.now), work.settings.closing.idle_days
    found = await work.session.execute(
        select(
            Application.id,
            Invoice.id,
            due,
            Invoice.due_on,
            open_interview,
            held,
            recommenders,
            func.concat_ws(" ", Person.first_name, Person.last_name),
        )
        .select_from(Application)
        .outerjoin(Invoice, theirs)
        .outerjoin(Person, Person.id == Application.centre_lead_id)
        .where(Application.id.in_([row.id for row in rows]))
    )
    by_id = {row.id: row for row in rows}
    return {
        id_: Gathered(
            Facts(
                application_id=id_,
                centre_id=by_id[id_].centre_id,
                status=by_id[id_].status,
                returned_by_centre_lead=by_id[id_].returned_by_centre_lead,
                fee_outstanding=invoice_id is None or due_now > 0,
                invoice_id=invoice_id,
                centre_lead_id=by_id[id_].centre_lead_id,
                open_interview_id=interview_id,
                interview_held=was_held,
                recommenders=frozenset(made_by or ()),
                missing=missing.get(id_, 0),
                closing=judge_closing(by_id[id_].status, _days(by_id[id_], due_on), today, idle_days),
            ),
            lead_name or None,
        )
        for id_, invoice_id, due_now, due_on, interview_id, was_held, made_by, lead_name in found
    }


async def readiness_facts(work: Work, rows: Sequence[Application]) -> dict[UUID, ReadinessFacts]:
    if not rows:
        return {}
    session = work.session
    ids = [row.id for row in rows]
    centre_ids = list({row.centre_id for row in rows})
    details = await _details(session, ids)
    policies = await _policies(session, ids)
    agreed = await _agreed(session, ids)
    items = await _return_items(session, ids)
    roles = await _roles(session, centre_ids)
    sites = await _sites(session, centre_ids)
    addresses = {
        centre.id: centre.address for centre in await session.scalars(select(Centre).where(Centre.id.in_(centre_ids)))
    }
    return {
        row.id: ReadinessFacts(
            details=details[row.id],
            main_address=addresses[row.centre_id],
            open_delivery_sites=sum(kind is SiteKind.DELIVERY for kind, _ in sites[row.centre_id]),
            site_ids=frozenset(str(id_) for _, id_ in sites[row.centre_id]),
            policies=policies[row.id],
            roles_held=frozenset(roles[row.centre_id]),
            accepted_current=agreed.get(row.id, (False, False))[0],
            accepted_older=agreed.get(row.id, (False, False))[1],
            return_items=items[row.id],
            today=london_date(work.now),
        )
        for row in rows
    }


async def _details(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, JsonObject]:
    found: defaultdict[UUID, JsonObject] = defaultdict(dict)
    for row in await session.scalars(select(ApplicationDetails).where(ApplicationDetails.application_id.in_(ids))):
        found[row.application_id][row.group.value] = row.data
    return found


async def _policies(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, PolicyFact]]:
    newest = (
        select(PolicyVersion.inspection_state)
        .where(PolicyVersion.policy_id == Policy.id)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    found: defaultdict[UUID, dict[str, PolicyFact]] = defaultdict(dict)
    for row, state in await session.execute(select(Policy, newest).where(Policy.application_id.in_(ids))):
        found[row.application_id][row.key.value] = PolicyFact(
            has_passed_version=state == InspectionState.PASSED,
            inspection_state=state,
            not_applicable=row.not_applicable_statement is not None,
        )
    return found


async def _agreed(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, tuple[bool, bool]]:
    current = await current_documents(session, AGREED_KINDS)
    agreement = current.get(DocumentKind.CENTRE_AGREEMENT)
    code = current.get(DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    last = (
        select(AgreementAcceptance)
        .where(AgreementAcceptance.application_id.in_(ids))
        .ext(distinct_on(AgreementAcceptance.application_id))
        .order_by(
            AgreementAcceptance.application_id, AgreementAcceptance.accepted_at.desc(), AgreementAcceptance.id.desc()
        )
    )
    found: dict[UUID, tuple[bool, bool]] = {}
    for row in await session.scalars(last):
        same = (
            agreement is not None
            and code is not None
            and (row.agreement_id, row.code_of_conduct_id) == (agreement.id, code.id)
        )
        found[row.application_id] = (same, not same)
    return found


async def _return_items(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, list[ReturnItemFact]]:
    last_review = (
        select(func.max(Review.reviewed_at))
        .where(Review.application_id == ReturnItem.application_id)
        .correlate(ReturnItem)
        .scalar_subquery()
    )
    found: defaultdict[UUID, list[ReturnItemFact]] = defaultdict(list)
    rows = await session.scalars(
        select(ReturnItem)
        .join(Review, Review.id == ReturnItem.review_id)
        .where(ReturnItem.application_id.in_(ids), Review.reviewed_at == last_review)
        .order_by(ReturnItem.number)
    )
    for row in rows:
        found[row.application_id].append(ReturnItemFact(str(row.id), row.answered_at is not None))
    return found


async def _roles(session: AsyncSession, centre_ids: Sequence[UUID]) -> Mapping[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(HeldRole.centre_id, HeldRole.role).where(HeldRole.centre_id.in_(centre_ids)).distinct()
    )
    for centre_id, role in rows:
        found[centre_id].add(role.value)
    return found


async def _sites(session: AsyncSession, centre_ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[SiteKind, UUID]]]:
    found: defaultdict[UUID, list[tuple[SiteKind, UUID]]] = defaultdict(list)
    rows = await session.execute(
        select(Site.centre_id, Site.kind, Site.id).where(Site.centre_id.in_(centre_ids), Site.closed_at.is_(None))
    )
    for centre_id, kind, id_ in rows:
        found[centre_id].append((kind, id_))
    return found
