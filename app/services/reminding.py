"""Remind people of what stands still, falls due or is late: by itself, each moment once, and by hand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.refusals.reminders import NothingToRemindOf
from app.domain.reminders import Plan, ReminderKind
from app.letters.actions.due import ActionDue
from app.letters.actions.overdue import ActionOverdue
from app.letters.applications.late import ApplicationLate
from app.letters.applications.return_unanswered import ReturnUnanswered
from app.letters.applications.stands_still import ApplicationStandsStill
from app.letters.interviews.soon import InterviewSoon
from app.letters.invoices.overdue import InvoiceOverdue
from app.letters.letter import Letter
from app.models import Reminder
from app.queries import occasions as queries
from app.queries.applications import AnyApplication
from app.queries.occasions import Occasion
from app.schemas import reminders as schemas
from app.settings import Settings

_K = ReminderKind
_NOTED_ELSEWHERE = {_K.ACTION_OVERDUE, _K.INVOICE_OVERDUE}


def plan_of(settings: Settings) -> Plan:
    """The deployment's times."""
    times = settings.reminders
    return Plan(
        {
            _K.DRAFT_STANDS_STILL: timedelta(days=times.draft_days),
            _K.RETURN_DUE: -timedelta(days=times.return_days),
            _K.INTERVIEW_SOON: -timedelta(hours=times.interview_hours),
            _K.ACTION_DUE: -timedelta(days=times.action_days),
        },
        times.escalate_working_days,
    )


async def send_due(work: Work) -> None:
    """Send each reminder that is due, once for its moment, unless somebody sent it by hand.

    Overdue actions and invoices are noted by jobs of their own.
    """
    for kind in ReminderKind:
        if kind not in _NOTED_ELSEWHERE:
            for occasion in await queries.due_occasions(work.session, kind, plan_of(work.settings), work.now):
                await note(work, occasion, _letter(occasion))


async def note(work: Work, occasion: Occasion, letter: Letter) -> None:
    """Queue the letter and note the reminder, unless another worker has, or somebody sent it by hand."""
    if await queries.is_sent(work.session, occasion):
        return
    if await _store(work, occasion, email_id := uuid7()):
        await outbox.queue_as(work, email_id, letter)
        if occasion.kind not in _NOTED_ELSEWHERE:
            await _record(work, occasion)


async def send(work: Work, application: AnyApplication, body: schemas.ReminderSend) -> schemas.Reminder:
    """Send a reminder by hand, whether or not it was sent before. Raises `NothingToRemindOf`."""
    there = await queries.list_occasions(work.session, application.id, [body.kind], work.now)
    occasion = next((each for each in there if each.about_id == body.about_id), None)
    if occasion is None:
        raise NothingToRemindOf
    email_id = uuid7()
    await _store(work, occasion, email_id)
    await outbox.queue_as(work, email_id, _letter(occasion))
    await _record(work, occasion)
    sent = await queries.list_sent(work.session, application.id, [body.kind], limits.REMINDERS)
    return _to_schema(work, occasion, [row for row in sent if _moment_of(row) == _moment_of(occasion)], there=True)


async def list_all(work: Work, application: AnyApplication) -> schemas.ReminderList:
    """List what there is to remind of now, and what was reminded of before. A centre sees what concerns it."""
    kinds = [kind for kind in ReminderKind if work.actor.is_staff or not kind.of_staff]
    sent: defaultdict[tuple[ReminderKind, UUID, datetime], list[Reminder]] = defaultdict(list)
    for row in await queries.list_sent(work.session, application.id, kinds, limits.REMINDERS):
        sent[_moment_of(row)].append(row)
    there = await queries.list_occasions(work.session, application.id, kinds, work.now)
    items = [_to_schema(work, each, sent.pop(_moment_of(each), []), there=True) for each in there]
    items += [_to_schema(work, rows[0], rows, there=False) for rows in sent.values()]
    return schemas.ReminderList(items=items)


async def _store(work: Work, occasion: Occasion, email_id: UUID) -> bool:
    """True if the reminder is stored, and false if the worker has sent it before."""
    by_hand = work.actor.id is not None
    row = {
        "id": uuid7(),
        "application_id": occasion.application_id,
        "kind": occasion.kind,
        "about_id": occasion.about_id,
        "about_at": occasion.about_at,
        "sent_at": work.now,
        "sent_by": work.actor.id,
        "sent_by_name": work.actor.name if by_hand else None,
        "email_id": email_id,
    }
    stored = await work.session.scalar(insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.id))
    return stored is not None


def _letter(occasion: Occasion) -> Letter:
    match occasion.kind:
        case _K.DRAFT_STANDS_STILL:
            return ApplicationStandsStill(application_id=occasion.about_id, since=occasion.about_at)
        case _K.RETURN_DUE | _K.RETURN_OVERDUE:
            return ReturnUnanswered(review_id=occasion.about_id)
        case _K.INTERVIEW_SOON:
            return InterviewSoon(interview_id=occasion.about_id)
        case _K.ACTION_DUE:
            return ActionDue(action_id=occasion.about_id)
        case _K.ACTION_OVERDUE:
            return ActionOverdue(action_id=occasion.about_id)
        case _K.INVOICE_OVERDUE:
            return InvoiceOverdue(invoice_id=occasion.about_id)
        case _K.LATE | _K.LATE_ESCALATED:
            return ApplicationLate(application_id=occasion.about_id, escalated=occasion.kind is _K.LATE_ESCALATED)


async def _record(work: Work, occasion: Occasion) -> None:
    await outbox.record(
        work,
        EventType.REMINDED,
        ("application", occasion.application_id),
        summary=f"Reminder sent: {occasion.kind.label}",
        application_id=occasion.application_id,
        centre_id=occasion.centre_id,
        centre_sees=not occasion.kind.of_staff,
        after={"kind": occasion.kind.value, "about_id": str(occasion.about_id)},
    )


def _moment_of(row: Occasion | Reminder) -> tuple[ReminderKind, UUID, datetime]:
    return row.kind, row.about_id, row.about_at


def _to_schema(work: Work, row: Occasion | Reminder, sent: Sequence[Reminder], *, there: bool) -> schemas.Reminder:
    sends_at = plan_of(work.settings).sends_at(row.kind, row.about_at)
    return schemas.Reminder(
        kind=row.kind,
        label=row.kind.label,
        about_id=row.about_id,
        about_at=row.about_at,
        open=there,
        sends_at=sends_at if there and not sent else None,
        sent=[
            schemas.SentReminder(sent_at=each.sent_at, sent_by_name=_sender(work, each), letter_id=each.email_id)
            for each in sent
        ],
    )


def _sender(work: Work, row: Reminder) -> str | None:
    """The name of who sent it by hand. A centre sees the awarding organisation's."""
    if row.sent_by is None or work.actor.is_staff:
        return row.sent_by_name
    return work.settings.organisation.name
