"""Change and reset passwords (R06)."""

from sqlalchemy import update

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.refusals.input import InputFault, InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.sessions import ResetTokenNotValid
from app.letters.passwords.changed import PasswordChanged
from app.letters.passwords.reset import PasswordResetRequested
from app.models import PasswordReset, Person
from app.queries.people import find_person_by_email, has_a_place, lock_person
from app.queries.sessions import end_sessions, find_reset_person, lock_password_reset
from app.schemas import sessions as schemas
from app.security.passwords import hash_password, password_faults, verify_password
from app.security.tokens import secret_hash
from app.services.sessions.sessions import Device, start


async def change_password(
    work: Work, signing_key: str, device: Device, body: schemas.PasswordChange
) -> schemas.SessionTokens:
    """Replace one's own password, end every session including this one, and open a new one.

    Raises `InvalidInput` for a wrong current password or a weak new one.
    """
    assert work.actor.id is not None
    person = await lock_person(work.session, work.actor.id)
    faults = _faults(person, body.new_password)
    if not await verify_password(person.password_hash, body.current_password):
        wrong = "This is not your current password."
        faults.insert(0, in_body("/current_password", InputFaultCode.WRONG_PASSWORD, wrong))
    elif body.new_password == body.current_password:
        unchanged = "Choose a password that differs from the current one."
        faults.append(in_body("/new_password", InputFaultCode.PASSWORD_UNCHANGED, unchanged))
    await _set(work, person, body.new_password, faults)
    return await start(work, signing_key, device, person)


async def request_password_reset(work: Work, body: schemas.PasswordResetCreate) -> schemas.PasswordResetReceipt:
    """Queue an email with a reset token if the address has a log-in. The answer is the same either way."""
    person = await find_person_by_email(work.session, body.email)
    if person is not None and await has_a_place(work.session, person.id):
        await outbox.queue(work, PasswordResetRequested(person_id=person.id))
    return schemas.PasswordResetReceipt(
        message="If that address has a log-in, an email that tells how to set a new password is on its way."
    )


async def complete_password_reset(work: Work, body: schemas.PasswordResetCompletion) -> None:
    """Set a new password with a token. Raises `Conflict` for a used, expired or unknown token."""
    # Lock the person first, as everywhere, or two tokens of one person deadlock.
    person_id = await find_reset_person(work.session, secret_hash(body.token))
    person = await lock_person(work.session, person_id) if person_id is not None else None
    reset = await lock_password_reset(work.session, secret_hash(body.token))
    if person is None or reset is None or reset.used_at is not None or reset.expires_at <= work.now:
        raise ResetTokenNotValid
    await _set(work, person, body.new_password, _faults(person, body.new_password))


def _faults(person: Person, password: str) -> list[InputFault]:
    """List everything wrong with the new password."""
    found = password_faults(password, about=(person.first_name, person.last_name, person.email))
    return [in_body("/new_password", code, detail) for code, detail in found]


async def _set(work: Work, person: Person, password: str, faults: list[InputFault]) -> None:
    """Store the password, and end every session and token of the old one. Raises `InvalidInput` for the faults."""
    if faults:
        raise InvalidInput(faults)
    first = person.must_change_password
    person.password_hash = await hash_password(password)
    person.password_changed_at = work.now
    person.first_password_expires_at = None
    await end_sessions(work, person.id, "password changed")
    # A token that somebody else requested must not undo the owner's choice.
    unused = update(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    await work.session.execute(unused.values(used_at=work.now))
    await outbox.record(
        work,
        EventType.PASSWORD_CHANGED,
        ("person", person.id),
        summary=f"{person.name} chose a password" if first else f"{person.name} changed the password",
        centre_sees=False,
    )
    await outbox.queue(work, PasswordChanged(person_id=person.id))
