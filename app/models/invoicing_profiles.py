"""What finance recorded of a centre for its invoices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.electronic_addresses import AddressScheme
from app.domain.personal_data import Erasure
from app.models.base import Base, Versioned, choice, personal


class InvoicingProfile(Versioned, Base):
    """Whether the centre is an eligible body, by what evidence, and where it receives electronic invoices.

    A centre without a row is taxed as everybody.
    """

    __tablename__ = "invoicing_profiles"
    __table_args__ = (
        CheckConstraint("NOT eligible_body OR evidence IS NOT NULL", name="eligible_body_has_evidence"),
        CheckConstraint("(electronic_scheme IS NULL) = (electronic_id IS NULL)", name="electronic_address_is_whole"),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    eligible_body: Mapped[bool]
    evidence: Mapped[str | None]
    electronic_scheme: Mapped[AddressScheme | None] = mapped_column(choice(AddressScheme))
    electronic_id: Mapped[str | None] = mapped_column(
        info=personal("to send electronic invoices", erasure=Erasure.ORGANISATION)
    )
    recorded_by: Mapped[UUID | None]
    recorded_by_name: Mapped[str] = mapped_column(
        info=personal("to show who recorded it", "seven years, for tax", Erasure.TAX)
    )
    recorded_at: Mapped[datetime]

    @property
    def electronic_address(self) -> dict[str, str] | None:
        """The address as an invoice keeps it."""
        if self.electronic_scheme is None or self.electronic_id is None:
            return None
        return {"scheme": self.electronic_scheme.value, "id": self.electronic_id}
