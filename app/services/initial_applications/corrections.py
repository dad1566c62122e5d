"""Correct an initial application until it is decided, and resend its acknowledgement."""

from collections.abc import Mapping, Sequence
from typing import Any

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.due_diligence import checks_of
from app.domain.events import EventType
from app.domain.names import email_domain, name_key
from app.domain.preconditions import Expected
from app.domain.refusals.corrections import NothingToCorrect
from app.letters.initial_applications.received import InitialApplicationReceived
from app.models import InitialApplication, InitialApplicationCorrection
from app.queries import initial_applications as queries
from app.schemas import corrections as schemas
from app.schemas.acknowledgements import AcknowledgementReceipt
from app.services.initial_applications.due_diligence import lock_received, require_received
from app.services.letter_limits import require_room_for_acknowledgement
from app.services.patches import Change, merged_address


async def list_all(work: Work, row: InitialApplication) -> schemas.InitialApplicationCorrectionList:
    """List every correction."""
    checks = await queries.list_checks(work.session, row.id)
    rows = await queries.list_corrections(work.session, row.id)
    return schemas.InitialApplicationCorrectionList(items=[_to_schema(each, checks) for each in rows])


async def correct(
    work: Work, found: InitialApplication, expected: Expected, body: schemas.InitialApplicationCorrectionCreate
) -> schemas.InitialApplicationCorrection:
    """Correct what differs, and void the checks that had looked at it: nobody opens an account for what nobody checked.

    Raises `Conflict` once it is decided, where nothing differs and at the limit, and `InvalidInput` for a postcode of
    another country.
    """
    row = await lock_received(work, found, expected)
    made = await queries.list_corrections(work.session, row.id)
    limits.require_room(len(made), limits.CORRECTIONS, "corrections")
    values = body.model_dump(exclude_unset=True, exclude={"reason"})
    if "address" in values:
        values["address"] = merged_address(row.address, body.address)
    change = _differences(_stored(row), values)
    if not change.after:
        raise NothingToCorrect
    _set(row, change.after)
    checks = await queries.list_checks(work.session, row.id)
    looked_at = checks_of(change.after)
    assert work.actor.id is not None
    correction = InitialApplicationCorrection(
        initial_application_id=row.id,
        reason=body.reason,
        before=change.before,
        after=change.after,
        voided_checks=[check.id for check, counts in checks if counts and check.check in looked_at],
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(correction)
    await outbox.record(
        work,
        EventType.INITIAL_APPLICATION_CORRECTED,
        ("initial_application", row.id),
        summary=f"Initial application {row.reference} corrected",
        centre_sees=False,
        before=change.before,
        after=change.after | {"reason": body.reason},
    )
    await work.session.flush()
    return _to_schema(correction, checks)


async def resend_acknowledgement(work: Work, found: InitialApplication) -> AcknowledgementReceipt:
    """Send the acknowledgement again, to the address as it is now. Raises `Conflict` once it is decided, and
    `TooManyRequests`."""
    row = await queries.lock_initial_application(work.session, found.id)
    require_received(row)
    await require_room_for_acknowledgement(work, row.email)
    await outbox.record(
        work,
        EventType.ACKNOWLEDGEMENT_RESENT,
        ("initial_application", row.id),
        summary="Acknowledgement to be sent again",
        centre_sees=False,
    )
    await outbox.queue(work, InitialApplicationReceived(initial_application_id=row.id))
    return AcknowledgementReceipt(
        reference=row.reference, email=row.email, message="The acknowledgement is on its way."
    )


def _stored(row: InitialApplication) -> dict[str, Any]:
    return {
        "organisation_name": row.organisation_name,
        "address": row.address,
        "email": row.email,
        "telephone": row.telephone,
        "telephone_extension": row.telephone_extension,
        "initial_super_user": row.initial_super_user,
    }


def _differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> Change:
    """The values that differ; of an object, its parts that do. A new telephone number has its own extension or none."""
    if wanted.get("telephone", stored.get("telephone")) != stored.get("telephone"):
        wanted = {"telephone_extension": None, **wanted}
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name, value in wanted.items():
        if isinstance(value, Mapping):
            parts = _differences(stored[name], value)
            if parts.after:
                before[name], after[name] = parts
        elif value != stored[name]:
            before[name], after[name] = stored[name], value
    return Change(before, after)


def _set(row: InitialApplication, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "address":
            row.address = value
        elif name == "initial_super_user":
            for part, text in value.items():
                setattr(row, f"super_user_{part}", text)
        else:
            setattr(row, name, value)
    row.name_key = name_key(row.organisation_name)
    row.email_domain = email_domain(row.email)


def _to_schema(
    row: InitialApplicationCorrection, checks: Sequence[queries.RecordedCheck]
) -> schemas.InitialApplicationCorrection:
    return schemas.InitialApplicationCorrection(
        id=row.id,
        reason=row.reason,
        before=row.before,
        after=row.after,
        reopened_checks=[check.check for check, _ in checks if check.id in row.voided_checks],
        recorded_by_name=row.recorded_by_name,
        recorded_at=row.recorded_at,
    )
