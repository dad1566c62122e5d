"""Registered numbers of companies, charities, schools and qualifications, each stored in one form."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NumberError
from stdnum.gb import vat as gb_vat

from app.domain import identifiers
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas import formats
from app.schemas.text import one_line, stored_as

_LONGEST_VAT_NUMBER: Final = 30


def _vat_number(text: str) -> str | None:
    """Check the check digits. A UK number may lack its prefix and is stored with it."""
    if not text.isascii() or len(text) > _LONGEST_VAT_NUMBER:
        return None
    number = text.upper()
    try:
        if number[:2].isalpha() and number[:2] not in ("GB", "GD", "HA"):
            return eu_vat.validate(number)
        return f"GB{gb_vat.validate(number)}"
    except NumberError:
        return None


CompanyNumber = Annotated[
    str,
    one_line(1, 20),
    AfterValidator(
        stored_as(
            identifiers.company_number,
            InputFaultCode.INVALID_COMPANY_NUMBER,
            "Enter the company number as Companies House gives it: eight digits, or two letters and six digits.",
        )
    ),
    Field(
        description="Company number: eight digits, or two letters and six digits. Fewer digits are padded to eight.",
        examples=[example.COMPANY_NUMBER],
        json_schema_extra={
            "format": formats.COMPANY_NUMBER,
            "pattern": r"^ *(?:[0-9]{1,8}|[A-Za-z]{2}[0-9]{6}) *$",
        },
    ),
]

CharityNumber = Annotated[
    str,
    one_line(6, 20),
    AfterValidator(
        stored_as(
            identifiers.charity_number,
            InputFaultCode.INVALID_CHARITY_NUMBER,
            "Enter the charity number as its regulator gives it, like 1234567, SC012345 or NIC101234.",
        )
    ),
    Field(
        description="Charity number in England and Wales, Scotland (`SC…`) or Northern Ireland (`NIC…`).",
        examples=["1234567"],
        json_schema_extra={
            "pattern": r"^ *(?:[0-9](?: *[0-9]){5,6}(?: *-(?: *[0-9]){1,3})?"
            r"|[Ss] *[Cc](?: *[0-9]){6}|[Nn] *[Ii] *[Cc](?: *[0-9]){6}) *$"
        },
    ),
]

Ukprn = Annotated[
    str,
    one_line(8, 20),
    AfterValidator(
        stored_as(
            identifiers.ukprn, InputFaultCode.INVALID_UKPRN, "Enter the UKPRN: eight digits, the first of them not 0."
        )
    ),
    Field(
        description="UK Provider Reference Number: eight digits, 10000000 to 99999999.",
        examples=["10012345"],
        json_schema_extra={"pattern": r"^ *[1-9][0-9]{7} *$"},
    ),
]

Urn = Annotated[
    str,
    one_line(6, 20),
    AfterValidator(stored_as(identifiers.urn, InputFaultCode.INVALID_URN, "Enter the URN: six or seven digits.")),
    Field(
        description="A school's Unique Reference Number: six or seven digits.",
        examples=["123456"],
        json_schema_extra={"pattern": r"^ *[1-9][0-9]{5,6} *$"},
    ),
]

Ncn = Annotated[
    str,
    one_line(5, 20),
    AfterValidator(
        stored_as(identifiers.ncn, InputFaultCode.INVALID_NCN, "Enter the National Centre Number: five digits.")
    ),
    Field(
        description="National Centre Number: five digits.",
        examples=["12345"],
        json_schema_extra={"pattern": r"^ *[0-9]{5} *$"},
    ),
]

VatNumber = Annotated[
    str,
    one_line(5, _LONGEST_VAT_NUMBER),
    AfterValidator(
        stored_as(
            _vat_number,
            InputFaultCode.INVALID_VAT_NUMBER,
            "Enter a VAT number whose check digits agree, such as GB 980 7806 84.",
        )
    ),
    Field(
        description="VAT number of the United Kingdom or a European country, with correct check digits. Stored with "
        "its prefix and without spaces.",
        examples=[example.VAT_NUMBER],
        json_schema_extra={"format": formats.VAT_NUMBER, "pattern": "^[A-Za-z0-9 .+*-]+$"},
    ),
]

QualificationNumber = Annotated[
    str,
    one_line(8, 20),
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
        json_schema_extra={"pattern": r"^ *[0-9]{3}/?[0-9]{4}/?[0-9Xx] *$"},
    ),
]
