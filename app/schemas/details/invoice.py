"""Group `invoice`: what the centre's finance system needs on the invoice (R12, R18)."""

from typing import Annotated

from app.domain.sections import DetailsGroup
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.text import one_line


class InvoiceDraft(Draft):
    """What is to stand on the invoice."""

    purchase_order_number: Annotated[str, one_line(1, 50)] | None = draft(
        "The purchase order number, if that is the centre's system.", "PO-2026-0042"
    )


InvoiceDetails = answer_of(InvoiceDraft, DetailsGroup.INVOICE)
