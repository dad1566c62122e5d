"""Nobody's mailbox is filled by means of the product, and whoever is refused learns nothing about an address."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import httpx
import pytest

from app.database import Database
from app.domain.actors import StaffRole
from tests.clock import MovableClock
from tests.races import race
from tests.routers.test_centre_users import invitation
from tests.routers.test_email_changes import attach_limits
from tests.world import Login, TestCentre, World

SPELLINGS = ("jo.patel@gmail.com", "JO.Patel@Gmail.com", "jopatel+1@gmail.com", "j.o.patel+2@googlemail.com")
FORMS = "/v1/initial-applications"


async def _invite(world: World, centre: TestCentre, email: str) -> httpx.Response:
    body = invitation(email)
    return await world.client.post(f"/v1/centres/{centre.id}/users", json=body, headers=centre.super_user.headers)


async def _resend(world: World, centre: TestCentre, user_id: str, login: Login | None = None) -> httpx.Response:
    headers = (login or centre.super_user).headers
    return await world.client.post(f"/v1/centres/{centre.id}/users/{user_id}/invitation", headers=headers)


async def _withdraw(world: World, centre: TestCentre, user_id: str) -> None:
    headers = {**centre.super_user.headers, "If-Match": "*"}
    answer = await world.client.delete(f"/v1/centres/{centre.id}/users/{user_id}", headers=headers)
    assert answer.status_code == 204


def _refused(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 720
    assert "invitations" in answer.json()["detail"]


async def test_a_centre_sends_five_invitations_an_hour_to_an_address(world: World, clock: MovableClock) -> None:
    """Invited, withdrawn, invited again and sent again, in whatever spelling; other addresses and centres go on."""
    centre, other = await world.centre(), await world.centre()
    attach_limits(world)
    made = (await _invite(world, centre, SPELLINGS[0])).json()["id"]
    assert (await _resend(world, centre, made)).status_code == 202
    await _withdraw(world, centre, made)
    assert (await _invite(world, centre, SPELLINGS[1])).status_code == 201
    assert (await _invite(world, centre, SPELLINGS[2])).status_code == 201
    assert (await _resend(world, centre, made)).status_code == 202
    refused = [await _invite(world, centre, SPELLINGS[3]), await _resend(world, centre, made)]
    for answer in refused:
        _refused(answer)
    await world.run_jobs()
    sent = [mail for mail in world.mail() if any("mail.com" in str(each).casefold() for each in mail.to)]
    assert len(sent) <= 5
    listed = await world.get(f"/v1/centres/{centre.id}/users", centre.super_user)
    assert SPELLINGS[3] not in [user["email"] for user in listed["items"]]
    assert (await _invite(world, centre, "somebody.else@example.com")).status_code == 201
    assert (await _invite(world, other, SPELLINGS[0])).status_code == 201
    clock.move(timedelta(seconds=int(refused[1].headers["Retry-After"])))
    assert (await _resend(world, centre, made)).status_code == 202


async def test_known_and_unknown_addresses_are_refused_alike(world: World) -> None:
    """Whether it is nobody's, another centre's user, or staff."""
    centre, other = await world.centre(), await world.centre()
    staff = await world.staff(StaffRole.FINANCE)
    attach_limits(world)
    seen = []
    for email in ("nobody@people.example.com", other.user.email, staff.email):
        made = (await _invite(world, centre, email)).json()["id"]
        answers = [await _resend(world, centre, made) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [202] * 4 + [429]
        _refused(answers[-1])
        seen.append((answers[-1].json()["detail"], answers[-1].headers["Retry-After"]))
    assert all(each == seen[0] for each in seen)


async def test_our_own_team_shares_a_centres_limit(world: World) -> None:
    """Customer experience sends log-in details again to the first super user, too."""
    centre = await world.centre()
    login = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    attach_limits(world)
    made = (await _invite(world, centre, "new@people.example.com")).json()["id"]
    for _ in range(4):
        assert (await _resend(world, centre, made)).status_code == 202
    _refused(await _resend(world, centre, made))
    assert (await _resend(world, centre, made, login)).status_code == 403


async def test_parallel_invitations_do_not_get_more(world: World, database: Database) -> None:
    centre = await world.centre()
    attach_limits(world)
    made = (await _invite(world, centre, SPELLINGS[0])).json()["id"]
    lock = f"SELECT 1 FROM centres WHERE id = '{centre.id}' FOR UPDATE"
    answers = await race(database, lock, *(_resend(world, centre, made) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] * 4 + [429] * 4


async def test_administrators_send_five_invitations_an_hour_to_an_address(world: World, clock: MovableClock) -> None:
    """Together: added, sent again, deactivated and added anew."""
    administrators = [await world.staff(StaffRole.ADMINISTRATOR, new=True) for _ in range(2)]
    attach_limits(world)
    body = {"first_name": "Jo", "last_name": "Patel", "job_title": "Reviewer", "roles": ["finance"]}

    def add(email: str, login: Login) -> Awaitable[httpx.Response]:
        return world.client.post("/v1/staff", json=body | {"email": email}, headers=login.headers)

    first = (await add(SPELLINGS[0], administrators[0])).json()
    path = f"/v1/staff/{first['id']}"
    for login in administrators:
        assert (await world.client.post(f"{path}/invitation", headers=login.headers)).status_code == 202
    gone = await world.client.delete(path, headers={**administrators[0].headers, "If-Match": "*"})
    assert gone.status_code == 204
    assert (await add(SPELLINGS[0], administrators[0])).status_code == 201
    answers = await asyncio.gather(
        *(world.client.post(f"{path}/invitation", headers=login.headers) for login in administrators * 2)
    )
    assert sorted(answer.status_code for answer in answers) == [202] + [429] * 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    _refused(refused)
    _refused(await add(SPELLINGS[3], administrators[1]))
    clock.move(timedelta(seconds=int(refused.headers["Retry-After"])))
    login = await world.staff(StaffRole.ADMINISTRATOR, new=True)
    assert (await world.client.post(f"{path}/invitation", headers=login.headers)).status_code == 202


@pytest.mark.requirement("R02")
async def test_the_public_form_acknowledges_five_times_an_hour_to_an_address(world: World, clock: MovableClock) -> None:
    """Every form is received, so that nobody who knows an address keeps its owner out; the answer has the reference."""
    attach_limits(world)
    answers = [await _form(world, number, SPELLINGS[number % 4]) for number in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["reference"] for answer in answers}) == 8
    await world.run_jobs()
    assert len(_acknowledged(world)) == 5
    clock.move(timedelta(hours=1))
    assert (await _form(world, 9, SPELLINGS[0])).status_code == 201
    await world.run_jobs()
    assert len(_acknowledged(world)) == 6


@pytest.mark.requirement("R02")
async def test_an_acknowledgement_that_staff_send_anew_counts_too(world: World) -> None:
    """They are told to wait, because they wait for the letter."""
    attach_limits(world)
    made = (await _form(world, 0, SPELLINGS[0])).json()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    path = f"{FORMS}/{made['id']}/acknowledgement"
    answers = [await world.client.post(path, headers=staff.headers) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [202] * 4 + [429]
    assert "acknowledgements" in answers[-1].json()["detail"]
    await world.run_jobs()
    assert len(_acknowledged(world)) == 5


async def test_what_is_sent_on_a_centres_behalf_counts_as_the_centres(world: World) -> None:
    """A user whose address is corrected, too."""
    centre, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    attach_limits(world)
    made = (await _invite(world, centre, SPELLINGS[0])).json()["id"]
    asked = {"requested_by": "Robin Clarke, by telephone", "reason": "Nobody can log in."}
    path = f"/v1/centres/{centre.id}/users/{made}"
    for _ in range(4):
        answer = await world.client.post(f"{path}/assisted-invitation", json=asked, headers=staff.headers)
        assert answer.status_code == 202
    _refused(await world.client.post(f"{path}/assisted-invitation", json=asked, headers=staff.headers))
    headers = {**staff.headers, "If-Match": "*"}
    to_other = asked | {"email": "another@example.com"}
    answer = await world.client.post(f"{path}/assisted-correction", json=to_other, headers=headers)
    assert answer.status_code == 200
    back = await world.client.post(f"{path}/assisted-correction", json=asked | {"email": SPELLINGS[1]}, headers=headers)
    _refused(back)
    assert (await world.get(path, staff))["email"] == "another@example.com"


async def test_parallel_forms_do_not_get_more_acknowledgements(world: World, database: Database) -> None:
    await _form(world, 0, SPELLINGS[0])
    attach_limits(world)
    lock = "SELECT 1 FROM reference_counters WHERE series = 'IA-2026' FOR UPDATE"
    answers = await race(database, lock, *(_form(world, number, SPELLINGS[0]) for number in range(1, 8)))
    assert {answer.status_code for answer in answers} == {201}
    await world.run_jobs()
    assert len(_acknowledged(world)) == 5


async def test_a_change_of_address_finds_the_mailbox_in_every_spelling(world: World) -> None:
    """Two accounts ask in turn, with another tag each time."""
    people: list[Login] = [(await world.centre()).user for _ in range(2)]
    attach_limits(world)
    for number in range(8):
        body = {"new_email": f"jo.patel+{number}@gmail.com"}
        answer = await world.client.post("/v1/me/email-changes", json=body, headers=people[number % 2].headers)
        assert answer.status_code == 202
    await world.run_jobs()
    # A letter is left out once its change is replaced, so the last ones tell.
    assert not world.mail(to="jo.patel+7@gmail.com")
    assert not world.mail(to="jo.patel+6@gmail.com")


def _form(world: World, number: int, email: str) -> Awaitable[httpx.Response]:
    form = world.initial_application(organisation_name=f"Centre {number}", email=email)
    return world.client.post(FORMS, json=form)


def _acknowledged(world: World) -> list[object]:
    return [mail for mail in world.mail() if "mail.com" in str(mail.to).casefold()]
