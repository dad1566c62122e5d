"""Separation: nobody gives themselves a role, and a role that decides, credits or administers needs two."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.permissions import GRANTS, Permission
from app.domain.role_grants import CONFIRMED_ROLES
from app.domain.workflow import STEPS
from app.models import Email, RoleGrant
from app.services.operations.housekeeping import forget
from tests.races import race
from tests.world import Login, World

GRANTS_PATH = "/v1/role-grants"
_NEW = {"first_name": "Sam", "last_name": "Taylor", "email": "sam@staff.example.com"}


@pytest.fixture
async def first(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


@pytest.fixture
async def second(world: World, first: Login) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR, new=True)


def one(login: Login) -> str:
    return f"/v1/staff/{login.user_id}"


async def ask(world: World, by: Login, person: Login, *roles: str) -> dict[str, Any]:
    return await world.post(one(person), {"roles": list(roles)}, by, match=one(person), method="PATCH")


async def settle(world: World, by: Login, grant: str, what: str = "confirmation") -> tuple[int, dict[str, Any]]:
    answer = await world.client.post(f"{GRANTS_PATH}/{grant}/{what}", headers=by.headers)
    return answer.status_code, answer.json()


async def events(world: World, by: Login, person: Login) -> list[tuple[str, str]]:
    page = await world.get(f"/v1/security-events?person_id={person.id}", by)
    return [(item["kind"], item["outcome"]) for item in reversed(page["items"])]


def test_the_roles_that_need_two() -> None:
    """Those that decide, credit or waive; and administrators, who could otherwise make their own second."""
    assert {StaffRole.FINANCE, StaffRole.QUALITY_ASSURANCE_MANAGER, StaffRole.ADMINISTRATOR} == CONFIRMED_ROLES


def test_an_administrator_takes_no_step_of_the_process() -> None:
    """By the role itself: neither a step's permission nor money, and no step names the role."""
    in_the_process = {
        Permission.REVIEW_APPLICATION,
        Permission.LEAD_APPLICATION,
        Permission.DECIDE_APPLICATION,
        Permission.ASSIGN_CENTRE_LEAD,
        Permission.RECORD_DUE_DILIGENCE,
        Permission.RECORD_PAYMENTS,
        Permission.CREDIT_INVOICES,
        Permission.SUBMIT_APPLICATION,
        Permission.WORK_ON_SECTIONS,
    }
    assert not GRANTS[StaffRole.ADMINISTRATOR] & in_the_process
    assert all(StaffRole.ADMINISTRATOR not in step.who for step in STEPS)


async def test_only_administrators_see_and_settle_them(world: World, first: Login, second: Login) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    (pending,) = (await ask(world, first, lead, "centre_lead", "finance"))["pending_roles"]
    assert (await world.client.get(GRANTS_PATH)).status_code == 401
    for login, expected in ((lead, 403), ((await world.centre()).super_user, 404)):
        assert (await world.client.get(GRANTS_PATH, headers=login.headers)).status_code == 403
        for what in ("confirmation", "refusal"):
            assert (await settle(world, login, pending["grant_id"], what))[0] == expected
    assert (await settle(world, second, str(lead.id)))[0] == 404
    assert (await world.client.get(f"{GRANTS_PATH}?status=lost", headers=first.headers)).status_code == 422


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.ADMINISTRATOR])
async def test_nobody_gives_themselves_a_role(world: World, first: Login, second: Login, role: StaffRole) -> None:
    answer = await world.client.patch(
        one(first),
        json={"roles": ["administrator", role.value]},
        headers=await world.etag(one(first), first),
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "own_role")
    assert (await world.get(one(first), second))["roles"] == ["administrator"]
    assert await events(world, second, first) == [("role_requested", "failure")]
    assert (await world.get(GRANTS_PATH, second))["items"] == []


async def test_one_can_lay_down_a_role(world: World, first: Login) -> None:
    both = await world.staff(StaffRole.ADMINISTRATOR, StaffRole.CUSTOMER_EXPERIENCE)
    assert (await ask(world, both, both, "administrator"))["roles"] == ["administrator"]
    assert (await ask(world, both, both, "administrator")).items() >= {"roles": ["administrator"]}.items()


@pytest.mark.parametrize("role", sorted(CONFIRMED_ROLES))
async def test_a_weighty_role_waits_for_another_administrator(
    world: World, first: Login, second: Login, role: StaffRole
) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    asked = await ask(world, first, lead, "centre_lead", role.value)
    assert asked["roles"] == ["centre_lead"]
    (pending,) = asked["pending_roles"]
    assert (pending["role"], pending["requested_by"]["id"]) == (role.value, str(first.id))
    assert (await world.get(one(lead), lead))["pending_roles"] == [pending]
    # Asking again is a no-op.
    assert (await ask(world, first, lead, "centre_lead", role.value))["pending_roles"] == [pending]
    if role is StaffRole.ADMINISTRATOR:
        assert (await world.client.get(GRANTS_PATH, headers=lead.headers)).status_code == 403
    for login, status in ((first, 403), (lead, 403)):
        assert (await settle(world, login, pending["grant_id"]))[0] == status
    before = await world.etag(one(lead), second)
    status, confirmed = await settle(world, second, pending["grant_id"])
    assert (status, confirmed["status"], confirmed["settled_by"]["id"]) == (200, "confirmed", str(second.id))
    shown = await world.get(one(lead), first)
    assert shown["roles"] == [each.value for each in StaffRole if each.value in ("centre_lead", role.value)]
    assert shown["pending_roles"] == []
    # The representation has changed, so an older copy overwrites nothing.
    assert (await world.client.patch(one(lead), json={"job_title": "X"}, headers=before)).status_code == 412
    assert await events(world, first, lead) == [
        ("role_requested", "success"),
        ("role_granted", "failure"),
        ("role_granted", "success"),
    ]


