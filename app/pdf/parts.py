"""What the documents about money have in common: who they are from and to, their lines, and their VAT."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.fees import FeeLine, totals, vat_sums
from app.domain.formats import money, percentage
from app.domain.vat import VatCategory

_VAT_LABELS = {
    VatCategory.STANDARD: "Standard rate",
    VatCategory.ZERO: "Zero rate",
    VatCategory.EXEMPT: "Exempt",
    VatCategory.OUTSIDE: "Outside the scope of VAT",
}
_SHORT = {VatCategory.EXEMPT: "Exempt", VatCategory.OUTSIDE: "Outside scope"}
_TAXABLE = frozenset({VatCategory.STANDARD, VatCategory.ZERO})


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceParty:
    """The supplier or customer on the day of issue. `address_lines` ends with the postcode and country."""

    name: str
    address_lines: tuple[str, ...]
    contact_name: str | None
    company_number: str | None
    vat_number: str | None


def is_vat_document(supplier: InvoiceParty, lines: Sequence[FeeLine]) -> bool:
    """True where the document is a VAT invoice or a credit note on one: a registered supplier and a taxable line."""
    return supplier.vat_number is not None and any(line.vat_category in _TAXABLE for line in lines)


def printed_lines(lines: Sequence[FeeLine], currency: str) -> list[dict[str, object]]:
    """Return each line with quantity, unit price, rate, and amounts without VAT, of VAT, and with it."""
    return [
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": unit_price(line.unit_price_pence, currency),
            "rate": _SHORT.get(line.vat_category, percentage(line.vat_rate_percent)),
            "net": money(line.net_pence, currency),
            "vat": money(line.vat_pence, currency),
            "gross": money(line.gross_pence, currency),
        }
        for line in lines
    ]


def unit_price(price: Fraction, currency: str) -> str:
    """Format the price of one without VAT: in pence where it is a whole number of them, else in hundredths."""
    if price.denominator == 1:
        return money(int(price), currency)
    whole, hundredths = divmod(round(price * 100), 100)
    return f"{money(whole, currency)}{hundredths:02d}"


def printed_vat(lines: Sequence[FeeLine], currency: str) -> list[dict[str, object]]:
    """Return the sums for each VAT category and rate, in the order of their first lines."""
    return [
        {
            "category": f"{group.category.value} – {_VAT_LABELS[group.category]}",
            "rate": percentage(group.rate_percent) if group.category in _TAXABLE else "–",
            "net": money(group.net_pence, currency),
            "vat": money(group.vat_pence, currency),
            "reason": group.exemption_reason,
        }
        for group in vat_sums(lines)
    ]


def printed_totals(lines: Sequence[FeeLine], currency: str) -> dict[str, str]:
    """Return the sums of the lines without VAT, of VAT, and with it."""
    summed = totals(lines)
    return {
        "net": money(summed.net_pence, currency),
        "vat": money(summed.vat_pence, currency),
        "total": money(summed.total_pence, currency),
    }
