"""The states of a job, and its id: the queue numbers jobs, the contract names everything by a UUIDv7."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_NUMBER = (1 << 62) - 1


class JobStatus(StrEnum):
    """The state of a job. A held one failed for good or too often: a person has to act. One that succeeded is gone."""

    QUEUED = "queued"
    RUNNING = "running"
    HELD = "held"
    DISCARDED = "discarded"


OF_THE_QUEUE = {
    "queued": JobStatus.QUEUED,
    "picked": JobStatus.RUNNING,
    "failed": JobStatus.HELD,
    "canceled": JobStatus.DISCARDED,
}
"""The queue's own words for the states."""

IN_THE_QUEUE = {status: word for word, status in OF_THE_QUEUE.items()}


def job_id(number: int, created_at: datetime) -> UUID:
    """The id of the job with this number: a UUIDv7 of the time at which it was queued."""
    milliseconds = (created_at - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT | number)


def job_number(id_: UUID) -> int:
    """The number in a job's id. Compare `job_id` of the row with this number: any id has a number in it."""
    return id_.int & _NUMBER
