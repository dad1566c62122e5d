"""Bank statements and their lines."""

from typing import Annotated
from uuid import UUID

from app.domain.refusals.base import Conflict


class StatementAlreadyUploaded(Conflict):
    """This very file was uploaded before, and its lines are there. See 'statement_id'. If that was under the wrong
    account or with the wrong columns, withdraw that statement first."""

    constraint = "uq_bank_statements_sha256"
    statement_id: Annotated[UUID | None, "The statement that was uploaded."] = None


class StatementWithdrawn(Conflict):
    """This statement was withdrawn, and its lines with it. Upload the file again if that was wrong."""


class StatementMatched(Conflict):
    """Lines of this statement stand for payments or refunds. Reverse the payments that were wrong, reopen the lines,
    and then withdraw the statement. See 'line_id' for one of them."""

    line_id: Annotated[UUID | None, "A line that stands for something."] = None


class StatementRepeated(Conflict):
    """A later statement of the same days left out lines that the account had already, and may rely on this one's.
    Withdraw the later one first: see 'statement_id'."""

    statement_id: Annotated[UUID | None, "The later statement."] = None


class BankLineSettled(Conflict):
    """Nothing of this line is open: it is confirmed in full, or rejected. Reopen it to match it anew."""


class BankLineOpen(Conflict):
    """This line is neither confirmed nor rejected, so there is nothing to reopen."""


class BankLinePaid(Conflict):
    """This line has paid an invoice. Reverse the payment first, then reopen the line."""


class MoneyWentOut(Conflict):
    """Money went out, so it is no payment. Match the line with a recorded refund or reversal, or reject it."""


class EntryAlreadyMatched(Conflict):
    """Another bank line stands for this payment or refund already. See 'line_id'."""

    constraint = "uq_line_of_ledger_entry"
    line_id: Annotated[UUID | None, "The line that stands for it."] = None


class PaymentLooksRecorded(Conflict):
    """The invoice has a payment of this amount from the same days: see 'payment_id'. If it is this money, send its id
    in 'recorded_entry_ids', or reject the line if another statement's line stands for it. Send 'separate_payment' if
    the centre paid twice."""

    payment_id: Annotated[UUID | None, "The payment that was recorded."] = None
    invoice_id: Annotated[UUID | None, "Its invoice."] = None
