"""What is held about a person, and its erasure (UK GDPR articles 15 and 17)."""

from app.domain.permissions import Permission
from app.domain.refusals.personal_data import PersonStillNeeded
from app.http.access import require
from app.http.dependencies import WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.schemas import personal_data as schemas
from app.services.privacy import erasure
from app.services.privacy import export as exports

routes = router("/v1", "Personal data")
_OWN = require(Permission.OWN_ACCOUNT)
_READER = require(Permission.MANAGE_PERSONAL_DATA, replays=False)
_ADMINISTRATOR = require(Permission.MANAGE_PERSONAL_DATA)


@routes.get(
    "/me/personal-data",
    operation_id="exportOwnPersonalData",
    summary="Read what is held about you",
    dependencies=[_OWN],
)
async def export_own_personal_data(work: WorkDep) -> schemas.PersonalDataExport:
    """Returns everything that is held about the caller, with its purpose."""
    return await exports.export_own(work)


@routes.post(
    "/personal-data-exports",
    operation_id="exportPersonalData",
    summary="Export personal data",
    dependencies=[_READER],
)
async def export_personal_data(work: WorkDep, body: schemas.PersonalDataRequestCreate) -> schemas.PersonalDataExport:
    """Returns everything that is held about a person, with or without a log-in, for their request under data
    protection law. Check first who asks."""
    return await exports.export(work, body)


@routes.post(
    "/personal-data-erasures",
    operation_id="erasePersonalData",
    summary="Erase personal data",
    dependencies=[_ADMINISTRATOR],
)
@refuses(PersonStillNeeded)
async def erase_personal_data(work: WorkDep, body: schemas.PersonalDataRequestCreate) -> schemas.PersonalDataErasure:
    """Erases a person's data for good, except what the regulator's record, tax law or an organisation needs. The answer
    lists both. The record of changes stays complete: it no longer names the person. Repeating it finds nothing."""
    return await erasure.erase(work, body)
