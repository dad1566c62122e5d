"""Security events, for administrators."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Person, SecurityEvent
from app.queries.paging import Column, page_of
from app.queries.visibility import Reason, unfiltered
from app.schemas.security_events import SecurityEventQuery

_KEYS = [SecurityEvent.at, SecurityEvent.id]


@unfiltered(Reason.PERMITTED)
async def list_security_events(
    session: AsyncSession, query: SecurityEventQuery
) -> tuple[list[SecurityEvent], str | None]:
    """List a page of security events, newest first."""
    page = page_of(query, _KEYS, descending=True)
    statement = select(SecurityEvent)
    # Rarest first: the page is read along the index of the first filter that is given.
    given: list[tuple[Column, object]] = [
        (column, value)
        for column, value in (
            (SecurityEvent.person_id, query.person_id),
            (SecurityEvent.address, query.address),
            (SecurityEvent.kind, query.kind),
        )
        if value is not None
    ]
    for column, value in given[1:]:
        statement = statement.where(column == value)
    if query.outcome is not None:
        statement = statement.where(SecurityEvent.outcome == query.outcome.value)
    if query.happened_from is not None:
        statement = statement.where(SecurityEvent.at >= query.happened_from)
    if query.happened_before is not None:
        statement = statement.where(SecurityEvent.at < query.happened_before)
    if given:
        column, value = given[0]
        statement = page.cut_of(column, literal(value, column.type), statement, _KEYS)
    else:
        statement = page.cut(statement, _KEYS)
    return page.turn(list((await session.scalars(statement)).all()))


@unfiltered(Reason.PERMITTED)
async def names_of(session: AsyncSession, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of these people, by id."""
    people = await session.scalars(select(Person).where(Person.id.in_(person_ids)))
    return {person.id: person.name for person in people}
