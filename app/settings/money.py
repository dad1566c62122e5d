"""The fee, the account it is paid into, and who invoices it."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.domain.fees import VatCategory
from app.settings.parts import Part, RegisteredNumber, Title, spelt


class Fee(Part):
    """The recognition fee and its VAT treatment. The guide has neither, so the defaults are samples."""

    amount_pence: Annotated[int, Field(ge=0, le=10_000_000)] = 50_000
    currency: Annotated[str, spelt(r"[A-Z]{3}", "write the three letters of ISO 4217, like GBP")] = "GBP"
    description: Title = "Centre recognition fee (sample)"
    vat_category: VatCategory = VatCategory.EXEMPT
    vat_rate_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] = Decimal("0")
    vat_exemption_reason: Annotated[str, Field(max_length=500)] | None = (
        "Sample: VAT treatment to be set by the awarding organisation's finance team"
    )
    payment_terms_days: Annotated[int, Field(ge=1, le=365)] = 30
    sample: bool = True

    @model_validator(mode="after")
    def _vat_adds_up(self) -> Self:
        """EN 16931 BR-S, BR-E, BR-O: only the standard category has a rate, and an exemption needs a reason."""
        if (self.vat_category is VatCategory.STANDARD) != (self.vat_rate_percent > 0):
            raise ValueError("fee: category S needs a VAT rate above 0, and no other category has one")
        if self.vat_category in (VatCategory.EXEMPT, VatCategory.OUTSIDE) and not self.vat_exemption_reason:
            raise ValueError("fee: categories E and O need a vat_exemption_reason")
        return self


class Bank(Part):
    """The account that invoices are paid into. The default is a sample that exists at no bank."""

    account_name: Title = "SAMPLE ACCOUNT - DO NOT PAY"
    sort_code: Annotated[str, spelt(r"[0-9]{2}-[0-9]{2}-[0-9]{2}", "write it like 12-34-56")] = "00-00-00"
    account_number: Annotated[str, spelt(r"[0-9]{8}", "write the eight digits")] = "00000000"
    iban: Annotated[str, Field(max_length=34)] | None = None
    bic: Annotated[str, Field(max_length=11)] | None = None
    sample: bool = True


class Supplier(Part):
    """The legal entity that issues invoices. Its name defaults to the awarding organisation's."""

    legal_name: Title | None = None
    company_number: RegisteredNumber | None = None
    vat_number: RegisteredNumber | None = None
