"""Change one's own email address (R06): asked for in a session, told to the old address, confirmed at the new one.

A request does the same for every address, and the letter to the new one is where its holder learns that it has an
account already: nobody can find out here who has one. Confirming takes the token and the password, so that a letter to
a mistyped address gives nobody the account.
"""

from datetime import timedelta

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.names import email_key
from app.domain.refusals.email_changes import EmailAddressInUse, EmailChangeNotValid
from app.domain.refusals.factors import WrongPassword
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.letters.email_changes.made import EmailAddressChanged
from app.letters.email_changes.requested import EmailChangeRequested
from app.letters.email_changes.to_confirm import EmailChangeToConfirm
from app.models import EmailChange, Person
from app.queries import email_changes as queries
from app.queries.people import find_person_by_email, has_a_place, lock_person
from app.queries.rows import get_row
from app.queries.sessions import end_sessions, void_password_resets
from app.schemas import email_changes as schemas
from app.schemas.letter_tokens import LetterToken
from app.security.passwords import verify_password
from app.security.tokens import secret_hash
from app.services import security_events
from app.services.factors.own import lock_to_change
from app.services.letter_limits import has_room
from app.services.rate_limits import Limit, asked, count, give_back_at_the_end, network_of, refusal
from app.services.sessions.sessions import Device
from app.services.sessions.verified import lock_verified

_LIFETIME = timedelta(days=1)

# One network must not fill mailboxes through many accounts, nor many networks one mailbox.
CHANGES_OF_A_NETWORK = Limit("email_changes_of_a_network", 30, 3600)
CHANGES_TO_AN_ADDRESS = Limit("email_changes_to_an_address", 5, 3600)
# As long as the token lives, so that whoever got it by a mistyped address has ten guesses in all.
WRONG_PASSWORDS = Limit("failed_email_change", 10, 86_400)


