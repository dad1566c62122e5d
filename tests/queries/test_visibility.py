"""The parameters of a hot statement let through what the statement per actor lets through."""

from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.actors import PUBLIC, Actor, ActorKind, CentreRole, Scope, StaffRole
from app.models import Application
from app.queries.hot import Hot
from app.queries.visibility import (
    money_viewer,
    money_visible_to,
    staff_only,
    staff_viewer,
    viewer,
    visible_to,
    visible_to_staff_viewer,
    visible_to_viewer,
)
from tests.world import World


class Id(NamedTuple):
    id: UUID


FOR_VIEWER = Hot(select(Application.id).where(visible_to_viewer(Application.centre_id)).order_by(Application.id), Id)
FOR_STAFF = Hot(select(Application.id).where(visible_to_staff_viewer()).order_by(Application.id), Id)
OTHER = uuid4()


def _actors(centre_id: UUID) -> list[Actor]:
    staff, both = frozenset({StaffRole.FINANCE}), {centre_id: CentreRole.USER, OTHER: CentreRole.SUPER_USER}
    return [
        PUBLIC,
        Actor(ActorKind.PERSON),
        Actor(ActorKind.PERSON, memberships={OTHER: CentreRole.SUPER_USER}),
        Actor(ActorKind.PERSON, memberships={centre_id: CentreRole.USER}),
        Actor(ActorKind.PERSON, memberships=both),
        Actor(ActorKind.PERSON, staff_roles=staff),
        *(Actor(ActorKind.CLIENT, scopes=frozenset({scope})) for scope in Scope),
        # Such actors do not exist. What is not a person has neither roles nor memberships.
        Actor(ActorKind.CLIENT, staff_roles=staff, memberships=both),
        Actor(ActorKind.SYSTEM, staff_roles=staff, memberships=both),
        Actor(ActorKind.PUBLIC, staff_roles=staff, memberships=both, scopes=frozenset(Scope)),
    ]


async def test_a_hot_statement_finds_what_the_statement_per_actor_finds(world: World, database: Database) -> None:
    centres = [await world.centre(), await world.centre()]
    for centre in centres:
        await world.application(centre)
    counts: dict[str, set[int]] = {"viewer": set(), "staff": set(), "money": set()}
    async with database.transaction() as session:
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        for actor in _actors(centres[0].id):
            for name, condition, hot, given in (
                ("viewer", visible_to(actor, Application.centre_id), FOR_VIEWER, viewer(actor)),
                ("money", money_visible_to(actor, Application.centre_id), FOR_VIEWER, money_viewer(actor)),
                ("staff", staff_only(actor), FOR_STAFF, staff_viewer(actor)),
            ):
                plain = await session.scalars(select(Application.id).where(condition).order_by(Application.id))
                found = [row.id for row in await hot.all(driver, **given)]
                assert found == plain.all(), (name, actor)
                counts[name].add(len(found))
    assert counts == {"viewer": {0, 1, 2}, "staff": {0, 2}, "money": {0, 1, 2}}


async def test_a_viewer_fits_only_the_statement_that_asks_for_it(database: Database) -> None:
    async with database.transaction() as session:
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        for given in ({}, staff_viewer(PUBLIC), viewer(PUBLIC) | staff_viewer(PUBLIC)):
            with pytest.raises(TypeError):
                await FOR_VIEWER.all(driver, **given)
