"""Lines of bank statements, what they may pay, and what they paid."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.bank import BankLineStatus, MatchReason
from app.domain.invoices import EntryKind, InvoiceStatus, MoneyDirection
from app.schemas import example_centre as example
from app.schemas.answered import MOST_PENCE, FullName, Note, Ordinal, Sentence, Title, number, up_to
from app.schemas.bank_statements import ACCOUNT_EXAMPLE, Account, AccountName
from app.schemas.base import Answer, Page, Request
from app.schemas.fields import Flag, IsoDate, distinct
from app.schemas.ids import BankLineId, BankStatementId, CentreId, InvoiceId, LedgerEntryId
from app.schemas.paging import ListQuery
from app.schemas.payments import MoneyInput
from app.schemas.shared import Moment, Money, described
from app.schemas.text import several_lines

_TEXT = f"{example.INVOICE_NUMBER} TRENT VALLEY"


class BankLineSummary(Answer):
    """A line of an account, kept once in however many statements it stands. What the bank wrote never changes."""

    id: BankLineId
    statement_id: BankStatementId
    account: Account
    line_number: Ordinal = described("Where it stood in its file: the line, or the transaction of an OFX.", 12)
    booked_on: date = described("The day on which the bank booked it.", example.PAID_ON)
    direction: MoneyDirection = described("`in` for money received, `out` for money paid.", "in")
    amount: Money = Field(description="The amount, always greater than zero.")
    matched: Money = described("How much of it is assigned to payments.", example.NOTHING)
    rest: Money = described("How much is open: the amount less what is assigned.", example.FEE)
    status: BankLineStatus = described(
        "`unmatched`; `suggested`: quotes the number of an invoice, or has exactly the amount that one has due, as "
        "checked at the upload and every hour; `part_confirmed`: a rest is open; `confirmed`; `ignored`: rejected; "
        "`withdrawn`: its statement was.",
        "suggested",
    )
    description: Note | None = described("What the bank wrote, or null.", _TEXT)
    reference: Title | None = described("The payer's reference, or null.", None)
    payer: Title | None = described("The payer's name, or null.", None)
    rejection: Note | None = described("Why the line, or its rest, was rejected; or null.", None)
    settled_by_name: FullName | None = described("Who confirmed or rejected it last, or null.", None)
    settled_at: Moment | None = described("When, or null.", None)


class BankLinePage(Page[BankLineSummary]):
    """Bank lines, the last day first."""


class MatchReasonShown(Answer):
    """A reason for a suggestion."""

    code: MatchReason = described("The reason. New ones may be added.", "reference")
    detail: Sentence = described("The reason, for a person to read.", f"The text quotes {example.INVOICE_NUMBER}.")


class BankSuggestion(Answer):
    """An invoice that the line may pay, or a payment that may be this line."""

    invoice_id: InvoiceId
    invoice_number: Title = described("The invoice's number.", example.INVOICE_NUMBER)
    invoice_status: InvoiceStatus = described("How the invoice stands.", "issued")
    due: Money = described("What the invoice has due.", example.FEE)
    centre_id: CentreId
    centre_name: Title = described("The centre's name.", example.NAME)
    recorded_entry_id: LedgerEntryId | None = described(
        "The payment, or for money out the refund or reversal, that is recorded already and seems to be this line. "
        "Confirm it in `recorded_entry_ids`. Null for an invoice to pay.",
        None,
    )
    score: Annotated[int, number(0, 100)] = described(
        "How much speaks for it: number, amount and payer, in this order.", 90
    )
    reasons: Annotated[list[MatchReasonShown], up_to(10)] = Field(description="Why it is suggested.")


class BankMatch(Answer):
    """A ledger entry that the line stands for."""

    entry_id: LedgerEntryId
    kind: EntryKind = described("The kind of the entry.", "payment")
    invoice_id: InvoiceId
    invoice_number: Title = described("The invoice's number.", example.INVOICE_NUMBER)
    amount: Money = Field(description="The amount of the entry.")
    recorded_before: bool = described("True if it was there already, so that confirming recorded nothing.", False)
    reversed: bool = described("True if the payment was reversed since.", False)
    matched_by_name: FullName = described("Who confirmed it.", example.FINANCE)
    matched_at: Moment = described("When it was confirmed.", example.PAYMENT_RECORDED_AT)


class BankLine(BankLineSummary):
    """A line with what it stands for, and what its rest may pay."""

    matches: Annotated[list[BankMatch], up_to(limits.BANK_MATCHES)] = Field(
        description="The payments, refunds and reversals that the line stands for, oldest first."
    )
    suggestions: Annotated[list[BankSuggestion], up_to(limits.BANK_SUGGESTIONS)] = Field(
        description="What the rest may pay or may already be recorded as, the likeliest first; none for a line that is "
        "settled. Numbers must agree exactly, names only roughly: nothing is ever confirmed by itself."
    )


class BankLineQuery(ListQuery):
    """Filters for the list of bank lines."""

    status: Annotated[
        BankLineStatus | None,
        Field(
            description="Return only lines with this status. Without it, all but `withdrawn`.", examples=["suggested"]
        ),
    ] = None
    account: Annotated[
        AccountName | None, Field(description="Return only this account's lines.", examples=[ACCOUNT_EXAMPLE])
    ] = None
    statement_id: Annotated[
        BankStatementId | None, Field(description="Return only lines that this statement brought.")
    ] = None
    direction: Annotated[
        MoneyDirection | None, Field(description="Return only money in or only money out.", examples=["in"])
    ] = None
    booked_from: Annotated[
        IsoDate | None, Field(description="Return only lines booked on or after this day.", examples=["2026-11-01"])
    ] = None
    booked_before: Annotated[
        IsoDate | None, Field(description="Return only lines booked before this day.", examples=["2026-12-01"])
    ] = None
    amount: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_PENCE,
            description="Return only lines of exactly this amount in pence, in either direction.",
            examples=[50_000],
            json_schema_extra={"format": "int64"},
        ),
    ] = None


class BankAllocation(Request):
    """An invoice that the line pays, and how much of it."""

    invoice_id: InvoiceId
    amount: MoneyInput | None = Field(
        default=None,
        description="How much of the line is for this invoice. You can leave it out where the line pays one invoice: "
        "all that is open of the line is then recorded, even if it is more than is due.",
        examples=[None],
    )
    separate_payment: Flag = Field(
        default=False,
        description="True if the invoice has a payment of this amount from the same days, and this is another one.",
        examples=[False],
    )


class BankLineConfirmation(Request):
    """Say what a line is: payments of invoices to record, or payments, refunds and reversals that are recorded."""

    allocations: Annotated[list[BankAllocation], Field(max_length=limits.BANK_ALLOCATIONS)] = Field(
        default_factory=list, description="The invoices that the line pays. A payment is recorded for each."
    )
    recorded_entry_ids: Annotated[list[LedgerEntryId], distinct(limits.BANK_ALLOCATIONS)] = Field(
        default_factory=list,
        description="Entries that are recorded already and that the line stands for: payments for money in, refunds "
        "and reversals for money out. Nothing is recorded again.",
        examples=[[]],
    )


class BankLineRejection(Request):
    """Leave the line, or its rest, out of the matching."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why. Only finance staff and finance systems read it.", examples=["Interest, not a fee."]
    )
