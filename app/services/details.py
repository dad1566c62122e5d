"""Section Application, saved as drafts, group by group (R11, R12)."""

from pydantic import ValidationError

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.merge_patch import merge
from app.domain.preconditions import Expected, etag
from app.domain.readiness_details import save_gaps
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.sections import DetailsGroup
from app.domain.working_days import london_date
from app.models import Application
from app.queries import details as queries
from app.queries.applications import lock_application
from app.schemas.base import Resource
from app.schemas.details import DETAILS_SCHEMAS, details_answer
from app.schemas.details.answers import ApplicationDetails as ApplicationDetailsAnswer
from app.schemas.details.shape import Draft
from app.schemas.errors_text import input_fault
from app.services.workflow.editing import require_editable


async def show(work: Work, application: Application) -> ApplicationDetailsAnswer:
    """Show every group, each with its own ETag."""
    rows = {row.group: row for row in await queries.list_groups(work.session, application.id)}
    return ApplicationDetailsAnswer(
        application_id=application.id,
        groups=[details_answer(group.value, etag(rows[group].version), rows[group].data) for group in DetailsGroup],
    )


async def show_group(work: Work, application: Application, group: DetailsGroup) -> Resource:
    row = await queries.get_group(work.session, application.id, group)
    return details_answer(group.value, etag(row.version), row.data)


async def save_group(
    work: Work, application: Application, group: DetailsGroup, expected: Expected, patch: JsonObject
) -> Resource:
    """Validate a patch, then `save` it."""
    try:
        body = DETAILS_SCHEMAS[group.value].model_validate(patch)
    except ValidationError as error:
        raise InvalidInput([input_fault(found, "body") for found in error.errors()]) from error
    return await save(work, application, group, expected, body)


async def save(work: Work, application: Application, group: DetailsGroup, expected: Expected, body: Draft) -> Resource:
    """Save a group as a draft by JSON Merge Patch (RFC 7396), under its own version; a no-op when nothing differs.

    Raises `InvalidInput` with every malformed value, `StaleVersion` when somebody else saved the group meanwhile, and
    `Conflict` once the application is submitted.
    """
    patch = body.model_dump(mode="json", exclude_unset=True)
    _require_well_formed(work, group, patch)
    locked = await lock_application(work.session, application.id)
    row = await queries.lock_group(work.session, application.id, group)
    expected.check(row.version)
    await require_editable(work, locked)
    before = row.data
    merged = merge(before, patch)
    if merged == before:
        # A no-op save must not make other people's ETags stale.
        return details_answer(group.value, etag(row.version), before)
    row.data = merged
    row.saved_by_name = work.actor.name
    row.saved_at = work.now
    row.touch()
    locked.changed_at = work.now
    if group is DetailsGroup.HISTORY:
        locked.trading_name = merged.get("trading_name")
    locked.touch()
    changed = sorted(name for name in {*before, *row.data} if before.get(name) != row.data.get(name))
    await outbox.record(
        work,
        EventType.DETAILS_SAVED,
        ("application", locked.id),
        summary=f"'{group.label}' saved",
        application_id=locked.id,
        centre_id=locked.centre_id,
        before={name: before.get(name) for name in changed},
        after={"group": group.value, **{name: row.data.get(name) for name in changed}},
    )
    await work.session.flush()
    return details_answer(group.value, etag(row.version), row.data)


def _require_well_formed(work: Work, group: DetailsGroup, patch: JsonObject) -> None:
    gaps = save_gaps(group.value, patch, today=london_date(work.now))
    if gaps:
        raise InvalidInput([in_body(gap.pointer, gap.code, gap.message) for gap in gaps])
