"""The feed that hot statements read is that of ORM rows."""

from typing import Any

from sqlalchemy import select

from app.database import Work
from app.domain.actors import SYSTEM, Scope
from app.domain.sandbox import SandboxState
from app.models import Event
from app.services.events.feed import to_schema
from app.services.events.publication import publish_pending
from app.services.story.ways import WAYS
from tests.world import Login, World


async def _read(world: World, login: Login, limit: int, **params: Any) -> list[dict[str, Any]]:
    """Read the feed to its end."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {**params, "limit": limit}
    while True:
        answer = await world.client.get("/v1/events", params=asked, headers=login.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if len(page["items"]) < limit:
            again = await world.client.get(
                "/v1/events", params={**asked, "cursor": page["next_cursor"]}, headers=login.headers
            )
            assert again.json() == {"items": [], "next_cursor": page["next_cursor"]}
            return found
        asked["cursor"] = page["next_cursor"]


async def test_the_feed_is_that_of_orm_rows(world: World) -> None:
    """In pages of every size, of every type or some, and about one object, which ORM rows still are."""
    centre = await world.centre()
    draft = await world.draft(centre)
    await world.play(centre, draft["id"], *WAYS[SandboxState.IN_REVIEW][1:])
    reader = await world.integration(Scope.EVENTS_READ)
    async with world.database.transaction() as session:
        await publish_pending(Work(session, SYSTEM, world.clock(), world.settings))
        published = select(Event).where(Event.position.is_not(None)).order_by(Event.position)
        rows = (await session.scalars(published)).all()
        plain = [to_schema(row).model_dump(mode="json") for row in rows]
    assert len(plain) > 7
    types = sorted({item["type"] for item in plain})
    for limit in (2, 7, 100):
        assert await _read(world, reader, limit) == plain
        for some in (types[:1], types[1:4], ["invoice.voided"]):
            assert await _read(world, reader, limit, types=some) == [item for item in plain if item["type"] in some]
    about = plain[-1]["aggregate"]["id"]
    theirs = [item for item in plain if item["aggregate"]["id"] == about]
    assert await _read(world, reader, 3, aggregate_id=about) == theirs
