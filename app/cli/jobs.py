"""The worker's jobs: what waits, runs and is held; retry them or give them up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import CannotStart, Runtime
from app.database import Work
from app.domain.jobs import JobStatus, job_number
from app.models import Job
from app.queries.jobs import clock_of_queue, every_job, get_job
from app.schemas.jobs import HeldJobsRetryCreate, JobDetail, JobDiscardCreate
from app.services.jobs import steps, views

commands = typer.Typer(help="List, inspect, retry and discard the worker's jobs.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as 'list' shows it.")]
Kind = Annotated[str | None, typer.Option(help="Only jobs of this kind, such as send_email.")]
LetterKind = Annotated[str | None, typer.Option(help="Only those that send this kind of letter.")]


@commands.command("list")
def list_(
    status: Annotated[JobStatus | None, typer.Option(help="Only jobs in this state.")] = None, kind: Kind = None
) -> None:
    """List every job, oldest first, each with its last failure."""
    _print_all(status, kind)


@commands.command()
def held() -> None:
    """List the held jobs, each with its reason: those that wait for you."""
    _print_all(JobStatus.HELD, None)


@commands.command()
def show(job: Which) -> None:
    """Show one job with its history."""

    async def act(runtime: Runtime) -> JobDetail:
        async with _job(runtime, job) as (work, row):
            return await views.show(work, row)

    typer.echo(in_database(act).model_dump_json(indent=2))


@commands.command()
def retry(
    job: Annotated[str | None, typer.Argument(metavar="[JOB]", help="One job's id. Without it, all held jobs.")] = None,
    kind: Kind = None,
    letter_kind: LetterKind = None,
) -> None:
    """Retry a job, or every held one. The worker picks them up."""

    async def one(runtime: Runtime) -> int:
        assert job is not None
        async with _job(runtime, job) as (work, row):
            await steps.retry(work, row)
        return 1

    async def all_held(runtime: Runtime) -> int:
        retried, before = 0, await _now(runtime)
        while True:
            async with operators_work(runtime) as work:
                body = HeldJobsRetryCreate(kind=kind, letter_kind=letter_kind)
                done = await steps.retry_held(work, body, before=before)
            retried += done.retried
            if not done.more:
                return retried

    retried = in_database(one if job is not None else all_held, recorded_as="jobs retry")
    typer.echo(f"{retried} will be retried.")


@commands.command()
def discard(job: Which, reason: Annotated[str, typer.Option(help="Why. It is kept with the letter.")]) -> None:
    """Give a job up for good. Its letter is kept, with the reason."""

    async def act(runtime: Runtime) -> None:
        async with _job(runtime, job) as (work, row):
            await steps.discard(work, row, JobDiscardCreate(reason=reason))

    in_database(act, recorded_as="jobs discard")
    typer.echo("Discarded.")


def _print_all(status: JobStatus | None, kind: str | None) -> None:
    async def act(runtime: Runtime) -> int:
        count = 0
        async with operators_work(runtime) as work:
            async for rows in every_job(work.session, status, kind):
                for line in await views.lines(work, rows):
                    typer.echo(line)
                count += len(rows)
        return count

    typer.echo(f"{in_database(act)} {status.value if status else 'jobs'}.", err=True)


@asynccontextmanager
async def _job(runtime: Runtime, named: str) -> AsyncIterator[tuple[Work, Job]]:
    async with operators_work(runtime) as work:
        try:
            id_ = UUID(named)
        except ValueError:
            raise CannotStart(f"{named} is no job's id.") from None
        row = await get_job(work.session, job_number(id_))
        if row is None or row.public_id != id_:
            raise CannotStart("There is no such job: it may have succeeded.")
        yield work, row


async def _now(runtime: Runtime) -> datetime:
    async with operators_work(runtime) as work:
        return await clock_of_queue(work.session)
