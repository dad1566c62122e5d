"""The worker's jobs."""

from app.domain.refusals.base import Conflict


class JobUnderWay(Conflict):
    """A worker is running this job. Wait until it has ended."""


class JobDiscarded(Conflict):
    """This job was discarded, which cannot be undone. Do what caused it again."""
