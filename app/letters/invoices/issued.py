"""The recognition invoice (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters.invoices.unpaid import SAMPLE, UnpaidWords, load_unpaid
from app.letters.letter import Draft, Letter, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(Letter):
    """To the finance contact, who cannot log in and, at the first invoice, has not heard from us before."""

    kind: ClassVar[str] = "invoice_issued"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[UnpaidWords] = SAMPLE

    invoice_id: UUID

    async def load(self, work: Work) -> Draft | None:
        return await load_unpaid(work, self.invoice_id)
