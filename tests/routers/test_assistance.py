"""Customer experience acts for a centre's users at its request: recorded, and told to the centre (R10)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.actors import CentreRole, StaffRole
from app.models import Event, Membership, Person, SecurityEvent
from app.queries.email_changes import former_addresses
from tests.clock import MovableClock
from tests.routers.test_centre_users import emails_about
from tests.world import PASSWORD, Login, TestCentre, World

ASKED = {"requested_by": "Robin Clarke, Bursar, by telephone", "reason": "Nobody there can log in this week."}
CHECKED = {"identity_check": {"method": "called_back", "note": "Called Robin back on the number of the web form."}}
RIGHT = "jo.right@put-right.example.com"


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


def person(email: str = "jo.wrong@typed-wrong.example.com") -> dict[str, Any]:
    return {
        "first_name": "Jo",
        "last_name": "Patel",
        "job_title": "Tutor",
        "email": email,
        "telephone": "01332 341825",
    }


async def invite(world: World, centre: TestCentre, staff: Login, **changes: Any) -> str:
    """Invite a user on the centre's behalf; return the path."""
    body = ASKED | person(**changes)
    made = await world.post(f"/v1/centres/{centre.id}/assisted-invitations", body, staff)
    return f"/v1/centres/{centre.id}/users/{made['id']}"


async def former_of(database: Database, path: str) -> list[str]:
    async with database.transaction() as session:
        row = await session.get_one(Membership, UUID(path.rpartition("/")[2]))
        return [each.address for each in await former_addresses(session, row.person_id)]


async def events_of(database: Database, path: str) -> list[Event]:
    async with database.transaction() as session:
        mine = select(Event).where(Event.aggregate_id == UUID(path.rpartition("/")[2])).order_by(Event.sequence)
        return list((await session.scalars(mine)).all())


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def first_password(world: World, email: str) -> str:
    """The first password in the newest letter to the address."""
    text = world.mail(to=email)[-1].text
    return text.partition("Your first password is:")[2].split()[0]


async def log_in(world: World, email: str, password: str = PASSWORD) -> httpx.Response:
    return await world.client.post("/v1/sessions", json={"email": email, "password": password})


@pytest.mark.parametrize("part", ["invitation", "correction", "deactivation"])
async def test_only_customer_experience_acts_for_a_centre(
    world: World, client: httpx.AsyncClient, centre: TestCentre, part: str
) -> None:
    """Not the centre's own people, who do it themselves, nor other staff."""
    body = ASKED | ({"job_title": "Dean"} if part == "correction" else {})
    path, other = f"/v1/centres/{centre.id}/users/{centre.user.user_id}/assisted-{part}", await world.centre()
    assert (await client.post(path, json=body)).status_code == 401
    assert (await client.post(path, json=body, headers=other.super_user.headers)).status_code == 404
    for login in (centre.super_user, await world.staff(StaffRole.ADMINISTRATOR)):
        assert (await client.post(path, json=body, headers=login.headers)).status_code == 403
    elsewhere = path.replace(str(centre.id), str(other.id))
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    assert (await client.post(elsewhere, json=body, headers=staff.headers)).status_code == 404


async def test_who_asked_and_a_fresh_proof_are_needed(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, clock: MovableClock
) -> None:
    users = f"/v1/centres/{centre.id}/users/{centre.user.user_id}"
    invitations = f"/v1/centres/{centre.id}/assisted-invitations"
    changes = [
        (invitations, person()),
        (f"{users}/assisted-invitation", {}),
        (f"{users}/assisted-correction", {"job_title": "Dean"}),
        (f"{users}/assisted-deactivation", {}),
    ]
    for path, body in changes:
        answer = await client.post(path, json=body, headers=staff.headers)
        assert {each["pointer"] for each in answer.json()["errors"]} == {"/requested_by", "/reason"}, path
    with_role = await client.post(invitations, json=ASKED | person() | {"role": "super_user"}, headers=staff.headers)
    assert with_role.json()["errors"][0]["code"] == "unknown_field"
    clock.move(timedelta(minutes=11))
    for path, body in changes:
        answer = await client.post(path, json=ASKED | body, headers=staff.headers | {"If-Match": "*"})
        # Log-in details go again to the address on record only.
        wanted = (409, "password_already_chosen") if path.endswith("-invitation") else (403, "step_up_required")
        assert told(answer) == wanted, path


