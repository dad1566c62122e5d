"""The worker's jobs, for administrators and operators."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Function, Text, any_, cast, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain import limits
from app.domain.jobs import IN_THE_QUEUE, JobStatus, job_number
from app.models import Email, EmailStatus, Job, JobLog
from app.models.jobs import ASIDE
from app.queries.locking import lock_found, locking
from app.queries.paging import Page, fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.jobs import JobQuery
from app.schemas.timeline import TimelineOrder

SENDS = "send_email"
"""The kind of job that sends a letter. It is queued with the letter's id."""

_AT_ONCE = 500
# As SQL, because an index is used only where the condition is spelt like its own.
_IN = {status: text(f"pgqueuer.status = '{word}'") for status, word in IN_THE_QUEUE.items()}
_OPEN = text("emails.status IN ('queued', 'held')")


async def list_jobs(session: AsyncSession, query: JobQuery) -> tuple[list[Job], str | None]:
    """List a page of jobs."""
    page = page_of(query, [Job.id], descending=query.order is TimelineOrder.NEWEST_FIRST)
    return await _fetch(session, page, query.status, query.kind)


async def every_job(session: AsyncSession, status: JobStatus | None, kind: str | None) -> AsyncIterator[Sequence[Job]]:
    """Every job, oldest first, however many there are, some hundred at a time."""
    page = Page([Job.id], None, _AT_ONCE, descending=False)
    while True:
        rows, cursor = await _fetch(session, page, status, kind)
        yield rows
        if cursor is None:
            return
        page = Page([Job.id], [rows[-1].id], _AT_ONCE, descending=False)


@unfiltered(Reason.PERMITTED)
async def _fetch(
    session: AsyncSession, page: Page, status: JobStatus | None, kind: str | None
) -> tuple[list[Job], str | None]:
    statement = select(Job) if kind is None else select(Job).where(Job.entrypoint == kind)
    if status is JobStatus.RUNNING:
        # Few, and no index has them in order, so they are found first.
        running = select(Job.id).where(_IN[status]).scalar_subquery()
        statement = statement.where(Job.id == any_(func.array(running, type_=ARRAY(BigInteger()))))
    elif status is not None:
        statement = statement.where(_IN[status])
        if status is not JobStatus.QUEUED:
            statement = statement.where(ASIDE)
    return await fetch_page(session, statement, page)


async def find_job(work: Work, ids: Mapping[str, UUID]) -> Found[Job] | None:
    """Find the job in the path, for staff."""
    row = await work.session.scalar(select(Job).where(Job.id == job_number(ids["job_id"]), staff_only(work.actor)))
    return Found(row) if row is not None and row.public_id == ids["job_id"] else None


@unfiltered(Reason.SYSTEM)
async def get_job(session: AsyncSession, number: int) -> Job | None:
    """Get the job with this number."""
    return await session.get(Job, number)


@unfiltered(Reason.SYSTEM)
async def clock_of_queue(session: AsyncSession) -> datetime:
    """The time by which the queue goes: the database's."""
    return await session.scalar(select(func.statement_timestamp())) or datetime.max


@unfiltered(Reason.JUDGED)
async def lock_job(session: AsyncSession, number: int) -> Job | None:
    """Lock the job and read it afresh; None if it has ended."""
    return await lock_found(session, select(Job).where(Job.id == number))


@unfiltered(Reason.PERMITTED)
async def lock_held_jobs(
    session: AsyncSession, kind: str | None, letter_kind: str | None, *, before: datetime | None, most: int
) -> tuple[Sequence[Job], bool]:
    """Lock held jobs, oldest first: of the kind and with a letter of the kind, if they are named, and not changed since
    `before`. Return no more than `most`, and whether there are more."""
    statement = select(Job).where(ASIDE, _IN[JobStatus.HELD]).order_by(Job.id).limit(most + 1)
    if before is not None:
        statement = statement.where(Job.updated < before)
    if kind is not None:
        statement = statement.where(Job.entrypoint == kind)
    if letter_kind is not None:
        letters = select(_payload()).where(_OPEN, Email.status == EmailStatus.HELD, Email.kind == letter_kind)
        statement = statement.where(Job.entrypoint == SENDS, Job.payload.in_(letters))
    rows = (await session.scalars(locking(statement))).all()
    return rows[:most], len(rows) > most


@unfiltered(Reason.JUDGED)
async def last_failures(session: AsyncSession, numbers: Sequence[int]) -> Mapping[int, JobLog]:
    """The newest failure of each job."""
    failures = select(func.max(JobLog.id)).where(JobLog.job_id.in_(numbers), JobLog.traceback.is_not(None))
    newest = failures.group_by(JobLog.job_id)
    rows = await session.scalars(select(JobLog).where(JobLog.id.in_(newest)))
    return {row.job_id: row for row in rows}


@unfiltered(Reason.JUDGED)
async def job_events(session: AsyncSession, number: int) -> Sequence[JobLog]:
    """The newest changes of the job's state, oldest first."""
    rows = await session.scalars(
        select(JobLog)
        .where(JobLog.job_id == number)
        .order_by(JobLog.created.desc(), JobLog.id.desc())
        .limit(limits.JOB_EVENTS)
    )
    return list(reversed(rows.all()))


@unfiltered(Reason.JUDGED)
async def letters_of_jobs(session: AsyncSession, jobs: Sequence[Job]) -> Mapping[str, Email]:
    """The letters that the jobs send, by the text that they were queued with."""
    ids = [id_ for job in jobs if job.entrypoint == SENDS and (id_ := _uuid(job.about)) is not None]
    rows = await session.scalars(select(Email).where(Email.id.in_(ids)))
    return {str(row.id): row for row in rows}


@unfiltered(Reason.SYSTEM)
async def held_emails_without_job(session: AsyncSession) -> Sequence[UUID]:
    """List held emails whose job is gone, as when a worker died between holding the one and the other."""
    job = exists().where(Job.entrypoint == SENDS, Job.payload == _payload())
    rows = await session.scalars(select(Email.id).where(_OPEN, Email.status == EmailStatus.HELD, ~job).limit(_AT_ONCE))
    return rows.all()


def _payload() -> Function[bytes]:
    """What the job of an email was queued with."""
    return func.convert_to(cast(Email.id, Text()), "UTF8")


def _uuid(text_: str) -> UUID | None:
    try:
        return UUID(text_)
    except ValueError:
        return None
