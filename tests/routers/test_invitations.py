"""An invitation is accepted by its addressee, and tells its sender nothing (R06, R10)."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.actors import StaffRole
from app.models import Membership, Person, Session
from tests.clock import MovableClock
from tests.routers.test_centre_users import invitation
from tests.world import PASSWORD, Login, TestCentre, World

NEW = "another-Long-phrase-77"
TYPED = {"first_name": "Typed", "last_name": "Elsewhere", "job_title": "Assessor"}


async def _invite(client: httpx.AsyncClient, centre: TestCentre, email: str, **more: Any) -> httpx.Response:
    body = invitation(email, **TYPED | more)
    return await client.post(f"/v1/centres/{centre.id}/users", json=body, headers=centre.super_user.headers)


async def _token(world: World, email: str) -> str:
    """The token of the last email to the address."""
    await world.run_jobs()
    found = re.findall(r"#token=([^\s\"]+)", world.mail(to=email)[-1].text)
    return unquote(found[-1])


async def _state_of(database: Database, email: str) -> tuple[object, ...]:
    """Everything of the account that an invitation must not touch."""
    async with database.transaction() as session:
        person = (await session.scalars(select(Person).where(Person.email == email))).one()
        opened = await session.scalars(select(Session.ended_at).where(Session.person_id == person.id))
        return (
            person.version,
            person.name,
            person.job_title,
            person.telephone,
            person.password_hash,
            person.first_password_expires_at,
            sorted(map(str, opened)),
        )


async def _addresses(world: World, client: httpx.AsyncClient) -> dict[str, str]:
    """An address of each kind: nobody's, another centre's user, one who has still the first password, staff, one who
    left."""
    other = await world.centre()
    left = await world.centre_user(other.id)
    headers = {**other.super_user.headers, "If-Match": "*"}
    assert (await client.delete(f"/v1/centres/{other.id}/users/{left.user_id}", headers=headers)).status_code == 204
    unused = "unused@people.example.com"
    assert (await _invite(client, other, unused)).status_code == 201
    await world.run_jobs()
    return {
        "nobody": "nobody.yet@people.example.com",
        "user": other.user.email,
        "super user": other.super_user.email,
        "unused": unused,
        "staff": (await world.staff(StaffRole.FINANCE)).email,
        "left": left.email,
    }


async def test_every_address_gets_the_same_answers(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """To the invitation, in the list, in the letters, to a change, to another sending; and no account changes."""
    centre = await world.centre()
    addresses = await _addresses(world, client)
    before = {kind: await _state_of(database, email) for kind, email in addresses.items() if kind != "nobody"}
    headers = centre.super_user.headers
    seen: dict[str, list[object]] = {}
    for kind, email in addresses.items():
        said: list[object] = []

        def note(answer: httpx.Response, email: str = email, said: list[object] = said) -> dict[str, Any]:
            body: dict[str, Any] = answer.json() if answer.content else {}
            plain = re.sub(r'"(id|etag|invited_at|log_in_details_sent_at|\w+_at|request_id)":"[^"]+"', "", answer.text)
            said.append((answer.status_code, plain.replace(email, "…")))
            return body

        made = note(await _invite(client, centre, email))
        path = f"/v1/centres/{centre.id}/users/{made['id']}"
        note(await client.get(path, headers=headers))
        note(await client.patch(path, json={"last_name": "Retyped"}, headers={**headers, "If-Match": "*"}))
        await world.run_jobs()
        note(await client.get(path, headers=headers))
        letters = (await client.get(f"{path}/letters", headers=headers)).json()["items"]
        said.append([(one["kind"], one["status"], one["subject"], len(one["deliveries"])) for one in letters])
        assert [[to["address"] for to in one["recipients"]] for one in letters] == [[email]]
        assert [to["name"] for one in letters for to in one["recipients"]] == [None]
        note(await client.post(f"{path}/invitation", headers=headers))
        note(await _invite(client, centre, email))
        note(await client.delete(path, headers={**headers, "If-Match": "*"}))
        note(await _invite(client, centre, email, last_name="Again"))
        seen[kind] = said
    await world.run_jobs()
    for kind, said in seen.items():
        assert said == seen["nobody"], kind
    after = {kind: await _state_of(database, email) for kind, email in addresses.items() if kind != "nobody"}
    assert after == before
    assert (await client.get("/v1/me", headers=(await world.staff(StaffRole.FINANCE)).headers)).status_code == 200


async def test_the_place_in_the_list_tells_no_name(world: World, client: httpx.AsyncClient) -> None:
    """It goes by the name that was typed, until the person has accepted."""
    centre, other = await world.centre(), await world.centre()
    renamed = {"first_name": "Zoe", "last_name": "\u017bak"}
    headers = {**other.user.headers, "If-Match": "*"}
    assert (await client.patch("/v1/me", json=renamed, headers=headers)).status_code == 200
    await _invite(client, centre, other.user.email, last_name="Aaron")
    await _invite(client, centre, "nobody.yet@people.example.com", last_name="Aaronson")

    async def listed() -> list[str]:
        answer = await client.get(f"/v1/centres/{centre.id}/users", headers=centre.super_user.headers)
        return [user["last_name"] for user in answer.json()["items"]]

    assert (await listed())[:2] == ["Aaron", "Aaronson"]
    token = await _token(world, other.user.email)
    accepted = await client.post("/v1/invitations/acceptance", json={"token": token}, headers=other.user.headers)
    assert accepted.status_code == 200
    assert (await listed())[-1] == "\u017bak"


async def test_a_stranger_cannot_lock_another_centres_new_user_out(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """Neither by inviting the address, nor by sending the invitation again."""
    theirs, mine = await world.centre(), await world.centre()
    email = "new.user@people.example.com"
    await _invite(client, theirs, email)
    await world.run_jobs()
    found = re.search(r"^\s*((?:\w{5}-){3}\w{5})\s*$", world.mail(to=email)[-1].text, re.MULTILINE)
    assert found is not None
    made = await _invite(client, mine, email)
    await world.run_jobs()
    again = f"{made.headers['location']}/invitation"
    assert (await client.post(again, headers=mine.super_user.headers)).status_code == 202
    await world.run_jobs()
    opened = await client.post("/v1/sessions", json={"email": email, "password": found.group(1)})
    assert opened.status_code == 201
    headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    assert [centre["name"] for centre in (await client.get("/v1/me", headers=headers)).json()["centres"]] == [
        theirs.name
    ]


@pytest.mark.requirement("R10")
async def test_a_person_with_an_account_accepts_when_signed_in(
    world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    mine, other = await world.centre(), await world.centre()
    made = await _invite(client, mine, other.user.email)
    token = await _token(world, other.user.email)
    asked = await client.post("/v1/invitations/lookup", json={"token": token})
    assert asked.status_code == 200, asked.text
    assert asked.json() | {"expires_at": ""} == {
        "centre_name": mine.name,
        "role": "user",
        "email": other.user.email,
        "has_password": True,
        "expires_at": "",
    }
    reads = f"/v1/centres/{mine.id}"
    assert (await client.get(reads, headers=other.user.headers)).status_code == 404
    body = {"token": token}
    address = "/v1/invitations/acceptance"
    assert (await client.post(address, json=body)).status_code == 401
    stranger = await client.post(address, json=body, headers=mine.user.headers)
    assert (stranger.status_code, stranger.json()["code"]) == (409, "invitation_for_somebody_else")
    chosen = await client.post("/v1/invitations/password", json=body | {"new_password": NEW})
    assert (chosen.status_code, chosen.json()["code"]) == (409, "sign_in_to_accept")
    accepted = await client.post(address, json=body, headers=other.user.headers)
    assert (accepted.status_code, accepted.json()["centre_id"]) == (200, str(mine.id))
    assert (await client.get(reads, headers=other.user.headers)).status_code == 200
    again = await client.post(address, json=body, headers=other.user.headers)
    assert (again.status_code, again.json()["code"]) == (409, "invitation_not_valid")
    shown = (await client.get(made.headers["location"], headers=mine.super_user.headers)).json()
    assert (shown["status"], shown["last_name"] != "Elsewhere", shown["job_title"]) == ("active", True, "Assessor")


async def test_a_person_without_a_password_chooses_one(world: World, client: httpx.AsyncClient) -> None:
    theirs, mine = await world.centre(), await world.centre()
    email = "new.user@people.example.com"
    await _invite(client, theirs, email)
    await world.run_jobs()
    await _invite(client, mine, email)
    token = await _token(world, email)
    assert (await client.post("/v1/invitations/lookup", json={"token": token})).json()["has_password"] is False
    weak = await client.post("/v1/invitations/password", json={"token": token, "new_password": "password1234"})
    assert weak.status_code == 422
    body = {"token": token, "new_password": NEW, "last_name": "Ürün"}
    answers = await asyncio.gather(*(client.post("/v1/invitations/password", json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409]
    opened = await client.post("/v1/sessions", json={"email": email, "password": NEW})
    headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    me = (await client.get("/v1/me", headers=headers)).json()
    assert {centre["name"] for centre in me["centres"]} == {theirs.name, mine.name}
    assert me["last_name"] == "Ürün"


async def test_who_has_left_every_centre_can_sign_in_to_accept(world: World, client: httpx.AsyncClient) -> None:
    mine, other = await world.centre(), await world.centre()
    left = await world.centre_user(other.id)
    headers = {**other.super_user.headers, "If-Match": "*"}
    await client.delete(f"/v1/centres/{other.id}/users/{left.user_id}", headers=headers)
    log_in = {"email": left.email, "password": PASSWORD}
    assert (await client.post("/v1/sessions", json=log_in)).status_code == 401
    await _invite(client, mine, left.email)
    token = await _token(world, left.email)
    opened = (await client.post("/v1/sessions", json=log_in)).json()
    headers = {"Authorization": f"Bearer {opened['access_token']}"}
    assert (await client.get("/v1/me", headers=headers)).json()["centres"] == []
    accepted = await client.post("/v1/invitations/acceptance", json={"token": token}, headers=headers)
    assert accepted.status_code == 200


@pytest.mark.parametrize("how", ["deactivated", "sent again", "too late", "unknown"])
async def test_an_invitation_that_is_over_is_refused(
    world: World, client: httpx.AsyncClient, clock: MovableClock, how: str
) -> None:
    mine, other = await world.centre(), await world.centre()
    made = await _invite(client, mine, other.user.email)
    token = await _token(world, other.user.email)
    headers = {**mine.super_user.headers, "If-Match": "*"}
    login = other.user
    if how == "deactivated":
        assert (await client.delete(made.headers["location"], headers=headers)).status_code == 204
        assert (await client.get("/v1/me", headers=login.headers)).status_code == 200
    elif how == "sent again":
        assert (await client.post(f"{made.headers['location']}/invitation", headers=headers)).status_code == 202
        await world.run_jobs()
    elif how == "too late":
        clock.move(timedelta(days=world.settings.first_password_days))
        login = await _again(world, login)
    else:
        token = "not-a-token"
    body = {"token": token}
    for answer in (
        await client.post("/v1/invitations/lookup", json=body),
        await client.post("/v1/invitations/acceptance", json=body, headers=login.headers),
        await client.post("/v1/invitations/password", json=body | {"new_password": NEW}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "invitation_not_valid")


async def _again(world: World, login: Login) -> Login:
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.id)
    return await world.log_in(person)


async def test_staff_are_told_that_they_cannot_accept(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """Those who are staff when the invitation is sent get no token; those who become staff later are refused."""
    mine, other = await world.centre(), await world.centre()
    staff = await world.staff(StaffRole.FINANCE)
    made = await _invite(client, mine, staff.email.upper())
    assert (made.status_code, made.json()["status"]) == (201, "invited")
    await world.run_jobs()
    assert "cannot be accepted" in " ".join(world.mail(to=staff.email.upper())[-1].text.split())
    await _invite(client, mine, other.user.email)
    token = await _token(world, other.user.email)
    headers = {**other.super_user.headers, "If-Match": "*"}
    await client.delete(f"/v1/centres/{other.id}/users/{other.user.user_id}", headers=headers)
    body = {"first_name": "Jo", "last_name": "Ray", "email": other.user.email, "roles": ["finance"]}
    await world.post("/v1/staff", body, await world.staff(StaffRole.ADMINISTRATOR))
    login = await _again(world, other.user)
    refused = await client.post("/v1/invitations/acceptance", json={"token": token}, headers=login.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "staff_cannot_act_for_a_centre")


async def test_who_became_staff_before_choosing_a_password_cannot_accept(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """And the refused request chooses no password for the staff's account."""
    mine, theirs = await world.centre(), await world.centre()
    email = "new.user@people.example.com"
    made = await _invite(client, theirs, email)
    await _invite(client, mine, email)
    token = await _token(world, email)
    headers = {**theirs.super_user.headers, "If-Match": "*"}
    assert (await client.delete(made.headers["location"], headers=headers)).status_code == 204
    body = {"first_name": "Jo", "last_name": "Ray", "email": email, "roles": ["customer_experience"]}
    await world.post("/v1/staff", body, await world.staff(StaffRole.ADMINISTRATOR))
    before = await _state_of(database, email)
    chosen = {"token": token, "new_password": NEW, "last_name": "Elsewhere"}
    refused = await client.post("/v1/invitations/password", json=chosen)
    assert (refused.status_code, refused.json()["code"]) == (409, "staff_cannot_act_for_a_centre")
    assert await _state_of(database, email) == before


