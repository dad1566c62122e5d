"""A centre's portal users: invited, changed, deactivated (R06, R10)."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import limits
from app.domain.actors import StaffRole
from app.models import Email, Event, Membership
from app.queries.centres import lock_centre
from app.queries.people import lock_person


def invitation(email: str | None = None, role: str = "user", **more: Any) -> dict[str, Any]:
    return {
        "first_name": "Jo",
        "last_name": "Patel",
        "job_title": "Tutor",
        "email": email or f"jo.{uuid4().hex[:8]}@example.com",
        "telephone": "01332 341825",
        "role": role,
        **more,
    }


async def path_of(client: httpx.AsyncClient, centre: Any, login: Any) -> str:
    users = (await client.get(f"/v1/centres/{centre.id}/users", headers=centre.super_user.headers)).json()["items"]
    (found,) = (user["id"] for user in users if user["email"] == login.email)
    return f"/v1/centres/{centre.id}/users/{found}"


async def super_users(database: Database, centre: Any) -> int:
    async with database.transaction() as session:
        rows = await session.scalars(
            select(Membership).where(
                Membership.centre_id == centre.id,
                Membership.role == "super_user",
                Membership.deactivated_at.is_(None),
            )
        )
        return len(rows.all())


async def emails_about(database: Database, user_id: str) -> list[str]:
    async with database.transaction() as session:
        rows = await session.scalars(
            select(Email.kind).where(Email.arguments["membership_id"].astext == user_id).order_by(Email.id)
        )
        return list(rows.all())


async def test_the_public_cannot_read_users(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    assert (await client.get(f"/v1/centres/{centre.id}/users")).status_code == 401
    assert (await client.post(f"/v1/centres/{centre.id}/users", json=invitation())).status_code == 401


async def test_a_user_is_found_only_at_their_own_centre(client: httpx.AsyncClient, world: Any) -> None:
    mine, other = await world.centre(), await world.centre()
    theirs = await path_of(client, other, other.user)
    headers = {**mine.super_user.headers, "If-Match": "*"}
    for path in (theirs, theirs.replace(str(other.id), str(mine.id))):
        assert (await client.get(path, headers=headers)).status_code == 404
        assert (await client.patch(path, json={"role": "super_user"}, headers=headers)).status_code == 404
        assert (await client.delete(path, headers=headers)).status_code == 404
        assert (await client.post(f"{path}/invitation", headers=headers)).status_code == 404
    assert (await client.post(f"/v1/centres/{other.id}/users", json=invitation(), headers=headers)).status_code == 404


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("who", ["user", "staff"])
async def test_only_super_users_manage_users(client: httpx.AsyncClient, world: Any, who: str) -> None:
    """Plain users and staff can only read."""
    centre = await world.centre()
    other = centre.user if who == "user" else await world.staff(StaffRole.ADMINISTRATOR)
    headers = {**other.headers, "If-Match": "*"}
    listed, own = f"/v1/centres/{centre.id}/users", await path_of(client, centre, centre.user)
    assert (await client.get(listed, headers=headers)).status_code == 200
    assert (await client.get(own, headers=headers)).status_code == 200
    refused = [
        await client.post(listed, json=invitation(), headers=headers),
        await client.patch(own, json={"role": "super_user"}, headers=headers),
        await client.delete(own, headers=headers),
        await client.post(f"{own}/invitation", headers=headers),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


async def test_all_faults_of_an_invitation_are_reported_together(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    body = invitation("nobody", role="owner", telephone="1", job_title=None)
    answer = await client.post(f"/v1/centres/{centre.id}/users", json=body, headers=centre.super_user.headers)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/email", "/role", "/telephone", "/job_title"}


async def test_a_user_cannot_be_invited_twice(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/users", centre.super_user.headers
    body = invitation()
    answers = await asyncio.gather(*(client.post(path, json=body, headers=headers) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_a_user"}


async def test_the_number_of_users_is_limited(
    client: httpx.AsyncClient, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "USERS", 2)
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/users"
    answer = await client.post(path, json=invitation(), headers=centre.super_user.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_users")


async def test_a_change_needs_the_current_version(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    path, headers = await path_of(client, centre, centre.user), centre.super_user.headers
    tag = (await client.get(path, headers=headers)).headers["etag"]
    body = {"job_title": "Principal"}
    assert (await client.patch(path, json=body, headers=headers)).status_code == 428
    assert (await client.delete(path, headers=headers)).status_code == 428
    assert (await client.patch(path, json=body, headers={**headers, "If-Match": tag})).status_code == 200
    assert (await client.patch(path, json=body, headers={**headers, "If-Match": tag})).status_code == 412
    assert (await client.delete(path, headers={**headers, "If-Match": tag})).status_code == 412


@pytest.mark.requirement("R10")
async def test_the_last_super_user_stays(client: httpx.AsyncClient, world: Any, database: Database) -> None:
    """One super user who can log in always remains. An invited user who never logged in does not count."""
    centre = await world.centre()
    headers = {**centre.super_user.headers, "If-Match": "*"}
    own = await path_of(client, centre, centre.super_user)
    await client.post(f"/v1/centres/{centre.id}/users", json=invitation(role="super_user"), headers=headers)
    demoted = await client.patch(own, json={"role": "user"}, headers=headers)
    ended = await client.delete(own, headers=headers)
    assert [(answer.status_code, answer.json()["code"]) for answer in (demoted, ended)] == [
        (409, "last_super_user")
    ] * 2
    other = await path_of(client, centre, centre.user)
    assert (await client.patch(other, json={"role": "super_user"}, headers=headers)).status_code == 200
    assert (await client.patch(own, json={"role": "user"}, headers=headers)).status_code == 200
    # The new role applies at once.
    assert (await client.patch(other, json={"role": "user"}, headers=headers)).status_code == 403


@pytest.mark.parametrize("way", ["demote", "deactivate"])
async def test_super_users_removing_each_other_concurrently_leave_one(
    client: httpx.AsyncClient, world: Any, database: Database, way: str
) -> None:
    centre = await world.centre()
    first, second = await path_of(client, centre, centre.super_user), await path_of(client, centre, centre.user)
    headers = {**centre.super_user.headers, "If-Match": "*"}
    await client.patch(second, json={"role": "super_user"}, headers=headers)

    async def remove(path: str, by: Any) -> httpx.Response:
        asks = {**by.headers, "If-Match": "*"}
        if way == "demote":
            return await client.patch(path, json={"role": "user"}, headers=asks)
        return await client.delete(path, headers=asks)

    # Hold the race open: lock the centre until both requests wait for it.
    async with database.transaction() as session:
        await lock_centre(session, centre.id)
        both = [
            asyncio.create_task(remove(second, centre.super_user)),
            asyncio.create_task(remove(first, centre.user)),
        ]
        await asyncio.sleep(0.3)
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [200 if way == "demote" else 204, 409]
    assert await super_users(database, centre) == 1


async def test_nobody_renames_a_user_who_has_logged_in(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    headers = {**centre.super_user.headers, "If-Match": "*"}
    own = await path_of(client, centre, centre.user)
    refused = await client.patch(own, json={"last_name": "Nobody", "job_title": "Dean"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "name_belongs_to_the_person")
    assert (await client.get(own, headers=headers)).json()["job_title"] != "Dean"
    invited = await client.post(f"/v1/centres/{centre.id}/users", json=invitation(), headers=headers)
    path, tag = invited.headers["location"], invited.headers["etag"]
    mended = await client.patch(path, json={"last_name": "Pattel"}, headers={**headers, "If-Match": tag})
    assert (mended.json()["last_name"], mended.headers["etag"] != tag) == ("Pattel", True)
    assert (await client.patch(path, json={"email": "x@example.com"}, headers=headers)).status_code == 422


@pytest.mark.requirement("R10", "R24")
async def test_an_invitation_is_emailed_and_recorded(client: httpx.AsyncClient, world: Any, database: Database) -> None:
    """The invitation queues log-in details. The event is visible to the centre and not public."""
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/users", centre.super_user.headers
    answer = await client.post(path, json=invitation(), headers=headers)
    user = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{path}/{user['id']}"
    assert (user["status"], user["role"], user["telephone"]) == ("invited", "user", "+441332341825")
    assert user["log_in_details_sent_at"] is None
    assert await emails_about(database, user["id"]) == ["centre_user_invited"]
    assert (await client.get(answer.headers["location"], headers=headers)).json() == user
    async with database.transaction() as session:
        event = await session.scalar(select(Event).where(Event.aggregate_id == UUID(user["id"])))
    assert event is not None
    assert (event.type, event.centre_sees, event.centre_id, event.public) == ("user.invited", True, centre.id, None)
    assert event.audit is not None
    assert event.audit["after"]["role"] == "user"


@pytest.mark.requirement("R10")
async def test_a_deactivated_user_loses_access_at_once_and_can_be_reactivated(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    centre = await world.centre()
    headers = {**centre.super_user.headers, "If-Match": "*"}
    path = await path_of(client, centre, centre.user)
    tag = (await client.get(path, headers=headers)).headers["etag"]
    assert (await client.delete(path, headers=headers)).status_code == 204
    # The session has ended, not only its permissions.
    assert (await client.get("/v1/me", headers=centre.user.headers)).status_code == 401
    assert (await client.delete(path, headers={**headers, "If-Match": tag})).status_code == 204
    gone = (await client.get(path, headers=headers)).json()
    assert (gone["status"], gone["deactivated_at"] is None) == ("deactivated", False)
    late = await client.patch(path, json={"role": "super_user"}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "user_deactivated")
    again = await client.post(f"{path}/invitation", headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "user_deactivated")
    body = invitation(centre.user.email, role="super_user")
    back = await client.post(f"/v1/centres/{centre.id}/users", json=body, headers=headers)
    assert (back.status_code, back.json()["id"], back.json()["role"]) == (201, gone["id"], "super_user")
    assert (back.json()["status"], back.json()["deactivated_at"]) == ("invited", None)
    async with database.transaction() as session:
        statement = select(Event.type).where(Event.aggregate_id == UUID(gone["id"])).order_by(Event.sequence)
        types = list((await session.scalars(statement)).all())
    assert types[-2:] == ["user.deactivated", "user.invited"]


async def test_a_user_with_another_membership_stays_signed_in(client: httpx.AsyncClient, world: Any) -> None:
    mine, other = await world.centre(), await world.centre()
    body = invitation(other.user.email)
    made = await client.post(f"/v1/centres/{mine.id}/users", json=body, headers=mine.super_user.headers)
    headers = {**mine.super_user.headers, "If-Match": "*"}
    assert (await client.delete(made.headers["location"], headers=headers)).status_code == 204
    assert (await client.get("/v1/me", headers=other.user.headers)).status_code == 200
    assert (await client.get(f"/v1/centres/{mine.id}", headers=other.user.headers)).status_code == 404


@pytest.mark.requirement("R06")
async def test_log_in_details_can_be_resent_before_the_first_log_in(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    """By a super user; by customer experience only for the first super user."""
    centre, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    headers = centre.super_user.headers
    made = await client.post(f"/v1/centres/{centre.id}/users", json=invitation(role="super_user"), headers=headers)
    path = f"{made.headers['location']}/invitation"
    refused = await client.post(path, headers=staff.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_the_first_super_user")
    answer = await client.post(path, headers=headers)
    assert (answer.status_code, answer.json()["email"]) == (202, made.json()["email"])
    assert await emails_about(database, made.json()["id"]) == ["centre_user_invited"] * 2
    first = f"{await path_of(client, centre, centre.super_user)}/invitation"
    chosen = await client.post(first, headers=staff.headers)
    assert (chosen.status_code, chosen.json()["code"]) == (409, "password_already_chosen")


@pytest.mark.requirement("R06")
async def test_customer_experience_resends_log_in_details_to_the_first_super_user(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    centre, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    own = await path_of(client, centre, centre.super_user)
    async with database.transaction() as session:
        person = await lock_person(session, centre.super_user.person_id)
        person.password_changed_at = None
    before = await emails_about(database, own.rpartition("/")[2])
    assert (await client.post(f"{own}/invitation", headers=staff.headers)).status_code == 202
    assert await emails_about(database, own.rpartition("/")[2]) == [*before, "log_in_details"]


async def test_an_invitation_repeated_with_its_key_is_sent_once(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/users", {**centre.super_user.headers, "Idempotency-Key": uuid4().hex}
    body = invitation()
    first, again = [await client.post(path, json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert await emails_about(database, first.json()["id"]) == ["centre_user_invited"]
