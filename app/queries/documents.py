"""The awarding organisation's published documents and their versions (R15)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import LeasedSession, Work
from app.domain.documents import DocumentKind
from app.models import Document
from app.queries.locking import Turn, take_turn
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, unfiltered
from app.schemas.documents import DocumentQuery


@unfiltered(Reason.PERMITTED)
async def current_documents(
    session: AsyncSession, kinds: Collection[DocumentKind] = tuple(DocumentKind)
) -> dict[DocumentKind, Document]:
    """Find the newest version of each kind; an unpublished kind is absent."""
    rows = await session.scalars(
        select(Document)
        .where(Document.kind.in_(list(kinds)))
        .ext(distinct_on(Document.kind))
        .order_by(Document.kind, Document.version.desc())
    )
    return {row.kind: row for row in rows}


@unfiltered(Reason.PERMITTED)
async def find_document(work: Work, ids: Mapping[str, UUID]) -> Found[Document] | None:
    """Find the document in the path.

    Documents belong to no centre, so a centre user's own centre stands in.
    """
    row = await work.session.get(Document, ids["document_id"])
    return Found(row, next(iter(work.actor.memberships), None)) if row is not None else None


@unfiltered(Reason.PERMITTED)
async def list_documents(work: Work, query: DocumentQuery) -> tuple[list[Document], str | None]:
    """List a page of documents, newest first: every version of one kind, or the current version of each."""
    statement = select(Document)
    if query.kind is not None:
        statement = statement.where(Document.kind == query.kind)
    else:
        newest = select(Document.kind, func.max(Document.version).label("version")).group_by(Document.kind).subquery()
        statement = statement.join(newest, (Document.kind == newest.c.kind) & (Document.version == newest.c.version))
    page = page_of(query, [Document.published_at, Document.id], descending=True)
    return await fetch_page(work.session, statement, page)


@unfiltered(Reason.RULE)
async def lock_next_version(session: LeasedSession, kind: DocumentKind) -> int:
    """Return the kind's next version number, and keep others from publishing until the transaction ends."""
    await take_turn(session, Turn.DOCUMENT)
    highest = await session.scalar(select(func.max(Document.version)).where(Document.kind == kind))
    return (highest or 0) + 1