@pytest.mark.requirement("R10", "R24")
async def test_an_invitation_on_behalf_is_recorded_and_told(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, database: Database
) -> None:
    path = await invite(world, centre, staff)
    shown = await world.get(path, centre.super_user)
    assert (shown["role"], shown["status"], shown["email"]) == ("user", "invited", person()["email"])
    (event,) = await events_of(database, path)
    assert (event.summary, event.actor_id) == ("User invited as a user, on the centre's behalf", staff.id)
    assert event.audit is not None
    changed = {"telephone": "+441332341825", "telephone_extension": None, "role": "user"}
    assert event.audit["after"] == person() | changed | ASKED | {"on_behalf_of_centre": True}
    timeline = await world.get(f"/v1/centres/{centre.id}/timeline?order=newest_first", centre.super_user)
    line = next(each for each in timeline["items"] if each["id"] == str(event.id))
    assert (line["actor"]["name"], line["actor"]["roles"], line["after"]) == (
        world.settings.organisation.name,
        ["customer_experience"],
        None,
    )
    await world.run_jobs()
    (letter,) = world.mail(to=centre.super_user.email, subject="at your request")
    assert "User: Jo Patel" in letter.text
    assert "What we did: Invited as a user" in letter.text
    assert ASKED["requested_by"] in letter.text
    assert ASKED["reason"] not in letter.text
    (invited,) = world.mail(to=person()["email"])
    assert f"{world.settings.organisation.name} has invited you" in " ".join(invited.text.split())
    twice = await client.post(
        f"/v1/centres/{centre.id}/assisted-invitations", json=ASKED | person(), headers=staff.headers
    )
    assert told(twice) == (409, "already_a_user")
    async with database.transaction() as session:
        kinds = (await session.scalars(select(SecurityEvent.kind).where(SecurityEvent.actor_id == staff.id))).all()
    assert "centre_user_added" in kinds


@pytest.mark.requirement("R06", "R10")
async def test_log_in_details_go_again_to_any_user_on_request(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, database: Database
) -> None:
    path = await invite(world, centre, staff)
    receipt = await world.post(f"{path}/assisted-invitation", ASKED, staff)
    assert receipt["email"] == person()["email"]
    assert (await emails_about(database, path.rpartition("/")[2]))[-1] == "centre_user_invited"
    assert (await events_of(database, path))[-1].summary == "Log-in details to be sent again, on the centre's behalf"
    await world.post(f"{path}/assisted-deactivation", ASKED, staff, match=path)
    late = await client.post(f"{path}/assisted-invitation", json=ASKED, headers=staff.headers)
    assert told(late) == (409, "user_deactivated")


@pytest.mark.requirement("R06", "R10")
async def test_a_mistyped_address_is_corrected_and_lets_nobody_in(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, database: Database
) -> None:
    """What went to the wrong mailbox stops working; the right one gets new log-in details."""
    path = await invite(world, centre, staff)
    await world.run_jobs()
    wrong, secret = person()["email"], first_password(world, person()["email"])
    opened = await log_in(world, wrong, secret)
    assert opened.status_code == 201
    made = await client.post(
        f"{path}/assisted-correction", json=ASKED | {"email": RIGHT}, headers=await world.etag(path, staff)
    )
    assert (made.status_code, made.json()["email"], made.json()["status"]) == (200, RIGHT, "invited")
    assert (await world.get(path, centre.super_user))["email"] == RIGHT
    session = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    assert (await client.get("/v1/me", headers=session)).status_code == 401
    # At once, before the new log-in details are sent.
    assert (await log_in(world, RIGHT, secret)).status_code == 401
    await world.run_jobs()
    assert [(await log_in(world, email, secret)).status_code for email in (wrong, RIGHT)] == [401, 401]
    assert (await log_in(world, RIGHT, first_password(world, RIGHT))).status_code == 201
    changed = [event for event in await events_of(database, path) if event.type == "user.updated"]
    assert changed[0].audit is not None
    assert (changed[0].audit["before"], changed[0].audit["after"]["email"]) == ({"email": wrong}, RIGHT)
    assert await former_of(database, path) == [], "letters to a stranger's address are not this person's"
    found = await world.get(f"/v1/centres?text={RIGHT}", staff)
    assert [each["id"] for each in found["items"]] == [str(centre.id)]
    assert world.mail(to=centre.super_user.email, subject="at your request")


