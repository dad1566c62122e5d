"""Uploaded files and what the virus scanner says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.uploads import ScanState
from app.models import Action, ActionEvidence, Application, Document, Policy, PolicyVersion
from app.queries.locking import lock_row
from app.queries.visibility import Reason, unfiltered


class FileTable(StrEnum):
    """The tables that name uploaded files."""

    POLICY_VERSIONS = "policy_versions"
    ACTION_EVIDENCE = "action_evidence"
    DOCUMENTS = "documents"


FileRow = PolicyVersion | ActionEvidence | Document
_MODELS: Final[dict[FileTable, type[PolicyVersion] | type[ActionEvidence] | type[Document]]] = {
    FileTable.POLICY_VERSIONS: PolicyVersion,
    FileTable.ACTION_EVIDENCE: ActionEvidence,
    FileTable.DOCUMENTS: Document,
}


@dataclass(frozen=True)
class FileRef:
    """An uploaded file: the table and the id of its row."""

    table: FileTable
    id: UUID

    @classmethod
    def parse(cls, written: str) -> "FileRef":
        """Read what `str` writes."""
        table, _, id_ = written.partition("/")
        return cls(FileTable(table), UUID(id_))

    def __str__(self) -> str:
        return f"{self.table}/{self.id}"


@unfiltered(Reason.SYSTEM)
async def find_file(session: AsyncSession, ref: FileRef) -> FileRow | None:
    """Find the file's row."""
    return await session.get(_MODELS[ref.table], ref.id)


async def lock_file(session: AsyncSession, ref: FileRef) -> FileRow:
    """Lock the file's row and read it afresh."""
    return await lock_row(session, _MODELS[ref.table], ref.id)


@unfiltered(Reason.SYSTEM)
async def policy_of(session: AsyncSession, version: PolicyVersion) -> tuple[Policy, Application, bool]:
    """Load the version's policy and application; True if no newer version has replaced it."""
    policy = await session.get_one(Policy, version.policy_id)
    newest = await session.scalar(select(func.max(PolicyVersion.number)).where(PolicyVersion.policy_id == policy.id))
    return policy, await session.get_one(Application, policy.application_id), newest == version.number


@unfiltered(Reason.SYSTEM)
async def action_of(session: AsyncSession, evidence: ActionEvidence) -> tuple[Action, Application, bool]:
    """Load the evidence's action and application; True if nothing was sent after it."""
    action = await session.get_one(Action, evidence.action_id)
    newest = await session.scalar(
        select(func.max(ActionEvidence.number)).where(ActionEvidence.action_id == evidence.action_id)
    )
    return action, await session.get_one(Application, action.application_id), newest == evidence.number


_WITHOUT_JOB: Final = text(
    " UNION ALL ".join(
        f"(SELECT '{table}', id FROM {table} WHERE (scan_state IS NULL OR scan_state = 'pending') "
        "AND redacted_at IS NULL "
        f"AND '{table}/' || id NOT IN (SELECT split_part(convert_from(payload, 'UTF8'), '@', 1) FROM pgqueuer "
        "WHERE entrypoint = 'scan_file') ORDER BY id LIMIT :limit)"
        for table in FileTable
    )
)


@unfiltered(Reason.SYSTEM)
async def files_without_job(session: AsyncSession, limit: int) -> list[FileRef]:
    """List files that no job will scan: those from before scanning was on, and those whose job was lost."""
    rows = await session.execute(_WITHOUT_JOB, {"limit": limit})
    return [FileRef(FileTable(table), id_) for table, id_ in rows]


def _chosen(table: FileTable, everything: bool) -> ColumnElement[bool]:
    model = _MODELS[table]
    unscanned = or_(
        literal(everything), model.scan_state.is_(None), model.scan_state.in_([ScanState.PENDING, ScanState.FAILED])
    )
    return and_(unscanned, model.redacted_at.is_(None))


@unfiltered(Reason.SYSTEM)
async def count_files(session: AsyncSession, *, everything: bool) -> int:
    """Count the files that have no verdict, or all of them."""
    total = 0
    for table, model in _MODELS.items():
        total += await session.scalar(select(func.count(model.id)).where(_chosen(table, everything))) or 0
    return total


@unfiltered(Reason.SYSTEM)
async def list_files(
    session: AsyncSession, table: FileTable, after: UUID, *, everything: bool, limit: int
) -> Sequence[UUID]:
    """List the ids of a table's files that have no verdict, or of all, in order, after the given one."""
    id_ = _MODELS[table].id
    rows = await session.scalars(select(id_).where(id_ > after, _chosen(table, everything)).order_by(id_).limit(limit))
    return rows.all()
