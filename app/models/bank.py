"""Bank statements, their lines, and what each line paid."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.bank import BankLineStatus, StatementFormat
from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, choice, personal

_TAX = "seven years, for tax"


class BankStatement(HasId, Base):
    """An uploaded statement; its file is not kept."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        Index("uq_bank_statements_sha256", "sha256", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index(None, "account", "id"),
    )

    account: Mapped[str] = mapped_column(String(40))
    """Our name for the account."""
    currency: Mapped[str] = mapped_column(String(3))
    format: Mapped[StatementFormat] = mapped_column(choice(StatementFormat))
    file_name: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    bank_account: Mapped[str | None]
    """The account as the file names it; a CSV does not."""
    mapping: Mapped[JsonObject | None]
    """How the columns of a CSV were read."""
    first_on: Mapped[date]
    last_on: Mapped[date]
    lines: Mapped[int]
    new_lines: Mapped[int]
    lines_without_amount: Mapped[int]
    uploaded_by: Mapped[UUID | None]
    uploaded_by_name: Mapped[str] = mapped_column(info=personal("to show who uploaded it", _TAX, Erasure.TAX))
    uploaded_at: Mapped[datetime]
    withdrawal: Mapped[str | None] = mapped_column(info=personal("to show why it was withdrawn", _TAX, Erasure.TAX))
    withdrawn_by_name: Mapped[str | None] = mapped_column(info=personal("to show who withdrew it", _TAX, Erasure.TAX))
    withdrawn_at: Mapped[datetime | None]


class BankLine(HasId, Base):
    """A line of an account, kept once in however many statements it stands. What the bank wrote never changes."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        Index("uq_bank_lines_account", "account", "key", unique=True, postgresql_where=text("status <> 'withdrawn'")),
        Index(None, "booked_on", "id"),
        Index(None, "status", "booked_on", "id"),
        Index(None, "account", "booked_on", "id"),
        Index(None, "statement_id", "booked_on", "id"),
        Index(None, "amount_pence", "booked_on", "id"),
        CheckConstraint("amount_pence <> 0", name="moves_money"),
        CheckConstraint("matched_pence BETWEEN 0 AND abs(amount_pence)", name="matches_no_more_than_it_moved"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"))
    """The first statement that it stood in."""
    account: Mapped[str] = mapped_column(String(40))
    key: Mapped[str]
    number: Mapped[int]
    booked_on: Mapped[date]
    # Negative for money out.
    amount_pence: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    description: Mapped[str | None] = mapped_column(info=personal("to match payments", _TAX, Erasure.TAX))
    reference: Mapped[str | None] = mapped_column(info=personal("to match payments", _TAX, Erasure.TAX))
    payer: Mapped[str | None] = mapped_column(info=personal("to match payments", _TAX, Erasure.TAX))
    bank_id: Mapped[str | None]
    numbers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The invoice numbers that its text may quote."""
    status: Mapped[BankLineStatus] = mapped_column(choice(BankLineStatus))
    matched_pence: Mapped[int] = mapped_column(server_default=text("0"))
    rejection: Mapped[str | None] = mapped_column(info=personal("to show why it was left out", _TAX, Erasure.TAX))
    settled_by_name: Mapped[str | None] = mapped_column(info=personal("to show who settled it", _TAX, Erasure.TAX))
    settled_at: Mapped[datetime | None]


class BankLineMatch(HasId, Base):
    """An entry of an invoice's ledger that a line stands for, in whole or in part."""

    __tablename__ = "bank_line_matches"
    __table_args__ = (
        Index(None, "line_id"),
        Index(
            "uq_line_of_ledger_entry",
            "entry_id",
            unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
    )

    line_id: Mapped[UUID] = mapped_column(ForeignKey("bank_lines.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("invoice_entries.id"))
    amount_pence: Mapped[int]
    recorded_before: Mapped[bool]
    """True if the entry was there already, so that confirming recorded nothing."""
    matched_by_name: Mapped[str] = mapped_column(info=personal("to show who confirmed it", _TAX, Erasure.TAX))
    matched_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
