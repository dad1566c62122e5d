"""The quality assurance manager reassigns an application to another centre lead (R19)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.models import CentreLeadAssignment, Recognition, StaffMember
from app.services.story import staff as staffs_part
from tests.routers.finance_stage import Bill, bill
from tests.routers.review_stage import case_in_review
from tests.world import Login, World


async def _assign(one: Bill, login: Login | None, body: Any, tag: str | None = None) -> httpx.Response:
    version = tag if tag is not None else f'"{(await one.application()).version}"'
    headers = (login.headers if login else {}) | ({"If-Match": version} if version else {})
    return await one.world.client.put(f"/v1/applications/{one.application_id}/centre-lead", json=body, headers=headers)


@pytest.fixture
async def manager(world: World) -> Login:
    return await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)


async def test_refusals_come_in_the_documented_order(world: World, manager: Login) -> None:
    centre, stranger = await world.centre(), await world.centre()
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world, centre.id)
    body = {"centre_lead_id": str(lead.id)}
    assert (await _assign(one, None, body)).status_code == 401
    assert (await _assign(one, stranger.super_user, body)).status_code == 404
    assert (await _assign(one, centre.super_user, body)).status_code == 403
    assert (await _assign(one, lead, body)).status_code == 403
    assert (await _assign(one, manager, {})).status_code == 422
    assert (await _assign(one, manager, body, "")).status_code == 428
    stale = await _assign(one, manager, body, '"0"')
    assert (stale.status_code, "current_etag" in stale.json()) == (412, True)
    unpaid = await _assign(one, manager, body)
    assert (unpaid.status_code, unpaid.json()["code"]) == (409, "step_not_allowed")


async def test_only_active_staff_with_the_role_can_lead(world: World, manager: Login) -> None:
    one = await bill(world)
    await one.pay()
    gone = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    async with world.database.transaction() as session:
        member = await session.get_one(StaffMember, gone.user_id)
        member.deactivated_at = world.clock()
    centre = await world.centre()
    for person_id in (uuid7(), gone.id, manager.id, centre.super_user.id):
        refused = await _assign(one, manager, {"centre_lead_id": str(person_id)})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "not_a_centre_lead"
    assert (await one.application()).centre_lead_id is None


@pytest.mark.requirement("R19")
async def test_a_deactivated_lead_is_not_assigned_automatically(world: World) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    async with world.database.transaction() as session:
        (await session.get_one(StaffMember, lead.user_id)).deactivated_at = world.clock()
    one = await bill(world)
    await one.pay()
    assert (await one.application()).centre_lead_id is None


@pytest.mark.requirement("R19")
async def test_a_new_lead_is_assigned_and_notified(world: World, manager: Login) -> None:
    first = await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    await one.pay()
    second = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    body = {"centre_lead_id": str(second.id), "reason": "On leave."}
    answer = await _assign(one, manager, body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["centre_lead"]["id"] == str(second.id)
    assert (await one.mail()).count("centre_lead_assigned") == 2
    recorded = (await one.events())[-1]
    assert recorded.audit is not None
    assert recorded.audit["after"] | {"status": None} == {
        "status": None,
        "from": str(first.id),
        "to": str(second.id),
        "reason": "On leave.",
    }
    assert recorded.public is not None
    assert str(second.id) not in str(recorded.public)
    async with world.database.transaction() as session:
        rows = (await session.scalars(select(CentreLeadAssignment).order_by(CentreLeadAssignment.id))).all()
    assert [(row.centre_lead_id, row.assigned_by) for row in rows] == [(first.id, None), (second.id, manager.id)]
    assert (await _assign(one, manager, body, '"1"')).status_code == 412


@pytest.mark.requirement("R19")
async def test_a_lead_can_be_reassigned_during_a_return(world: World, manager: Login) -> None:
    """The manager may reassign at any time; the resubmission goes to the new lead."""
    case = await case_in_review(world)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    await world.play(case.centre, case.id, staffs_part.return_by_centre_lead)
    one = Bill(world, case.centre.id, case.id, case.invoice_id, manager)
    answer = await _assign(one, manager, {"centre_lead_id": str(other.id)})
    assert (answer.status_code, answer.json()["status"]) == (200, "returned"), answer.text
    assert answer.json()["centre_lead"]["id"] == str(other.id)


async def test_assigning_the_same_lead_again_changes_nothing(world: World, manager: Login) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    await one.pay()
    before = await one.application()
    answer = await _assign(one, manager, {"centre_lead_id": str(lead.id)})
    assert answer.status_code == 200
    assert (await one.application()).version == before.version
    assert (await one.happened()).count("application.centre_lead_assigned") == 1


@pytest.mark.requirement("R22")
async def test_the_recognition_goes_to_the_new_lead_too(world: World, manager: Login) -> None:
    case = await case_in_review(world)
    await case.accepted()
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    one = Bill(world, case.centre.id, case.id, case.invoice_id, manager)
    assert (await _assign(one, manager, {"centre_lead_id": str(other.id)})).status_code == 200
    async with world.database.transaction() as session:
        assert await session.scalar(select(Recognition.centre_lead_id)) == other.id
