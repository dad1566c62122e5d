"""The numbers that a finance system gives to invoices and credit notes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator

from app.domain.numbering import is_of_our_series
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import DocumentNumber, Reference
from app.schemas.base import Answer, Request
from app.schemas.refused import refused
from app.schemas.shared import described
from app.schemas.text import one_line

ShownDocumentNumber = Annotated[
    DocumentNumber | None,
    Field(
        description="The number printed on the document. With numbering `internal` it equals `number`; with `external` "
        "it is the finance system's, and null until that is posted.",
        examples=[example.INVOICE_NUMBER],
    ),
]
InvoiceDocumentNumber = Annotated[
    DocumentNumber | None,
    Field(
        description="The number printed on the invoice; null while it waits for the finance system's.",
        examples=[example.INVOICE_NUMBER],
    ),
]
AwaitingNumber = Annotated[
    bool,
    Field(
        description="True while the document waits for the finance system's number: it is not printed or sent before.",
        examples=[False],
    ),
]


class NumberAssign(Request):
    """The number that the finance system has given to the document."""

    number: Annotated[str, one_line(1, 30)] = Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9/._-]*$",
        description="The number: letters, digits and `/._-`. It is printed exactly so. It cannot have the form of our "
        "own numbers, such as `INV-2026-000123`.",
        examples=["SI-0004711"],
    )

    @field_validator("number")
    @classmethod
    def _is_not_ours(cls, value: str) -> str:
        if is_of_our_series(value):
            raise refused(
                InputFaultCode.WRONG_FORMAT, "Enter a number of another form: our own series has numbers like this one."
            )
        return value


class NumberedDocument(Answer):
    """A document with the number that it was given."""

    number: Reference = described("Our reference of the document, which it keeps.", "REQ-2026-000123")
    document_number: DocumentNumber = described("The number printed on it.", "SI-0004711")
    numbered_at: datetime = described("When the number was posted.", example.INVOICED_AT)
