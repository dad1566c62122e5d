"""The story is one: whoever plays it, through the services or over HTTP, leaves the same records."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import anyio
import httpx
import pytest
from sqlalchemy import ColumnElement, select

from app.database import Work
from app.demo.client import Caller, DemoFailed
from app.demo.player import HttpPlayer
from app.demo.screen import Screen
from app.domain.actors import PUBLIC, SYSTEM, Actor, ActorKind, StaffRole
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.refusals.base import Conflict
from app.domain.sandbox import SandboxState
from app.domain.workflow import Status
from app.models import Event, InitialApplication
from app.services.story import beginning, centre, staff
from app.services.story.player import ServicesPlayer
from app.services.story.script import Act, Part, Scene
from app.services.story.ways import WAYS
from tests.world import Login, TestCentre, World


class _InProcess(httpx.BaseTransport):
    """Hands the requests of a worker thread to the app of the test."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        send = partial(self._client.request, content=request.read(), headers=request.headers)
        response = anyio.from_thread.run(send, request.method, str(request.url))
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        return httpx.Response(response.status_code, headers=headers, content=response.content, request=request)


async def _http_player(world: World, centre: TestCentre | None = None) -> HttpPlayer:
    """A player whose callers are the people of the world."""
    http = httpx.Client(transport=_InProcess(world.client), base_url="http://testserver")

    def caller(login: Login | None) -> Caller:
        token = login.headers["Authorization"].removeprefix("Bearer ") if login else None
        return Caller("Somebody", http, Screen(0), token)

    cast = {Part(role.value): caller(await world.staff(role)) for role in StaffRole if role.value in set(Part)}
    cast[Part.APPLICANT] = caller(None)
    scene = Scene("over-http", world.clock(), ids={"centre_lead": str((await world.staff(StaffRole.CENTRE_LEAD)).id)})
    if centre is not None:
        scene.run = centre.run
        scene.ids["centre"] = str(centre.id)
        cast |= {Part.SUPER_USER: caller(centre.super_user), Part.USER: caller(centre.user)}
    return HttpPlayer(cast, scene, world.clock)


async def _play_over_http(world: World, player: HttpPlayer, *acts: Act) -> None:
    for act in acts:
        if act is staff.hold_interview:
            world.clock.move(player.scene.pause)
        await anyio.to_thread.run_sync(player.play, act)


async def _events(world: World, of: ColumnElement[bool]) -> list[str]:
    async with world.database.transaction() as session:
        return list(await session.scalars(select(Event.type).where(of).order_by(Event.id)))


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.CLOSED}))
async def test_every_status_is_reached_by_both_players_with_the_same_events(world: World, status: Status) -> None:
    through_services = await world.application(await world.centre(), status)
    player = await _http_player(world, await world.centre())
    player.scene.pause = timedelta(minutes=1)
    await _play_over_http(world, player, *WAYS[SandboxState(status.value)])
    super_user = player.cast[Part.SUPER_USER]
    id_ = player.scene.ids["application"]
    over_http = await anyio.to_thread.run_sync(super_user.get, f"/v1/applications/{id_}")
    assert over_http.body["status"] == through_services["status"] == status.value
    by_each = [await _events(world, Event.application_id == UUID(each)) for each in (id_, through_services["id"])]
    assert by_each[0] == by_each[1] != []


async def test_the_beginning_is_the_same_for_both_players(world: World) -> None:
    """From the public form to the account (R01 to R04)."""
    acts = (beginning.apply, beginning.carry_out_due_diligence, beginning.open_account)
    player = await _http_player(world)
    await _play_over_http(world, player, *acts)
    scene = Scene("through-services", world.clock())
    member = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    cast = {
        Part.APPLICANT: PUBLIC,
        Part.CUSTOMER_EXPERIENCE: Actor(
            ActorKind.PERSON,
            member.id,
            member.name,
            member.email,
            staff_roles=frozenset({StaffRole.CUSTOMER_EXPERIENCE}),
        ),
    }
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, scene.now, world.settings)
        await ServicesPlayer(work, world.store, cast, scene).play(*acts)
    by_each = []
    for each in (player.scene, scene):
        by_each.append(await _events(world, Event.aggregate_id.in_([UUID(id_) for id_ in each.ids.values()])))
        async with world.database.transaction() as session:
            row = await session.get_one(InitialApplication, UUID(each.ids["initial_application"]))
        assert row.status is InitialApplicationStatus.ACCOUNT_CREATED
    assert by_each[0] == by_each[1] != []


async def test_a_refused_step_ends_both_players(world: World) -> None:
    """A step out of order is refused as everywhere else, and nothing of the act remains."""
    first, second = await world.centre(), await world.centre()
    draft = await world.draft(first)
    with pytest.raises(Conflict) as refusal:
        await world.play(first, draft["id"], centre.submit)
    player = await _http_player(world, second)
    await _play_over_http(world, player, centre.start)
    with pytest.raises(DemoFailed) as failure:
        await _play_over_http(world, player, centre.submit)
    assert failure.value.problem is not None
    assert refusal.value.code == "not_ready"
    assert '"code": "not_ready"' in failure.value.problem