async def test_of_two_who_accept_at_once_one_does(world: World, client: httpx.AsyncClient) -> None:
    mine, other = await world.centre(), await world.centre()
    await _invite(client, mine, other.user.email)
    body = {"token": await _token(world, other.user.email)}
    answers = await asyncio.gather(
        *(client.post("/v1/invitations/acceptance", json=body, headers=other.user.headers) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_two_centres_that_invite_a_new_address_at_once_learn_nothing(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    centres = [await world.centre() for _ in range(4)]
    email = "at.once@people.example.com"
    answers = await asyncio.gather(*(_invite(client, centre, email) for centre in centres))
    assert {answer.status_code for answer in answers} == {201}
    async with database.transaction() as session:
        rows = await session.scalars(
            select(Membership.pending).where(Membership.id.in_([UUID(answer.json()["id"]) for answer in answers]))
        )
        assert sorted(rows) == [False, True, True, True]


async def test_a_pending_super_user_acts_for_nobody(world: World, client: httpx.AsyncClient) -> None:
    """The last super user stays, and letters to super users do not go to somebody who has accepted nothing."""
    mine, other = await world.centre(), await world.centre()
    await _invite(client, mine, other.user.email, role="super_user")
    headers = {**mine.super_user.headers, "If-Match": "*"}
    own = f"/v1/centres/{mine.id}/users/{mine.super_user.user_id}"
    refused = await client.delete(own, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_super_user")


@pytest.mark.requirement("R04")
async def test_the_first_super_user_of_a_new_centre_may_have_an_account(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """Whoever sends the public form can name anybody: they are asked first, and their account stays as it is."""
    theirs = await world.centre()
    unused = "unused@people.example.com"
    await _invite(client, theirs, unused)
    await world.run_jobs()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    for email in (theirs.user.email, unused):
        before = await _state_of(database, email)
        named = world.initial_application()["initial_super_user"] | {"email": email}
        initial = await world.checked(initial_super_user=named)
        address = f"/v1/initial-applications/{initial['id']}"
        made = await world.post(f"{address}/account", {}, staff, match=address)
        token = await _token(world, email)
        assert await _state_of(database, email) == before
        shown = await world.get(f"/v1/centres/{made['id']}/users/{made['super_user_id']}", staff)
        assert (shown["status"], shown["last_name"]) == ("invited", named["last_name"])
        assert shown["log_in_details_sent_at"] is not None
        assert (await client.post("/v1/invitations/lookup", json={"token": token})).json()["role"] == "super_user"


async def test_making_somebody_staff_leaves_their_account_alone(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    other = await world.centre()
    left = await world.centre_user(other.id)
    headers = {**other.super_user.headers, "If-Match": "*"}
    await client.delete(f"/v1/centres/{other.id}/users/{left.user_id}", headers=headers)
    before = await _state_of(database, left.email)
    body = {**{key: TYPED[key] for key in ("first_name", "last_name", "job_title")}, "email": left.email}
    await world.post("/v1/staff", body | {"roles": ["finance"]}, await world.staff(StaffRole.ADMINISTRATOR))
    await world.run_jobs()
    assert await _state_of(database, left.email) == before
