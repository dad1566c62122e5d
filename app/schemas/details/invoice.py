"""Group `invoice`: details that the centre needs on its invoice (R12, R18)."""

from typing import Annotated

from app.domain.sections import DetailsGroup
from app.schemas import example_centre as example
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import printable
from app.schemas.text import one_line


class InvoiceDraft(Draft):
    """Details for the invoice."""

    purchase_order_number: Annotated[str, one_line(1, 50), printable] | None = draft(
        "The centre's purchase order number, if it uses them.", example.PURCHASE_ORDER
    )


InvoiceDetails = answer_of(InvoiceDraft, DetailsGroup.INVOICE)
