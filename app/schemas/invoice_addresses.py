"""Where letters about a centre's invoices go."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.schemas import example_centre as example
from app.schemas.answered import Email, FullName, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress
from app.schemas.ids import ContactId, InvoiceAddressId
from app.schemas.shared import Moment, described

_BOUNCED = "When a letter about an invoice last came back from it, or null."


class InvoiceAddressCreate(Request):
    """Have letters about invoices sent to a further address."""

    email: EmailAddress = Field(description="The address, such as an accounts inbox.", examples=[example.INVOICES_TO])


class InvoiceEmailAddress(Resource):
    """A further address for letters about invoices. It never changes: remove it and add another."""

    id: InvoiceAddressId
    email: Email = described("The address.", example.INVOICES_TO)
    added_at: Moment = described("When it was added.", example.CONTACT_ADDED_AT)
    bounced_at: datetime | None = described(_BOUNCED, None)


class FinanceContact(Answer):
    """The contact who gets the letters about invoices, by name."""

    id: ContactId
    name: FullName = described("First and last name.", example.CONTACT)
    email: Email = described("Their address.", example.CONTACT_EMAIL)
    bounced_at: datetime | None = described(_BOUNCED, None)


class InvoiceAddressList(Answer):
    """Where letters about the centre's invoices go: to the finance contact and to further addresses."""

    finance_contact: FinanceContact | None = Field(description="The finance contact; null if nobody holds the role.")
    items: Annotated[list[InvoiceEmailAddress], up_to(limits.INVOICE_ADDRESSES)] = Field(
        description="The further addresses, oldest first."
    )
