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


@routes.get("", operation_id="listEvents", summary="Follow events", dependencies=[require(Permission.READ_EVENTS)])
async def list_events(work: WorkDep, query: Annotated[schemas.FeedQuery, Query()]) -> schemas.FeedEventPage:
    """Every event that is sent out, by position.

    Keep `next_cursor`, which is always there, also where nothing is new, and ask again with it: nothing is missed.
    """
    return await feed.list_all(work, query)
