"""What people are reminded of, and when a reminder goes out by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.vocabularies import Vocabulary
from app.domain.working_days import due_at, end_of_day, last_day, london_date


class ReminderKind(Vocabulary):
    """A reason to remind somebody. `late_escalated` goes to the managers when `late` had no effect."""

    DRAFT_STANDS_STILL = "draft_stands_still", "The draft stands still"
    RETURN_DUE = "return_due", "The answer-by date of a return is near"
    RETURN_OVERDUE = "return_overdue", "The answer-by date of a return has passed"
    INTERVIEW_SOON = "interview_soon", "An interview is near"
    ACTION_DUE = "action_due", "An action's last day is near"
    ACTION_OVERDUE = "action_overdue", "An action is overdue"
    INVOICE_DUE = "invoice_due", "An invoice is to be paid"
    INVOICE_OVERDUE = "invoice_overdue", "An invoice is overdue"
    LATE = "late", "A review or a decision is late"
    LATE_ESCALATED = "late_escalated", "A review or a decision is still late"

    @property
    def of_invoice(self) -> bool:
        """True if those who pay are reminded, on the days of `invoice_reminders.Schedule`."""
        return self in (ReminderKind.INVOICE_DUE, ReminderKind.INVOICE_OVERDUE)

    @property
    def of_staff(self) -> bool:
        """True if staff are reminded. The centre does not see it."""
        return self in (ReminderKind.LATE, ReminderKind.LATE_ESCALATED)


_K = ReminderKind


@dataclass(frozen=True)
class Plan:
    """How long before or after its moment each reminder goes out."""

    after: Mapping[ReminderKind, timedelta]
    """Negative if before."""
    escalate_after: int
    """In working days."""

    def sends_at(self, kind: ReminderKind, about_at: datetime) -> datetime:
        """When a reminder of this moment goes out."""
        if kind is _K.LATE_ESCALATED:
            return due_at(about_at - timedelta(seconds=1), self.escalate_after)
        return about_at + self.after.get(kind, timedelta())

    def newest_due(self, kind: ReminderKind, now: datetime) -> datetime:
        """The newest moment whose reminder should have gone out by now."""
        if kind is not _K.LATE_ESCALATED:
            return now - self.after.get(kind, timedelta())
        moment = end_of_day(london_date(now) - timedelta(days=1))
        while self.sends_at(kind, moment) > now:
            moment = end_of_day(last_day(moment) - timedelta(days=1))
        return moment
