"""Occasions to remind somebody: what stands still, falls due, or is late."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    Select,
    SQLColumnExpression,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actions import ActionStatus
from app.domain.interviews import InterviewStatus
from app.domain.reminders import Plan, ReminderKind
from app.domain.reviews import ReviewOutcome
from app.domain.workflow import Status
from app.models import Action, Application, Interview, Reminder, ReturnItem, Review
from app.queries.visibility import Reason, unfiltered

_AT_ONCE: Final = 200
_TO_ACT: Final = timedelta(days=1)
_Rows: TypeAlias = Select[UUID, UUID, UUID, datetime]
_Kinds: TypeAlias = Select[str, UUID, UUID, UUID, datetime]
_K = ReminderKind


class Occasion(NamedTuple):
    """A reason to remind somebody, which is there now. `about_at` is the moment that it is about."""

    kind: ReminderKind
    application_id: UUID
    centre_id: UUID
    about_id: UUID
    about_at: datetime


def _ends(day: SQLColumnExpression[date]) -> ColumnElement[datetime]:
    """The midnight in London that ends the day, as `working_days.end_of_day` computes it."""
    return func.timezone("Europe/London", cast(day + 1, DateTime()), type_=DateTime(timezone=True))


def _of(about_id: SQLColumnExpression[UUID], about_at: SQLColumnExpression[datetime]) -> _Rows:
    return select(
        Application.id.label("application_id"),
        Application.centre_id,
        about_id.label("about_id"),
        about_at.label("about_at"),
    )


def _drafts() -> _Rows:
    """Drafts, and returned applications without an answer-by date, since they last changed.

    Not while the centre is warned of the closing: that letter says more, and the warning is the last change.
    """
    dated = select(ReturnItem.id).where(
        ReturnItem.application_id == Application.id, ReturnItem.answered_at.is_(None), ReturnItem.answer_by.is_not(None)
    )
    warned = func.coalesce(Application.closing_warned_at == Application.changed_at, false())
    standing = func.greatest(Application.changed_at, Application.status_since, type_=DateTime(timezone=True))
    return _of(Application.id, standing).where(
        or_(Application.status == Status.DRAFT, (Application.status == Status.RETURNED) & ~dated.exists()), ~warned
    )


def _returns() -> _Rows:
    """Returns with unanswered items, by the first of their answer-by dates."""
    return (
        _of(Review.id, _ends(func.min(type_coerce(ReturnItem.answer_by, Date()))))
        .join(Review, Review.application_id == Application.id)
        .join(ReturnItem, ReturnItem.review_id == Review.id)
        .where(
            Application.status == Status.RETURNED,
            Review.outcome == ReviewOutcome.RETURN,
            Review.reviewed_at >= Application.status_since,
            ReturnItem.answered_at.is_(None),
            ReturnItem.answer_by.is_not(None),
        )
        .group_by(Application.id, Review.id)
    )


def _interviews() -> _Rows:
    rows = _of(Interview.id, Interview.starts_at).join(Interview, Interview.application_id == Application.id)
    return rows.where(Interview.status == InterviewStatus.ARRANGED)


def _actions() -> _Rows:
    rows = _of(Action.id, _ends(Action.due_on)).join(Action, Action.application_id == Application.id)
    return rows.where(Action.status == ActionStatus.OPEN)


def _late() -> _Rows:
    return _of(Application.id, type_coerce(Application.due_at, DateTime(timezone=True))).where(
        Application.due_at.is_not(None)
    )


_AHEAD, _PASSED = True, False
_OCCASIONS: Final[Mapping[ReminderKind, tuple[Callable[[], _Rows], bool | None]]] = MappingProxyType(
    {
        _K.DRAFT_STANDS_STILL: (_drafts, None),
        _K.RETURN_DUE: (_returns, _AHEAD),
        _K.RETURN_OVERDUE: (_returns, _PASSED),
        _K.INTERVIEW_SOON: (_interviews, _AHEAD),
        _K.ACTION_DUE: (_actions, _AHEAD),
        _K.ACTION_OVERDUE: (_actions, _PASSED),
        _K.LATE: (_late, _PASSED),
        _K.LATE_ESCALATED: (_late, _PASSED),
    }
)


@unfiltered(Reason.JUDGED)
async def list_occasions(
    session: AsyncSession, application_id: UUID, kinds: Collection[ReminderKind], now: datetime
) -> Sequence[Occasion]:
    """List every occasion of these kinds that the application gives now; those of its invoices are listed by
    `invoice_occasions`."""
    parts = []
    for kind in kinds:
        if kind.of_invoice:
            continue
        rows, when = _there(kind, now)
        parts.append(rows.where(rows.selected_columns.application_id == application_id, *when))
    if not parts:
        return []
    found = await session.execute(union_all(*parts))
    return sorted(_occasions(found), key=lambda each: (each.about_at, each.kind, each.about_id))


@unfiltered(Reason.SYSTEM)
async def due_occasions(session: AsyncSession, kind: ReminderKind, plan: Plan, now: datetime) -> Sequence[Occasion]:
    """List the occasions of the kind whose reminder is due and was not sent, also by hand.

    What is still late goes to the managers only once the owner has had a day since they were told: where no worker had
    run, both would go out together.
    """
    rows, when = _there(kind, now)
    column = rows.selected_columns
    sent = select(Reminder.id).where(
        Reminder.about_id == column.about_id, Reminder.kind == kind, Reminder.about_at == column.about_at
    )
    due = rows.where(*when, column.about_at <= plan.newest_due(kind, now), ~sent.exists())
    if kind is _K.LATE_ESCALATED:
        # A scalar is looked up by its key for each row; to join them, PostgreSQL reads every reminder.
        told = select(func.min(Reminder.sent_at)).where(
            Reminder.about_id == column.about_id, Reminder.kind == _K.LATE, Reminder.about_at == column.about_at
        )
        due = due.where(told.scalar_subquery() <= now - _TO_ACT)
    found = await session.execute(due.order_by(column.about_at, column.about_id).limit(_AT_ONCE))
    return _occasions(found)


def _there(kind: ReminderKind, now: datetime) -> tuple[_Kinds, list[ColumnElement[bool]]]:
    build, ahead = _OCCASIONS[kind]
    given = build().subquery()
    rows = select(
        literal(kind.value).label("kind"), given.c.application_id, given.c.centre_id, given.c.about_id, given.c.about_at
    )
    return rows, [] if ahead is None else [given.c.about_at > now if ahead else given.c.about_at <= now]


def _occasions(found: Iterable[Row[str, UUID, UUID, UUID, datetime]]) -> list[Occasion]:
    return [
        Occasion(ReminderKind(kind), application_id, centre_id, about_id, about_at)
        for kind, application_id, centre_id, about_id, about_at in found
    ]


@unfiltered(Reason.SYSTEM)
async def is_sent(session: AsyncSession, occasion: Occasion) -> bool:
    """True if somebody or the worker has sent the reminder of this moment."""
    sent = select(Reminder.id).where(
        Reminder.about_id == occasion.about_id,
        Reminder.kind == occasion.kind,
        Reminder.about_at == occasion.about_at,
    )
    return bool(await session.scalar(select(sent.exists())))


@unfiltered(Reason.JUDGED)
async def list_sent(
    session: AsyncSession, application_id: UUID, kinds: Collection[ReminderKind], most: int
) -> Sequence[Reminder]:
    """List the newest reminders of these kinds that were sent about the application."""
    statement = select(Reminder).where(Reminder.application_id == application_id, Reminder.kind.in_(kinds))
    return (await session.scalars(statement.order_by(Reminder.id.desc()).limit(most))).all()
