"""The statement of account of a centre (R18)."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.domain import limits
from app.domain.statements import StatementLineKind
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, Currency, Reference, Sentence, Title, up_to
from app.schemas.base import Answer
from app.schemas.fields import IsoDate
from app.schemas.ids import CentreId, InvoiceId, LedgerEntryId
from app.schemas.shared import Money, described


class StatementQuery(BaseModel):
    """The period of a statement."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[
        IsoDate | None,
        Field(
            alias="from",
            description="The first day, by London's calendar. Without it, the statement begins with the first invoice.",
            examples=["2026-10-01"],
        ),
    ] = None
    to: Annotated[
        IsoDate | None,
        Field(
            description="The last day, which is included. Without it, today; it cannot be in the future.",
            examples=["2026-10-31"],
        ),
    ] = None


class StatementBalance(Answer):
    """What the centre owes, or is owed. One of them is always zero."""

    due: Money = described("What the centre owes.", example.NOTHING)
    credit_balance: Money = described("What the centre is owed.", example.NOTHING)


class StatementLine(Answer):
    """An invoice or an entry of an invoice's ledger, and the balance after it."""

    on: date = described("The day of issue or of recording, by London's calendar.", example.INVOICED_ON)
    kind: StatementLineKind = described(
        "`invoice`, or the kind of the entry in the invoice's ledger. New kinds may be added.", "invoice"
    )
    invoice_id: InvoiceId
    invoice_number: Reference = described("The invoice's number.", example.INVOICE_NUMBER)
    entry_id: LedgerEntryId | None = described("The entry of the ledger; null for the invoice itself.", None)
    description: Sentence = described(
        "What it is, for a person to read.", f"Invoice {example.INVOICE_NUMBER}, due on 18 November 2026"
    )
    debit: Money = Field(description="What it adds to what the centre owes, else zero.")
    credit: Money = described("What it takes from what the centre owes, else zero.", example.NOTHING)
    balance: StatementBalance = Field(description="The balance after it.")


class UnpaidInvoice(Answer):
    """An invoice on which something was due at the end of the period."""

    invoice_id: InvoiceId
    number: Reference = described("The invoice's number.", example.INVOICE_NUMBER)
    issued_on: date = described("The day of issue.", example.INVOICED_ON)
    due_on: date = described("The last day for paying.", example.PAYMENT_DUE_ON)
    overdue: bool = described("True if that day was over at the end of the period.", False)
    due: Money = Field(description="What was due.")


class StatementAccount(Answer):
    """The centre's account in one currency: closing balance = opening balance + debits - credits."""

    currency: Currency = described("The currency's ISO 4217 code.", "GBP")
    opening: StatementBalance = Field(description="The balance before the first line.")
    lines: Annotated[list[StatementLine], up_to(limits.STATEMENT_LINES)] = Field(
        description="What happened in the period, oldest first."
    )
    closing: StatementBalance = Field(description="The balance after the last line.")
    unpaid: Annotated[list[UnpaidInvoice], up_to(limits.STATEMENT_LINES)] = Field(
        description="The invoices on which something was due at the end of the period, oldest first."
    )


class Statement(Answer):
    """A statement of account. It is not a VAT invoice."""

    centre_id: CentreId
    centre_reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    centre_name: Title = described("The centre's name today.", example.NAME)
    from_: date | None = Field(
        alias="from",
        description="The first day of the period; null where it begins with the first invoice.",
        examples=["2026-10-01"],
    )
    to: date = described("The last day of the period.", "2026-10-31")
    accounts: Annotated[list[StatementAccount], A_FEW] = Field(
        description="An account for each currency that the centre was invoiced in; empty without an invoice."
    )
