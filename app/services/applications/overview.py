"""Turn applications into answers, for the overview and for lists, in a fixed number of statements."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.database import Work
from app.domain.preconditions import etag
from app.domain.readiness import Missing, ReadinessFacts, readiness
from app.domain.sections import Section
from app.domain.workflow import EDITABLE, STATUSES, steps_for, waiting_on
from app.models import Application
from app.queries.applications import Gathered, gather_facts
from app.queries.readiness import readiness_facts
from app.schemas import applications as schemas
from app.schemas.shared import BlockedStep, OpenStep, PersonRef
from app.services.help import help_contacts

_SECTION_PATHS = {
    Section.APPLICATION: "details",
    Section.POLICIES_AND_PROCEDURES: "policies",
    Section.CENTRE_AGREEMENT: "agreement",
}


async def summaries_to_schema(work: Work, rows: Sequence[Application]) -> list[schemas.ApplicationSummary]:
    """Summarise applications for a list, with the caller's allowed steps."""
    found = await readiness_facts(work, [row for row in rows if row.status in EDITABLE])
    missing = {id_: len(readiness(facts)) for id_, facts in found.items()}
    gathered = await gather_facts(work.session, rows, missing) if rows else {}
    return [schemas.ApplicationSummary(**_summary(work, row, gathered[row.id])) for row in rows]


async def show(work: Work, row: Application) -> schemas.Application:
    """Show one application with its form overview."""
    await work.session.flush()
    facts = (await readiness_facts(work, [row]))[row.id]
    # A submitted application counts as complete, even if a site has closed or the agreement has changed since.
    gaps = readiness(facts) if row.status in EDITABLE else []
    gathered = (await gather_facts(work.session, [row], {row.id: len(gaps)}))[row.id]
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
        "late": row.due_at is not None and row.due_at <= work.now,
        "centre_lead": PersonRef(id=lead, name=gathered.centre_lead_name or "") if lead is not None else None,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "closed_at": row.closed_at,
        "allowed_steps": [OpenStep.model_validate(step) for step in allowed],
        "blocked_steps": [BlockedStep.model_validate(step) for step in blocked],
    }


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


def missing_to_schema(gaps: Sequence[Missing]) -> list[schemas.MissingItem]:
    """Turn gaps into the contract's items."""
    return [schemas.MissingItem.model_validate(gap, from_attributes=True) for gap in gaps]
