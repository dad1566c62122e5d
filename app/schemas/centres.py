"""A centre: the organisation that is accountable for assessment (R04, R07)."""

from typing import Annotated

from pydantic import Field

from app.schemas import example_centre as example
from app.schemas.addresses import Address, AddressUpdate
from app.schemas.answered import E164, Email, ExtensionDigits, Name, Reference, Title
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.external_refs import ExternalRefs
from app.schemas.fields import EmailAddress, Extension, Telephone
from app.schemas.ids import CentreId
from app.schemas.paging import ListQuery, SearchText
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described
from app.schemas.text import one_line


class Centre(Resource):
    """A centre."""

    id: CentreId
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    name: Title = described("The centre's name, as printed on learners' certificates.", example.NAME)
    address: Address = Field(description="The centre's main address.")
    email: Email = described("The centre's email address.", example.EMAIL)
    telephone: E164 = described("The centre's telephone number in E.164 form.", example.TELEPHONE_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    customer_account_reference: Name | None = described(
        "The centre's account in the awarding organisation's sales ledger, or null.", "CEN0042"
    )
    external_refs: ExternalRefs
    created_at: Moment = described("When the account was created.", example.ACCOUNT_CREATED_AT)


class CentrePage(Page[Centre]):
    """Centres, newest first."""


class CentreQuery(ListQuery):
    """Filters for the list of centres."""

    text: Annotated[
        SearchText | None,
        Field(
            description="Words in the name, a trading name, the reference, the postcode or the email address, or in "
            "the names and email addresses of contacts and users. Accents make no difference.",
            examples=["trent"],
        ),
    ] = None


class CentreUpdate(Request):
    """Change the centre's address or contact details.

    The name cannot be changed here: it is printed on learners' certificates, and due diligence was carried out on it.
    A centre that has been renamed asks with `requestNameChange`.
    """

    address: AddressUpdate = changeable("The centre's main address. The main site keeps its own.")
    email: EmailAddress = changeable("The centre's email address.", example.EMAIL)
    telephone: Telephone = changeable("The centre's telephone number.", example.TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )


class AccountReferenceSave(Request):
    """The centre's account in the sales ledger."""

    customer_account_reference: Annotated[str, one_line(1, 50)] | None = Field(
        description="The account's reference, or null for none. Invoices from then on show it.", examples=["CEN0042"]
    )


class AccountReference(Answer):
    """The centre's account in the sales ledger."""

    customer_account_reference: Name | None = described("The account's reference, or null.", "CEN0042")