async def test_a_correction_collides_with_somebodys_work(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    path = await invite(world, centre, staff)
    seen = await world.etag(path, staff)
    await world.post(path, {"job_title": "Dean"}, centre.super_user, match=path, method="PATCH")
    for part, body in (("correction", {"job_title": "Head"}), ("deactivation", {})):
        url = f"{path}/assisted-{part}"
        assert told(await client.post(url, json=ASKED | body, headers=staff.headers)) == (428, "precondition_required")
        assert told(await client.post(url, json=ASKED | body, headers=seen)) == (412, "stale_version")
    assert (await world.get(path, staff))["job_title"] == "Dean"
    same = await client.post(f"{path}/assisted-correction", json=ASKED, headers=await world.etag(path, staff))
    assert told(same) == (409, "nothing_to_correct")


async def test_an_address_that_somebody_has_is_refused(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    """Also in a race of two corrections to one address."""
    path, another = await invite(world, centre, staff), await invite(world, centre, staff, email="cy@example.com")
    headers = staff.headers | {"If-Match": "*"}

    async def correct(path: str, email: str) -> httpx.Response:
        return await client.post(f"{path}/assisted-correction", json=ASKED | {"email": email}, headers=headers)

    assert told(await correct(path, centre.user.email)) == (409, "email_address_in_use")
    both = await asyncio.gather(correct(path, RIGHT), correct(another, RIGHT))
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_whoever_has_an_account_changes_it_themselves(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    """Who has chosen a password, who is invited with an account of their own, and who is invited elsewhere too."""
    other, headers = await world.centre(), staff.headers | {"If-Match": "*"}
    chosen = f"/v1/centres/{centre.id}/users/{centre.user.user_id}"
    pending = await invite(world, centre, staff, email=other.user.email)
    invited = await invite(world, centre, staff)
    await invite(world, other, staff)
    for path in (chosen, pending, invited):
        answer = await client.post(f"{path}/assisted-correction", json=ASKED | {"email": RIGHT}, headers=headers)
        assert told(answer) == (409, "address_belongs_to_the_person"), path
    renamed = await client.post(f"{chosen}/assisted-correction", json=ASKED | {"last_name": "X"}, headers=headers)
    assert told(renamed) == (409, "name_belongs_to_the_person")
    titled = await client.post(f"{chosen}/assisted-correction", json=ASKED | {"job_title": "Dean"}, headers=headers)
    assert (titled.status_code, titled.json()["job_title"]) == (200, "Dean")


@pytest.mark.requirement("R04", "R10")
async def test_the_first_super_users_address_needs_an_identity_check(
    world: World, client: httpx.AsyncClient, staff: Login, database: Database
) -> None:
    """One wrong letter in it no longer ends an application, and nobody takes a centre over by the telephone."""
    initial = await world.checked()
    address = f"/v1/initial-applications/{initial['id']}"
    account = await world.post(f"{address}/account", {}, staff, match=address)
    path = f"/v1/centres/{account['id']}/users/{account['super_user_id']}"
    await world.run_jobs()
    headers = await world.etag(path, staff)
    body = ASKED | {"email": RIGHT}
    refused = await client.post(f"{path}/assisted-correction", json=body, headers=headers)
    assert told(refused) == (409, "identity_check_required")
    assert (await world.get(path, staff))["email"] == initial["initial_super_user"]["email"]
    await world.post(f"{path}/assisted-correction", body | CHECKED, staff, match=path)
    await world.run_jobs()
    (details,) = world.mail(to=RIGHT)
    assert "You are its super user" in details.text
    assert (await log_in(world, RIGHT, first_password(world, RIGHT))).status_code == 201
    # Nobody can act for the centre yet, so its own address is told.
    assert world.mail(to=initial["email"], subject="at your request")
    event = [each for each in await events_of(database, path) if each.type == "user.updated"][-1]
    assert event.audit is not None
    assert event.audit["after"]["identity_check"] == CHECKED["identity_check"]


@pytest.mark.requirement("R10")
async def test_a_user_is_deactivated_on_request_but_never_the_last_super_user(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, database: Database
) -> None:
    user = f"/v1/centres/{centre.id}/users/{centre.user.user_id}"
    gone = await world.post(f"{user}/assisted-deactivation", ASKED, staff, match=user)
    assert gone["status"] == "deactivated"
    assert (await client.get("/v1/me", headers=centre.user.headers)).status_code == 401
    again = await client.post(f"{user}/assisted-deactivation", json=ASKED, headers=await world.etag(user, staff))
    assert told(again) == (409, "user_deactivated")
    corrected = await client.post(
        f"{user}/assisted-correction", json=ASKED | {"job_title": "X"}, headers=await world.etag(user, staff)
    )
    assert told(corrected) == (409, "user_deactivated")
    assert (await events_of(database, user))[-1].summary == "User deactivated, who was a user, on the centre's behalf"
    await world.run_jobs()
    (letter,) = world.mail(to=centre.super_user.email, subject="at your request")
    assert "What we did: Access withdrawn" in letter.text
    last = f"/v1/centres/{centre.id}/users/{centre.super_user.user_id}"
    refused = await client.post(f"{last}/assisted-deactivation", json=ASKED, headers=await world.etag(last, staff))
    assert told(refused) == (409, "last_super_user")
    second = await world.centre_user(centre.id, CentreRole.SUPER_USER)
    await world.post(f"{last}/assisted-deactivation", ASKED, staff, match=last)
    async with database.transaction() as session:
        rows = await session.execute(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.centre_id == centre.id, Membership.deactivated_at.is_(None))
        )
        assert [row[0] for row in rows] == [second.id]
