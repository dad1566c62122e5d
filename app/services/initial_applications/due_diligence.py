"""Due diligence: show the initial application, record checks, decline (R03–R05)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.due_diligence import DueDiligenceCheckKey as CheckKey
from app.domain.due_diligence import DueDiligenceOutcome
from app.domain.emails import address_of
from app.domain.events import EventType
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.json_values import JsonObject
from app.domain.object_steps import of_initial_application
from app.domain.permissions import Permission, granted
from app.domain.preconditions import Expected, etag
from app.domain.refusals.initial_applications import AlreadyDecided
from app.domain.working_days import last_day
from app.letters.initial_applications.declined import InitialApplicationDeclined
from app.letters.initial_applications.received import InitialApplicationReceived
from app.models import DueDiligenceCheck, Email, InitialApplication
from app.queries import initial_applications as queries
from app.queries.deliveries import newest_letters
from app.queries.likely_duplicates import likely_duplicates, sought_of
from app.schemas import initial_applications as schemas
from app.schemas.acknowledgements import Acknowledgement
from app.schemas.addresses import Address
from app.services import object_steps


async def list_all(work: Work, query: schemas.InitialApplicationQuery) -> schemas.InitialApplicationPage:
    """List a page of initial applications, for staff (R05)."""
    rows, cursor = await queries.list_initial_applications(work, query)
    acknowledged = await _acknowledgements(work, [row.id for row in rows])
    checked = await queries.checks_of(work.session, [row.id for row in rows if _is_waiting(work, row)])
    steps = {
        row.id: of_initial_application(work.actor, row.id, row.status, set(CheckKey) - checked[row.id]) for row in rows
    }
    return schemas.InitialApplicationPage(
        items=[
            schemas.InitialApplicationSummary(
                id=row.id,
                reference=row.reference,
                status=row.status,
                organisation_name=row.organisation_name,
                received_at=row.received_at,
                log_in_details_due_at=row.log_in_details_due_at,
                log_in_details_due_on=last_day(row.log_in_details_due_at),
                log_in_details_sent_at=row.log_in_details_sent_at,
                late=is_late(work, row),
                acknowledgement_status=acknowledged[row.id].status if row.id in acknowledged else None,
                allowed_steps=object_steps.allowed(work, steps[row.id]),
                blocked_steps=object_steps.blocked(work, steps[row.id]),
            )
            for row in rows
        ],
        next_cursor=cursor,
    )


def _is_waiting(work: Work, row: InitialApplication) -> bool:
    """True where the caller has steps to take."""
    received = row.status is InitialApplicationStatus.RECEIVED
    return received and granted(work.actor, Permission.RECORD_DUE_DILIGENCE)


def is_late(work: Work, row: InitialApplication) -> bool:
    """True when the log-in details are due and unsent (R05)."""
    return (
        row.status is not InitialApplicationStatus.DECLINED
        and row.log_in_details_sent_at is None
        and row.log_in_details_due_at <= work.now
    )


def standing(checks: Sequence[queries.RecordedCheck]) -> tuple[list[CheckKey], list[CheckKey]]:
    """Return the outstanding checks, and those whose last outcome is a concern, of the checks that count."""
    last = {check.check: check.outcome for check, counts in checks if counts}
    outstanding = [key for key in CheckKey if key not in last]
    return outstanding, [key for key in CheckKey if last.get(key) is DueDiligenceOutcome.CONCERN]


async def show(work: Work, row: InitialApplication) -> schemas.InitialApplication:
    """Show one initial application, with its checks and likely duplicates (R03)."""
    checks = await queries.list_checks(work.session, row.id)
    outstanding, concerns = standing(checks)
    acknowledgement = (await _acknowledgements(work, [row.id])).get(row.id)
    steps = of_initial_application(work.actor, row.id, row.status, outstanding)
    return schemas.InitialApplication(
        etag=etag(row.version),
        id=row.id,
        reference=row.reference,
        status=row.status,
        organisation_name=row.organisation_name,
        address=Address.model_validate(row.address),
        email=row.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        initial_super_user=schemas.InitialSuperUser.model_validate(row.initial_super_user),
        received_at=row.received_at,
        log_in_details_due_at=row.log_in_details_due_at,
        log_in_details_due_on=last_day(row.log_in_details_due_at),
        log_in_details_sent_at=row.log_in_details_sent_at,
        late=is_late(work, row),
        late_alert_sent_at=row.late_alert_sent_at,
        checks=[_check(*check) for check in checks],
        outstanding_checks=outstanding,
        open_concerns=concerns,
        likely_duplicates=await likely_duplicates(work.session, sought_of(row)),
        concerns_accepted_reason=row.concerns_accepted_reason,
        decline_reason=row.decline_reason,
        decline_internal_note=row.decline_internal_note,
        decided_at=row.decided_at,
        centre_id=row.centre_id,
        acknowledgement=_acknowledgement(acknowledgement) if acknowledgement is not None else None,
        allowed_steps=object_steps.allowed(work, steps),
        blocked_steps=object_steps.blocked(work, steps),
    )


def _check(row: DueDiligenceCheck, counts: bool) -> schemas.DueDiligenceCheck:
    return schemas.DueDiligenceCheck(
        id=row.id,
        check=row.check,
        outcome=row.outcome,
        note=row.note,
        recorded_by_name=row.recorded_by_name,
        recorded_at=row.recorded_at,
        counts=counts,
    )


async def _acknowledgements(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, Email]:
    return await newest_letters(work.session, ids, InitialApplicationReceived.kind)


def _acknowledgement(row: Email) -> Acknowledgement:
    to: list[str] = (row.recipients or {}).get("to", [])
    return Acknowledgement(
        letter_id=row.id,
        status=row.status,
        address=address_of(to[0]) if to else None,
        queued_at=row.queued_at,
        sent_at=row.sent_at,
        failure=row.failure,
    )


async def list_checks(work: Work, row: InitialApplication) -> schemas.DueDiligenceCheckList:
    """List every recorded check, and what is outstanding."""
    checks = await queries.list_checks(work.session, row.id)
    return schemas.DueDiligenceCheckList(items=[_check(*check) for check in checks], outstanding=standing(checks)[0])


async def record_check(
    work: Work, found: InitialApplication, expected: Expected, body: schemas.DueDiligenceCheckCreate
) -> schemas.DueDiligenceCheck:
    """Record one check (R03). Raises `Conflict` once the application is decided, and at the limit."""
    row = await lock_received(work, found, expected)
    recorded = await queries.list_checks(work.session, row.id)
    limits.require_room(len(recorded), limits.DUE_DILIGENCE_CHECKS, "recorded checks")
    assert work.actor.id is not None
    earlier = next((each.row for each in reversed(recorded) if each.row.check is body.check), None)
    check = DueDiligenceCheck(
        initial_application_id=row.id,
        check=body.check,
        outcome=body.outcome,
        note=body.note,
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(check)
    # Each check raises the version, so that nobody decides on checks that they have not seen.
    row.touch()
    await outbox.record(
        work,
        EventType.CHECK_RECORDED,
        ("initial_application", row.id),
        summary=f"Due diligence check '{body.check.label}': {body.outcome.label}",
        centre_sees=False,
        before=_audited(earlier) if earlier is not None else None,
        after=_audited(check),
    )
    await work.session.flush()
    return _check(check, counts=True)


def _audited(check: DueDiligenceCheck) -> JsonObject:
    return {"check": check.check.value, "outcome": check.outcome.value, "note": check.note}


async def lock_received(work: Work, found: InitialApplication, expected: Expected) -> InitialApplication:
    """Lock the application at the expected version, undecided.

    Raises `PreconditionRequired`, `StaleVersion`, and `Conflict` once it is decided.
    """
    row = await queries.lock_initial_application(work.session, found.id)
    expected.check(row.version)
    require_received(row)
    return row


def require_received(row: InitialApplication) -> None:
    """Raise `Conflict` for one that is decided."""
    if row.status is not InitialApplicationStatus.RECEIVED:
        raise AlreadyDecided(row.status)


async def decline(
    work: Work, found: InitialApplication, expected: Expected, body: schemas.InitialApplicationDeclineCreate
) -> schemas.InitialApplication:
    """Decline, and mail the reason to the sender (R04)."""
    row = await lock_received(work, found, expected)
    row.status = InitialApplicationStatus.DECLINED
    row.decline_reason = body.reason
    row.decline_internal_note = body.internal_note
    row.decided_by = work.actor.id
    row.decided_at = work.now
    await outbox.record(
        work,
        EventType.INITIAL_APPLICATION_DECLINED,
        ("initial_application", row.id),
        summary=f"Initial application {row.reference} declined",
        public={"initial_application_id": str(row.id), "reference": row.reference},
        before={"status": InitialApplicationStatus.RECEIVED.value},
        after={"status": row.status.value, "reason": body.reason, "internal_note": body.internal_note},
    )
    await outbox.queue(work, InitialApplicationDeclined(initial_application_id=row.id))
    await work.session.flush()
    return await show(work, row)
