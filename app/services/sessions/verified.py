"""Lock a person whose password was verified while no connection was held (R06)."""

from uuid import UUID

from app.database import Work
from app.models import Person
from app.queries.people import lock_person
from app.security.passwords import verify_password


async def lock_verified(
    work: Work, person_id: UUID, known: str | None, password: str, *, right: bool
) -> tuple[Person, bool]:
    """Lock the person, and say whether the password is still theirs. `right` is how it compared with the hash `known`.

    Call it before any change. A log-in may have stored a better hash of the same password meanwhile: against that one
    the password is verified again.
    """
    person = await lock_person(work.session, person_id)
    if not right or person.password_hash == known:
        return person, right
    better = person.password_hash
    await work.session.pause(keep_locks=False)
    async with work.aside():
        right = await verify_password(better, password)
    person = await lock_person(work.session, person_id)
    return person, right and person.password_hash == better
