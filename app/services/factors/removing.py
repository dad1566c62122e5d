"""Remove one's own second factor, and reset all of another person's who has lost them."""

from sqlalchemy import delete

from app.database import Work
from app.domain.refusals.factors import LastFactorRequired, NoSecondFactor, OwnFactorsReset
from app.domain.refusals.requests import NotFound
from app.models import Factor, FactorChallenge, Membership, Person, StaffMember
from app.queries.factors import find_factor, list_factors
from app.queries.people import lock_person
from app.queries.sessions import end_sessions
from app.schemas import factors as schemas
from app.services.factors import records
from app.services.factors.own import lock_to_change
from app.services.factors.recovery_codes import delete_codes
from app.services.sessions.credentials import void_changes_of_address


async def remove(work: Work, found: Factor) -> None:
    """Remove one's own second factor. Without any left the recovery codes go as well.

    Raises `LastFactorRequired` for the last one of staff who need one.
    """
    person, _ = await lock_to_change(work)
    row = await find_factor(work.session, person.id, found.id)
    if row is None:
        raise NotFound
    last = len(await list_factors(work.session, person.id)) == 1
    if last and work.settings.staff_need_second_factor and work.actor.is_staff:
        raise LastFactorRequired
    await work.session.delete(row)
    await work.session.flush()
    if last:
        await _leave_none(work, person)
    await records.removed(work, person, row)


async def reset_for_staff(
    work: Work, found: StaffMember, body: schemas.SecondFactorReset
) -> schemas.SecondFactorResetReceipt:
    """Reset a staff member's second factors. Raises `OwnFactorsReset` and `NoSecondFactor`."""
    if found.person_id == work.actor.id:
        raise OwnFactorsReset
    return await _reset(work, found, body)


async def reset_for_centre_user(
    work: Work, found: Membership, body: schemas.SecondFactorReset
) -> schemas.SecondFactorResetReceipt:
    """Reset a centre user's second factors: no administrator is one. Raises `NoSecondFactor`."""
    return await _reset(work, found, body)


async def _reset(
    work: Work, found: StaffMember | Membership, body: schemas.SecondFactorReset
) -> schemas.SecondFactorResetReceipt:
    person = await lock_person(work.session, found.person_id)
    removed = await reset(work, person, body.reason)
    return schemas.SecondFactorResetReceipt(
        person_id=person.id,
        removed=removed,
        message="The second factors are gone and every session has ended. An email tells the person.",
    )


async def reset(work: Work, person: Person, reason: str) -> int:
    """Delete every second factor of a locked person, end their sessions, and tell them. Return how many there were.

    Raises `NoSecondFactor`.
    """
    if person.second_factor_since is None:
        raise NoSecondFactor("There is no second factor to reset: this person signs in with the password alone.")
    removed = len(await list_factors(work.session, person.id))
    await _leave_none(work, person)
    await end_sessions(work, person.id, "second factors reset")
    await void_changes_of_address(work, person.id, "second factors reset")
    await records.reset(work, person, removed, reason)
    return removed


async def _leave_none(work: Work, person: Person) -> None:
    await work.session.execute(delete(Factor).where(Factor.person_id == person.id))
    await work.session.execute(delete(FactorChallenge).where(FactorChallenge.person_id == person.id))
    await delete_codes(work, person)
    person.second_factor_since = None
    await work.session.flush()
