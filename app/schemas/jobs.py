"""The worker's jobs: what waits, runs and is held."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.emails import EmailStatus
from app.domain.jobs import JobStatus
from app.schemas import example_centre as example
from app.schemas.answered import Count, Sentence, Title, Word, up_to
from app.schemas.base import Answer, Page, Request
from app.schemas.ids import JobId, LetterId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described
from app.schemas.text import one_line, several_lines
from app.schemas.timeline import TimelineOrder

_REASON = "the relay answered 451: 4.3.0 Try again later"
_Kind = Annotated[str, one_line(1, 60)]


class JobLetter(Answer):
    """The letter that a job sends."""

    id: LetterId
    kind: Word = described("The kind of letter.", "invoice_issued")
    status: EmailStatus = described("What became of the letter so far.", "held")


class JobFailure(Answer):
    """Why a job's last attempt failed."""

    at: Moment = described("When it failed.", example.INVOICED_AT)
    reason: Sentence = described("In the words of the mail relay or of the program.", _REASON)


class Job(Answer):
    """Work that the worker does outside requests, such as sending a letter."""

    id: JobId
    kind: Word = described("The kind of job. More may be added.", "send_email")
    status: JobStatus = described(
        "`queued`: waits for its next attempt. `running`: a worker has it. `held`: refused for good or failed too "
        "often; it waits for a person. `discarded`: a person gave it up. A job that has succeeded is gone.",
        "held",
    )
    about: Title | None = described("What it was queued with, such as the letter's id; null if nothing.", None)
    letter: JobLetter | None = Field(description="The letter that it sends; null for other jobs.")
    attempts: Count = described("Failed attempts since it was queued or last retried.", 31)
    created_at: Moment = described("When it was queued.", example.INVOICED_AT)
    changed_at: Moment = described("When it last changed.", example.INVOICED_AT)
    next_attempt_at: datetime | None = described("When it is tried next, if it is queued; or null.", None)
    last_failure: JobFailure | None = Field(description="Why its last attempt failed; null if none has.")
    request_id: Word | None = described(
        "The request that queued it, as in `X-Request-Id` and the log; or null.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )


class JobEvent(Answer):
    """A change of a job's state."""

    at: Moment = described("When it changed.", example.INVOICED_AT)
    status: Word = described("The state that it changed to.", "queued")
    reason: Sentence | None = described("The failure that caused it, or null.", _REASON)


class JobDetail(Job):
    """A job with its history."""

    history: Annotated[list[JobEvent], up_to(limits.JOB_EVENTS)] = Field(
        description="The changes of its state, oldest first; of many, the newest. Kept for 30 days."
    )


class JobPage(Page[Job]):
    """Jobs in the order requested."""


class JobQuery(ListQuery):
    """Filters and order of the list of jobs."""

    status: Annotated[JobStatus | None, Field(description="Return only jobs in this state.", examples=["held"])] = None
    kind: Annotated[_Kind | None, Field(description="Return only jobs of this kind.", examples=["send_email"])] = None
    order: Annotated[TimelineOrder, Field(description="The order of the jobs.", examples=["newest_first"])] = (
        TimelineOrder.NEWEST_FIRST
    )


class JobDiscardCreate(Request):
    """Give a job up."""

    reason: Annotated[
        str,
        several_lines(1, 500),
        Field(description="Why. It is kept with the letter.", examples=["The centre has closed. We wrote by post."]),
    ]


class HeldJobsRetryCreate(Request):
    """Which of the held jobs to retry; without a filter, all."""

    kind: _Kind | None = Field(default=None, description="Only jobs of this kind.", examples=["send_email"])
    letter_kind: _Kind | None = Field(
        default=None, description="Only those that send this kind of letter.", examples=["invoice_issued"]
    )


class HeldJobsRetry(Answer):
    """How many jobs are tried again."""

    retried: Count = described("The number of jobs that were held and now wait for the worker.", 12)
    more: bool = described("True if more held jobs match: send the request again, with a new key.", False)
