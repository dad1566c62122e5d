"""The `data` of each public event is what the contract's schema for its type promises, and nothing else."""

from sqlalchemy import select

from app.domain.events import PUBLIC, EventType
from app.domain.workflow import Status
from app.models import Event
from app.schemas.event_data import EVENT_DATA
from tests.contract.reading import document, faults
from tests.world import World


def test_every_public_event_type_has_a_schema() -> None:
    """No other type has one."""
    assert EVENT_DATA.keys() == PUBLIC
    names = {type_: "".join(part.title() for part in type_.replace(".", "_").split("_")) for type_ in PUBLIC}
    assert {type_: model.__name__ for type_, model in EVENT_DATA.items()} == {
        type_: f"{name}Data" for type_, name in names.items()
    }
    choices = document()["components"]["schemas"]["FeedEvent"]["properties"]["data"]["anyOf"]
    assert len(choices) == len(PUBLIC)


async def test_recorded_events_have_the_data_of_their_type(world: World) -> None:
    """For an application accepted with actions: all properties present, none undocumented."""
    await world.application(await world.centre(), status=Status.ACCEPTED_WITH_ACTIONS)
    async with world.database.transaction() as session:
        recorded = [(EventType(row.type), row.public) for row in await session.scalars(select(Event))]
    seen = set()
    for type_, data in recorded:
        if data is None:
            continue
        model = EVENT_DATA[type_]
        seen.add(type_)
        assert data.keys() == model.model_fields.keys(), type_
        assert faults({"$ref": f"#/components/schemas/{model.__name__}"}, data) == [], type_
    assert len(seen) >= 12, seen
