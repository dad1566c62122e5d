"""On which days those who have to pay an invoice are reminded of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.reminders import ReminderKind


@dataclass(frozen=True)
class Unpaid:
    """The days of an unpaid invoice. `reversed_on` is that of the last payment that was reversed."""

    issued_on: date
    due_on: date
    reversed_on: date | None = None

    @property
    def counts_from(self) -> date:
        """The day that the schedule counts from: after a late reversal it starts again."""
        return max(self.due_on, self.reversed_on or self.due_on)

    @property
    def told_on(self) -> date:
        """The day of the letter that last asked for the money. A reminder on that day would only repeat it."""
        return max(self.issued_on, self.reversed_on or self.issued_on)

    def kind(self, today: date) -> ReminderKind:
        """Return what somebody is reminded of today."""
        return ReminderKind.INVOICE_OVERDUE if self.due_on < today else ReminderKind.INVOICE_DUE


@dataclass(frozen=True)
class Schedule:
    """Days relative to the due date, negative before it."""

    days: Sequence[int]

    def on(self, invoice: Unpaid) -> list[date]:
        """List the days on which a reminder of the invoice goes out, if it stays unpaid."""
        found = {invoice.counts_from + timedelta(days=day) for day in self.days}
        return sorted(day for day in found if day > invoice.told_on)

    def latest(self, invoice: Unpaid, today: date) -> date | None:
        """Return the day whose reminder applies today. Earlier ones that did not go out are left out."""
        return max((day for day in self.on(invoice) if day <= today), default=None)

    def by_hand(self, invoice: Unpaid, today: date) -> date:
        """Return the day that a reminder sent by hand today stands for: the latest of its kind, or else the next."""
        kind = invoice.kind(today)
        days = [day for day in self.on(invoice) if invoice.kind(day) is kind]
        past = [day for day in days if day <= today]
        if past or days:
            return past[-1] if past else days[0]
        overdue = kind is ReminderKind.INVOICE_OVERDUE
        return invoice.counts_from + timedelta(days=1) if overdue else invoice.due_on

    def next(self, invoice: Unpaid, today: date) -> date | None:
        """Return the next day on which a reminder goes out."""
        return next((day for day in self.on(invoice) if day > today), None)
