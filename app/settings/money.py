"""The fee, its VAT, the account it is paid into, and the profile of electronic invoices."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.domain.numbering import Numbering
from app.domain.vat import NOT_REGISTERED, VatCategory, VatTreatment, treatment_fault
from app.settings.parts import Part, Title, spelt

_Rate = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)]
_Reason = Annotated[str, Field(max_length=500)]


Code = Annotated[str, spelt(r"\S(?:.{0,48}\S)?", "write 1 to 50 characters, without spaces at the ends")]


class EligibleBodies(Part):
    """The VAT treatment of customers that finance recorded as eligible bodies. Without a category, that of the fee."""

    vat_category: VatCategory | None = None
    vat_rate_percent: _Rate = Decimal("0")
    vat_exemption_reason: _Reason | None = None

    @model_validator(mode="after")
    def _vat_adds_up(self) -> Self:
        if self.vat_category is None:
            if self.model_fields_set - {"vat_category"}:
                raise ValueError("eligible bodies: set vat_category, or leave their VAT out")
        elif fault := treatment_fault(self.vat_category, self.vat_rate_percent, self.vat_exemption_reason):
            raise ValueError(f"eligible bodies: {fault}")
        return self

    @property
    def treatment(self) -> VatTreatment | None:
        """Their VAT treatment, or None if it does not differ from other customers'."""
        if self.vat_category is None:
            return None
        return VatTreatment(self.vat_category, self.vat_rate_percent, self.vat_exemption_reason)


class Fee(Part):
    """The recognition fee and its VAT treatment. The guide has neither, so the defaults are samples.

    The sample's supplier is not registered for VAT, so that its invoices are valid electronic ones (decision 53).
    """

    amount_pence: Annotated[int, Field(ge=0, le=10_000_000)] = 50_000
    currency: Annotated[str, spelt(r"[A-Z]{3}", "write the three letters of ISO 4217, like GBP")] = "GBP"
    description: Title = "Centre recognition fee (sample)"
    vat_category: VatCategory = VatCategory.OUTSIDE
    vat_rate_percent: _Rate = Decimal("0")
    vat_exemption_reason: _Reason | None = f"{NOT_REGISTERED} (sample)"
    eligible_bodies: EligibleBodies = EligibleBodies()
    payment_terms_days: Annotated[int, Field(ge=1, le=365)] = 30
    sample: bool = True

    @model_validator(mode="after")
    def _vat_adds_up(self) -> Self:
        """EN 16931 BR-S, BR-E, BR-O: only the standard category has a rate, and an exemption needs a reason."""
        if fault := treatment_fault(self.vat_category, self.vat_rate_percent, self.vat_exemption_reason):
            raise ValueError(f"fee: {fault}")
        return self

    @property
    def treatment(self) -> VatTreatment:
        """The VAT treatment of a customer about whom finance recorded nothing else."""
        return VatTreatment(self.vat_category, self.vat_rate_percent, self.vat_exemption_reason)


class Invoices(Part):
    """Who numbers invoices and credit notes."""

    numbering: Numbering = Numbering.INTERNAL


class LineCodes(Part):
    """What a kind of line is called in the finance system."""

    account_code: Code | None = None
    item_code: Code | None = None
    tracking_category: Code | None = None


class TaxCodes(Part):
    """What a VAT category is called in the finance system."""

    s: Code | None = None
    z: Code | None = None
    e: Code | None = None
    o: Code | None = None

    def of(self, category: VatCategory) -> str | None:
        """The code of a VAT category."""
        return {
            VatCategory.STANDARD: self.s,
            VatCategory.ZERO: self.z,
            VatCategory.EXEMPT: self.e,
            VatCategory.OUTSIDE: self.o,
        }[category]


class Accounting(Part):
    """How the lines of invoices are booked: for each kind of line, and for each VAT category."""

    recognition_fee: LineCodes = LineCodes()
    tax_codes: TaxCodes = TaxCodes()


class Bank(Part):
    """The account that invoices are paid into. The default is a sample that exists at no bank."""

    account_name: Title = "SAMPLE ACCOUNT - DO NOT PAY"
    sort_code: Annotated[str, spelt(r"[0-9]{2}-[0-9]{2}-[0-9]{2}", "write it like 12-34-56")] = "00-00-00"
    account_number: Annotated[str, spelt(r"[0-9]{8}", "write the eight digits")] = "00000000"
    iban: Annotated[str, Field(max_length=34)] | None = None
    bic: Annotated[str, Field(max_length=11)] | None = None
    sample: bool = True


class ElectronicInvoices(Part):
    """The profile that an electronic invoice names where both parties have an address that Peppol routes by.

    Otherwise it is a plain EN 16931 invoice (decision 53).
    """

    customization_id: Title = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    profile_id: Title = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
