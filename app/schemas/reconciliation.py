"""The reconciliation of a day or a period: what moved, and what was owed before and after (R18)."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, ApiPath, Count, Currency, NetPence
from app.schemas.base import Answer
from app.schemas.fields import IsoDate
from app.schemas.shared import Moment, Money, described


class ReconciliationQuery(BaseModel):
    """The period of a reconciliation."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[
        IsoDate | None,
        Field(
            alias="from",
            description="The first day, by London's calendar. Without it, yesterday, or `to`.",
            examples=["2026-10-01"],
        ),
    ] = None
    to: Annotated[
        IsoDate | None,
        Field(
            description="The last day, which is included. Without it, the first day; it cannot be in the future.",
            examples=["2026-10-31"],
        ),
    ] = None


class ReconciledTotal(Answer):
    """How many there are in the period, how much they are together, and the list that shows each."""

    count: Count = described("How many there are.", 1)
    amount: Money = Field(description="The sum of their amounts.")
    list: ApiPath = described(
        "The list that explains it. It shows every currency; add up the amounts in this one.",
        "/v1/payments?kind=payment&recorded_from=2026-10-20&recorded_before=2026-10-21",
    )


class NetAmount(Answer):
    """A sum of money that may be negative, in the currency's smallest unit."""

    amount: NetPence = described("The sum in whole pence, below zero where centres are owed more than they owe.", 1)
    currency: Currency = described("The currency's ISO 4217 code.", example.FEE["currency"])


class ReconciledBalance(Answer):
    """What was owed on all invoices at one moment. A centre may owe on one invoice and be owed on another."""

    due: Money = Field(
        description="What centres owed: the sum of what each invoice had due. `listInvoices` with `balance=due` lists "
        "those of now."
    )
    credit_balance: Money = described(
        "What centres were owed: the sum of the credit balances of invoices. `listInvoices` with `balance=credit` "
        "lists those of now.",
        example.NOTHING,
    )
    net: NetAmount = described("`due` less `credit_balance`.", example.FEE)


class CurrencyReconciliation(Answer):
    """The period in one currency: opening + issued + reversed + refunded + moved_out - paid - credited - waived -
    moved_in = closing, by the `net` of both balances."""

    currency: Currency = described("The currency's ISO 4217 code.", example.FEE["currency"])
    opening: ReconciledBalance = Field(description="What was owed before the first day.")
    issued: ReconciledTotal = Field(description="Invoices issued.")
    paid: ReconciledTotal = Field(description="Payments recorded, also those that were reversed later.")
    reversed: ReconciledTotal = Field(description="Payments reversed, whenever they were recorded.")
    credited: ReconciledTotal = Field(description="Credit notes issued.")
    refunded: ReconciledTotal = Field(description="Refunds recorded.")
    waived: ReconciledTotal = Field(description="Waivers.")
    moved_out: ReconciledTotal = Field(description="Money moved from one invoice of a centre to another, also back.")
    moved_in: ReconciledTotal = Field(description="The same money, where it arrived.")
    closing: ReconciledBalance = Field(description="What was owed after the last day.")
    unmatched: ReconciledTotal = Field(
        description="Money in by bank lines for which no invoice was found. It is part of no balance."
    )
    suggested: ReconciledTotal = Field(
        description="Money in by bank lines with a suggestion that nobody has confirmed. It is part of no balance."
    )
    part_confirmed: ReconciledTotal = Field(
        description="The open rest (`rest`) of bank lines that were confirmed in part. It is part of no balance."
    )
    unmatched_out: ReconciledTotal = Field(
        description="Money out by bank lines that quote no invoice: a refund or reversal that is not recorded, or no "
        "business of ours and to be rejected. It is part of no balance, and neither are the next two."
    )
    suggested_out: ReconciledTotal = Field(
        description="Money out by bank lines that quote an invoice, and that nobody has confirmed."
    )
    part_confirmed_out: ReconciledTotal = Field(
        description="The open rest of money out by bank lines that were confirmed in part."
    )


class Reconciliation(Answer):
    """The ledgers of all invoices in a period. An entry belongs to the London day on which it was recorded, a bank
    line to the day on which the bank booked it."""

    from_: date = Field(alias="from", description="The first day.", examples=["2026-10-20"])
    to: date = described("The last day.", "2026-10-20")
    reconciled_at: Moment = described("When these totals were added up.", example.DECIDED_AT)
    currencies: Annotated[list[CurrencyReconciliation], A_FEW] = Field(
        description="The totals for each currency, the fee's first."
    )
