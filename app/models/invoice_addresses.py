"""Where letters about a centre's invoices go besides its contacts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, HasId, Versioned, personal

_FOR = "to send invoices to an accounts inbox"
_UNTIL = "until it is removed"


class InvoiceAddress(HasId, Versioned, Base):
    """An address that gets every letter about the centre's invoices. It never changes; of one that
    was removed, the row stays without the address."""

    __tablename__ = "invoice_addresses"
    __table_args__ = (
        UniqueConstraint("centre_id", "email_key"),
        Index("ix_invoice_addresses_lower_email_key", text("lower(email_key)")),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    email: Mapped[str] = mapped_column(info=personal(_FOR, _UNTIL))
    email_key: Mapped[str] = mapped_column(info=personal("to find it, however it is written", _UNTIL))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
