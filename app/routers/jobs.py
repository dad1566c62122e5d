"""The worker's jobs, for administrators."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.jobs import JobDiscarded, JobUnderWay
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Job
from app.queries.jobs import find_job
from app.schemas import jobs as schemas
from app.services.jobs import steps, views

routes = router("/v1/jobs", "Jobs")
JobDep = Annotated[Job, Target]

_ONE = require(Permission.MANAGE_JOBS, find_job)
_ALL = require(Permission.MANAGE_JOBS)


@routes.get("", operation_id="listJobs", summary="List jobs", dependencies=[_ALL])
async def list_jobs(work: WorkDep, query: Annotated[schemas.JobQuery, Query()]) -> schemas.JobPage:
    """Returns the jobs that wait, run, are held or were discarded. One that has succeeded is gone; its letter keeps
    its log."""
    return await views.list_all(work, query)


@routes.post("/retry", operation_id="retryHeldJobs", summary="Retry held jobs", dependencies=[_ALL])
async def retry_held_jobs(work: WorkDep, body: schemas.HeldJobsRetryCreate) -> schemas.HeldJobsRetry:
    """Has held jobs tried at once, oldest first: all, or those that the filters name, up to 1,000 for each request.
    Use it once the cause is mended."""
    return await steps.retry_held(work, body)


@routes.get("/{job_id}", operation_id="getJob", summary="Read a job", dependencies=[_ONE])
async def get_job(work: WorkDep, row: JobDep) -> schemas.JobDetail:
    """Returns a job with its history."""
    return await views.show(work, row)


@routes.post("/{job_id}/retry", operation_id="retryJob", summary="Retry a job", dependencies=[_ONE])
@refuses(JobUnderWay, JobDiscarded)
async def retry_job(work: WorkDep, row: JobDep) -> schemas.JobDetail:
    """Has a job tried at once, with fresh attempts, whether it was held or waits for its next attempt. Repeating it is
    a no-op."""
    return await steps.retry(work, row)


@routes.post("/{job_id}/discard", operation_id="discardJob", summary="Discard a job", dependencies=[_ONE])
@refuses(JobUnderWay, JobDiscarded)
async def discard_job(work: WorkDep, row: JobDep, body: schemas.JobDiscardCreate) -> schemas.JobDetail:
    """Gives a job up for good. Its letter is kept, with the reason and who gave it."""
    return await steps.discard(work, row, body)
