"""What the documents about money have in common: who they are from and to, their lines, and their VAT."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.fees import FeeLine
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
            "unit_price": unit_price(line.net_pence, line.quantity, currency),
            "rate": _SHORT.get(line.vat_category, percentage(line.vat_rate_percent)),
            "net": money(line.net_pence, currency),
            "vat": money(line.vat_pence, currency),
            "gross": money(line.net_pence + line.vat_pence, currency),
        }
        for line in lines
    ]


def unit_price(net_pence: int, quantity: int, currency: str) -> str:
    """Format the price of one without VAT: rounded to the penny only if it is one, else to a hundredth of a penny."""
    price = Fraction(net_pence, quantity)
    if price.denominator == 1:
        return money(int(price), currency)
    whole, hundredths = divmod(round(price * 100), 100)
    return f"{money(whole, currency)}{hundredths:02d}"


def printed_vat(lines: Sequence[FeeLine], currency: str) -> list[dict[str, object]]:
    """Return the sums for each VAT category and rate, in the order of their first lines."""
    groups: dict[tuple[VatCategory, Decimal], list[FeeLine]] = {}
    for line in lines:
        groups.setdefault((line.vat_category, line.vat_rate_percent), []).append(line)
    return [
        {
            "category": f"{category.value} – {_VAT_LABELS[category]}",
            "rate": percentage(rate) if category in _TAXABLE else "–",
            "net": money(sum(line.net_pence for line in of_it), currency),
            "vat": money(sum(line.vat_pence for line in of_it), currency),
            "reasons": list(dict.fromkeys(line.exemption_reason for line in of_it if line.exemption_reason)),
        }
        for (category, rate), of_it in groups.items()
    ]


def printed_totals(lines: Sequence[FeeLine], currency: str) -> dict[str, str]:
    """Return the sums of the lines without VAT, of VAT, and with it."""
    net, vat = sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines)
    return {"net": money(net, currency), "vat": money(vat, currency), "total": money(net + vat, currency)}
