"""Recovery codes, and a reset for somebody who has lost everything."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.database import Database
from app.domain.actors import StaffRole
from app.main import attach
from app.models import RecoveryCode
from app.settings import Settings
from tests.authenticator import Authenticator
from tests.clock import MovableClock
from tests.races import race
from tests.second_factors import FACTORS, Signer, sign_in
from tests.world import World

REASON = {"reason": "Called back on the number on record."}
PEOPLE = "LOCK TABLE people IN EXCLUSIVE MODE"


@pytest.fixture
async def signer(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    """A centre user with an authenticator app."""
    found = await sign_in(client, clock, (await world.centre()).user.email)
    await found.add_totp()
    return found


@pytest.fixture
async def administrator(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    return await sign_in(client, clock, (await world.staff(StaffRole.ADMINISTRATOR)).email)


async def test_without_a_second_factor_there_are_no_codes(administrator: Signer) -> None:
    answer = await administrator.post("/v1/me/recovery-codes")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_second_factor")


async def test_a_code_works_once_and_its_owner_is_told(signer: Signer, world: World) -> None:
    session = await signer.again()
    code = session.recovery_codes[3]
    for wrong in (code[:-1], code.swapcase(), code + "x", "x" * 40):
        assert (await session.prove(wrong)).json()["code"] == "wrong_code"
    proved = await session.prove(code.replace("-", " "))
    assert proved.status_code == 200, proved.text
    session.tokens = proved.json()
    assert (await session.ask("GET", FACTORS)).json()["recovery_codes_left"] == 9
    assert (await (await signer.again()).prove(code)).json()["code"] == "wrong_code"
    await world.run_jobs()
    (told,) = world.mail(to=signer.email, subject="recovery code")
    assert "Unused codes: 9" in told.text


async def test_a_code_used_twice_at_once_works_once(signer: Signer, database: Database) -> None:
    first, second = await signer.again(), await signer.again()
    code = signer.recovery_codes[0]
    answers = await race(database, PEOPLE, first.prove(code), second.prove(code))
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_new_codes_replace_the_old_ones(signer: Signer, database: Database) -> None:
    """And none is stored as it is."""
    answer = await signer.post("/v1/me/recovery-codes")
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    new = answer.json()["recovery_codes"]
    assert len(set(new) | set(signer.recovery_codes)) == 20
    session = await signer.again()
    assert (await session.prove(signer.recovery_codes[0])).status_code == 422
    assert (await session.prove(new[0])).status_code == 200
    async with database.transaction() as opened:
        stored = (await opened.scalars(select(RecoveryCode.code_hash))).all()
    assert len(stored) == 10
    assert all(len(one) == 32 for one in stored)


async def test_removing_the_last_factor_removes_the_codes(signer: Signer) -> None:
    """Signing in then asks for nothing more."""
    listed = (await signer.ask("GET", FACTORS)).json()
    assert (await signer.ask("DELETE", f"{FACTORS}/{listed['items'][0]['id']}")).status_code == 204
    assert (await signer.ask("GET", FACTORS)).json()["recovery_codes_left"] == 0
    assert (await signer.again()).tokens["second_factor_required"] is False


async def _path(world: World, email: str) -> str:
    """Where an administrator resets a member of staff."""
    staff = await world.get("/v1/staff", await world.staff(StaffRole.ADMINISTRATOR))
    (id_,) = [row["id"] for row in staff["items"] if row["email"] == email]
    return f"/v1/staff/{id_}/second-factor-reset"


async def test_nobody_resets_their_own_and_there_must_be_something(
    administrator: Signer, world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    other = await sign_in(client, clock, (await world.staff(StaffRole.FINANCE)).email)
    await world.staff(StaffRole.ADMINISTRATOR)
    own = await administrator.post(await _path(world, administrator.email), REASON)
    assert (own.status_code, own.json()["code"]) == (409, "own_factors_reset")
    none = await administrator.post(await _path(world, other.email), REASON)
    assert (none.status_code, none.json()["code"]) == (409, "no_second_factor")
    assert "to reset" in none.json()["detail"]
    refused = await other.post(await _path(world, administrator.email), REASON)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")


async def test_a_reset_takes_everything_away_and_tells(
    administrator: Signer, world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    """Every session ends; the reason is recorded; the person hears of it."""
    lost = await sign_in(client, clock, (await world.staff(StaffRole.FINANCE)).email)
    await lost.add_totp()
    answer = await administrator.post(await _path(world, lost.email), REASON)
    assert (answer.status_code, answer.json()["removed"]) == (200, 1), answer.text
    assert (await lost.ask("GET", "/v1/me")).status_code == 401
    again = await lost.again()
    assert (again.tokens["second_factor_required"], again.tokens["second_factors"]) == (False, [])
    await world.run_jobs()
    assert len(world.mail(to=lost.email, subject="Your second factors were reset")) == 1
    events = await administrator.ask("GET", "/v1/security-events")
    (event,) = [row for row in events.json()["items"] if row["kind"] == "factor_reset"]
    assert event["detail"]["reason"] == REASON["reason"]
    assert event["actor"]["name"].startswith("Staff")


async def test_an_administrator_resets_a_centre_users(signer: Signer, administrator: Signer, world: World) -> None:
    centre = (await signer.ask("GET", "/v1/me")).json()["centres"][0]
    path = f"/v1/centres/{centre['centre_id']}/users/{centre['user_id']}/second-factor-reset"
    assert (await administrator.post(path, REASON)).status_code == 200
    again = await administrator.post(path, REASON)
    assert (again.status_code, again.json()["code"]) == (409, "no_second_factor")
    assert (await signer.again()).tokens["second_factor_required"] is False


async def test_a_reset_ends_an_enrolment_that_is_under_way(
    administrator: Signer, world: World, client: httpx.AsyncClient, clock: MovableClock, database: Database
) -> None:
    """Whichever comes first, no factor of the ended session is left."""
    lost = await sign_in(client, clock, (await world.staff(StaffRole.FINANCE)).email)
    await lost.add_totp()
    await lost.start_totp()
    path = await _path(world, lost.email)
    clock.move(timedelta(seconds=30))
    confirming = lost.post(f"{FACTORS}/totp/confirmation", {"code": lost.code()})
    confirmed, reset = await race(database, PEOPLE, confirming, administrator.post(path, REASON))
    assert reset.status_code == 200, reset.text
    assert confirmed.status_code in (201, 401), confirmed.text
    assert (await lost.again()).tokens["second_factor_required"] is False


async def test_two_first_factors_at_once_leave_one_that_owes(signer: Signer, database: Database) -> None:
    """The owner and a thief of the password add a first factor at once: the later one must prove the earlier one."""
    listed = (await signer.ask("GET", FACTORS)).json()
    assert (await signer.ask("DELETE", f"{FACTORS}/{listed['items'][0]['id']}")).status_code == 204
    owner, thief = await signer.again(), await signer.again()
    bodies = []
    for one in (owner, thief):
        options = (await one.post(f"{FACTORS}/passkey-registrations")).json()
        bodies.append(Authenticator().register(options))
    path = f"{FACTORS}/passkeys"
    answers = await race(database, PEOPLE, owner.post(path, bodies[0]), thief.post(path, bodies[1]))
    assert sorted(answer.status_code for answer in answers) == [201, 403]


async def test_two_removals_at_once_leave_the_factor_that_is_needed(
    administrator: Signer, app: FastAPI, settings: Settings, database: Database, clock: MovableClock
) -> None:
    """Of staff who need one."""
    attach(app, settings.model_copy(update={"second_factor_for_staff": True}), database, clock)
    signer = administrator
    ids = [(await signer.add_totp())["factor"]["id"], (await signer.add_passkey(Authenticator()))["factor"]["id"]]
    removing = [signer.ask("DELETE", f"{FACTORS}/{id_}") for id_ in ids]
    answers = await race(database, PEOPLE, *removing)
    assert sorted(answer.status_code for answer in answers) == [204, 409]
