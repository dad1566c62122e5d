"""Registered numbers of companies, charities, schools and qualifications, each stored in one form."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.domain import identifiers, vat_numbers
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas import formats
from app.schemas.text import one_line, stored_as

CompanyNumber = Annotated[
    str,
    one_line(1, 20, pasted=True),
    AfterValidator(
        stored_as(
            identifiers.company_number,
            InputFaultCode.INVALID_COMPANY_NUMBER,
            "Enter the company number as Companies House gives it, like 01234567, SC123456 or IP12345R.",
        )
    ),
    Field(
        description="A number of Companies House, in any case and with any spaces. It is stored in capitals without "
        "spaces; fewer than eight digits are padded to eight.",
        examples=[example.COMPANY_NUMBER],
        json_schema_extra={"format": formats.COMPANY_NUMBER},
    ),
]

CharityNumber = Annotated[
    str,
    one_line(2, 20, pasted=True),
    AfterValidator(
        stored_as(
            identifiers.charity_number,
            InputFaultCode.INVALID_CHARITY_NUMBER,
            "Enter the charity number as its regulator gives it, like 1234567, SC012345, NIC101234 or, from HM Revenue "
            "and Customs, XT12345.",
        )
    ),
    Field(
        description="Charity number in England and Wales, Scotland (`SC…`) or Northern Ireland (`NIC…`), or the "
        "reference that HM Revenue and Customs gives charities (`XT12345`). Stored in capitals without spaces.",
        examples=["1234567"],
        json_schema_extra={"format": formats.CHARITY_NUMBER},
    ),
]

Ukprn = Annotated[
    str,
    one_line(8, 20, pasted=True),
    AfterValidator(
        stored_as(
            identifiers.ukprn, InputFaultCode.INVALID_UKPRN, "Enter the UKPRN: eight digits, the first of them not 0."
        )
    ),
    Field(
        description="UK Provider Reference Number: eight digits, 10000000 to 99999999.",
        examples=["10012345"],
        json_schema_extra={"format": formats.UKPRN},
    ),
]

Urn = Annotated[
    str,
    one_line(6, 20, pasted=True),
    AfterValidator(stored_as(identifiers.urn, InputFaultCode.INVALID_URN, "Enter the URN: six or seven digits.")),
    Field(
        description="A school's Unique Reference Number: six or seven digits.",
        examples=["123456"],
        json_schema_extra={"format": formats.URN},
    ),
]

Ncn = Annotated[
    str,
    one_line(5, 20, pasted=True),
    AfterValidator(
        stored_as(identifiers.ncn, InputFaultCode.INVALID_NCN, "Enter the National Centre Number: five digits.")
    ),
    Field(
        description="National Centre Number: five digits.",
        examples=["12345"],
        json_schema_extra={"format": formats.NCN},
    ),
]

VatNumber = Annotated[
    str,
    one_line(5, vat_numbers.LONGEST, pasted=True),
    AfterValidator(
        stored_as(
            vat_numbers.vat_number,
            InputFaultCode.INVALID_VAT_NUMBER,
            "Enter a VAT number whose check digits agree, such as GB 980 7806 84.",
        )
    ),
    Field(
        description="VAT number of the United Kingdom or a European country, with correct check digits. Stored with "
        "its prefix and without spaces.",
        examples=[example.VAT_NUMBER],
        json_schema_extra={"format": formats.VAT_NUMBER},
    ),
]

QualificationNumber = Annotated[
    str,
    one_line(8, 20, pasted=True),
    AfterValidator(
        stored_as(
            identifiers.qualification_number,
            InputFaultCode.INVALID_QUALIFICATION_NUMBER,
            "Enter the qualification number like 603/1234/5; the last place may be an X.",
        )
    ),
    Field(
        description="Ofqual qualification number, `NNN/NNNN/N` or `NNN/NNNN/X`.",
        examples=["603/1234/5"],
        json_schema_extra={"format": formats.QUALIFICATION_NUMBER},
    ),
]
