"""The public feed of events, for systems that cannot receive webhooks (R24)."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import WorkDep
from app.http.route import router
from app.schemas import events as schemas
from app.services.events import feed

routes = router("/v1/events", "Events")


@routes.get(
    "", operation_id="listEvents", summary="Read the event feed", dependencies=[require(Permission.READ_EVENTS)]
)
async def list_events(work: WorkDep, query: Annotated[schemas.FeedQuery, Query()]) -> schemas.FeedEventPage:
    """Returns the events of the feed by position, all of them or those that the filters name.

    Keep `next_cursor` and poll with it: it is there even when nothing is new, so no event is missed.
    """
    return await feed.list_all(work, query)
