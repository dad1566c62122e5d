"""What a sandbox reset deletes and keeps."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    ActionEvidence,
    Base,
    Deployment,
    Document,
    IssuedFile,
    Person,
    PolicyVersion,
    StaffMember,
)
from app.queries.visibility import Reason, unfiltered

# The schedules belong to the running workers.
_QUEUE = ("pgqueuer", "pgqueuer_log", "pgqueuer_statistics")


@unfiltered(Reason.SYSTEM)
async def stored_keys(session: AsyncSession) -> Sequence[str]:
    """List the key of every stored file except the sample documents."""
    keys: list[str] = []
    for statement in (
        select(PolicyVersion.storage_key),
        select(ActionEvidence.storage_key),
        select(Document.storage_key).where(~Document.sample),
        select(IssuedFile.storage_key),
    ):
        keys += (await session.scalars(statement)).all()
    return keys


@unfiltered(Reason.SYSTEM)
async def sample_documents(session: AsyncSession) -> Sequence[Document]:
    """List the sample documents."""
    return (await session.scalars(select(Document).where(Document.sample).order_by(Document.id))).all()


@unfiltered(Reason.SYSTEM)
async def staff_with_address(session: AsyncSession, email_key: str) -> tuple[Person, StaffMember] | None:
    """Find a staff member by log-in address, active or not."""
    statement = select(Person, StaffMember).join(StaffMember, StaffMember.person_id == Person.id)
    found = (await session.execute(statement.where(Person.email_key == email_key))).one_or_none()
    return (found[0], found[1]) if found is not None else None


@unfiltered(Reason.SYSTEM)
async def empty_every_table(session: AsyncSession) -> None:
    """Delete every row except the one that names the database's purpose.

    Triggers refuse DELETE on records, so the owner truncates them, in a sandbox only. Sequences continue: a worker in
    the middle of a job must not take a new job for its own.
    """
    tables = [table.name for table in Base.metadata.sorted_tables if table.name != Deployment.__tablename__]
    await session.execute(select(func.empty_sandbox(cast([*tables, *_QUEUE], ARRAY(Text())))))
