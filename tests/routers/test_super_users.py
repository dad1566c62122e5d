"""Customer experience replaces a centre's lost super user, and nothing is taken over silently (R10)."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import limits
from app.domain.actors import StaffRole
from app.models import Event, SecurityEvent
from tests.clock import MovableClock
from tests.routers.test_assistance import ASKED, CHECKED, first_password, log_in, person, told
from tests.world import PASSWORD, Login, TestCentre, World

NEW = "jo.patel@successors.example.com"
OWN = "another-Password-nobody-guesses"
ASK, DONE = "is to be replaced", "was replaced"


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    """A centre with a head of organisation."""
    centre = await world.centre()
    head = person("head@heads.example.com") | {"last_name": "Head", "roles": ["head_of_organisation"]}
    await world.post(f"/v1/centres/{centre.id}/contacts", head, centre.super_user)
    return centre


def path_of(centre: TestCentre) -> str:
    return f"/v1/centres/{centre.id}/super-user-replacements"


def users_of(centre: TestCentre, login: Login) -> str:
    return f"/v1/centres/{centre.id}/users/{login.user_id}"


def request(centre: TestCentre, email: str = NEW, **changes: Any) -> dict[str, Any]:
    return ASKED | CHECKED | person(email) | {"lost_user_id": str(centre.super_user.user_id)} | changes


async def replace(world: World, centre: TestCentre, staff: Login, email: str = NEW) -> dict[str, Any]:
    made = await world.post(path_of(centre), request(centre, email), staff)
    await world.run_jobs()
    return made


async def sign_in_as_successor(world: World, email: str = NEW) -> dict[str, str]:
    """Log in with the first password and choose one's own."""
    first = first_password(world, email)
    session = await log_in(world, email, first)
    assert session.status_code == 201, session.text
    headers = {"Authorization": f"Bearer {session.json()['access_token']}"}
    body = {"current_password": first, "new_password": OWN}
    changed = await world.client.put("/v1/me/password", json=body, headers=headers)
    assert changed.status_code == 200, changed.text
    return {"Authorization": f"Bearer {changed.json()['access_token']}"}


async def statuses(world: World, centre: TestCentre, staff: Login) -> list[str]:
    return [each["status"] for each in (await world.get(path_of(centre), staff))["items"]]


@pytest.mark.parametrize("what", ["super-user-replacements", "assisted-invitations"])
async def test_the_number_of_users_is_limited_for_staff_too(
    world: World, centre: TestCentre, staff: Login, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    body = request(centre) if what == "super-user-replacements" else ASKED | person(NEW)
    monkeypatch.setattr(limits, "USERS", 2)
    answer = await world.client.post(f"/v1/centres/{centre.id}/{what}", json=body, headers=staff.headers)
    assert told(answer) == (409, "too_many_users")


async def test_only_customer_experience_with_a_fresh_proof_replaces(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, clock: MovableClock
) -> None:
    path, body, other = path_of(centre), request(centre), await world.centre()
    assert (await client.post(path, json=body)).status_code == 401
    assert (await client.post(path, json=body, headers=other.super_user.headers)).status_code == 404
    for login in (centre.super_user, await world.staff(StaffRole.ADMINISTRATOR)):
        assert (await client.post(path, json=body, headers=login.headers)).status_code == 403
    clock.move(timedelta(minutes=11))
    assert told(await client.post(path, json=body, headers=staff.headers)) == (403, "step_up_required")
    assert (await world.get(path, staff))["items"] == []


async def test_the_request_is_judged(world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login) -> None:
    """Without an identity check, for another centre's user, or to the lost address, nobody is replaced."""
    other = await world.centre()
    faults: list[tuple[dict[str, Any], str, str]] = [
        ({"identity_check": None}, "/identity_check", "not_an_object"),
        ({"identity_check": {"method": "they_sounded_nice", "note": "Yes."}}, "/identity_check/method", "not_a_choice"),
        ({"lost_user_id": str(other.super_user.user_id)}, "/lost_user_id", "unknown_user"),
        ({"email": centre.super_user.email.upper()}, "/email", "address_unchanged"),
    ]
    for change, pointer, code in faults:
        answer = await client.post(path_of(centre), json=request(centre, **change), headers=staff.headers)
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)], answer.text
    conflicts = [
        ({"lost_user_id": str(centre.user.user_id)}, "not_a_super_user"),
        ({"email": staff.email}, "staff_cannot_act_for_a_centre"),
    ]
    for change, code in conflicts:
        answer = await client.post(path_of(centre), json=request(centre, **change), headers=staff.headers)
        assert told(answer) == (409, code)
    assert await statuses(world, centre, staff) == []


