"""A centre's further addresses for letters about its invoices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.emails import DeliveryOutcome
from app.models import EmailDelivery, EmailOwner, Invoice, InvoiceAddress
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_invoice_address(work: Work, ids: Mapping[str, UUID]) -> Found[InvoiceAddress] | None:
    """Find the address in the path, also one that was removed."""
    row = await work.session.scalar(
        select(InvoiceAddress).where(
            InvoiceAddress.id == ids["invoice_address_id"],
            InvoiceAddress.centre_id == ids["centre_id"],
            visible_to(work.actor, InvoiceAddress.centre_id),
        )
    )
    return Found(row, row.centre_id) if row is not None else None


async def lock_invoice_address(session: AsyncSession, id_: UUID) -> InvoiceAddress:
    """Lock the row and read it afresh. Lock its centre first."""
    return await lock_row(session, InvoiceAddress, id_)


@unfiltered(Reason.JUDGED)
async def invoice_addresses_of(session: AsyncSession, centre_id: UUID) -> Sequence[InvoiceAddress]:
    """List the centre's addresses, oldest first."""
    rows = await session.scalars(
        select(InvoiceAddress)
        .where(InvoiceAddress.centre_id == centre_id, InvoiceAddress.removed_at.is_(None))
        .order_by(InvoiceAddress.id)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def find_address(session: AsyncSession, id_: UUID) -> str | None:
    """Find the address with this id; None once it is removed."""
    found: str | None = await session.scalar(
        select(InvoiceAddress.email).where(InvoiceAddress.id == id_, InvoiceAddress.removed_at.is_(None))
    )
    return found


@unfiltered(Reason.JUDGED)
async def last_bounces(session: AsyncSession, centre_id: UUID, addresses: Collection[str]) -> dict[str, datetime]:
    """Map those of the addresses that letters about the centre's invoices came back from, to the last time."""
    owned = select(EmailOwner.email_id).join(Invoice, Invoice.id == EmailOwner.owner_id)
    recipient = func.lower(EmailDelivery.recipient)
    rows = await session.execute(
        select(recipient, func.max(EmailDelivery.at))
        .where(
            EmailDelivery.email_id.in_(owned.where(Invoice.centre_id == centre_id)),
            EmailDelivery.outcome == DeliveryOutcome.BOUNCED,
            recipient.in_([address.lower() for address in addresses]),
        )
        .group_by(recipient)
    )
    return {row[0]: row[1] for row in rows}
