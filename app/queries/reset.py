"""What a reset deletes, and what it lets be."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models import (
    ActionEvidence,
    Base,
    Deployment,
    Document,
    Invoice,
    Person,
    PolicyVersion,
    Recognition,
    StaffMember,
)
from app.queries.visibility import Reason, unfiltered

# The times at which things recur belong to the workers that run meanwhile.
_QUEUE = ("pgqueuer", "pgqueuer_log", "pgqueuer_statistics")


@unfiltered(Reason.SYSTEM)
async def stored_keys(session: AsyncSession) -> Sequence[str]:
    """Where every file lies that belongs to some row, but for the sample documents."""
    keys: list[str] = []
    for statement in (
        select(PolicyVersion.storage_key),
        select(ActionEvidence.storage_key),
        select(Document.storage_key).where(~Document.sample),
        select(_issued("invoices", Invoice.id)),
        select(_issued("certificates", Recognition.id)),
        select(_issued("welcome-packs", Recognition.id)),
    ):
        keys += (await session.scalars(statement)).all()
    return keys


def _issued(folder: str, id_: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    # What is issued is kept by the id of what it is about, as `pdf.issued` has it.
    return func.concat(f"{folder}/", id_, ".pdf")


@unfiltered(Reason.SYSTEM)
async def sample_documents(session: AsyncSession) -> Sequence[Document]:
    """The documents that come with the product."""
    return (await session.scalars(select(Document).where(Document.sample).order_by(Document.id))).all()


@unfiltered(Reason.SYSTEM)
async def staff_with_address(session: AsyncSession, email_key: str) -> tuple[Person, StaffMember] | None:
    """Somebody of the staff by the log-in address, active or not."""
    statement = select(Person, StaffMember).join(StaffMember, StaffMember.person_id == Person.id)
    found = (await session.execute(statement.where(Person.email_key == email_key))).one_or_none()
    return (found[0], found[1]) if found is not None else None


@unfiltered(Reason.SYSTEM)
async def empty_every_table(session: AsyncSession) -> None:
    """Delete every row but the one that says what the database is for.

    What is a record refuses DELETE; and numbers that the queue has given out are not given out again, because a worker
    that is just now at a job would take another one for it.
    """
    tables = [table.name for table in Base.metadata.sorted_tables if table.name != Deployment.__tablename__]
    names = [*tables, *_QUEUE]
    await session.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
