"""The rule of the fee gate, over all invoices of an application (R18, decision 54)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Charge(NamedTuple):
    """One of the application's invoices, with the sums of its ledger in pence.

    `strictly_credited` leaves out credit notes of releases up to 1.5.0, which opened the gate, and what a waiver has
    covered since. `due` is negative for a credit balance.
    """

    total: int
    credited: int
    strictly_credited: int
    due: int


@dataclass(frozen=True)
class FeeStanding:
    """What is due on all invoices together, the `shortfall` of what they ask for from the largest, and whether that is
    more than one person may take away."""

    due: int
    shortfall: int
    asks_too_little: bool

    @property
    def outstanding(self) -> bool:
        """True while the gate is closed."""
        return self.due > 0 or self.asks_too_little

    @property
    def credited(self) -> bool:
        """True if the gate is closed only because too much was credited."""
        return self.asks_too_little and not self.due


def fee_standing(charges: Sequence[Charge]) -> FeeStanding:
    """Judge the fee by all invoices of an application.

    Nothing may be due on any of them. What they still ask for, after their credit notes, must come to half of the
    largest at least: where nothing is due, that is what was paid and stays, and what was waived. So one person can
    reduce the fee by half at most, by credit notes, a cheaper invoice, or both. A waiver covers what was credited
    before it.
    """
    due = sum(max(0, charge.due) for charge in charges)
    asked = sum(charge.total - charge.credited for charge in charges)
    largest = max((charge.total for charge in charges), default=0)
    strictly = any(charge.strictly_credited for charge in charges)
    return FeeStanding(due, max(0, largest - asked), strictly and 2 * asked < largest)
