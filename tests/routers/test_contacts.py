"""Contacts and their roles (R09)."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.database import Database
from app.domain import limits
from app.domain.actors import StaffRole
from app.domain.contact_roles import ContactRole
from app.models import Event, HeldRole


def contact(*roles: str, first_name: str = "Robin", **more: Any) -> dict[str, Any]:
    return {
        "first_name": first_name,
        "last_name": "Clarke",
        "email": "robin.clarke@example.com",
        "roles": list(roles),
        **more,
    }


async def a_user_id(client: httpx.AsyncClient, centre: Any) -> str:
    users = (await client.get(f"/v1/centres/{centre.id}/users", headers=centre.user.headers)).json()["items"]
    return next(str(user["id"]) for user in users if user["email"] == centre.user.email)


async def test_the_public_cannot_read_contacts(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    assert (await client.get(f"/v1/centres/{centre.id}/contacts")).status_code == 401
    assert (await client.post(f"/v1/centres/{centre.id}/contacts", json=contact())).status_code == 401


async def test_a_contact_is_found_only_at_its_own_centre(client: httpx.AsyncClient, world: Any) -> None:
    mine, other = await world.centre(), await world.centre()
    made = await client.post(f"/v1/centres/{other.id}/contacts", json=contact(), headers=other.user.headers)
    headers = {**mine.super_user.headers, "If-Match": "*"}
    for path in (made.headers["location"], f"/v1/centres/{mine.id}/contacts/{made.json()['id']}"):
        assert (await client.get(path, headers=headers)).status_code == 404
        assert (await client.patch(path, json={"roles": []}, headers=headers)).status_code == 404
        assert (await client.delete(path, headers=headers)).status_code == 404
    assert (await client.get(f"/v1/centres/{other.id}/contacts", headers=headers)).status_code == 404


async def test_staff_can_read_but_not_change_contacts(client: httpx.AsyncClient, world: Any) -> None:
    centre, staff = await world.centre(), await world.staff(StaffRole.CENTRE_LEAD)
    path = f"/v1/centres/{centre.id}/contacts"
    assert (await client.get(path, headers=staff.headers)).status_code == 200
    assert (await client.post(path, json=contact(), headers=staff.headers)).status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (contact("finance", "finance"), "/roles"),
        (contact("bursar"), "/roles/0"),
        (contact(job_title=""), "/job_title"),
        (contact(user_id="me"), "/user_id"),
    ],
)
async def test_an_invalid_contact_is_refused(
    client: httpx.AsyncClient, world: Any, body: dict[str, Any], pointer: str
) -> None:
    centre = await world.centre()
    answer = await client.post(f"/v1/centres/{centre.id}/contacts", json=body, headers=centre.user.headers)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_contact_cannot_be_a_user_of_another_centre(client: httpx.AsyncClient, world: Any) -> None:
    mine, other = await world.centre(), await world.centre()
    path, headers = f"/v1/centres/{mine.id}/contacts", {**mine.user.headers, "If-Match": "*"}
    theirs = {"user_id": await a_user_id(client, other)}
    refused = await client.post(path, json=contact(**theirs), headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_user")
    made = await client.post(path, json=contact(user_id=await a_user_id(client, mine)), headers=headers)
    assert made.status_code == 201
    assert (await client.patch(made.headers["location"], json=theirs, headers=headers)).status_code == 422
    unlinked = await client.patch(made.headers["location"], json={"user_id": None}, headers=headers)
    assert unlinked.json()["user_id"] is None
    user = f"/v1/centres/{mine.id}/users/{mine.user.user_id}"
    gone = await client.delete(user, headers={**mine.super_user.headers, "If-Match": "*"})
    assert gone.status_code == 204
    former = {"user_id": str(mine.user.user_id)}
    headers = {**mine.super_user.headers, "If-Match": "*"}
    again = await client.patch(made.headers["location"], json=former, headers=headers)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "unknown_user")


@pytest.mark.requirement("R09")
async def test_a_single_holder_role_cannot_be_taken_from_its_holder(client: httpx.AsyncClient, world: Any) -> None:
    """A person may hold several roles. Only the curriculum development contact may be several people."""
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/contacts", {**centre.user.headers, "If-Match": "*"}
    holder = (await client.post(path, json=contact("finance", "quality_assurance"), headers=headers)).json()
    refused = await client.post(path, json=contact("finance", first_name="Sam"), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "role_held")
    assert refused.json()["roles_held"] == [
        {"role": "finance", "contact_id": holder["id"], "contact_name": "Robin Clarke"}
    ]
    assert "Robin Clarke" in refused.json()["detail"]
    both = [contact("curriculum_development", first_name=name) for name in ("Sam", "Kim")]
    assert [(await client.post(path, json=body, headers=headers)).status_code for body in both] == [201, 201]


async def test_a_change_of_roles_makes_earlier_versions_stale(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    headers = centre.user.headers
    made = await client.post(f"/v1/centres/{centre.id}/contacts", json=contact("finance"), headers=headers)
    path, tag = made.headers["location"], made.headers["etag"]
    assert (await client.patch(path, json={"roles": []}, headers=headers)).status_code == 428
    assert (await client.delete(path, headers=headers)).status_code == 428
    changed = await client.patch(path, json={"roles": ["quality_assurance"]}, headers={**headers, "If-Match": tag})
    assert changed.json()["roles"] == ["quality_assurance"]
    assert (await client.patch(path, json={"roles": []}, headers={**headers, "If-Match": tag})).status_code == 412
    assert (await client.delete(path, headers={**headers, "If-Match": tag})).status_code == 412


async def test_the_number_of_contacts_is_limited(
    client: httpx.AsyncClient, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONTACTS", 0)
    centre = await world.centre()
    answer = await client.post(f"/v1/centres/{centre.id}/contacts", json=contact(), headers=centre.user.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_contacts")


async def test_a_role_claimed_concurrently_is_given_once(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/contacts", centre.user.headers
    claims = [client.post(path, json=contact("finance", first_name=name), headers=headers) for name in ("A", "B", "C")]
    answers = await asyncio.gather(*claims)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    # The losers learn who holds it, which the database constraint alone could not say.
    assert all("roles_held" in answer.json() for answer in answers if answer.status_code == 409)
    async with database.transaction() as session:
        held = await session.scalar(select(func.count()).select_from(HeldRole).where(HeldRole.centre_id == centre.id))
    assert held == 1
    assert len((await client.get(path, headers=headers)).json()["items"]) == 1


@pytest.mark.requirement("R09")
async def test_the_list_shows_role_holders_and_missing_roles(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/contacts", centre.user.headers
    assert (await client.get(path, headers=headers)).json() == {"items": [], "missing_roles": list(ContactRole)}
    made = (await client.post(path, json=contact("finance", "head_of_organisation"), headers=headers)).json()
    # Roles come in the guide's order, whatever order was sent.
    assert made["roles"] == ["head_of_organisation", "finance"]
    listed = (await client.get(path, headers=headers)).json()
    assert listed["items"] == [made]
    assert listed["missing_roles"] == [role for role in ContactRole if role not in made["roles"]]


@pytest.mark.requirement("R09", "R24")
async def test_an_ended_contact_releases_its_roles_and_stays_on_record(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    """Each change is recorded with old and new values, visible to the centre."""
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/contacts", {**centre.user.headers, "If-Match": "*"}
    made = await client.post(path, json=contact("finance"), headers=headers)
    own = made.headers["location"]
    assert (await client.patch(own, json={"last_name": "Clark"}, headers=headers)).json()["roles"] == ["finance"]
    assert (await client.delete(own, headers=headers)).status_code == 204
    assert (await client.delete(own, headers={**headers, "If-Match": made.headers["etag"]})).status_code == 204
    assert (await client.get(path, headers=headers)).json()["items"] == []
    ended = (await client.get(own, headers=headers)).json()
    assert (ended["last_name"], ended["roles"], ended["ended_at"] is None) == ("Clark", [], False)
    late = await client.patch(own, json={"roles": ["finance"]}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "contact_ended")
    assert (await client.post(path, json=contact("finance", first_name="Kim"), headers=headers)).status_code == 201
    async with database.transaction() as session:
        statement = select(Event).where(Event.aggregate_id == ended["id"]).order_by(Event.sequence)
        events = (await session.scalars(statement)).all()
    assert [event.type for event in events] == ["contact.created", "contact.updated", "contact.ended"]
    assert all(event.centre_sees and event.centre_id == centre.id and event.public is None for event in events)
    assert [event.audit for event in events[1:2]] == [
        {"before": {"last_name": "Clarke"}, "after": {"last_name": "Clark"}}
    ]
    assert events[2].audit is not None
    assert events[2].audit["before"]["roles"] == ["finance"]
