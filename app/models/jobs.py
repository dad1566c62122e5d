"""The job queue as rows. Its tables belong to PgQueuer, so they are not among those that migrations compare."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, cast, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property

from app.domain.jobs import OF_THE_QUEUE, JobStatus, job_id
from app.domain.json_values import JsonObject
from app.models.base import Base

ASIDE = text("pgqueuer.status IN ('failed', 'canceled')")
"""Held and discarded jobs. Indexes have them by status and kind."""

_METADATA = MetaData()
_TIME = DateTime(timezone=True)
_JOBS = Table(
    "pgqueuer",
    _METADATA,
    Column("id", BigInteger(), primary_key=True),
    Column("created", _TIME),
    Column("updated", _TIME),
    Column("execute_after", _TIME),
    Column("status"),
    Column("entrypoint", Text()),
    Column("payload", LargeBinary()),
    Column("headers", JSONB()),
    Column("attempts", Integer()),
)
_LOG = Table(
    "pgqueuer_log",
    _METADATA,
    Column("id", BigInteger(), primary_key=True),
    Column("created", _TIME),
    Column("job_id", BigInteger()),
    Column("status"),
    Column("traceback", JSONB()),
)
# The mailer's own errors are sentences.
_SENTENCES = frozenset({"MailRefused", "MailUnavailable"})


class Job(Base):
    """A job that waits, runs, is held or was discarded."""

    __table__ = _JOBS
    # Read as text, because the driver would look the type up with a statement of its own.
    __mapper_args__ = {"exclude_properties": ["status"]}  # noqa: RUF012

    id: Mapped[int]
    created: Mapped[datetime]
    updated: Mapped[datetime]
    execute_after: Mapped[datetime]
    word: Mapped[str] = column_property(cast(_JOBS.c.status, Text()))
    """Its state in the queue's words."""
    entrypoint: Mapped[str]
    payload: Mapped[bytes | None]
    headers: Mapped[JsonObject | None]
    attempts: Mapped[int]

    @property
    def state(self) -> JobStatus:
        """Its state in the contract's words."""
        return OF_THE_QUEUE.get(self.word, JobStatus.DISCARDED)

    @property
    def about(self) -> str:
        """What it was queued with: the id of its email, or nothing."""
        return (self.payload or b"").decode(errors="replace")

    @property
    def public_id(self) -> UUID:
        """Its id in the contract."""
        return job_id(self.id, self.created)


class JobLog(Base):
    """A change of a job's state, with the failure that caused it."""

    __table__ = _LOG
    __mapper_args__ = {"exclude_properties": ["status"]}  # noqa: RUF012

    id: Mapped[int]
    created: Mapped[datetime]
    job_id: Mapped[int]
    word: Mapped[str] = column_property(cast(_LOG.c.status, Text()))
    """The state that it changed to, in the queue's words."""
    traceback: Mapped[JsonObject | None]

    @property
    def reason(self) -> str | None:
        """The failure in its own words, or None."""
        found = self.traceback
        if not found:
            return None
        kind, words = found.get("exception_type"), str(found.get("exception_message") or "")
        return words if kind in _SENTENCES else f"{kind}: {words}"
