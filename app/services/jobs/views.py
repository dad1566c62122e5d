"""Show jobs: what waits, runs and is held, and why."""

from collections.abc import Sequence

from app.database import Work
from app.domain.jobs import OF_THE_QUEUE, JobStatus
from app.models import Email, Job, JobLog
from app.queries import jobs as queries
from app.schemas import jobs as schemas


async def list_all(work: Work, query: schemas.JobQuery) -> schemas.JobPage:
    """List a page of jobs."""
    rows, cursor = await queries.list_jobs(work.session, query)
    failures = await queries.last_failures(work.session, [row.id for row in rows])
    letters = await queries.letters_of_jobs(work.session, rows)
    items = [_to_schema(row, failures.get(row.id), letters.get(row.about)) for row in rows]
    return schemas.JobPage(items=items, next_cursor=cursor)


async def show(work: Work, row: Job) -> schemas.JobDetail:
    """Show one job with its history."""
    events = await queries.job_events(work.session, row.id)
    letters = await queries.letters_of_jobs(work.session, [row])
    failure = next((event for event in reversed(events) if event.traceback is not None), None)
    history = [schemas.JobEvent(at=event.created, status=_word(event), reason=event.reason) for event in events]
    shown = _to_schema(row, failure, letters.get(row.about))
    return schemas.JobDetail(**shown.model_dump(), history=history)


async def lines(work: Work, rows: Sequence[Job]) -> list[str]:
    """Each job as a line for the operator."""
    failures = await queries.last_failures(work.session, [row.id for row in rows])
    letters = await queries.letters_of_jobs(work.session, rows)
    return [_line(row, failures.get(row.id), letters.get(row.about)) for row in rows]


def _line(row: Job, failure: JobLog | None, letter: Email | None) -> str:
    what = f"email {letter.kind}" if letter else f"job {row.entrypoint}"
    reason = failure.reason if failure else letter.failure if letter else None
    about = [row.about] if row.about else []
    parts = [f"{row.updated:%Y-%m-%d %H:%M}", str(row.public_id), row.state.value, what, *about, reason or "-"]
    return "  ".join(parts)


def _word(event: JobLog) -> str:
    state = OF_THE_QUEUE.get(event.word)
    return state.value if state is not None else event.word


def _to_schema(row: Job, failure: JobLog | None, letter: Email | None) -> schemas.Job:
    return schemas.Job(
        id=row.public_id,
        kind=row.entrypoint,
        status=row.state,
        about=row.about[:200] or None,
        letter=schemas.JobLetter(id=letter.id, kind=letter.kind, status=letter.status) if letter else None,
        attempts=row.attempts,
        created_at=row.created,
        changed_at=row.updated,
        next_attempt_at=row.execute_after if row.state is JobStatus.QUEUED else None,
        last_failure=schemas.JobFailure(at=failure.created, reason=failure.reason or "") if failure else None,
        request_id=(row.headers or {}).get("request_id"),
    )