@pytest.mark.requirement("R10", "R24")
async def test_the_lost_super_user_keeps_the_access_until_the_successor_can_act(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, database: Database
) -> None:
    made = await replace(world, centre, staff)
    assert (made["status"], made["made_at"], made["identity_check"]) == ("waiting", None, CHECKED["identity_check"])
    assert made["lost_user_id"] == str(centre.super_user.user_id)
    seen = (await world.get(path_of(centre), centre.super_user))["items"]
    hidden = dict.fromkeys(("reason", "identity_check", "recorded_by_name"))
    assert seen == [made | hidden]
    headers = await sign_in_as_successor(world)
    assert (await client.get("/v1/me", headers=centre.super_user.headers)).status_code == 401
    invited = await client.post(f"/v1/centres/{centre.id}/users", json=person() | {"role": "user"}, headers=headers)
    assert invited.status_code == 201
    users = {each["id"]: each for each in (await world.get(f"/v1/centres/{centre.id}/users", staff))["items"]}
    assert users[made["lost_user_id"]]["status"] == "deactivated"
    assert (users[made["successor_user_id"]]["status"], users[made["successor_user_id"]]["role"]) == (
        "active",
        "super_user",
    )
    assert await statuses(world, centre, staff) == ["made"]
    async with database.transaction() as session:
        events = (
            await session.scalars(select(Event).where(Event.type.like("user.super_user_%")).order_by(Event.id))
        ).all()
        kinds = (await session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id))).all()
    assert [event.type for event in events] == ["user.super_user_replacement_started", "user.super_user_replaced"]
    assert events[0].audit is not None
    assert events[0].audit["after"]["identity_check"] == CHECKED["identity_check"]
    assert {"centre_user_added", "centre_user_deactivated"} <= set(kinds)


@pytest.mark.requirement("R10")
async def test_everybody_is_told_before_and_after(world: World, centre: TestCentre, staff: Login) -> None:
    """The head of organisation, the centre's own address, and the super user who is said to be lost."""
    office = (await world.get(f"/v1/centres/{centre.id}", staff))["email"]
    await replace(world, centre, staff)
    readers = {"head@heads.example.com", office, centre.super_user.email}
    for email in readers:
        (letter,) = world.mail(to=email, subject=ASK)
        text = " ".join(letter.text.split())
        assert "Jo Patel" in text
        assert ASKED["requested_by"] in text
        assert "Called back on a telephone number known before" in text
        assert ASKED["reason"] not in text
        assert ("deactivate Jo Patel among the users" in text) is (email == centre.super_user.email)
    assert not world.mail(subject=DONE)
    await sign_in_as_successor(world)
    await world.run_jobs()
    assert {email for email in readers if len(world.mail(to=email, subject=DONE)) == 1} == readers


async def test_the_successor_is_told_to_ask_us_and_not_the_lost_super_user(
    world: World, centre: TestCentre, staff: Login
) -> None:
    await replace(world, centre, staff)
    (letter,) = world.mail(to=NEW, subject="You are invited")
    assert "If the first password has expired, ask our customer experience team" in " ".join(letter.text.split())


