"""VAT: its categories, how a customer is treated, and rounding to the penny (EN 16931, VAT Regulations 1995)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

NOT_REGISTERED = "The supplier is not registered for VAT"


class VatCategory(StrEnum):
    """An EN 16931 VAT category code."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    OUTSIDE = "O"

    @property
    def needs_reason(self) -> bool:
        """True where an invoice says why no VAT is charged (BR-E-10, BR-O-10)."""
        return self in (VatCategory.EXEMPT, VatCategory.OUTSIDE)


@dataclass(frozen=True)
class VatTreatment:
    """How a line is taxed: its category, the rate in per cent (BT-152) and the reason for E or O (BT-120)."""

    category: VatCategory
    rate_percent: Decimal
    exemption_reason: str | None


def treatment_fault(category: VatCategory, rate_percent: Decimal, exemption_reason: str | None) -> str | None:
    """Say what contradicts itself: only S has a rate (BR-S-05, BR-Z-05, BR-E-05), and E and O need a reason."""
    if (category is VatCategory.STANDARD) != (rate_percent > 0):
        return "category S needs a VAT rate above 0, and no other category has one"
    if category.needs_reason and not (exemption_reason or "").strip():
        return "categories E and O need a vat_exemption_reason"
    return None


def half_up(amount: Fraction) -> int:
    """Round an amount that is not negative to whole pence, a half upwards."""
    return floor(amount + Fraction(1, 2))


def shared_out(quotas: Sequence[Fraction]) -> list[int]:
    """Round each quota down or up by the largest remainder, so that the parts add up to the rounded sum.

    Quotas are not negative. A whole quota stays as it is, and of equal remainders the earlier one is rounded up.
    """
    parts = [floor(quota) for quota in quotas]
    missing = half_up(sum(quotas, Fraction(0))) - sum(parts)
    by_remainder = sorted(range(len(quotas)), key=lambda at: parts[at] - quotas[at])
    for at in by_remainder[:missing]:
        parts[at] += 1
    return parts
