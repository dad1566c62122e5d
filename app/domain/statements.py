"""A statement of account: what a centre was charged and what settled it, with the balance after each (R18).

Every amount is in whole pence. A balance above zero is owed by the centre, one below zero is owed to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from app.domain.invoices import EntryKind


class StatementLineKind(StrEnum):
    """What a line of a statement is: the issue of an invoice, or an entry of its ledger."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
    REFUND = "refund"
    WAIVER = "waiver"
    ALLOCATION_OUT = "allocation_out"
    ALLOCATION_IN = "allocation_in"


# Both halves of an allocation stand on the statement, and cancel out.
_RAISES_DEBT: Final[Mapping[EntryKind, bool]] = MappingProxyType(
    {
        EntryKind.PAYMENT: False,
        EntryKind.REVERSAL: True,
        EntryKind.CREDIT: False,
        EntryKind.REFUND: True,
        EntryKind.WAIVER: False,
        EntryKind.ALLOCATION_OUT: True,
        EntryKind.ALLOCATION_IN: False,
    }
)


@dataclass(frozen=True)
class Movement:
    """An invoice or an entry of its ledger, on the day by London's calendar on which it was issued or recorded."""

    on: date
    kind: StatementLineKind
    invoice_id: UUID
    entry_id: UUID | None
    pence: int
    """What it adds to what the centre owes; negative if it settles."""
    description: str

    @property
    def debit_pence(self) -> int:
        """What it adds to what the centre owes."""
        return max(0, self.pence)

    @property
    def credit_pence(self) -> int:
        """What it takes from what the centre owes."""
        return max(0, -self.pence)


@dataclass(frozen=True)
class StatementLine:
    """A movement of the period, and the balance after it."""

    movement: Movement
    balance_pence: int


@dataclass(frozen=True)
class AccountStatement:
    """The period of an account in one currency."""

    opening_pence: int
    lines: tuple[StatementLine, ...]
    closing_pence: int


def effect(kind: EntryKind, pence: int) -> int:
    """Return what an entry of this amount adds to what the centre owes."""
    return pence if _RAISES_DEBT[kind] else -pence


def account_statement(movements: Sequence[Movement], first: date | None, last: date) -> AccountStatement:
    """State the period from `first` to `last`, both included; without `first`, from the beginning.

    `movements` stand in the order in which they happened. By the day of recording, a period that has ended never
    changes.
    """
    balance = sum(each.pence for each in movements if first is not None and each.on < first)
    opening, lines = balance, list[StatementLine]()
    for each in movements:
        if (first is None or each.on >= first) and each.on <= last:
            balance += each.pence
            lines.append(StatementLine(each, balance))
    return AccountStatement(opening, tuple(lines), balance)