async def test_whoever_is_not_lost_cancels_it(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    """By deactivating the successor, whose log-in details then open nothing; demoting them does it, too."""
    made = await replace(world, centre, staff)
    secret, path = first_password(world, NEW), f"/v1/centres/{centre.id}/users/{made['successor_user_id']}"
    deactivated = await client.delete(path, headers=await world.etag(path, centre.super_user))
    assert deactivated.status_code == 204, deactivated.text
    assert (await log_in(world, NEW, secret)).status_code == 401
    assert await statuses(world, centre, staff) == ["cancelled"]
    again = await replace(world, centre, staff)
    path = f"/v1/centres/{centre.id}/users/{again['successor_user_id']}"
    await world.post(path, {"role": "user"}, centre.super_user, match=path, method="PATCH")
    assert await statuses(world, centre, staff) == ["cancelled", "cancelled"]
    await sign_in_as_successor(world)
    assert (await client.get("/v1/me", headers=centre.super_user.headers)).status_code == 200


async def test_one_replacement_waits_at_a_time(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    both = await asyncio.gather(
        *(
            client.post(path_of(centre), json=request(centre, email), headers=staff.headers)
            for email in (NEW, "cy@successors.example.com")
        )
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]
    assert told(max(both, key=lambda answer: answer.status_code)) == (409, "replacement_under_way")
    assert await statuses(world, centre, staff) == ["waiting"]


@pytest.mark.requirement("R10")
async def test_a_user_of_the_centre_takes_over_at_once(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    made = await replace(world, centre, staff, centre.user.email)
    assert (made["status"], made["successor_user_id"]) == ("made", str(centre.user.user_id))
    assert (await world.get(users_of(centre, centre.user), centre.user))["role"] == "super_user"
    assert (await client.get("/v1/me", headers=centre.super_user.headers)).status_code == 401
    assert world.mail(to="head@heads.example.com", subject=DONE)
    assert not world.mail(subject=ASK)
    later = await client.post(path_of(centre), json=request(centre, "cy@successors.example.com"), headers=staff.headers)
    assert told(later) == (409, "not_a_super_user"), "listCentreUsers shows them, as deactivated"


async def test_somebody_with_an_account_accepts_first_and_only_once(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login, clock: MovableClock
) -> None:
    """An address in use keeps its account. A link that is too late, or used already, replaces nobody."""
    other = await world.centre()
    made = await replace(world, centre, staff, other.user.email)
    assert made["status"] == "waiting"

    def link() -> str:
        found = [re.findall(r"#token=([^\s\"]+)", mail.text) for mail in world.mail(to=other.user.email)]
        return unquote(found[-1][0])

    async def accept(token: str) -> httpx.Response:
        session = (await log_in(world, other.user.email, PASSWORD)).json()
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        return await client.post("/v1/invitations/acceptance", json={"token": token}, headers=headers)

    late = link()
    clock.move(timedelta(days=world.settings.first_password_days, minutes=1))
    assert told(await accept(late)) == (409, "invitation_not_valid")
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE, new=True)
    assert await statuses(world, centre, staff) == ["waiting"]
    path = f"/v1/centres/{centre.id}/users/{made['successor_user_id']}"
    await world.post(f"{path}/assisted-invitation", ASKED, staff)
    await world.run_jobs()
    assert (await accept(link())).status_code == 200
    assert await statuses(world, centre, staff) == ["made"]
    assert told(await accept(link())) == (409, "invitation_not_valid")
    assert len(world.mail(to="head@heads.example.com", subject=DONE)) == 0
    await world.run_jobs()
    assert len(world.mail(to="head@heads.example.com", subject=DONE)) == 1


async def test_the_lost_one_and_the_successor_act_at_once(
    world: World, client: httpx.AsyncClient, centre: TestCentre, staff: Login
) -> None:
    """The successor chooses a password while the lost one deactivates them: one of the two can act afterwards."""
    made = await replace(world, centre, staff)
    first = first_password(world, NEW)
    session = (await log_in(world, NEW, first)).json()
    path = f"/v1/centres/{centre.id}/users/{made['successor_user_id']}"
    headers = await world.etag(path, centre.super_user)
    chosen, ended = await asyncio.gather(
        client.put(
            "/v1/me/password",
            json={"current_password": first, "new_password": OWN},
            headers={"Authorization": f"Bearer {session['access_token']}"},
        ),
        client.delete(path, headers=headers),
    )
    users = (await world.get(f"/v1/centres/{centre.id}/users", staff))["items"]
    active = [each for each in users if each["role"] == "super_user" and each["status"] == "active"]
    assert len(active) == 1, (chosen.status_code, ended.status_code)
    assert await statuses(world, centre, staff) == ["made" if chosen.status_code == 200 else "cancelled"]


async def test_an_erasure_of_the_invited_successor_cancels_it(world: World, centre: TestCentre, staff: Login) -> None:
    await replace(world, centre, staff)
    body = {"email": NEW, "reason": "They asked for it."}
    await world.post("/v1/personal-data-erasures", body, await world.staff(StaffRole.ADMINISTRATOR))
    assert await statuses(world, centre, staff) == ["cancelled"]
