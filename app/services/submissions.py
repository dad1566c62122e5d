"""Submit an application: check readiness, keep an immutable copy, pass it to its next reviewer (R16)."""

import hashlib
import json
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, insert
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.changes import changes
from app.domain.contact_roles import ContactRole
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.preconditions import Expected, etag
from app.domain.redactions import redacted_name
from app.domain.refusals.requests import NotFound
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status, StepName
from app.letters.applications.in_inbox import ApplicationInInbox
from app.letters.applications.resubmitted import ApplicationResubmitted
from app.letters.applications.submitted import ApplicationSubmitted
from app.models import Submission
from app.queries import submissions as queries
from app.queries.applications import AnyApplication
from app.queries.hot import Hot
from app.queries.locked_applications import lock_with_centre
from app.queries.submissions import SubmittedRow
from app.schemas import submissions as schemas
from app.schemas.details import complete_shape
from app.services.workflow.steps import moved, standing_of, with_move


class _Stored(NamedTuple):
    id: UUID


_COLUMNS = Submission.__table__.columns
_STORE = Hot(
    outbox.with_outgoing(
        with_move(
            insert(Submission)
            .values(
                {name: bindparam(name, type_=each.type) for name, each in _COLUMNS.items() if name != "content"}
                # As text: the stored copy is what was hashed.
                | {"content": cast(bindparam("content", type_=Text()), JSONB)}
            )
            .returning(Submission.id)
        )
    ),
    _Stored,
)


async def submit_application(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.SubmissionCreate
) -> schemas.Submission:
    """Submit, or resubmit after a return; a return by the centre lead goes back to them.

    Raises `Conflict` with everything that is missing, as readiness lists it.
    """
    row = await lock_with_centre(work, application.id)
    found, copied = await queries.read_what_is_submitted(work, row.id)
    step = standing_of(work, row, found).take(expected, StepName.SUBMIT)
    content = _copy(copied)
    canonical = json.dumps(content.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    step.move()
    row.submitted_at = work.now
    submission = schemas.Submission(
        id=uuid7(),
        number=copied.last_number + 1,
        form_version=row.form_version,
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        submitted_by_name=work.actor.name,
        submitted_at=work.now,
        content=content,
    )
    again = step.before is Status.RETURNED
    await step.record(
        EventType.APPLICATION_RESUBMITTED if again else EventType.APPLICATION_SUBMITTED,
        f"Application {row.reference} submitted{' again' if again else ''}",
        public={"submission": submission.number},
        after={"submission": submission.number, "sha256": submission.sha256},
    )
    to_staff = ApplicationResubmitted if again else ApplicationInInbox
    await outbox.queue(work, ApplicationSubmitted(submission_id=submission.id), to_staff(submission_id=submission.id))
    await _STORE.one(
        work.driver,
        id=submission.id,
        application_id=row.id,
        number=submission.number,
        form_version=submission.form_version,
        content=canonical,
        sha256=submission.sha256,
        submitted_by=work.actor.id,
        submitted_by_name=submission.submitted_by_name,
        submitted_at=submission.submitted_at,
        **moved(row),
        **outbox.hand_over(work),
    )
    return submission


async def list_all(work: Work, application: AnyApplication) -> schemas.SubmissionList:
    """List the application's submissions."""
    rows = await queries.list_submissions(work.session, application.id)
    return schemas.SubmissionList(items=[schemas.SubmissionSummary.model_validate(row) for row in rows])


async def show(work: Work, application: AnyApplication, number: int) -> schemas.Submission:
    """Show one submission with its copy. Raises `NotFound`."""
    found = await queries.find_submission(work.session, application.id, number)
    if found is None:
        raise NotFound
    return _to_schema(*found)


async def compare_submissions(
    work: Work, application: AnyApplication, number: int, against: int | None
) -> schemas.SubmissionChanges:
    """Compare with an earlier submission, by default the one before; the first has none (R17)."""
    earlier = against if against is not None else number - 1
    new = await queries.find_submission(work.session, application.id, number)
    old = await queries.find_submission(work.session, application.id, earlier)
    if new is None or old is None:
        raise NotFound("There are no two such submissions to compare.")
    return schemas.SubmissionChanges(
        number=number,
        against=earlier,
        items=[
            schemas.SubmissionChange(
                part=change.pointer.split("/")[1], pointer=change.pointer, before=change.before, after=change.after
            )
            for change in changes(_content(*old), _content(*new))
        ],
    )


def _to_schema(row: Submission, renamed: Collection[str] = ()) -> schemas.Submission:
    return schemas.Submission(
        id=row.id,
        number=row.number,
        form_version=row.form_version,
        sha256=row.sha256,
        submitted_by_name=row.submitted_by_name,
        submitted_at=row.submitted_at,
        content=schemas.SubmissionContent.model_validate(_content(row, renamed)),
    )


_SINCE = {"telephone_extension": None}


def _content(row: Submission, renamed: Collection[str]) -> JsonObject:
    """The copy, with null for the properties that later releases added, and without the names of files that were
    redacted (`renamed`)."""
    kept = row.content
    return {
        **kept,
        "centre": _SINCE | kept["centre"],
        "sites": [_SINCE | site for site in kept["sites"]],
        "contacts": [_SINCE | contact for contact in kept["contacts"]],
        "details": [{**group, **complete_shape(group["group"], group)} for group in kept["details"]],
        "policies": [
            policy | {"file_name": redacted_name(policy["file_name"])} if policy["version_id"] in renamed else policy
            for policy in kept["policies"]
        ],
    }


_ROLES = list(ContactRole)


def _copy(row: SubmittedRow) -> schemas.SubmissionContent:
    """Copy everything in the contract's form, so that it can always be shown as it was."""
    groups = {group: (version, data) for group, version, data in row.groups}
    policies = {policy["key"]: policy for policy in row.newest_policies}
    return schemas.SubmissionContent.model_validate(
        {
            "centre": row.centre,
            "sites": row.centre_sites or [],
            "contacts": [
                contact | {"roles": sorted(map(ContactRole, contact["roles"]), key=_ROLES.index)}
                for contact in row.contacts or ()
            ],
            "details": [
                {
                    "etag": etag(groups[group][0]),
                    "group": group.value,
                    **complete_shape(group.value, groups[group][1]),
                }
                for group in DetailsGroup
            ],
            "policies": [_in_force(policies[key]) for key in PolicyKey],
            "agreement": {
                "agreement_id": row.agreement_id,
                "agreement_sha256": row.agreement_sha256,
                "code_of_conduct_id": row.code_of_conduct_id,
                "code_of_conduct_sha256": row.code_of_conduct_sha256,
                "accepted_by_name": row.accepted_by_name,
                "accepted_at": row.accepted_at,
            },
            "return_items": [item | {"answer": item["answer"] or ""} for item in row.answered_items or ()],
        }
    )


def _in_force(policy: JsonObject) -> JsonObject:
    """Leave out a document that a statement has replaced (R14)."""
    if policy["not_applicable_statement"] is None:
        return policy
    return policy | dict.fromkeys(("version", "version_id", "file_name", "sha256"))
