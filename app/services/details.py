"""Section Application, saved as drafts, group by group (R11, R12)."""

from pydantic import ValidationError
from sqlalchemy import DateTime, Text, Uuid, bindparam, update

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.merge_patch import merge
from app.domain.preconditions import Expected, etag
from app.domain.readiness_details import save_gaps
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.sections import DetailsGroup
from app.domain.workflow import EDITABLE
from app.domain.working_days import london_date
from app.models import Application, ApplicationDetails
from app.models.applications import application_words
from app.queries import details as queries
from app.queries.applications import AnyApplication, lock_application
from app.queries.details import DetailsRow, LockedGroup
from app.queries.hot import Hot
from app.schemas.base import Resource
from app.schemas.details import DETAILS_SCHEMAS, complete_shape, details_answer
from app.schemas.details.answers import ApplicationDetails as ApplicationDetailsAnswer
from app.schemas.details.shape import Draft
from app.schemas.errors_text import input_fault
from app.services.workflow.editing import require_editable


def show(row: DetailsRow) -> ApplicationDetailsAnswer:
    """Show every group, each with its own ETag."""
    found = {key: (version, data) for key, version, data in row.groups}
    groups = [_group(group.value, *found[group.value]) for group in DetailsGroup]
    return ApplicationDetailsAnswer.model_validate({"application_id": row.application_id, "groups": groups})


def show_group(row: DetailsRow, group: DetailsGroup) -> Resource:
    version, data = next((version, data) for key, version, data in row.groups if key == group.value)
    return details_answer(group.value, etag(version), data)


def _group(key: str, version: int, data: JsonObject) -> JsonObject:
    return {"etag": etag(version), "group": key, **complete_shape(key, data)}


async def save_group(
    work: Work, application: AnyApplication, group: DetailsGroup, expected: Expected, patch: JsonObject
) -> Resource:
    """Validate a patch, lock the group and `save` it."""
    try:
        body = DETAILS_SCHEMAS[group.value].model_validate(patch)
    except ValidationError as error:
        raise InvalidInput([input_fault(found, "body") for found in error.errors()]) from error
    row = await queries.lock_group(work, application.id, group)
    assert row is not None, "every application has every group"
    return await save(work, row, expected, body)


_APPLICATION_ID = bindparam("application_id", type_=Uuid())
_NOW = bindparam("now", type_=DateTime(timezone=True))
_TOUCH = (
    update(Application)
    .where(Application.id == _APPLICATION_ID)
    .values(
        version=Application.version + 1,
        changed_at=_NOW,
        trading_name=bindparam("trading_name", type_=Text()),
        words=bindparam("words", type_=Application.words.type),
    )
)
_STORE = Hot(
    outbox.with_events(
        update(ApplicationDetails)
        .where(
            ApplicationDetails.application_id == _APPLICATION_ID,
            ApplicationDetails.group == bindparam("group", type_=ApplicationDetails.group.type),
        )
        .values(
            version=ApplicationDetails.version + 1,
            data=bindparam("data", type_=ApplicationDetails.data.type),
            saved_by_name=bindparam("saved_by_name", type_=Text()),
            saved_at=_NOW,
        )
    ).add_cte(_TOUCH.cte("touched")),
    tuple[()],
)


async def save(work: Work, row: LockedGroup, expected: Expected, body: Draft) -> Resource:
    """Save a locked group as a draft by JSON Merge Patch (RFC 7396), under its own version; a no-op when nothing
    differs.

    Raises `InvalidInput` with every malformed value, `StaleVersion` when somebody else saved the group meanwhile, and
    `Conflict` once the application is submitted.
    """
    group, before = row.group, row.data
    patch = body.model_dump(mode="json", exclude_unset=True)
    _require_well_formed(work, group, patch)
    expected.check(row.version)
    if row.status not in EDITABLE:
        await require_editable(work, await lock_application(work.session, row.application_id))
    merged = merge(before, patch)
    if merged == before:
        # A no-op save must not make other people's ETags stale.
        return details_answer(group.value, etag(row.version), before)
    changed = sorted(name for name in {*before, *merged} if before.get(name) != merged.get(name))
    await outbox.record(
        work,
        EventType.DETAILS_SAVED,
        ("application", row.application_id),
        summary=f"'{group.label}' saved",
        application_id=row.application_id,
        centre_id=row.centre_id,
        before={name: before.get(name) for name in changed},
        after={"group": group.value, **{name: merged.get(name) for name in changed}},
    )
    trading_name, words = row.trading_name, row.words
    if group is DetailsGroup.HISTORY and merged.get("trading_name") != trading_name:
        trading_name = merged.get("trading_name")
        words = application_words(row.centre_name, trading_name, row.reference)
    await _STORE.execute(
        work.driver,
        application_id=row.application_id,
        group=group,
        data=merged,
        saved_by_name=work.actor.name,
        now=work.now,
        trading_name=trading_name,
        words=words,
        **outbox.hand_over_events(work),
    )
    return details_answer(group.value, etag(row.version + 1), merged)


def _require_well_formed(work: Work, group: DetailsGroup, patch: JsonObject) -> None:
    gaps = save_gaps(group.value, patch, today=london_date(work.now))
    if gaps:
        raise InvalidInput([in_body(gap.pointer, gap.code, gap.message) for gap in gaps])
