"""Section Application: the details, group by group (R11, R12)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Body, Path

from app.domain.json_values import JsonObject
from app.domain.permissions import Permission
from app.domain.refusals.applications import ApplicationLocked
from app.domain.sections import DetailsGroup
from app.http.access import Deprecation, require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.queries.details import DetailsRow, LockedGroup, find_details, locked_in_path
from app.schemas.base import Resource
from app.schemas.details.answers import ApplicationDetails, DetailsGroupAnswer
from app.schemas.details.centre_type import CentreTypeDetails, CentreTypeDraft
from app.schemas.details.experience import ExperienceDetails, ExperienceDraft
from app.schemas.details.history import HistoryDetails, HistoryDraft
from app.schemas.details.invoice import InvoiceDetails, InvoiceDraft
from app.schemas.details.learner_numbers import LearnerNumbersDetails, LearnerNumbersDraft
from app.schemas.details.provision import ProvisionDetails, ProvisionDraft
from app.schemas.details.suitability import SuitabilityDetails, SuitabilityDraft
from app.services import details

routes = router("/v1/applications/{application_id}", "Sections")
ApplicationDep = Annotated[FoundApplication, Target]
DetailsDep = Annotated[DetailsRow, Target]
GroupDep = Annotated[LockedGroup, Target]
GroupPath = Annotated[DetailsGroup, Path(description="The group of section Application.", examples=["history"])]

_READ = require(Permission.READ_APPLICATION, find_details)
# The seven typed operations have the same addresses, so this one describes what a client of 1.0 calls.
_SEVEN_OPERATIONS = Deprecation(
    since=datetime(2026, 11, 27, tzinfo=UTC), sunset=datetime(2027, 12, 31, tzinfo=UTC), explained_at="/docs"
)


@routes.get("/details", operation_id="getApplicationDetails", summary="Read section Application", dependencies=[_READ])
async def get_application_details(row: DetailsDep) -> ApplicationDetails:
    """Returns all seven groups, each with its own ETag."""
    return details.show(row)


@routes.get(
    "/details/{group}",
    operation_id="getApplicationDetailsGroup",
    summary="Read a group of section Application",
    response_model=DetailsGroupAnswer,
    dependencies=[_READ],
)
async def get_application_details_group(row: DetailsDep, group: GroupPath) -> Any:
    """Returns one group as last saved."""
    return details.show_group(row, group)


@routes.patch(
    "/details/history",
    operation_id="saveHistoryDetails",
    summary="Save the history and purpose",
    response_model=HistoryDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.HISTORY))],
)
@refuses(ApplicationLocked)
async def save_history_details(work: WorkDep, row: GroupDep, expected: ExpectedDep, body: HistoryDraft) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/suitability",
    operation_id="saveSuitabilityDetails",
    summary="Save the suitability",
    response_model=SuitabilityDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.SUITABILITY))],
)
@refuses(ApplicationLocked)
async def save_suitability_details(
    work: WorkDep, row: GroupDep, expected: ExpectedDep, body: SuitabilityDraft
) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/experience",
    operation_id="saveExperienceDetails",
    summary="Save the experience",
    response_model=ExperienceDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.EXPERIENCE))],
)
@refuses(ApplicationLocked)
async def save_experience_details(
    work: WorkDep, row: GroupDep, expected: ExpectedDep, body: ExperienceDraft
) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/centre-type",
    operation_id="saveCentreTypeDetails",
    summary="Save the type of centre",
    response_model=CentreTypeDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.CENTRE_TYPE))],
)
@refuses(ApplicationLocked)
async def save_centre_type_details(
    work: WorkDep, row: GroupDep, expected: ExpectedDep, body: CentreTypeDraft
) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/provision",
    operation_id="saveProvisionDetails",
    summary="Save the intended provision",
    response_model=ProvisionDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.PROVISION))],
)
@refuses(ApplicationLocked)
async def save_provision_details(work: WorkDep, row: GroupDep, expected: ExpectedDep, body: ProvisionDraft) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/learner-numbers",
    operation_id="saveLearnerNumbersDetails",
    summary="Save the learner numbers",
    response_model=LearnerNumbersDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.LEARNER_NUMBERS))],
)
@refuses(ApplicationLocked)
async def save_learner_numbers_details(
    work: WorkDep, row: GroupDep, expected: ExpectedDep, body: LearnerNumbersDraft
) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/invoice",
    operation_id="saveInvoiceDetails",
    summary="Save the invoice details",
    response_model=InvoiceDetails,
    dependencies=[require(Permission.WORK_ON_SECTIONS, locked_in_path(DetailsGroup.INVOICE))],
)
@refuses(ApplicationLocked)
async def save_invoice_details(work: WorkDep, row: GroupDep, expected: ExpectedDep, body: InvoiceDraft) -> Resource:
    """Saves the group as a draft. Send the changes as JSON Merge Patch. `If-Match` takes the group's own ETag."""
    return await details.save(work, row, expected, body)


@routes.patch(
    "/details/{group}",
    operation_id="saveApplicationDetailsGroup",
    summary="Save a group of section Application",
    response_model=DetailsGroupAnswer,
    dependencies=[require(Permission.WORK_ON_SECTIONS, find_application, deprecation=_SEVEN_OPERATIONS)],
)
@refuses(ApplicationLocked)
async def save_application_details_group(
    work: WorkDep,
    application: ApplicationDep,
    group: GroupPath,
    expected: ExpectedDep,
    body: Annotated[JsonObject, Body(description="The changes as JSON Merge Patch, by the group's schema.")],
) -> Any:
    """Use the group's own operation, such as `saveHistoryDetails`: same address, same answer, and a typed body."""
    return await details.save_group(work, application, group, expected, body)
