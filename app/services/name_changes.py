"""Change a centre's names: a super user asks, customer experience approves."""

from collections.abc import Sequence
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.name_changes import NameChangeStatus
from app.domain.names import name_key
from app.domain.refusals.centres import NameChangeSettled, TradingNameInForm
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.workflow import EDITABLE
from app.domain.working_days import london_date
from app.letters.name_changes.approved import NameChangeApproved
from app.letters.name_changes.refused import NameChangeRefused
from app.letters.name_changes.requested import NameChangeRequested
from app.models import Application, Centre, NameChange
from app.queries import name_changes as queries
from app.queries.centres import AnyCentre, lock_centre
from app.queries.likely_duplicates import Sought, likely_duplicates
from app.queries.recognitions import lock_active_recognition
from app.schemas import name_changes as schemas
from app.schemas.likely_duplicates import LikelyDuplicate
from app.services.recognitions import issue_again
from app.services.workflow.activity import note_activity

_S = NameChangeStatus


async def request(work: Work, found: AnyCentre, body: schemas.NameChangeCreate) -> schemas.NameChange:
    """Request a change of names, in place of a request that still waits.

    Raises `InvalidInput` if nothing would change, and `Conflict` for a trading name that the centre can edit itself,
    and at the limit.
    """
    centre = await lock_centre(work.session, found.id)
    applications = await queries.lock_named_applications(work.session, centre.id, london_date(work.now))
    named = _with_trading_name(applications)
    trading_name = named.trading_name if named is not None else None
    if (body.name, body.trading_name) == (centre.name, trading_name):
        raise fault("/name", InputFaultCode.NAMES_UNCHANGED, "Enter another name: the centre has these already.")
    if body.trading_name != trading_name and (named is None or named.status in EDITABLE):
        raise TradingNameInForm
    made = await queries.list_of_centre(work.session, centre.id)
    limits.require_room(len(made), limits.NAME_CHANGES, "name change requests of this centre")
    waiting = await queries.lock_pending(work.session, centre.id)
    if waiting is not None:
        _settle(work, waiting, _S.REPLACED)
        await work.session.flush()
    row = NameChange(
        centre_id=centre.id,
        status=_S.PENDING,
        old_name=centre.name,
        old_trading_name=trading_name,
        name=body.name,
        trading_name=body.trading_name,
        reason=body.reason,
        requested_by_name=work.actor.name,
        requested_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await _record(work, row, EventType.NAME_CHANGE_REQUESTED, "Name change requested")
    await note_activity(work, centre.id)
    await outbox.queue(work, NameChangeRequested(name_change_id=row.id, application_id=_id(named)))
    return schemas.NameChange.model_validate(row)


async def approve(work: Work, found: NameChange, body: schemas.NameChangeApproval) -> schemas.NameChange:
    """Give the centre its new names, and issue its certificate anew if the name on it changes. Raises `Conflict`."""
    centre, row = await _lock(work, found)
    limits.require_room(
        sum(each.status is _S.APPROVED for each in await queries.list_of_centre(work.session, centre.id)),
        limits.REPLACED_CERTIFICATES,
        "name changes of this centre",
    )
    centre.name, centre.name_key = row.name, name_key(row.name)
    applications = await queries.lock_named_applications(work.session, centre.id, london_date(work.now))
    for application in applications:
        application.centre_name = row.name
    named = _with_trading_name(applications)
    # Unless the centre has changed it in the form meanwhile, after a return.
    if named is not None and named.trading_name == row.old_trading_name != row.trading_name:
        named.trading_name = row.trading_name
        history = await queries.lock_history(work.session, named.id)
        if history is not None:
            history.data = history.data | {"trading_name": row.trading_name}
    _settle(work, row, _S.APPROVED, body.answer)
    await work.session.flush()
    await _record(work, row, EventType.CENTRE_RENAMED, "Name change approved")
    recognition = await lock_active_recognition(work.session, centre.id)
    if recognition is not None and recognition.centre_name != centre.name:
        await issue_again(work, recognition, centre)
    await outbox.queue(work, NameChangeApproved(name_change_id=row.id, application_id=_id(named)))
    return schemas.NameChange.model_validate(row)


async def refuse(work: Work, found: NameChange, body: schemas.NameChangeRefusal) -> schemas.NameChange:
    """Leave the centre its names. Raises `Conflict`."""
    centre, row = await _lock(work, found)
    named = _with_trading_name(await queries.lock_named_applications(work.session, centre.id, london_date(work.now)))
    _settle(work, row, _S.REFUSED, body.answer)
    await work.session.flush()
    await _record(work, row, EventType.NAME_CHANGE_REFUSED, "Name change refused")
    await outbox.queue(work, NameChangeRefused(name_change_id=row.id, application_id=_id(named)))
    return schemas.NameChange.model_validate(row)


async def show(work: Work, row: NameChange) -> schemas.NameChangeForStaff:
    """Show a request and, while it waits, the organisations that a new name could be confused with."""
    asked = {row.name, row.trading_name} - {row.old_name, row.old_trading_name, None}
    found: dict[UUID, LikelyDuplicate] = {}
    if row.status is _S.PENDING:
        for name in sorted(filter(None, asked)):
            for each in await likely_duplicates(work.session, Sought(row.centre_id, row.centre_id, name)):
                found.setdefault(each.id, each)
    shown = schemas.NameChange.model_validate(row)
    return schemas.NameChangeForStaff(
        **shown.model_dump(), likely_duplicates=list(found.values())[: limits.LIKELY_DUPLICATES]
    )


async def list_of_centre(work: Work, centre: AnyCentre) -> schemas.NameChangeList:
    """List a centre's requests."""
    rows = await queries.list_of_centre(work.session, centre.id)
    return schemas.NameChangeList(items=[schemas.NameChange.model_validate(row) for row in rows])


async def list_all(work: Work, query: schemas.NameChangeQuery) -> schemas.NameChangePage:
    """List a page of requests of every centre."""
    rows, cursor = await queries.list_name_changes(work, query)
    return schemas.NameChangePage(items=[schemas.NameChange.model_validate(row) for row in rows], next_cursor=cursor)


def _with_trading_name(applications: Sequence[Application]) -> Application | None:
    """The application in progress, else the last that can be reopened or was accepted."""
    return next((each for each in applications if each.closed_at is None), applications[-1] if applications else None)


def _id(application: Application | None) -> UUID | None:
    return application.id if application is not None else None


async def _lock(work: Work, found: NameChange) -> tuple[Centre, NameChange]:
    centre = await lock_centre(work.session, found.centre_id)
    row = await queries.lock_name_change(work.session, found.id)
    if row.status is not _S.PENDING:
        raise NameChangeSettled
    return centre, row


def _settle(work: Work, row: NameChange, status: NameChangeStatus, answer: str | None = None) -> None:
    row.status = NameChangeStatus(status)
    row.settled_by_name = work.actor.name
    row.settled_at = work.now
    row.answer = answer


async def _record(work: Work, row: NameChange, type_: EventType, summary: str) -> None:
    await outbox.record(
        work,
        type_,
        ("centre", row.centre_id),
        summary=summary,
        centre_id=row.centre_id,
        before={"name": row.old_name, "trading_name": row.old_trading_name},
        after={
            "name": row.name,
            "trading_name": row.trading_name,
            "status": row.status.value,
            "reason": row.reason,
            "answer": row.answer,
        },
    )
