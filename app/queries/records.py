"""The record of changes with its filters, each at the cost of a page (R24, decision 20).

Ids are given in the order in which changes are recorded, so the list is in that order; times are those of the changes.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, false, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import Actor
from app.domain.records import AREAS, readable_types
from app.domain.refusals.input import InvalidInput, Place, fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.search_text import begun_reference
from app.models import ApplicationWord, Centre, Event, InitialApplication, InvoiceWord
from app.queries.merging import EVERY, Ids, Shown, fetch_shown, merge_over, one_of, rarest_of
from app.queries.paging import Key, Page, page_of
from app.queries.search import CENTRES, INITIAL_APPLICATIONS, WordIndex, among, search
from app.queries.visibility import Reason, staff_only, unfiltered
from app.schemas.records import RecordFilters, RecordQuery

BATCH = 200
"""So many changes of an export are in memory at once."""

_SUBJECTS = 100
_SERIES = ("cra", "inv")
# A change gets its id when it is recorded: after its time, and within its transaction.
_SLACK = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_KEYS: list[Key] = [Event.id]
FoundT = TypeVar("FoundT", Centre, InitialApplication)
Rows: TypeAlias = tuple[list[Event], str | None]


async def list_records(work: Work, query: RecordQuery) -> Rows:
    """List a page of the changes that the actor may read, newest first. Raises `InvalidInput`."""
    return await _fetch(work, query, page_of(query, _KEYS, descending=True))


async def read_batch(
    work: Work, filters: RecordFilters, until: UUID, after: UUID | None = None
) -> tuple[list[Event], UUID | None]:
    """Read the next changes up to the id `until`, oldest first, and the id to go on `after`; None at the end."""
    page = Page(_KEYS, None if after is None else [after], BATCH, descending=False)
    rows, more = await _fetch(work, filters, page, Event.id <= until)
    return rows, rows[-1].id if more is not None else None


async def _fetch(work: Work, query: RecordFilters, page: Page, *more: ColumnElement[bool]) -> Rows:
    types = _types(work.actor, query)
    conditions = [
        staff_only(work.actor),
        Event.type == any_(literal(types, ARRAY(Text()))),
        *(column == value for column, value in _objects(query)),
        *await _times(work.session, query),
        *more,
    ]
    shown = await _shown(work, query, page, types, select(Event.id).where(*conditions))
    return await fetch_shown(work.session, select(Event).where(*conditions), shown, page)


async def _shown(work: Work, query: RecordFilters, page: Page, types: list[str], part: Ids) -> Shown:
    """Find the rows of the page among those of `part`."""
    if query.text is not None:
        named = [(column, ids) for column, ids in await _subjects(work, query.text) if ids]
        lists = [one_of(Event.id, merge_over(page, column, ids, part)) for column, ids in named]
        return Shown(or_(false(), *lists))
    objects, of_types = _objects(query), merge_over(page, Event.type, types, part)
    if not objects:
        return Shown(one_of(Event.id, of_types)) if query.types or query.areas else EVERY
    narrow: list[Ids] = [select(Event.id).where(column == value) for column, value in objects]
    if query.types or query.areas:
        narrow.append(select(Event.id).where(Event.type.in_(types)))
    few = await rarest_of(work.session, narrow) if len(narrow) > 1 else None
    (column, value), *_ = objects
    return Shown(one_of(Event.id, few if few is not None else merge_over(page, column, [value], part)))


def _types(actor: Actor, query: RecordFilters) -> list[str]:
    """The types that the actor may read and asks for: one that this release does not know is shown to nobody."""
    asked = readable_types(actor)
    if query.types:
        asked &= frozenset(query.types)
    return sorted(type_.value for type_ in asked if not query.areas or AREAS[type_] in query.areas)


def _objects(query: RecordFilters) -> list[tuple[Key, UUID]]:
    """The columns that have to have a value, the one with probably the fewest rows first."""
    asked = (
        (Event.aggregate_id, query.aggregate_id),
        (Event.application_id, query.application_id),
        (Event.centre_id, query.centre_id),
        (Event.actor_id, query.actor_id),
    )
    return [(column, value) for column, value in asked if value is not None]


@unfiltered(Reason.RULE)
async def _times(session: AsyncSession, query: RecordFilters) -> list[ColumnElement[bool]]:
    """The conditions of a period, and the ids between which its changes lie: the list is in the order of ids."""
    conditions: list[ColumnElement[bool]] = []
    at, first, last = Event.occurred_at, query.occurred_from, query.occurred_before
    if first is not None:
        earliest = await session.scalar(select(Event.id).where(at >= first).order_by(at, Event.id).limit(1))
        conditions += [at >= first, Event.id >= _moved(earliest, -_SLACK) if earliest is not None else false()]
    if last is not None:
        order = (at.desc(), Event.id.desc())
        latest = await session.scalar(select(Event.id).where(at < last).order_by(*order).limit(1))
        conditions += [at < last, Event.id < _moved(latest, _SLACK) if latest is not None else false()]
    return conditions


def _moved(id_: UUID, by: timedelta) -> UUID:
    """The first id of another time: a UUID of version 7 begins with its milliseconds (RFC 9562)."""
    return UUID(int=max(0, (id_.int >> 80) + by // _MILLISECOND) << 80)


async def _subjects(work: Work, text: str) -> list[tuple[Key, list[UUID]]]:
    """What the text names, as values of columns of events. Raises `InvalidInput` where it names too much."""
    centres = await _few(work, CENTRES, Centre, [Centre.id], text)
    received = InitialApplication
    forms = await _few(work, INITIAL_APPLICATIONS, received, [received.received_at, received.id], text)
    begun = begun_reference(text, _SERIES)
    applications: list[UUID] = []
    invoices: list[UUID] = []
    if begun.words:
        for found, id_, word in (
            (applications, ApplicationWord.application_id, ApplicationWord.word),
            (invoices, InvoiceWord.invoice_id, InvoiceWord.word),
        ):
            found += await _ids(work, select(id_).where(staff_only(work.actor), among(begun, word)).distinct())
    grown = {row.centre_id for row in forms if row.centre_id is not None}
    return [
        (Event.centre_id, sorted({row.id for row in centres} | grown)),
        (Event.application_id, sorted(applications)),
        (Event.aggregate_id, sorted({*invoices, *(row.id for row in forms)})),
    ]


async def _few(work: Work, index: WordIndex, model: type[FoundT], keys: list[Key], text: str) -> list[FoundT]:
    page = Page(keys, None, _SUBJECTS, descending=True)
    shown = await search(work.session, index, text, page)
    rows, more = await fetch_shown(work.session, select(model).where(staff_only(work.actor)), shown, page)
    if more is not None:
        raise _too_many()
    return rows


@unfiltered(Reason.JUDGED)
async def _ids(work: Work, ids: Ids) -> Sequence[UUID]:
    found = (await work.session.scalars(ids.limit(_SUBJECTS + 1))).all()
    if len(found) > _SUBJECTS:
        raise _too_many()
    return found


def _too_many() -> InvalidInput:
    code = InputFaultCode.TOO_MANY_MATCHES
    return fault("/text", code, code.meaning, place=Place.QUERY)