async def test_who_asked_and_who_receives_settle_nothing(world: World, first: Login, second: Login) -> None:
    """Though both are administrators."""
    (pending,) = (await ask(world, first, second, "administrator", "finance"))["pending_roles"]
    for login in (first, second):
        for what in ("confirmation", "refusal"):
            status, refused = await settle(world, login, pending["grant_id"], what)
            assert (status, refused["code"]) == (403, "own_grant")
    third = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    assert (await settle(world, third, pending["grant_id"], "refusal"))[1]["status"] == "refused"
    for what in ("confirmation", "refusal"):
        status, refused = await settle(world, third, pending["grant_id"], what)
        assert (status, refused["code"]) == (409, "role_grant_settled")
    assert (await world.get(one(second), third))["roles"] == ["administrator"]


async def test_a_new_member_exists_without_the_role_until_it_is_confirmed(
    world: World, first: Login, second: Login
) -> None:
    made = await world.post("/v1/staff", _NEW | {"roles": ["quality_assurance_manager"]}, first)
    assert (made["roles"], made["active"]) == ([], True)
    (pending,) = made["pending_roles"]
    assert (await settle(world, first, pending["grant_id"]))[1]["code"] == "own_grant"
    assert (await settle(world, second, pending["grant_id"]))[0] == 200
    address = f"/v1/staff/{made['id']}"
    assert (await world.get(address, first))["roles"] == ["quality_assurance_manager"]
    # Without any administrator but the first, nobody is told, and the command line is left.
    async with world.database.transaction() as session:
        kinds = set(await session.scalars(select(Email.kind)))
    assert kinds == {"staff_log_in_details", "role_to_confirm"}


async def test_the_letter_goes_to_those_who_may_confirm(world: World, first: Login, second: Login) -> None:
    await world.post("/v1/staff", _NEW | {"roles": ["finance"]}, first)
    await world.run_jobs()
    (letter,) = world.mail(subject="Confirm a role")
    assert [second.email] == [address.rpartition("<")[2].rstrip(">") for address in letter.to]


async def test_what_is_wanted_no_more_is_withdrawn(world: World, first: Login, second: Login) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    (pending,) = (await ask(world, first, lead, "centre_lead", "finance"))["pending_roles"]
    assert (await ask(world, first, lead, "centre_lead"))["pending_roles"] == []
    assert (await settle(world, second, pending["grant_id"]))[1]["code"] == "role_grant_settled"
    (again,) = (await ask(world, first, lead, "centre_lead", "finance"))["pending_roles"]
    assert again["grant_id"] != pending["grant_id"]
    gone = await world.client.delete(one(lead), headers=first.headers | {"if-match": "*"})
    assert gone.status_code == 204
    listed = (await world.get(f"{GRANTS_PATH}?status=withdrawn", first))["items"]
    assert {item["id"] for item in listed} == {pending["grant_id"], again["grant_id"]}


async def test_a_grant_expires(world: World, first: Login, second: Login) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    (pending,) = (await ask(world, first, lead, "centre_lead", "finance"))["pending_roles"]
    world.clock.move(timedelta(days=7))
    first, second = [await world.log_in(await _person(world, login)) for login in (first, second)]
    for what in ("confirmation", "refusal"):
        status, refused = await settle(world, second, pending["grant_id"], what)
        assert (status, refused["code"]) == (409, "role_grant_expired")
    # Asked for again, it waits anew.
    answer = await world.client.patch(
        one(lead), json={"roles": ["centre_lead", "finance"]}, headers=first.headers | {"if-match": "*"}
    )
    (again,) = answer.json()["pending_roles"]
    assert again["grant_id"] != pending["grant_id"]
    world.clock.move(timedelta(days=7))
    async with world.database.transaction() as session:
        await forget(Work(session, SYSTEM, world.clock(), world.settings))
    async with world.database.transaction() as session:
        assert set(await session.scalars(select(RoleGrant.status))) == {"expired"}


async def test_of_confirmation_and_refusal_at_once_one_wins(world: World, first: Login, second: Login) -> None:
    third = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    (pending,) = (await ask(world, first, lead, "centre_lead", "finance"))["pending_roles"]
    answers = await race(
        world.database,
        "SELECT 1 FROM role_grants FOR UPDATE",
        world.client.post(f"{GRANTS_PATH}/{pending['grant_id']}/confirmation", headers=second.headers),
        world.client.post(f"{GRANTS_PATH}/{pending['grant_id']}/refusal", headers=third.headers),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (listed,) = (await world.get(GRANTS_PATH, first))["items"]
    has = "finance" in (await world.get(one(lead), first))["roles"]
    assert has == (listed["status"] == "confirmed")


async def _person(world: World, login: Login) -> Any:
    from app.models import Person

    async with world.database.transaction() as session:
        return await session.get_one(Person, login.id)
