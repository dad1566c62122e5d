"""Submit an application: check readiness, keep an immutable copy, pass it to its next reviewer (R16)."""

import hashlib
import json

from app import outbox
from app.database import Work
from app.domain.changes import changes
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.preconditions import Expected, etag
from app.domain.refusals.requests import NotFound
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status, StepName
from app.letters.applications.in_inbox import ApplicationInInbox
from app.letters.applications.resubmitted import ApplicationResubmitted
from app.letters.applications.submitted import ApplicationSubmitted
from app.models import Application, Submission
from app.queries import submissions as queries
from app.queries.agreements import last_acceptance
from app.queries.applications import AnyApplication
from app.queries.centres import lock_centre
from app.queries.details import list_groups
from app.queries.policies import list_policies
from app.queries.return_items import list_current_items
from app.schemas import submissions as schemas
from app.schemas.details import details_answer
from app.services.workflow.steps import take


async def submit_application(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.SubmissionCreate
) -> schemas.Submission:
    """Submit, or resubmit after a return; a return by the centre lead goes back to them.

    Raises `Conflict` with everything that is missing, as readiness lists it.
    """
    # Lock the centre first, so that no contact or role changes while it is copied.
    await lock_centre(work.session, application.centre_id)
    step = await take(work, application, expected, StepName.SUBMIT)
    row = step.application
    previous = await queries.last_submission(work.session, row.id)
    content = await _copy(work, row)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert work.actor.id is not None
    submission = Submission(
        application_id=row.id,
        number=previous.number + 1 if previous else 1,
        form_version=row.form_version,
        content=content,
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        submitted_by=work.actor.id,
        submitted_by_name=work.actor.name,
        submitted_at=work.now,
    )
    work.session.add(submission)
    step.move()
    row.submitted_at = work.now
    await work.session.flush()
    again = step.before is Status.RETURNED
    await step.record(
        EventType.APPLICATION_RESUBMITTED if again else EventType.APPLICATION_SUBMITTED,
        f"Application {row.reference} submitted{' again' if again else ''}",
        public={"submission": submission.number},
        after={"submission": submission.number, "sha256": submission.sha256},
    )
    to_staff = ApplicationResubmitted if again else ApplicationInInbox
    await outbox.queue(work, ApplicationSubmitted(submission_id=submission.id), to_staff(submission_id=submission.id))
    return _to_schema(submission)


async def list_all(work: Work, application: AnyApplication) -> schemas.SubmissionList:
    """List the application's submissions."""
    rows = await queries.list_submissions(work.session, application.id)
    return schemas.SubmissionList(items=[schemas.SubmissionSummary.model_validate(row) for row in rows])


async def show(work: Work, application: AnyApplication, number: int) -> schemas.Submission:
    """Show one submission with its copy. Raises `NotFound`."""
    row = await queries.find_submission(work.session, application.id, number)
    if row is None:
        raise NotFound
    return _to_schema(row)


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
            for change in changes(old.content, new.content)
        ],
    )


def _to_schema(row: Submission) -> schemas.Submission:
    return schemas.Submission(
        id=row.id,
        number=row.number,
        form_version=row.form_version,
        sha256=row.sha256,
        submitted_by_name=row.submitted_by_name,
        submitted_at=row.submitted_at,
        content=schemas.SubmissionContent.model_validate(row.content),
    )


async def _copy(work: Work, row: Application) -> JsonObject:
    """Copy everything in the contract's form, so that it can always be shown as it was."""
    found = await queries.centre_as_it_is(work.session, row.centre_id)
    groups = {group.group: group for group in await list_groups(work.session, row.id)}
    policies = {policy.key: (policy, version) for policy, version in await list_policies(work.session, row.id)}
    acceptance = await last_acceptance(work.session, row.id)
    items = await list_current_items(work.session, row.id)
    content = schemas.SubmissionContent(
        centre=schemas.SubmittedCentre.model_validate(found.centre),
        sites=[schemas.SubmittedSite.model_validate(site) for site in found.sites],
        contacts=[
            schemas.SubmittedContact(
                id=contact.id,
                name=contact.name,
                job_title=contact.job_title,
                email=contact.email,
                telephone=contact.telephone,
                roles=roles,
            )
            for contact, roles in found.contacts
        ],
        details=[
            details_answer(group.value, etag(groups[group].version), groups[group].data) for group in DetailsGroup
        ],
        policies=[
            schemas.SubmittedPolicy(
                key=key,
                version=version.number if version else None,
                version_id=version.id if version else None,
                file_name=version.file_name if version else None,
                sha256=version.sha256 if version else None,
                not_applicable_statement=policy.not_applicable_statement,
            )
            for key in PolicyKey
            for policy, version in [policies[key]]
        ],
        agreement=schemas.SubmittedAgreement.model_validate(acceptance),
        return_items=[
            schemas.SubmittedAnswer(id=item.id, asked=item.asked, answer=item.answer or "") for item in items
        ],
    )
    return content.model_dump(mode="json")
