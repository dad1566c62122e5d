"""Show letters and what became of them, to staff and to the centre that they went to."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from app.database import Work
from app.domain.emails import DeliveryOutcome, EmailStatus, address_of
from app.letters.catalogue import all_letters
from app.letters.letter import Audience
from app.models import Email, EmailDelivery
from app.queries import deliveries as queries
from app.schemas import letters as schemas


async def list_of(
    work: Work, owner_id: UUID, query: schemas.LetterQuery, *, entry_id: UUID | None = None
) -> schemas.LetterPage:
    """List a page of the letters that belong to something, about an entry of its ledger only if one is given. A centre
    sees those that are addressed to centres."""
    kinds = None if work.actor.is_staff else _to_centres()
    return await _page(work, *await queries.list_letters_of(work.session, owner_id, query, kinds, entry_id))


async def list_all(work: Work, query: schemas.AllLettersQuery) -> schemas.LetterPage:
    """List a page of all letters."""
    return await _page(work, *await queries.list_letters(work, query))


async def show(work: Work, row: Email) -> schemas.Letter:
    logs = await queries.deliveries_of(work.session, [row.id])
    return _to_schema(work, row, logs.get(row.id, ()))


@lru_cache(maxsize=1)
def _to_centres() -> frozenset[str]:
    return frozenset(kind for kind, letter in all_letters().items() if letter.sample.audience is Audience.CENTRE)


async def _page(work: Work, rows: Sequence[Email], cursor: str | None) -> schemas.LetterPage:
    logs = await queries.deliveries_of(work.session, [row.id for row in rows])
    return schemas.LetterPage(items=[_to_schema(work, row, logs.get(row.id, ())) for row in rows], next_cursor=cursor)


def _to_schema(work: Work, row: Email, log: Sequence[EmailDelivery]) -> schemas.Letter:
    bounced = {entry.recipient for entry in log if entry.outcome is DeliveryOutcome.BOUNCED}
    to: list[str] = row.recipients["to"] if row.recipients is not None else []
    return schemas.Letter(
        id=row.id,
        kind=row.kind,
        status=row.status,
        subject=row.subject,
        recipients=[
            schemas.LetterRecipient(
                name=addressee.rpartition("<")[0].strip() or None,
                address=address_of(addressee),
                bounced=address_of(addressee) in bounced,
            )
            for addressee in to
        ],
        queued_at=row.queued_at,
        sent_at=row.sent_at,
        deliveries=[*_before_the_log(row, log), *(_entry(work, entry) for entry in log)],
    )


def _before_the_log(row: Email, log: Sequence[EmailDelivery]) -> list[schemas.LetterDelivery]:
    """What the email's row says beside the log: when it was queued, and of an earlier release's, the rest."""
    found: list[tuple[datetime, DeliveryOutcome, str | None]] = [(row.queued_at, DeliveryOutcome.QUEUED, None)]
    if not log and row.sent_at is not None:
        found.append((row.sent_at, DeliveryOutcome.SENT, None))
    elif not log and row.status is EmailStatus.HELD:
        found.append((row.queued_at, DeliveryOutcome.HELD, row.failure))
    return [
        schemas.LetterDelivery(at=at, outcome=outcome, recipient=None, code=None, words=words, by=None)
        for at, outcome, words in found
    ]


def _entry(work: Work, row: EmailDelivery) -> schemas.LetterDelivery:
    staff = work.actor.is_staff
    return schemas.LetterDelivery(
        at=row.at,
        outcome=row.outcome,
        recipient=row.recipient,
        code=row.code,
        words=row.words if staff or row.recipient is not None else None,
        by=row.actor_name if staff else None,
    )
