"""A centre lead who leaves, or loses the role, leaves their applications to the manager, who is told."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Application, Email, Event, Recognition
from tests.races import race
from tests.world import Login, World


async def admin_of(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


def one(login: Login) -> str:
    return f"/v1/staff/{login.user_id}"


async def leave(world: World, admin: Login, lead: Login, how: str) -> httpx.Response:
    headers = admin.headers | {"if-match": "*"}
    if how == "deactivated":
        return await world.client.delete(one(lead), headers=headers)
    return await world.client.patch(one(lead), json={"roles": ["customer_experience"]}, headers=headers)


async def leads(world: World) -> dict[str, str | None]:
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Application))
        return {str(row.id): str(row.centre_lead_id) if row.centre_lead_id else None for row in rows}


@pytest.mark.parametrize("how", ["deactivated", "without the role"])
async def test_their_applications_wait_for_another_lead(world: World, how: str) -> None:
    admin, lead = await admin_of(world), await world.staff(StaffRole.CENTRE_LEAD)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    open_ = await world.application(await world.centre(), Status.IN_REVIEW)
    accepted = await world.application(await world.centre(), Status.ACCEPTED_WITH_ACTIONS)
    rejected = await world.application(await world.centre(), Status.REJECTED)
    assert set((await leads(world)).values()) == {str(lead.id)}
    old = (await world.get(f"/v1/applications/{open_['id']}", manager))["etag"]
    await world.run_jobs()
    assert (await leave(world, admin, lead, how)).status_code in (200, 204)
    # What is over stays as it was; what still needs a lead has none, and says so under a new version.
    assert await leads(world) == {open_["id"]: None, accepted["id"]: None, rejected["id"]: str(lead.id)}
    shown = await world.get(f"/v1/applications/{open_['id']}", manager)
    assert (shown["centre_lead"], shown["waiting_on"]) == (None, "quality_assurance_manager")
    assert shown["etag"] != old
    async with world.database.transaction() as session:
        recognised = (await session.scalars(select(Recognition))).all()
        recorded = list(
            await session.scalars(select(Event.application_id).where(Event.type == "application.centre_lead_removed"))
        )
        (queued,) = await session.scalars(select(Email).where(Email.kind == "centre_lead_left"))
    assert [row.centre_lead_id for row in recognised] == [None]
    assert {str(id_) for id_ in recorded} == {open_["id"], accepted["id"]} == set(queued.arguments["application_ids"])
    await world.run_jobs()
    (letter,) = world.mail(to=manager.email, subject="is no longer a centre lead")
    assert open_["reference"] in letter.text
    assert rejected["reference"] not in letter.text


async def test_a_lead_without_applications_and_another_change_tell_nobody(world: World) -> None:
    admin, lead = await admin_of(world), await world.staff(StaffRole.CENTRE_LEAD)
    await world.application(await world.centre(), Status.IN_REVIEW)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    before = await leads(world)
    for body in ({"job_title": "Senior"}, {"roles": ["centre_lead", "customer_experience"]}):
        answer = await world.client.patch(one(lead), json=body, headers=admin.headers | {"if-match": "*"})
        assert answer.status_code == 200
    assert (await leave(world, admin, other, "deactivated")).status_code == 204
    assert await leads(world) == before
    async with world.database.transaction() as session:
        assert "centre_lead_left" not in set(await session.scalars(select(Email.kind)))


async def _assigned(world: World, manager: Login, lead: Login, application: dict[str, Any]) -> httpx.Response:
    return await world.client.put(
        f"/v1/applications/{application['id']}/centre-lead",
        json={"centre_lead_id": str(lead.id)},
        headers=manager.headers | {"if-match": "*"},
    )


@pytest.mark.parametrize("held", ["staff_members", "applications"])
async def test_an_assignment_and_a_deactivation_at_once(world: World, held: str) -> None:
    """Whichever comes first: no application is left with somebody who has gone, and neither waits for the other."""
    admin, manager = await admin_of(world), await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    leaving = await world.staff(StaffRole.CENTRE_LEAD)
    mine = await world.application(await world.centre(), Status.IN_REVIEW)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    theirs = await world.application(await world.centre(), Status.IN_REVIEW)
    assert (await _assigned(world, manager, other, theirs)).status_code == 200
    answers = await race(
        world.database,
        f"SELECT 1 FROM {held} ORDER BY id FOR UPDATE",
        leave(world, admin, leaving, "deactivated"),
        _assigned(world, manager, leaving, theirs),
        _assigned(world, manager, other, mine),
    )
    assert answers[0].status_code in (204, 503)
    if answers[0].status_code == 503:
        assert (await leave(world, admin, leaving, "deactivated")).status_code == 204
    assert {answer.status_code for answer in answers[1:]} <= {200, 422}
    assert str(leaving.id) not in (await leads(world)).values()


async def test_many_assignments_and_deactivations_leave_nobody_with_a_former_lead(world: World) -> None:
    admin, manager = await admin_of(world), await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    stay = await world.staff(StaffRole.CENTRE_LEAD)
    applications = [await world.application(await world.centre(), Status.IN_REVIEW) for _ in range(2)]
    for _ in range(6):
        leaving = await world.staff(StaffRole.CENTRE_LEAD, new=True)
        done = await asyncio.gather(
            *(_assigned(world, manager, leaving, application) for application in applications),
            leave(world, admin, leaving, "deactivated"),
            *(_assigned(world, manager, stay, application) for application in applications),
        )
        assert {answer.status_code for answer in done} <= {200, 204, 422, 503}, [answer.text for answer in done]
        if done[2].status_code == 503:
            assert (await leave(world, admin, leaving, "deactivated")).status_code == 204
        assert str(leaving.id) not in (await leads(world)).values()
