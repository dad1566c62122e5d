"""What the supplier's settings must agree on, so that its invoices are valid under EN 16931."""

from collections.abc import Iterator

from app.domain.vat import VatCategory
from app.settings.faults import Fault
from app.settings.model import Settings


def vat_faults(settings: Settings) -> list[Fault]:
    """Return every contradiction between the VAT treatments and the supplier. Development may run with them."""
    return [*_undecided(settings), *_registration(settings), *_currency(settings)]


def _used(settings: Settings) -> dict[str, VatCategory]:
    """The VAT categories that were decided, by their settings."""
    eligible = settings.fee.eligible_bodies.treatment
    used = {"FEE__VAT_CATEGORY": settings.fee.vat_category} if _decided(settings) else {}
    return used | ({"FEE__ELIGIBLE_BODIES__VAT_CATEGORY": eligible.category} if eligible is not None else {})


def _decided(settings: Settings) -> bool:
    """False for a sample, and for the default, which was another one in releases before 1.6."""
    return not settings.fee.sample and "vat_category" in settings.fee.model_fields_set


def _undecided(settings: Settings) -> Iterator[Fault]:
    if not settings.fee.sample and not _decided(settings):
        yield Fault("FEE__VAT_CATEGORY", "set it; no default decides how the fee is taxed.")


def _registration(settings: Settings) -> Iterator[Fault]:
    """EN 16931 BR-S-02, BR-Z-02, BR-E-02, BR-O-02 and BR-CO-26."""
    supplier, used = settings.supplier, _used(settings)
    taxed = [f"{name} is {category}" for name, category in used.items() if category is not VatCategory.OUTSIDE]
    if supplier.vat_number is None:
        if taxed:
            yield Fault(
                "SUPPLIER__VAT_NUMBER",
                f"set it: {' and '.join(taxed)}. Without a registration for VAT every category is O, with the reason.",
            )
        elif supplier.company_number is None:
            yield Fault(
                "SUPPLIER__COMPANY_NUMBER",
                "set the number of the company or charity; an invoice names the supplier by it or by a VAT number.",
            )
        return
    for name, category in used.items():
        if category is VatCategory.OUTSIDE:
            yield Fault(name, "write S, Z or E: O is for a supplier without a SUPPLIER__VAT_NUMBER.")


def _currency(settings: Settings) -> Iterator[Fault]:
    """VAT Regulations 1995, regulation 14(1)(l)."""
    if settings.fee.currency != "GBP" and VatCategory.STANDARD in _used(settings).values():
        yield Fault("FEE__CURRENCY", "write GBP: VAT is stated in sterling, and no rate of exchange is known.")
