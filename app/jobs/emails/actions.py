"""Letters about the actions of an acceptance with actions (R23)."""

from app.database import Work
from app.domain.actions import ActionStatus
from app.emails.actions import (
    ActionClosed,
    ActionEvidenceReceived,
    ActionMoreEvidenceNeeded,
    ActionOverdue,
    ActionOverdueStaff,
)
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, id_in
from app.jobs.emails.readers import centre_lead_or_managers, of_centre
from app.models import Action, ActionEvidence, Application


async def evidence_received(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To the centre lead, who judges it."""
    evidence = await work.session.get_one(ActionEvidence, id_in(arguments, "evidence_id"))
    action = await work.session.get_one(Action, evidence.action_id)
    application = await work.session.get_one(Application, action.application_id)
    name, to = await centre_lead_or_managers(work, application)
    message = ActionEvidenceReceived(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        action=action.description,
        sent_by=evidence.sent_by_name,
    )
    return Letter(message, to)


async def closed(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the centre: it is done."""
    action, application = await _of(work, arguments)
    if action.status is not ActionStatus.CLOSED:
        return None
    name, to = await of_centre(work, application.centre_id)
    message = ActionClosed(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        action=action.description,
        comment=action.closing_comment,
    )
    return Letter(message, to)


async def more_evidence_needed(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the centre: it is not enough yet, and why."""
    action, application = await _of(work, arguments)
    if action.status is not ActionStatus.OPEN:
        return None
    name, to = await of_centre(work, application.centre_id)
    message = ActionMoreEvidenceNeeded(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        action=action.description,
        explanation=action.closing_comment or "",
        due_on=action.due_on,
    )
    return Letter(message, to)


async def overdue(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the centre, unless it has sent evidence meanwhile."""
    action, application = await _of(work, arguments)
    if action.status is not ActionStatus.OPEN:
        return None
    name, to = await of_centre(work, application.centre_id)
    message = ActionOverdue(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        action=action.description,
        due_on=action.due_on,
    )
    return Letter(message, to)


async def overdue_staff(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the centre lead, unless there is evidence to judge meanwhile."""
    action, application = await _of(work, arguments)
    if action.status is not ActionStatus.OPEN:
        return None
    name, to = await centre_lead_or_managers(work, application)
    message = ActionOverdueStaff(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        action=action.description,
        due_on=action.due_on,
    )
    return Letter(message, to)


async def _of(work: Work, arguments: Arguments) -> tuple[Action, Application]:
    action = await work.session.get_one(Action, id_in(arguments, "action_id"))
    return action, await work.session.get_one(Application, action.application_id)
