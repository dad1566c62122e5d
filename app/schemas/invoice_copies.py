"""Copies of invoices, credit notes and receipts, sent again by hand."""

from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.schemas import example_centre as example
from app.schemas.answered import Email, up_to
from app.schemas.base import Answer, Request
from app.schemas.ids import InvoiceAddressId, LedgerEntryId, LetterId
from app.schemas.shared import Moment, described


class InvoiceResend(Request):
    """Send a document about an invoice again."""

    entry_id: LedgerEntryId | None = Field(
        default=None,
        description="The credit note, or the payment whose receipt is sent. Without it the invoice is sent.",
        examples=[None],
    )
    invoice_address_id: InvoiceAddressId | None = Field(
        default=None,
        description="The one of the centre's further addresses to send it to. Without it, it goes to all who pay.",
        examples=[None],
    )


class InvoiceCopy(Answer):
    """Confirms that the document is being sent again. `getLetter` tells what becomes of the letter."""

    letter_id: LetterId
    recipients: Annotated[list[Email], up_to(limits.ADDRESSEES)] = Field(
        description="The addresses that it is sent to.", examples=[[example.CONTACT_EMAIL]]
    )
    queued_at: Moment = described("When it was queued.", example.INVOICED_AT)
