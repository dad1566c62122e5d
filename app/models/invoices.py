"""The invoice as a ledger: the issued invoice never changes; payments, reversals and credits are entries (R18)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.fees import FeeLine, line_of
from app.domain.invoices import CreditReason, EntryKind
from app.domain.json_values import JsonObject
from app.domain.payments import PaymentMethod
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, choice, personal


class Invoice(HasId, Base):
    """An issued invoice, with supplier and customer as they were on the day.

    Only the sums of its ledger, its status and what follows from them change, and only the database's triggers write
    them, with each entry; lists filter by them.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        Index(None, "application_id"),
        Index(
            "uq_first_invoice_of_application",
            "application_id",
            unique=True,
            postgresql_where=text("replaces_id IS NULL"),
        ),
        Index(
            "uq_replacement_of_invoice", "replaces_id", unique=True, postgresql_where=text("replaces_id IS NOT NULL")
        ),
        Index(None, "centre_id", "issued_at", "id"),
        Index(None, "issued_at", "id"),
        Index(None, "status", "issued_at", "id"),
        Index("ix_invoices_unpaid", "days_to_pay", "status", "issued_at", "id", postgresql_where=text("due_pence > 0")),
        Index("ix_invoices_due_pence", "due_pence", postgresql_where=text("due_pence > 0")),
        Index("ix_invoices_due", "due_on", "id", postgresql_where=text("due_pence > 0")),
        Index("ix_invoices_in_credit", "issued_at", "id", postgresql_where=text("due_pence < 0")),
        Index(None, "due_on", "id"),
        Index(None, "status", "due_on", "id"),
        Index("ix_invoices_balance", "currency", "due_pence", postgresql_where=text("due_pence <> 0")),
        Index(
            "ix_invoices_awaiting", "issued_at", "id", postgresql_where=text("awaits_number AND ledger_number IS NULL")
        ),
        Index(None, "paid_at", "id", postgresql_where=text("paid_at IS NOT NULL")),
        Index(None, "updated_at", "id"),
        Index(None, "status", "updated_at", "id"),
        Index(
            "uq_invoices_ledger_number",
            "ledger_number",
            unique=True,
            postgresql_where=text("ledger_number IS NOT NULL"),
        ),
        Index(
            "ix_invoices_number_in_capitals",
            text("upper(ledger_number)"),
            postgresql_where=text("ledger_number IS NOT NULL"),
        ),
        CheckConstraint("total_pence = net_pence + vat_pence", name="totals_add_up"),
        CheckConstraint("net_pence >= 0 AND vat_pence >= 0", name="amounts_are_not_negative"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    """The invoice that was credited, and that this one asks for again."""
    currency: Mapped[str] = mapped_column(String(3))
    issued_on: Mapped[date]
    tax_point: Mapped[date | None]
    """Empty in invoices of releases before 1.6: `time_of_supply`."""
    due_on: Mapped[date]
    terms: Mapped[str]
    supplier: Mapped[JsonObject]
    customer: Mapped[JsonObject] = mapped_column(
        info=personal("the invoice's addressee", "seven years, for tax", Erasure.TAX)
    )
    bank: Mapped[JsonObject]
    purchase_order_number: Mapped[str | None]
    buyer_reference: Mapped[str]
    payment_reference: Mapped[str]
    lines: Mapped[list[JsonObject]]
    net_pence: Mapped[int]
    vat_pence: Mapped[int]
    total_pence: Mapped[int]
    sample: Mapped[bool]
    issued_at: Mapped[datetime]
    awaits_number: Mapped[bool | None]
    """True if the finance system numbers it; null if `number` is its number."""
    ledger_number: Mapped[str | None]
    numbered_at: Mapped[datetime | None]
    issued_by: Mapped[UUID | None]
    """Null if an earlier release issued it; then the event says who did."""
    paid_pence: Mapped[int] = mapped_column(server_default=text("0"))
    credited_pence: Mapped[int] = mapped_column(server_default=text("0"))
    strictly_credited_pence: Mapped[int] = mapped_column(server_default=text("0"))
    """What was credited since credit notes alone open the fee gate no more, and since the last waiver of the
    application's last invoice."""
    waived_pence: Mapped[int] = mapped_column(server_default=text("0"))
    waived: Mapped[bool] = mapped_column(server_default=text("false"))
    """True if the ledger has a waiver, whose amount may be zero."""
    refunded_pence: Mapped[int] = mapped_column(server_default=text("0"))
    # Negative for a credit balance.
    due_pence: Mapped[int] = mapped_column(server_default=text("0"))
    status: Mapped[str] = mapped_column(String(64), server_default=text("'issued'"))
    days_to_pay: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    paid_at: Mapped[datetime | None]
    """Since when the status has been `paid`; null otherwise."""
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """By the database's clock, so that changes can be read in order (`app.queries.changes`)."""

    @property
    def awaiting_number(self) -> bool:
        """True until the finance system has numbered it; it is neither printed nor sent before."""
        return bool(self.awaits_number) and self.ledger_number is None

    @property
    def printed_number(self) -> str:
        """The number on the document: the finance system's, if it numbers invoices."""
        return self.ledger_number or self.number

    @property
    def known_number(self) -> str | None:
        """The number that its reader has seen: none while it waits, because our reference is no invoice number."""
        return None if self.awaiting_number else self.printed_number

    @property
    def called(self) -> str:
        """What a sentence for its reader calls it."""
        return "an invoice that has no number yet" if self.awaiting_number else f"invoice {self.printed_number}"

    @property
    def printed_reference(self) -> str:
        """The reference to quote with the payment, as the document prints it."""
        return self.ledger_number or self.payment_reference

    @property
    def centre_name(self) -> str:
        """The centre's name on the day of issue."""
        name: str = self.customer["name"]
        return name

    @property
    def time_of_supply(self) -> date:
        """The tax point: nobody could pay before the invoice, so it is no later than its issue."""
        return self.tax_point or self.issued_on

    @property
    def fee_lines(self) -> list[FeeLine]:
        """The lines."""
        return [line_of(line) for line in self.lines]


class InvoiceEntry(HasId, Base):
    """An entry of an invoice's ledger; append-only."""

    __tablename__ = "invoice_entries"
    __table_args__ = (
        UniqueConstraint("invoice_id", "sequence"),
        UniqueConstraint("external_system", "external_payment_id"),
        Index(
            "uq_invoice_entries_ledger_number",
            "ledger_number",
            unique=True,
            postgresql_where=text("ledger_number IS NOT NULL"),
        ),
        Index(
            "ix_invoice_entries_awaiting",
            "recorded_at",
            "id",
            postgresql_where=text("awaits_number AND ledger_number IS NULL"),
        ),
        Index("uq_one_reversal_of_entry", "reverses_id", unique=True, postgresql_where=text("reverses_id IS NOT NULL")),
        Index(None, "amount_pence", "received_on"),
        CheckConstraint("amount_pence > 0 OR amount_pence = 0 AND kind = 'waiver'", name="amount_is_positive"),
        Index(None, "kind", "recorded_at", "id"),
        Index(None, "kind", "updated_at", "id"),
        Index(None, "centre_id", "recorded_at", "id"),
        Index("ix_invoice_entries_received", "received_on", "id", postgresql_where=text("received_on IS NOT NULL")),
        Index("ix_invoice_entries_reversed", "recorded_at", "id", postgresql_where=text("reversed_by_id IS NOT NULL")),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_names_its_payment"),
        CheckConstraint("(kind = 'credit') = (credit_note_number IS NOT NULL)", name="credit_has_a_number"),
        CheckConstraint(
            "(external_system IS NULL) = (external_payment_id IS NULL)", name="external_payment_is_named_whole"
        ),
        CheckConstraint(
            "(kind IN ('allocation_out', 'allocation_in')) = (counterpart_id IS NOT NULL) "
            "AND (counterpart_id IS NULL) = (counterpart_invoice_id IS NULL)",
            name="allocation_names_its_counterpart",
        ),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    sequence: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind))
    amount_pence: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    method: Mapped[PaymentMethod | None] = mapped_column(choice(PaymentMethod))
    received_on: Mapped[date | None]
    payer_reference: Mapped[str | None] = mapped_column(
        info=personal("to match the bank's statement", "seven years, for tax", Erasure.TAX)
    )
    external_system: Mapped[str | None]
    external_payment_id: Mapped[str | None]
    credit_note_number: Mapped[str | None] = mapped_column(unique=True)
    awaits_number: Mapped[bool | None]
    """True for a credit note that the finance system numbers; null if `credit_note_number` is its number."""
    ledger_number: Mapped[str | None]
    numbered_at: Mapped[datetime | None]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice_entries.id"))
    reason: Mapped[str | None]
    reason_code: Mapped[CreditReason | None] = mapped_column(choice(CreditReason))
    leaves_gate: Mapped[bool | None]
    """True for a credit that cannot open the fee gate alone; null in earlier releases, where every credit could."""
    refunded_on: Mapped[date | None]
    counterpart_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invoice_entries.id", deferrable=True, initially="DEFERRED")
    )
    """The other half of an allocation, on the invoice where the money came from or went."""
    counterpart_invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    recorded_by: Mapped[UUID | None]
    recorded_by_name: Mapped[str] = mapped_column(
        info=personal("to show who recorded it", "seven years, for tax", Erasure.TAX)
    )
    recorded_at: Mapped[datetime]
    # Triggers keep these, whatever is inserted.
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), nullable=True)
    reversed_by_id: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """By the database's clock, as an invoice's."""

    @property
    def awaiting_number(self) -> bool:
        """True until the finance system has numbered the credit note; it is neither printed nor sent before."""
        return bool(self.awaits_number) and self.ledger_number is None