async def request(work: Work, device: Device, body: schemas.EmailChangeCreate) -> schemas.EmailChange:
    """Ask for another address, in place of an open change. The answer is the same whether it is free or not.

    Raises `InvalidInput` for the present address, and `TooManyRequests`.
    """
    scale = work.settings.rate_limit_scale
    standing = await count(work.session, CHANGES_OF_A_NETWORK, network_of(device.address), work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Too many changes of address were asked for from this network. Try again later.")
    person, _ = await lock_to_change(work)
    if email_key(body.new_email) == person.email_key:
        unchanged = "Enter an address that differs from the present one."
        raise InvalidInput([in_body("/new_email", InputFaultCode.ADDRESS_UNCHANGED, unchanged)])
    await queries.void_email_changes(work, person.id)
    row = EmailChange(
        person_id=person.id,
        old_email=person.email,
        new_email=body.new_email,
        requested_from=device.address,
        requested_at=work.now,
        expires_at=work.now + _LIFETIME,
    )
    work.session.add(row)
    await work.session.flush()
    summary = f"{person.name} asked for another email address"
    await _record(work, EventType.EMAIL_CHANGE_REQUESTED, person, summary)
    await _note(work, SecurityEventKind.EMAIL_ADDRESS_CHANGE_REQUESTED, row)
    await outbox.queue(work, EmailChangeRequested(change_id=row.id))
    if await has_room(work, CHANGES_TO_AN_ADDRESS, body.new_email):
        await outbox.queue(work, EmailChangeToConfirm(change_id=row.id))
    return _to_schema(row)


async def list_own(work: Work) -> schemas.EmailChangeList:
    """Show the caller's change that waits for its confirmation."""
    assert work.actor.id is not None
    row = await queries.find_open_email_change(work.session, work.actor.id, work.now)
    return schemas.EmailChangeList(items=[_to_schema(row)] if row is not None else [])


async def cancel_own(work: Work, found: EmailChange) -> None:
    """Cancel one's own change. A no-op for one that has just been made or cancelled."""
    person, _ = await lock_to_change(work)
    row = await queries.lock_email_change(work.session, found.id)
    if row is not None and row.is_open(work.now):
        await _cancel(work, person, row, "by the person")


async def cancel(work: Work, body: LetterToken) -> None:
    """Cancel with the token that the old address has, and end every session: somebody may have asked who is not the
    owner. Raises `EmailChangeNotValid`."""
    token = secret_hash(body.token)
    found = _require_open(work, await queries.find_email_change(work.session, token), cancels=token)
    person = await lock_person(work.session, found.person_id)
    row = _require_open(work, await queries.lock_email_change(work.session, found.id), cancels=token)
    await _cancel(work, person, row, "by the old address")
    await end_sessions(work, person.id, "change of email address cancelled")


async def confirm(work: Work, body: schemas.EmailChangeConfirmation) -> None:
    """Make the change, with the token that the new address has and the account's password. Every session ends, and
    whatever links the old address has stop working.

    Raises `EmailChangeNotValid`, `WrongPassword`, `EmailAddressInUse` and `TooManyRequests`.
    """
    token, scale = secret_hash(body.token), work.settings.rate_limit_scale
    found = _require_open(work, await queries.find_email_change(work.session, token), confirms=token)
    known = (await get_row(work.session, Person, found.person_id)).password_hash
    await work.session.pause()
    # Counted first, as at log-in: parallel requests get no more guesses.
    standing = await count(work.session, WRONG_PASSWORDS, str(found.id), work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Too many wrong attempts. Ask for the change again.")
    async with work.aside():
        right = await verify_password(known, body.password)
    person, right = await lock_verified(work, found.person_id, known, body.password, right=right)
    row = _require_open(work, await queries.lock_email_change(work.session, found.id), confirms=token)
    if not await has_a_place(work.session, person.id):
        raise EmailChangeNotValid
    if not right:
        await _note(work, SecurityEventKind.EMAIL_ADDRESS_CHANGED, row, SecurityOutcome.FAILURE)
        raise WrongPassword
    give_back_at_the_end(work, asked([WRONG_PASSWORDS], str(found.id), scale=scale))
    if await find_person_by_email(work.session, row.new_email) is not None:
        raise EmailAddressInUse
    await _make(work, person, row)


async def _make(work: Work, person: Person, row: EmailChange) -> None:
    before, person.email, person.email_key = person.email, row.new_email, email_key(row.new_email)
    row.used_at = work.now
    # Whoever comes second to the same address is refused here, by the constraint.
    await work.session.flush()
    await void_password_resets(work, person.id)
    await end_sessions(work, person.id, "email address changed")
    await outbox.record(
        work,
        EventType.EMAIL_CHANGED,
        ("person", person.id),
        summary=f"{person.name} changed the email address",
        centre_sees=False,
        before={"email": before},
        after={"email": person.email},
    )
    await _note(work, SecurityEventKind.EMAIL_ADDRESS_CHANGED, row)
    await outbox.queue(work, EmailAddressChanged(change_id=row.id))


async def _cancel(work: Work, person: Person, row: EmailChange, how: str) -> None:
    row.voided_at = work.now
    await work.session.flush()
    summary = f"The change of {person.name}'s email address was cancelled"
    await _record(work, EventType.EMAIL_CHANGE_CANCELLED, person, summary)
    await _note(work, SecurityEventKind.EMAIL_ADDRESS_CHANGE_CANCELLED, row, because=how)


def _require_open(
    work: Work, row: EmailChange | None, *, confirms: bytes | None = None, cancels: bytes | None = None
) -> EmailChange:
    """Return the open change that this token confirms, or cancels: neither does the other's work."""
    fits = row is not None and (row.token_hash == confirms if confirms else row.cancel_token_hash == cancels)
    if row is None or not fits or not row.is_open(work.now):
        raise EmailChangeNotValid
    return row


async def _record(work: Work, type_: EventType, person: Person, summary: str) -> None:
    await outbox.record(work, type_, ("person", person.id), summary=summary, centre_sees=False)


async def _note(
    work: Work,
    kind: SecurityEventKind,
    row: EmailChange,
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS,
    **detail: object,
) -> None:
    detail = {"email_change_id": str(row.id), **detail}
    await security_events.record(work, kind, person_id=row.person_id, outcome=outcome, detail=detail)


def _to_schema(row: EmailChange) -> schemas.EmailChange:
    return schemas.EmailChange(
        id=row.id, new_email=row.new_email, requested_at=row.requested_at, expires_at=row.expires_at
    )
