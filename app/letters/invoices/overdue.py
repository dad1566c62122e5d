"""The reminder of an unpaid invoice (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters.invoices.unpaid import REMINDER, ReminderWords, load_reminder
from app.letters.letter import Draft, Letter, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceOverdue(Letter):
    """To those who pay, after the due date, with the invoice again."""

    kind: ClassVar[str] = "invoice_overdue"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[ReminderWords] = REMINDER

    invoice_id: UUID

    async def load(self, work: Work) -> Draft | None:
        return await load_reminder(work, self.invoice_id, overdue=True)
