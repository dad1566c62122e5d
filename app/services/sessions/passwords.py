"""Change and reset passwords (R06)."""

from collections.abc import Collection
from uuid import UUID

from app import outbox
from app.caller import caller
from app.database import Work
from app.domain.events import EventType
from app.domain.names import email_key
from app.domain.refusals.access import TokenNotValid
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.sessions import ResetTokenNotValid
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.letters.passwords.changed import PasswordChanged
from app.letters.passwords.reset import NOBODY, PasswordResetRequested
from app.models import PasswordReset, Person
from app.queries.people import find_person_by_email, lock_person, place_of
from app.queries.rows import get_row
from app.queries.sessions import find_password_reset, lock_password_reset
from app.schemas import sessions as schemas
from app.security.password_rules.spelling import normalised
from app.security.passwords import hash_password, verify_password
from app.security.tokens import secret_hash
from app.services import security_events
from app.services.factors import guesses
from app.services.rate_limits import Limit, asked, count, give_back_at_the_end, refusal
from app.services.sessions.attempts import vouch
from app.services.sessions.credentials import replace_password
from app.services.sessions.new_passwords import hash_acceptable, judge, words_about
from app.services.sessions.sessions import Device, start
from app.services.sessions.verified import lock_verified
from app.services.super_users import settling

# Nobody's mailbox is filled, from however many networks the requests come.
RESETS_OF_AN_ADDRESS = Limit("password_resets_of_an_address", 5, 3600)


async def change_password(
    work: Work, signing_key: str, device: Device, body: schemas.PasswordChange
) -> schemas.SessionTokens:
    """Replace one's own password, end every session including this one, and open a new one.

    Raises `InvalidInput` for a wrong current password or a weak new one, and `TokenNotValid` for somebody who was
    signed out meanwhile.
    """
    assert work.actor.id is not None
    found = await get_row(work.session, Person, work.actor.id)
    known, about = found.password_hash, await words_about(work, found)
    await work.session.pause()
    # Counted first, as at log-in: whoever has got hold of a session cannot guess the password by it.
    (limit,), who, scale = guesses.PASSWORDS, str(found.id), work.settings.rate_limit_scale
    standing = await count(work.session, limit, who, work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Too many wrong attempts. Wait, then try again.")
    async with work.aside():
        right = await verify_password(known, body.current_password)
        faults = await judge(work.settings, about, body.new_password)
        if right and normalised(body.new_password) == normalised(body.current_password):
            unchanged = "Choose a password that differs from the current one."
            faults.append(in_body("/new_password", InputFaultCode.PASSWORD_UNCHANGED, unchanged))
        hashed = await hash_password(body.new_password) if right and not faults else None
    person, right = await lock_verified(work, work.actor.id, known, body.current_password, right=right)
    if not right:
        wrong = "This is not your current password."
        faults.insert(0, in_body("/current_password", InputFaultCode.WRONG_PASSWORD, wrong))
        await security_events.record(
            work,
            SecurityEventKind.PASSWORD_CHANGED,
            person_id=person.id,
            outcome=SecurityOutcome.FAILURE,
            even_if_refused=True,
        )
    else:
        give_back_at_the_end(work, asked([limit], who, scale=scale))
    if faults:
        raise InvalidInput(faults)
    assert hashed is not None
    place, first = await place_of(work.session, person.id), person.must_change_password
    ended = await set_own_password(work, person, hashed)
    if first:
        await settling.complete_of(work, person)
    if place is None or work.actor.session_id not in ended:
        # Signed out or deactivated while the passwords were hashed: no new session may come of it.
        raise TokenNotValid
    proven_at = work.actor.second_factor_at
    return await start(work, signing_key, device, person, place, second_factor_at=proven_at)


async def request_password_reset(work: Work, body: schemas.PasswordResetCreate) -> schemas.PasswordResetReceipt:
    """Queue an email with a reset token if the address has a log-in. The answer is the same either way."""
    scale, key = work.settings.rate_limit_scale, email_key(body.email)
    person = await find_person_by_email(work.session, body.email)
    # The same is done for an unknown address: the worker finds nobody to write to.
    if not (await count(work.session, RESETS_OF_AN_ADDRESS, key, work.now, scale=scale)).refused:
        await outbox.queue(work, PasswordResetRequested(person_id=person.id if person is not None else NOBODY))
        await security_events.record(
            work, SecurityEventKind.PASSWORD_RESET_REQUESTED, person_id=person.id if person is not None else None
        )
    return schemas.PasswordResetReceipt(
        message="If that address has a log-in, an email that tells how to set a new password is on its way."
    )


async def complete_password_reset(work: Work, body: schemas.PasswordResetCompletion) -> None:
    """Set a new password with a token. Raises `Conflict` for a used, expired or unknown token."""
    token = secret_hash(body.token)
    found = _valid(work, await find_password_reset(work.session, token))
    person = await get_row(work.session, Person, found.person_id)
    hashed = await hash_acceptable(work, person, body.new_password)
    # Lock the person first, as everywhere, or two tokens of one person deadlock.
    person = await lock_person(work.session, person.id)
    _valid(work, await lock_password_reset(work.session, token))
    first = person.must_change_password
    await set_own_password(work, person, hashed, kind=SecurityEventKind.PASSWORD_RESET)
    if first:
        await settling.complete_of(work, person)
    await vouch(work, person.email, caller().address)


def _valid(work: Work, reset: PasswordReset | None) -> PasswordReset:
    if reset is None or reset.used_at is not None or reset.expires_at <= work.now:
        raise ResetTokenNotValid
    return reset


async def set_own_password(
    work: Work, person: Person, hashed: str, *, kind: SecurityEventKind = SecurityEventKind.PASSWORD_CHANGED
) -> Collection[UUID]:
    """Store the password that the locked person chose, and return the ids of the sessions that ended."""
    first = person.must_change_password
    ended = await replace_password(work, person, hashed, "password changed")
    await security_events.record(work, kind, person_id=person.id)
    await outbox.record(
        work,
        EventType.PASSWORD_CHANGED,
        ("person", person.id),
        summary=f"{person.name} chose a password" if first else f"{person.name} changed the password",
        centre_sees=False,
    )
    await outbox.queue(work, PasswordChanged(person_id=person.id))
    return ended
