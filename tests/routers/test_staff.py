"""Staff accounts: who may change them, and that an administrator always remains."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import StaffRole
from app.models import Email, Event
from tests.races import queue, race
from tests.world import PASSWORD, Login, World

_NEW = {
    "first_name": "Sam",
    "last_name": "Taylor",
    "email": "sam.taylor@staff.example.com",
    "job_title": "Finance officer",
    "roles": ["customer_experience"],
}


async def _emails(world: World) -> list[tuple[str, dict[str, Any]]]:
    async with world.database.transaction() as session:
        return [(row.kind, row.arguments) for row in await session.scalars(select(Email).order_by(Email.id))]


def _staff(login: Login) -> str:
    return f"/v1/staff/{login.user_id}"


async def test_staff_need_a_session(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    for method, path in (("GET", "/v1/staff"), ("POST", "/v1/staff"), ("GET", _staff(administrator))):
        assert (await client.request(method, path)).status_code == 401


async def test_centre_users_cannot_read_staff(client: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    headers = centre.super_user.headers
    assert (await client.get("/v1/staff", headers=headers)).status_code == 403
    assert (await client.get(_staff(administrator), headers=headers)).status_code == 404
    assert (await client.delete(_staff(administrator), headers=headers)).status_code == 404


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.ADMINISTRATOR])
async def test_other_staff_can_read_but_not_change(client: httpx.AsyncClient, world: World, role: StaffRole) -> None:
    login = await world.staff(role)
    assert (await client.get("/v1/staff", headers=login.headers)).status_code == 200
    assert (await client.get(_staff(login), headers=login.headers)).status_code == 200
    for method, path in (
        ("POST", "/v1/staff"),
        ("PATCH", _staff(login)),
        ("DELETE", _staff(login)),
        ("POST", f"{_staff(login)}/invitation"),
    ):
        answer = await client.request(method, path, headers=login.headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


async def test_all_faults_are_reported_together(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = {"first_name": "", "email": "nobody", "roles": [], "salary": 1}
    answer = await client.post("/v1/staff", json=body, headers=administrator.headers)
    assert answer.status_code == 422
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/first_name", "/last_name", "/email", "/roles", "/salary"}


@pytest.mark.parametrize("roles", [["finance", "finance"], ["super_user"], "finance", None])
async def test_roles_are_a_closed_list_without_repeats(client: httpx.AsyncClient, world: World, roles: Any) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    answer = await client.post("/v1/staff", json=_NEW | {"roles": roles}, headers=administrator.headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/roles")


async def test_a_centres_user_cannot_be_staff(client: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = _NEW | {"email": centre.user.email.upper()}
    answer = await client.post("/v1/staff", json=body, headers=administrator.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "centre_user_cannot_be_staff")


async def test_a_staff_member_cannot_be_added_twice(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = _NEW | {"email": administrator.email}
    answer = await client.post("/v1/staff", json=body, headers=administrator.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_staff")


async def test_a_new_staff_member_is_emailed_log_in_details(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    answer = await client.post("/v1/staff", json=_NEW, headers=administrator.headers)
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/v1/staff/{made['id']}"
    assert made | _NEW == made
    assert (made["active"], made["has_chosen_password"]) == (True, False)
    assert await _emails(world) == [("staff_log_in_details", {"staff_id": made["id"]})]
    async with world.database.transaction() as session:
        event = await session.scalar(select(Event).where(Event.type == "staff.created"))
    assert event is not None
    assert not event.centre_sees
    assert (await client.get(answer.headers["location"], headers=administrator.headers)).json() == made


async def test_log_in_details_are_sent_again_until_a_password_is_chosen(
    client: httpx.AsyncClient, world: World
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    made = await world.post("/v1/staff", _NEW, administrator)
    again = await client.post(f"/v1/staff/{made['id']}/invitation", headers=administrator.headers)
    assert again.status_code == 202
    assert [kind for kind, _ in await _emails(world)] == ["staff_log_in_details"] * 2
    refused = await client.post(f"{_staff(administrator)}/invitation", headers=administrator.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "password_already_chosen")


async def test_a_change_needs_the_current_version(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    finance = await world.staff(StaffRole.FINANCE)
    change = {"job_title": "Head of finance"}
    bare = await client.patch(_staff(finance), json=change, headers=administrator.headers)
    assert bare.status_code == 428
    tagged = await world.etag(_staff(finance), administrator)
    assert (await client.patch(_staff(finance), json=change, headers=tagged)).status_code == 200
    stale = await client.patch(_staff(finance), json=change, headers=tagged)
    assert stale.status_code == 412
    assert stale.json()["current_etag"] == (await world.get(_staff(finance), administrator))["etag"]


@pytest.mark.parametrize("change", [{"roles": None}, {"first_name": None}, {"email": "other@example.com"}])
async def test_read_only_fields_are_refused_by_name(
    client: httpx.AsyncClient, world: World, change: dict[str, Any]
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    tagged = await world.etag(_staff(administrator), administrator)
    answer = await client.patch(_staff(administrator), json=change, headers=tagged)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{next(iter(change))}"]


async def test_a_changed_role_applies_from_the_next_request(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    other = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    await world.post(
        _staff(other), {"roles": ["centre_lead"], "job_title": None}, administrator, match=_staff(other), method="PATCH"
    )
    answer = await client.post("/v1/staff", json=_NEW, headers=other.headers)
    assert answer.status_code == 403
    assert (await world.get(_staff(other), other))["roles"] == ["centre_lead"]


async def test_moving_a_word_between_names_changes_the_version(client: httpx.AsyncClient, world: World) -> None:
    """ "Ann Marie" Jones and Ann "Marie Jones" are spelt alike but differ."""
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    path = _staff(administrator)
    for first, last in (("Ann Marie", "Jones"), ("Ann", "Marie Jones")):
        before = await world.etag(path, administrator)
        body = {"first_name": first, "last_name": last}
        assert (await client.patch(path, json=body, headers=before)).status_code == 200
        assert (await client.patch(path, json=body, headers=before)).status_code == 412
        assert (await world.get(path, administrator)).items() >= body.items()


async def test_the_last_administrator_cannot_lose_the_role(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    tagged = await world.etag(_staff(administrator), administrator)
    demoted = await client.patch(_staff(administrator), json={"roles": ["finance"]}, headers=tagged)
    gone = await client.delete(_staff(administrator), headers=tagged)
    for answer in (demoted, gone):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    # A change that keeps the role is allowed.
    both = {"roles": ["administrator"], "job_title": "Systems"}
    assert (await client.patch(_staff(administrator), json=both, headers=tagged)).status_code == 200


async def test_two_administrators_cannot_remove_each_other_concurrently(
    client: httpx.AsyncClient, world: World
) -> None:
    first = await world.staff(StaffRole.ADMINISTRATOR)
    second = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    headers = [await world.etag(_staff(second), first), await world.etag(_staff(first), second)]
    answers = await race(
        world.database,
        "SELECT 1 FROM staff_members FOR UPDATE",
        client.delete(_staff(second), headers=headers[0]),
        client.patch(_staff(first), json={"roles": ["finance"]}, headers=headers[1]),
    )
    statuses = [answer.status_code for answer in answers]
    assert len([status for status in statuses if status < 300]) == 1, statuses
    page = [
        await client.get("/v1/staff?role=administrator&active=true", headers=login.headers) for login in (first, second)
    ]
    remaining = next(answer.json()["items"] for answer in page if answer.status_code == 200)
    assert len(remaining) == 1


async def test_deactivation_ends_every_session_at_once(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    finance = await world.staff(StaffRole.FINANCE)
    gone = await client.delete(_staff(finance), headers=await world.etag(_staff(finance), administrator))
    assert gone.status_code == 204
    assert (await client.get("/v1/me", headers=finance.headers)).status_code == 401
    signed_in = await client.post("/v1/sessions", json={"email": finance.email, "password": PASSWORD})
    assert signed_in.status_code == 401
    tagged = await world.etag(_staff(finance), administrator)
    answer = await client.post(f"{_staff(finance)}/invitation", headers=tagged)
    assert (answer.status_code, answer.json()["code"]) == (409, "staff_member_deactivated")


async def test_a_former_staff_member_can_be_added_again(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    finance = await world.staff(StaffRole.FINANCE)
    await client.delete(_staff(finance), headers=await world.etag(_staff(finance), administrator))
    back = await world.post("/v1/staff", _NEW | {"email": finance.email, "roles": ["centre_lead"]}, administrator)
    assert back["id"] == str(finance.user_id)
    assert (back["active"], back["roles"], back["first_name"]) == (True, ["centre_lead"], "Staff")
    # Somebody who has already chosen a password keeps it and is only notified.
    assert [kind for kind, _ in await _emails(world)] == ["added_to_staff"]


async def test_the_list_narrows_and_pages_with_the_same_number_of_statements(
    client: httpx.AsyncClient, world: World
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    counts = []
    for _ in range(2):
        await world.staff(StaffRole.CENTRE_LEAD, new=True)
        seen: list[str] = []
        stop = world.database.count_statements(seen)
        page = await world.get("/v1/staff?role=centre_lead", administrator)
        stop()
        counts.append((len(page["items"]), len(seen)))
    assert [number for number, _ in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]
    first = await client.get("/v1/staff?limit=1", headers=administrator.headers)
    assert 'rel="next"' in first.headers["link"]
    second = await world.get(f"/v1/staff?limit=1&cursor={first.json()['next_cursor']}", administrator)
    assert second["items"][0]["id"] > first.json()["items"][0]["id"]
    assert (await world.get("/v1/staff?active=false", administrator))["items"] == []
    assert (await client.get("/v1/staff?role=king", headers=administrator.headers)).status_code == 422


async def test_somebody_who_comes_back_and_is_deactivated_at_once(client: httpx.AsyncClient, world: World) -> None:
    """Both take the staff record before the person, so neither waits for what the other has."""
    administrator, former = (await world.staff(StaffRole.ADMINISTRATOR), await world.staff(StaffRole.FINANCE, new=True))
    headers = administrator.headers | {"If-Match": "*"}
    assert (await client.delete(_staff(former), headers=headers)).status_code == 204
    back, gone = await queue(
        world.database,
        f"SELECT 1 FROM people WHERE id = '{former.person_id}' FOR UPDATE",
        client.post("/v1/staff", json=_NEW | {"email": former.email}, headers=administrator.headers),
        client.delete(_staff(former), headers=headers),
    )
    assert (back.status_code, gone.status_code) == (201, 204), (back.text, gone.text)
    shown = await client.get(_staff(former), headers=administrator.headers)
    assert shown.json()["active"] is False
