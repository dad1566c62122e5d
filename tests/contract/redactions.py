"""A redaction in the landscape of the sweeps."""

from uuid import UUID

from sqlalchemy import select

from app.domain.actors import StaffRole
from app.domain.redactions import REDACTION_LASTS, RedactionReason, RedactionStatus, UploadKind
from app.models import ActionEvidence, FileRedaction
from tests.world import World


async def waiting_redaction(world: World, application_id: UUID) -> FileRedaction:
    """One of the evidence that waits for a second person."""
    asked_by = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    async with world.database.transaction() as session:
        evidence = (await session.scalars(select(ActionEvidence))).one()
    return FileRedaction(
        file_kind=UploadKind.ACTION_EVIDENCE,
        file_id=evidence.id,
        application_id=application_id,
        title="Evidence 1 for action 1",
        sha256=evidence.sha256,
        storage_key=evidence.storage_key,
        redact_file_name=False,
        by_centre=False,
        status=RedactionStatus.PENDING,
        reason=RedactionReason.PERSONAL_DATA,
        explanation="It lists learners.",
        requested_by=asked_by.id,
        requested_by_name=asked_by.name,
        requested_at=world.clock(),
        expires_at=world.clock() + REDACTION_LASTS,
    )
