"""Erase what has been kept long enough (UK GDPR article 5(1)(e)), a part each night."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.database import Work
from app.models import SecurityEvent
from app.queries import personal_data as queries
from app.services.privacy.erasure import erase_applicant, erase_contact, erase_letters, erase_subject, is_needed

_MONTH = timedelta(days=30.44)
# In one transaction; the next night goes on.
_AT_ONCE = 500


async def retain(work: Work) -> None:
    """Erase declined organisations' people, former people, ended contacts, and the recipients of old letters; delete
    old security events."""
    kept = work.settings.retention
    for row in await queries.lock_declined(work.session, _before(work, kept.declined_months), _AT_ONCE):
        await erase_applicant(work, row)
    former = _before(work, kept.former_people_months)
    for contact in await queries.lock_ended_contacts(work.session, former, _AT_ONCE):
        await erase_contact(work, contact)
    for address in await queries.former_people(work.session, former, _AT_ONCE):
        subject = await queries.find_subject(work.session, address, lock=True)
        # A contact or an application of the same address has a period of its own, and so have the letters to them.
        subject = subject._replace(contacts=(), initial_applications=())
        if await is_needed(work, subject):
            # Invited again, or has accepted, in this moment.
            continue
        await erase_subject(work, subject, address, letters_until=former)
    letters = await queries.ids_of_old_letters(work.session, _before(work, kept.letters_months), _AT_ONCE)
    await erase_letters(work, letters)
    old = work.now - timedelta(days=kept.security_events_days)
    await work.session.execute(delete(SecurityEvent).where(SecurityEvent.at < old))


def _before(work: Work, months: int) -> datetime:
    return work.now - months * _MONTH
