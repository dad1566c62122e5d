"""The caller and their session, locked: the first thing that every change of second factors does."""

from app.database import Work
from app.domain.refusals.access import SecondFactorRequired, TokenNotValid
from app.models import Person, Session
from app.queries.people import lock_person
from app.queries.sessions import lock_session


async def lock_own(work: Work) -> tuple[Person, Session]:
    """Lock the person and then the session, and judge the session again: it may have ended while the request waited.

    All proofs and changes of one person's factors wait here for each other. Raises `TokenNotValid`.
    """
    assert work.actor.id is not None
    person = await lock_person(work.session, work.actor.id)
    return person, await lock_own_session(work)


async def lock_own_session(work: Work) -> Session:
    """The second half of `lock_own`, once the person is locked. Raises `TokenNotValid`."""
    session = await lock_session(work.session, work.actor.session_id)
    if session is None or session.ended_at is not None:
        raise TokenNotValid
    return session


async def lock_to_change(work: Work) -> tuple[Person, Session]:
    """As `lock_own`, for a session that owes nothing: another one may have added the first second factor meanwhile.

    Raises `TokenNotValid` and `SecondFactorRequired`.
    """
    person, session = await lock_own(work)
    if person.second_factor_since is not None and session.second_factor_at is None:
        raise SecondFactorRequired
    return person, session
