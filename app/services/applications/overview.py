"""Turn applications into answers, for the overview and for lists."""

from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.preconditions import etag
from app.domain.sections import Section
from app.domain.workflow import STATUSES, Status, steps_for, waiting_on
from app.domain.working_days import last_day, london_date
from app.models import Application
from app.queries.application_rows import ApplicationRow, read_application_row
from app.queries.forms import COMPLETE, Judged
from app.schemas import applications as schemas
from app.services.help import help_contacts

_SECTION_PATHS = {
    Section.APPLICATION: "details",
    Section.POLICIES_AND_PROCEDURES: "policies",
    Section.CENTRE_AGREEMENT: "agreement",
}


async def show(work: Work, application: Application) -> schemas.Application:
    """Show an application as this transaction has changed it."""
    return to_schema(work, await read_application_row(work, application.id))


def to_schema(work: Work, row: ApplicationRow) -> schemas.Application:
    """Show one application with its form overview."""
    judged = judge_row(work, row)
    shown = summary(work, row, missing=len(judged.gaps))
    shown |= {
        "form_version": row.form_version,
        "sections": sections(work, row, judged),
        "withdrawal_reason": row.withdrawal_reason,
        "invoice_id": row.invoice_id,
        "help": help_contacts(work.settings),
    }
    return schemas.Application.model_validate(shown)


def sections(work: Work, row: ApplicationRow, judged: Judged) -> list[JsonObject]:
    """Show the three sections and how complete they are."""
    address = f"{work.settings.root_path}/v1/applications/{row.id}"
    return [_section(address, section, judged) for section in Section]


def judge_row(work: Work, row: ApplicationRow) -> Judged:
    """Judge what is missing today."""
    if row.form is None:
        return COMPLETE
    return row.judged(london_date(work.now), scanning=work.settings.scanning)


def summary(work: Work, row: ApplicationRow, *, missing: int) -> JsonObject:
    """Summarise an application, with the caller's allowed steps, for `ApplicationSummary`."""
    facts = row.facts(work, missing=missing)
    info = STATUSES[row.status]
    allowed, blocked = steps_for(facts, work.actor)
    lead = row.centre_lead_id
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
        "waiting_on": waiting_on(facts),
        "due_at": row.due_at,
        "due_on": last_day(row.due_at) if row.due_at is not None else None,
        "late": row.due_at is not None and row.due_at <= work.now,
        "centre_lead": {"id": lead, "name": row.centre_lead_name or ""} if lead is not None else None,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "closed_at": row.closed_at,
        "closing": _closing(row),
        "allowed_steps": [vars(step) | {"path": work.settings.root_path + step.path} for step in allowed],
        "blocked_steps": [vars(step) | {"path": work.settings.root_path + step.path} for step in blocked],
    }


def _closing(row: ApplicationRow) -> JsonObject | None:
    """The warning that stands, or the closing; nothing else matters any more."""
    if row.status is not Status.CLOSED and not row.closing_days.warned:
        return None
    return {
        "reason": row.closing_reason,
        "warned_at": row.closing_warned_at,
        "closable_from": row.closable_from,
        "reopenable_until": row.reopenable_until,
    }


def _section(address: str, section: Section, judged: Judged) -> JsonObject:
    missing = judged.missing[section.value]
    state = schemas.SectionState.COMPLETE if not missing else schemas.SectionState.NOT_STARTED
    if missing and section in judged.begun:
        state = schemas.SectionState.IN_PROGRESS
    return {
        "section": section,
        "title": section.label,
        "state": state,
        "missing": missing,
        "path": f"{address}/{_SECTION_PATHS[section]}",
    }
