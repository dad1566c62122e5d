"""Timelines of applications and centres, filtered by reader (R24)."""

from collections.abc import Sequence

from app.database import Work
from app.domain.actors import ActorKind, CentreRole
from app.models import Event
from app.queries.applications import AnyApplication
from app.queries.centres import AnyCentre
from app.queries.events import list_timeline
from app.schemas import timeline as schemas
from app.schemas.events import EventAggregate

_OF_A_CENTRE = frozenset(role.value for role in CentreRole)


async def list_of_application(
    work: Work, application: AnyApplication, query: schemas.TimelineQuery
) -> schemas.TimelinePage:
    """List a page of an application's events."""
    return _page(work, *await list_timeline(work, Event.application_id, application.id, query))


async def list_of_centre(work: Work, centre: AnyCentre, query: schemas.TimelineQuery) -> schemas.TimelinePage:
    """List a page of a centre's events, its applications' included."""
    return _page(work, *await list_timeline(work, Event.centre_id, centre.id, query))


def _page(work: Work, rows: Sequence[Event], cursor: str | None) -> schemas.TimelinePage:
    return schemas.TimelinePage(items=[to_schema(work, row) for row in rows], next_cursor=cursor)


def to_schema(work: Work, row: Event) -> schemas.TimelineEvent:
    """Show an event; only staff see from what to what."""
    audit = row.audit if work.actor.is_staff and row.audit is not None else {}
    return schemas.TimelineEvent(
        id=row.id,
        type=row.type,
        summary=row.summary,
        occurred_at=row.occurred_at,
        aggregate=EventAggregate(type=row.aggregate_type, id=row.aggregate_id, sequence=row.sequence),
        actor=_actor_to_schema(work, row),
        before=audit.get("before"),
        after=audit.get("after"),
    )


def _actor_to_schema(work: Work, row: Event) -> schemas.TimelineActor:
    """Name who acted. A centre sees staff and systems as the awarding organisation in a role."""
    kind = ActorKind(row.actor_kind)
    own = not _OF_A_CENTRE.isdisjoint(row.actor_roles)
    if work.actor.is_staff or own or kind in (ActorKind.PUBLIC, ActorKind.SYSTEM):
        return schemas.TimelineActor(kind=kind, id=row.actor_id, name=row.actor_name, roles=row.actor_roles)
    return schemas.TimelineActor(kind=kind, id=None, name=work.settings.organisation.name, roles=row.actor_roles)
