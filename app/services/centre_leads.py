"""Assign the centre lead: automatically once the fee is paid, or by the quality assurance manager (R19)."""

from uuid import UUID

from sqlalchemy import bindparam, insert, update
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.preconditions import Expected
from app.domain.refusals.input import InvalidInput, fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import Unavailable
from app.domain.workflow import StepName
from app.letters.centre_leads.assigned import CentreLeadAssigned
from app.letters.centre_leads.left import CentreLeadLeft
from app.letters.centre_leads.none_available import NoCentreLeadAvailable
from app.models import Application, CentreLeadAssignment, Person, Recognition
from app.queries.applications import AnyApplication
from app.queries.centre_leads import (
    LeadRow,
    count_led_applications,
    find_centre_lead,
    led_applications,
    lock_recognition_of,
    pick_centre_lead,
)
from app.queries.hot import Hot
from app.queries.interviews import open_interviews_of
from app.queries.rows import get_row
from app.schemas import applications as schemas
from app.schemas.centre_leads import CentreLeadAssign
from app.services.applications import overview
from app.services.interviews.arrangements import hand_over, release
from app.services.workflow import steps
from app.services.workflow.steps import Step


async def assign_automatically(step: Step, because: str) -> None:
    """Assign the least busy centre lead to an application whose fee has just been received.

    Without any centre lead, the application stays unassigned and the quality assurance manager is told; the payment
    counts all the same.
    """
    work = step.work
    lead = await pick_centre_lead(work)
    if lead is not None:
        await _assign(step, lead, by=None, reason=because)
        return
    await step.record(
        EventType.NO_CENTRE_LEAD, "No centre lead was available", after={"reason": because}, centre_sees=False
    )
    await outbox.queue(work, NoCentreLeadAvailable(application_id=step.application.id))


async def assign_centre_lead(
    work: Work, application: AnyApplication, expected: Expected, body: CentreLeadAssign
) -> schemas.Application:
    """Assign a centre lead; a no-op where they are assigned already.

    Raises `InvalidInput` for anybody who is not an active centre lead, and what `steps.take` raises.
    """
    if await find_centre_lead(work.session, body.centre_lead_id) is None:
        raise _no_centre_lead()
    step = await steps.take(work, application, expected, StepName.ASSIGN_CENTRE_LEAD)
    lead = await find_centre_lead(work.session, body.centre_lead_id, lock=True)
    if lead is None:
        raise _no_centre_lead()
    former = step.application.centre_lead_id
    if former != lead.id:
        step.move()
        # The recognition's centre lead meets the centre every year (R22).
        recognition = await lock_recognition_of(work.session, step.application.id)
        if recognition is not None:
            recognition.centre_lead_id = lead.id
        await _assign(step, LeadRow(lead.id, lead.name), by=work.actor.id, reason=body.reason)
        await hand_over(step, former, lead.id)
    return await overview.show(work, step.application)


async def leave_all(work: Work, person: Person) -> None:
    """Take a centre lead off their applications, which then wait for the manager to assign another.

    First `lock_led_applications`, then lock the lead's staff record. Raises `Unavailable` where an application that
    has come in between is in somebody else's hands: waiting for it could wait for ever.
    """
    rows = await led_applications(work.session, person.id)
    if len(rows) < await count_led_applications(work.session, person.id):
        raise Unavailable
    if not rows:
        return
    for row in rows:
        row.changed_at = work.now
        await _take_off(work, row, person)
    ids = [row.id for row in rows]
    theirs = update(Recognition).where(Recognition.application_id.in_(ids), Recognition.centre_lead_id == person.id)
    await work.session.execute(theirs.values(centre_lead_id=None, version=Recognition.version + 1))
    await outbox.queue(work, CentreLeadLeft(former_lead_id=person.id, application_ids=tuple(ids)))
    for interview_id in await open_interviews_of(work.session, ids):
        await release(work, interview_id, person.id)


async def leave_reopened(work: Work, row: Application) -> None:
    """Take a centre lead who left while the locked application was closed off it, and tell the managers.

    `leave_all` passes over closed applications: nobody has to lead them.
    """
    former = row.centre_lead_id
    if former is None or await find_centre_lead(work.session, former, lock=True) is not None:
        return
    await _take_off(work, row, await get_row(work.session, Person, former))
    await outbox.queue(work, CentreLeadLeft(former_lead_id=former, application_ids=(row.id,)))


async def _take_off(work: Work, row: Application, person: Person) -> None:
    row.centre_lead_id = None
    await steps.record(
        work,
        row,
        EventType.CENTRE_LEAD_REMOVED,
        f"{person.name} is no longer the centre lead",
        after={"from": str(person.id), "to": None},
    )


def _no_centre_lead() -> InvalidInput:
    return fault(
        "/centre_lead_id", InputFaultCode.NOT_A_CENTRE_LEAD, "Choose an active member of staff who is a centre lead."
    )


_COLUMNS = CentreLeadAssignment.__table__.columns
_STORE = Hot(
    insert(CentreLeadAssignment).values({name: bindparam(name, type_=each.type) for name, each in _COLUMNS.items()}),
    tuple[()],
)


async def _assign(step: Step, lead: LeadRow, *, by: UUID | None, reason: str | None) -> None:
    work, row = step.work, step.application
    former, row.centre_lead_id = row.centre_lead_id, lead.id
    await _STORE.execute(
        work.driver,
        id=uuid7(),
        application_id=row.id,
        centre_lead_id=lead.id,
        assigned_by=by,
        reason=reason,
        assigned_at=work.now,
    )
    await step.record(
        EventType.CENTRE_LEAD_ASSIGNED,
        f"{lead.name} is the centre lead",
        after={"from": str(former) if former is not None else None, "to": str(lead.id), "reason": reason},
    )
    await outbox.queue(work, CentreLeadAssigned(application_id=row.id))
