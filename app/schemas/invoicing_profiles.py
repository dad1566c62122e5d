"""What finance records of a centre for its invoices (R18)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.domain import electronic_addresses
from app.domain.electronic_addresses import ADDRESS_FORMS, AddressScheme, address_id
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.vat import VatCategory
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Note, Percentage, Sentence
from app.schemas.base import Request, Resource
from app.schemas.fields import choice
from app.schemas.invoices import ElectronicAddress
from app.schemas.refused import refused
from app.schemas.shared import described
from app.schemas.text import one_line, several_lines

_GLN = "5012345678900"
_EVIDENCE = "A further education corporation: GOV.UK register of providers, seen on 20 October 2026."
_ELIGIBLE = "True for an eligible body of the VAT Act 1994, Schedule 9, Group 6."


class ElectronicAddressInput(Request):
    """An address at which the centre receives electronic invoices."""

    scheme: Annotated[AddressScheme, choice()] = Field(
        description="Code of the list EAS: `9932` UK VAT number, `0088` GLN, `0060` DUNS, `0199` LEI, `EM` email, "
        "by which Peppol does not route.",
        examples=["0088"],
    )
    id: Annotated[str, one_line(1, electronic_addresses.LONGEST, pasted=True)] = Field(
        description="The id in that scheme. Check digits must agree.", examples=[_GLN]
    )

    @field_validator("id")
    @classmethod
    def _in_its_scheme(cls, given: str, info: ValidationInfo) -> str:
        scheme = info.data.get("scheme")
        if scheme is None:
            return given
        stored = address_id(scheme, given)
        if stored is None:
            raise refused(
                InputFaultCode.INVALID_ELECTRONIC_ADDRESS, f"Enter an id of the scheme: {ADDRESS_FORMS[scheme]}."
            )
        return stored


class InvoicingProfileReplace(Request):
    """What is recorded of the centre from now on."""

    eligible_body: bool = Field(
        description=f"{_ELIGIBLE} Its invoices are taxed as the settings say of eligible bodies.", examples=[True]
    )
    evidence: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="How that is known. An eligible body needs it.",
        examples=[_EVIDENCE],
        validate_default=True,
    )
    electronic_address: ElectronicAddressInput | None = Field(
        default=None, description="Where the centre receives electronic invoices, or null."
    )

    @field_validator("evidence")
    @classmethod
    def _of_an_eligible_body(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is None and info.data.get("eligible_body"):
            raise refused(InputFaultCode.REQUIRED, "Enter how you know that the centre is an eligible body.")
        return given


class InvoicingProfile(Resource):
    """What finance recorded of a centre, and how its next invoice is taxed. Issued invoices never change."""

    eligible_body: bool = described(_ELIGIBLE, True)
    evidence: Note | None = described("How that is known, or null.", _EVIDENCE)
    electronic_address: ElectronicAddress | None = Field(
        description="Where the centre receives electronic invoices, or null."
    )
    vat_category: VatCategory = described("The VAT category of the next invoice.", "E")
    vat_rate_percent: Percentage = described("Its VAT rate in per cent, a decimal number in a string.", "0")
    exemption_reason: Sentence | None = described(
        "Why no VAT is due; null if VAT is charged.", "VAT Act 1994, Schedule 9, Group 6"
    )
    recorded_by_name: FullName | None = described("Who recorded it last; null if nobody did.", example.FINANCE)
    recorded_at: datetime | None = described("When, or null.", example.PAYMENT_RECORDED_AT)
