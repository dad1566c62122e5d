"""Remind people of what stands still, falls due or is late: by itself, each moment once, and by hand."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.invoice_reminders import Schedule
from app.domain.refusals.reminders import NothingToRemindOf
from app.domain.reminders import Plan, ReminderKind
from app.domain.working_days import london_date, start_of_day
from app.letters.actions.due import ActionDue
from app.letters.actions.overdue import ActionOverdue
from app.letters.applications.late import ApplicationLate
from app.letters.applications.return_unanswered import ReturnUnanswered
from app.letters.applications.stands_still import ApplicationStandsStill
from app.letters.interviews.soon import InterviewSoon
from app.letters.invoices.due import InvoiceDue
from app.letters.invoices.overdue import InvoiceOverdue
from app.letters.letter import Letter
from app.models import Reminder
from app.queries import occasions as queries
from app.queries.applications import AnyApplication
from app.queries.invoice_occasions import UnpaidInvoice, list_unpaid, to_be_reminded
from app.queries.occasions import Occasion
from app.schemas import reminders as schemas
from app.settings import Settings

_K = ReminderKind
_NOTED_ELSEWHERE = {_K.ACTION_OVERDUE}


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


def schedule_of(settings: Settings) -> Schedule:
    """The days on which this deployment reminds of invoices."""
    return Schedule(settings.reminders.invoice_days)


async def send_due(work: Work) -> None:
    """Send each reminder that is due, once for its moment, unless somebody sent it by hand.

    Overdue actions are noted by a job of their own. Of an invoice, only the latest reminder goes out: after an outage,
    nobody gets several at once.
    """
    for kind in ReminderKind:
        if kind not in _NOTED_ELSEWHERE and not kind.of_invoice:
            for occasion in await queries.due_occasions(work.session, kind, plan_of(work.settings), work.now):
                await note(work, occasion, _letter(occasion))
    schedule, today = schedule_of(work.settings), london_date(work.now)
    for invoice in await to_be_reminded(work.session, schedule, work.now):
        day = schedule.latest(invoice.days, today)
        if day is not None:
            occasion = _of_invoice(invoice, day, invoice.days.kind(today))
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
    there = await _standing(work, application.id, [body.kind])
    occasion = next((each.occasion for each in there if each.open and each.occasion.about_id == body.about_id), None)
    if occasion is None:
        raise NothingToRemindOf
    email_id = uuid7()
    await _store(work, occasion, email_id)
    await outbox.queue_as(work, email_id, _letter(occasion))
    await _record(work, occasion)
    sent = await queries.list_sent(work.session, application.id, [body.kind], limits.REMINDERS)
    return _to_schema(work, _Standing(occasion), [row for row in sent if _moment_of(row) == _moment_of(occasion)])


async def list_all(work: Work, application: AnyApplication) -> schemas.ReminderList:
    """List what there is to remind of now, and what was reminded of before. A centre sees what concerns it."""
    kinds = [kind for kind in ReminderKind if work.actor.is_staff or not kind.of_staff]
    sent: defaultdict[tuple[ReminderKind, UUID, datetime], list[Reminder]] = defaultdict(list)
    for row in await queries.list_sent(work.session, application.id, kinds, limits.REMINDERS):
        sent[_moment_of(row)].append(row)
    there = await _standing(work, application.id, kinds)
    items = [_to_schema(work, each, sent.pop(_moment_of(each.occasion), [])) for each in there]
    for (kind, about_id, about_at), rows in sent.items():
        occasion = Occasion(kind, application.id, application.centre_id, about_id, about_at)
        items.append(_to_schema(work, _Standing(occasion, open=False), rows))
    return schemas.ReminderList(items=items)


class _Standing(NamedTuple):
    occasion: Occasion
    open: bool = True
    sends_at: datetime | None = None


async def _standing(work: Work, application_id: UUID, kinds: Collection[ReminderKind]) -> list[_Standing]:
    """The occasions of these kinds, and of each unpaid invoice also the next one."""
    plan = plan_of(work.settings)
    found = [
        _Standing(each, sends_at=plan.sends_at(each.kind, each.about_at))
        for each in await queries.list_occasions(work.session, application_id, kinds, work.now)
    ]
    of_invoices = [kind for kind in kinds if kind.of_invoice]
    for invoice in await list_unpaid(work.session, application_id) if of_invoices else ():
        found += _standing_of(work, invoice)
    wanted = [each for each in found if each.occasion.kind in kinds]
    return sorted(wanted, key=lambda each: (each.occasion.about_at, each.occasion.kind, each.occasion.about_id))


def _standing_of(work: Work, invoice: UnpaidInvoice) -> Iterator[_Standing]:
    schedule, days, today = schedule_of(work.settings), invoice.days, london_date(work.now)
    now = schedule.by_hand(days, today)
    following = schedule.next(days, max(now, today))
    by_itself = now in schedule.on(days)
    yield _Standing(_of_invoice(invoice, now, days.kind(today)), sends_at=start_of_day(now) if by_itself else None)
    if following is not None:
        occasion = _of_invoice(invoice, following, days.kind(following))
        yield _Standing(occasion, open=False, sends_at=occasion.about_at)


def _of_invoice(invoice: UnpaidInvoice, day: date, kind: ReminderKind) -> Occasion:
    return Occasion(kind, invoice.application_id, invoice.centre_id, invoice.id, start_of_day(day))


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
        case _K.INVOICE_DUE:
            return InvoiceDue(invoice_id=occasion.about_id)
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


def _to_schema(work: Work, standing: _Standing, sent: Sequence[Reminder]) -> schemas.Reminder:
    row = standing.occasion
    return schemas.Reminder(
        kind=row.kind,
        label=row.kind.label,
        about_id=row.about_id,
        about_at=row.about_at,
        open=standing.open,
        sends_at=standing.sends_at if not sent else None,
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
