"""Reminders."""

from app.domain.refusals.base import Conflict


class NothingToRemindOf(Conflict):
    """There is nothing to remind of here now. Read the application's reminders to see what there is, or the initial
    application whether its log-in details are `late`."""
