"""The recognition fee: its invoice lines (R18). Every amount is in whole pence."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.domain.json_values import JsonObject
from app.domain.vat import VatCategory, VatTreatment, shared_out


@dataclass(frozen=True)
class Money:
    """An amount in the currency's smallest unit."""

    amount: int
    currency: str


@dataclass(frozen=True)
class FeeLine:
    """One line of an invoice, with the VAT rate in per cent (EN 16931 BT-152) and any exemption reason (BT-120).

    `item_code` is what the supplier calls the item (BT-155).
    """

    description: str
    quantity: int
    net_pence: int
    vat_category: VatCategory
    vat_rate_percent: Decimal
    vat_pence: int
    exemption_reason: str | None
    item_code: str | None = None

    @property
    def gross_pence(self) -> int:
        """The line's amount with VAT."""
        return self.net_pence + self.vat_pence

    @property
    def unit_price_pence(self) -> Fraction:
        """The price of one without VAT (BT-146), not rounded."""
        return Fraction(self.net_pence, self.quantity)


@dataclass(frozen=True)
class Totals:
    """The sums of an invoice's lines."""

    net_pence: int
    vat_pence: int

    @property
    def total_pence(self) -> int:
        """The amount to pay: net plus VAT."""
        return self.net_pence + self.vat_pence


@dataclass(frozen=True)
class VatSum:
    """What the lines of one VAT category and rate come to (EN 16931 BG-23)."""

    category: VatCategory
    rate_percent: Decimal
    net_pence: int
    vat_pence: int
    exemption_reason: str | None


def line_of(stored: JsonObject) -> FeeLine:
    """Read a line as an invoice's row keeps it; `as_stored` writes it."""
    return FeeLine(
        description=stored["description"],
        quantity=stored["quantity"],
        net_pence=stored["net_pence"],
        vat_category=VatCategory(stored["vat_category"]),
        vat_rate_percent=Decimal(stored["vat_rate_percent"]),
        vat_pence=stored["vat_pence"],
        exemption_reason=stored["exemption_reason"],
        item_code=stored.get("item_code"),
    )


def as_stored(line: FeeLine) -> JsonObject:
    """The line as JSON."""
    return {**asdict(line), "vat_category": line.vat_category.value, "vat_rate_percent": str(line.vat_rate_percent)}


def fee_line(description: str, net_pence: int, treatment: VatTreatment, quantity: int = 1) -> FeeLine:
    """Return a line that is not yet taxed; `with_vat` adds its VAT.

    Only category S is charged VAT (EN 16931 BR-Z-09, BR-E-09, BR-O-09); the others have rate 0. Only E and O give a
    reason.
    """
    category = treatment.category
    rate = treatment.rate_percent if category is VatCategory.STANDARD else Decimal(0)
    reason = treatment.exemption_reason if category.needs_reason else None
    return FeeLine(description, quantity, net_pence, category, rate, 0, reason)


def with_vat(lines: Sequence[FeeLine]) -> list[FeeLine]:
    """Charge VAT: half up on the sum of each rate (BR-CO-17), and shared out so that the lines add up to it."""
    taxed = list(lines)
    for at in _by_rate(lines).values():
        vat = shared_out([lines[one].net_pence * Fraction(lines[one].vat_rate_percent) / 100 for one in at])
        for one, pence in zip(at, vat, strict=True):
            taxed[one] = replace(lines[one], vat_pence=pence)
    return taxed


def totals(lines: Iterable[FeeLine]) -> Totals:
    """Add up the lines. Each is already rounded, so the sums match them to the penny."""
    lines = list(lines)
    return Totals(sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines))


def vat_sums(lines: Sequence[FeeLine]) -> list[VatSum]:
    """Add up the lines by category and rate, in the order of the first of each. Different reasons stand side by side,
    since a category may give only one (UBL-SR-32)."""
    found = []
    for (category, rate), at in _by_rate(lines).items():
        summed = totals(lines[one] for one in at)
        reasons = dict.fromkeys(reason for one in at if (reason := lines[one].exemption_reason))
        found.append(VatSum(category, rate, summed.net_pence, summed.vat_pence, "; ".join(reasons) or None))
    return found


def _by_rate(lines: Sequence[FeeLine]) -> dict[tuple[VatCategory, Decimal], list[int]]:
    places: dict[tuple[VatCategory, Decimal], list[int]] = {}
    for at, line in enumerate(lines):
        places.setdefault((line.vat_category, line.vat_rate_percent), []).append(at)
    return places


def part_of(lines: Sequence[FeeLine], pence: int) -> list[FeeLine]:
    """Return the share of each line in `pence` of their total, VAT included and in proportion, to the penny.

    No share exceeds its line, neither its net nor its VAT, and shares of nothing are left out.
    """
    return [line for line in _parts(lines, pence) if line is not None]


def _parts(lines: Sequence[FeeLine], pence: int) -> list[FeeLine | None]:
    if pence == totals(lines).total_pence:
        return list(lines)
    return [line if line.gross_pence else None for line in _shares(lines, pence)]


def _shares(lines: Sequence[FeeLine], pence: int) -> list[FeeLine]:
    total = max(totals(lines).total_pence, 1)
    grosses = shared_out([Fraction(line.gross_pence * pence, total) for line in lines])
    shares = list(lines)
    for at in _by_rate(lines).values():
        quotas = [Fraction(lines[one].vat_pence * grosses[one], max(lines[one].gross_pence, 1)) for one in at]
        for one, vat in zip(at, shared_out(quotas), strict=True):
            whole = grosses[one] == lines[one].gross_pence
            quantity = lines[one].quantity if whole else 1
            shares[one] = replace(lines[one], quantity=quantity, net_pence=grosses[one] - vat, vat_pence=vat)
    return shares


def credited_lines(lines: Sequence[FeeLine], earlier: Iterable[int], pence: int) -> list[FeeLine]:
    """Return the lines of a credit note of `pence`, as `credited_parts` finds them."""
    return [line for line in credited_parts(lines, earlier, pence) if line is not None]


def credited_parts(lines: Sequence[FeeLine], earlier: Iterable[int], pence: int) -> list[FeeLine | None]:
    """Return what a credit note of `pence` takes of each line, where `earlier` amounts were credited before; None for
    a line of which it takes nothing.

    Each credit note takes its share of what the ones before it left, so that together they take back the invoice's net
    and VAT exactly.
    """
    left = list(lines)
    for amount in earlier:
        left = [
            replace(line, net_pence=line.net_pence - share.net_pence, vat_pence=line.vat_pence - share.vat_pence)
            for line, share in zip(left, _shares(left, amount), strict=True)
        ]
    return _parts(left, pence)


def lines_again(lines: Sequence[FeeLine], pence: int, old_number: str | None) -> list[FeeLine]:
    """Return the lines of an invoice that asks for `pence` again, VAT included, of what those of the old one came to.

    If that is another sum, each line says so. An old invoice that never had its number is not named.
    """
    if pence == totals(lines).total_pence:
        return list(lines)
    unpaid = f"unpaid on invoice {old_number}" if old_number is not None else "what was unpaid before"
    return [replace(line, description=f"{line.description}: {unpaid}") for line in part_of(lines, pence)]
