"""Authenticator apps: added by a code, and proved by each code once (RFC 6238)."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.http.exchange import deployment_of
from app.main import attach
from app.models import Factor
from app.security.sealing import Unreadable, unseal
from app.services.factors.totp_secrets import reseal_all
from app.settings import Settings
from tests.clock import MovableClock
from tests.races import race
from tests.second_factors import FACTORS, HERE, Signer, sign_in
from tests.world import World

STEP = timedelta(seconds=30)


@pytest.fixture
async def signer(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    """A centre user, who may have a second factor and need not."""
    centre = await world.centre()
    return await sign_in(client, clock, centre.user.email)


async def test_an_app_counts_only_once_a_code_has_confirmed_it(signer: Signer) -> None:
    """Before that, and with a wrong code, signing in asks for nothing."""
    assert (await signer.post(f"{FACTORS}/totp/confirmation", {"code": "123456"})).json()["code"] == "no_totp_started"
    await signer.start_totp()
    wrong = await signer.post(f"{FACTORS}/totp/confirmation", {"code": signer.code(5)})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    assert (await signer.again()).tokens["second_factor_required"] is False
    right = await signer.post(f"{FACTORS}/totp/confirmation", {"code": signer.code()})
    added = signer.take(right)
    assert (added["factor"]["kind"], added["factor"]["name"]) == ("totp", "Work phone")
    assert len(set(signer.recovery_codes)) == 10
    listed = (await signer.ask("GET", FACTORS)).json()
    assert [row["id"] for row in listed["items"]] == [added["factor"]["id"]]
    assert (listed["required"], listed["recovery_codes_left"]) == (False, 10)


async def test_an_app_that_waits_too_long_is_forgotten(signer: Signer, clock: MovableClock) -> None:
    await signer.start_totp()
    clock.move(timedelta(minutes=30))
    late = await (await signer.again()).post(f"{FACTORS}/totp/confirmation", {"code": signer.code()})
    assert (late.status_code, late.json()["code"]) == (409, "no_totp_started")


async def test_without_a_second_factor_there_is_nothing_to_prove(signer: Signer) -> None:
    for path, body in (("code-verifications", {"code": "123456"}), ("passkey-challenges", None)):
        answer = await signer.post(f"{HERE}/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_second_factor")


async def test_signing_in_then_needs_a_code(signer: Signer, clock: MovableClock) -> None:
    """Until it is proved, the session has no refresh token and opens nothing."""
    await signer.add_totp()
    clock.move(STEP)
    session = await signer.again()
    assert session.tokens["second_factor_required"] is True
    assert session.tokens["second_factors"] == ["totp", "recovery_code"]
    assert session.tokens["refresh_token"] is None
    assert await session.code_of("/v1/sessions") == (403, "second_factor_required")
    assert (await session.ask("GET", "/v1/me")).json()["second_factor_required"] is True
    assert (await session.post(f"{FACTORS}/totp", {"name": "Thief"})).json()["code"] == "second_factor_required"
    proved = await session.prove(session.code())
    assert proved.status_code == 200, proved.text
    session.tokens = proved.json()
    assert session.tokens["second_factor_required"] is False
    assert (await session.ask("GET", "/v1/sessions")).status_code == 200
    me = (await session.ask("GET", "/v1/me")).json()
    assert (me["second_factor"], me["second_factor_required"]) == (True, False)


async def test_refreshing_keeps_the_proof(signer: Signer) -> None:
    await signer.add_totp()
    body = {"refresh_token": signer.tokens["refresh_token"]}
    refreshed = await signer.client.post("/v1/sessions/refresh", json=body)
    assert refreshed.json()["second_factor_required"] is False
    signer.tokens = refreshed.json()
    assert (await signer.ask("GET", "/v1/sessions")).status_code == 200


async def test_a_session_from_before_owes_the_new_second_factor(signer: Signer, clock: MovableClock) -> None:
    """Another device was signed in when the factor was added. Refreshing it does not help."""
    other = await signer.again()
    await signer.add_totp()
    assert await other.code_of("/v1/sessions") == (403, "second_factor_required")
    body = {"refresh_token": other.tokens["refresh_token"]}
    other.tokens = (await signer.client.post("/v1/sessions/refresh", json=body)).json()
    assert (other.tokens["second_factor_required"], other.tokens["refresh_token"]) == (True, None)
    clock.move(STEP)
    proved = await other.prove(signer.code())
    assert proved.json()["refresh_token"] is not None


async def test_a_code_works_once(signer: Signer, clock: MovableClock) -> None:
    """Nor does an earlier code after a later one, nor the code that confirmed the app."""
    await signer.add_totp()
    session = await signer.again()
    assert (await session.prove(session.code())).json()["code"] == "wrong_code"
    clock.move(STEP)
    next_one, now = session.code(1), session.code()
    assert (await session.prove(next_one)).status_code == 200
    for used in (next_one, now):
        assert (await session.prove(used)).json()["code"] == "wrong_code"


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 200), (0, 200), (1, 200), (2, 422)])
async def test_a_clock_may_be_one_step_wrong(signer: Signer, clock: MovableClock, steps: int, status: int) -> None:
    await signer.add_totp()
    clock.move(5 * STEP)
    assert (await signer.prove(signer.code(steps))).status_code == status


async def test_a_code_used_twice_at_once_works_once(signer: Signer, clock: MovableClock, database: Database) -> None:
    await signer.add_totp()
    clock.move(STEP)
    first, second = await signer.again(), await signer.again()
    code = signer.code()
    answers = await race(database, "LOCK TABLE people IN EXCLUSIVE MODE", first.prove(code), second.prove(code))
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_two_confirmations_at_once_add_one_app(signer: Signer, database: Database) -> None:
    await signer.start_totp()
    body = {"code": signer.code()}
    path = f"{FACTORS}/totp/confirmation"
    answers = await race(
        database, "LOCK TABLE people IN EXCLUSIVE MODE", signer.post(path, body), signer.post(path, body)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len((await signer.ask("GET", FACTORS)).json()["items"]) == 1


@pytest.fixture
def strict(app: FastAPI, settings: Settings, database: Database, clock: MovableClock) -> None:
    """Rate limits as a deployment has them."""
    attach(app, settings.model_copy(update={"rate_limit_scale": 1}), database, clock)


@pytest.mark.usefixtures("strict")
async def test_guesses_are_throttled_even_in_parallel(signer: Signer, clock: MovableClock) -> None:
    """Ten wrong codes in a quarter of an hour; then even the right one is refused for a while."""
    await signer.add_totp()
    clock.move(STEP)
    session = await signer.again()
    wrong = session.code(40)
    answers = await asyncio.gather(*(session.prove(wrong) for _ in range(16)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(422), codes.count(429)) == (10, 6)
    refused = await session.prove(session.code())
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    clock.move(timedelta(minutes=2))
    assert (await session.prove(session.code())).status_code == 200


@pytest.mark.usefixtures("strict")
async def test_a_thief_of_the_password_has_fifty_guesses_a_day(signer: Signer, clock: MovableClock) -> None:
    await signer.add_totp()
    tried = 0
    for _ in range(12):
        session = await signer.again()
        answers = [(await session.prove(session.code(40))).status_code for _ in range(10)]
        tried += answers.count(422)
        clock.move(timedelta(minutes=15))
    # While the day's fifty are used up, a few become free again.
    assert 50 <= tried <= 60


async def test_a_new_app_takes_the_place_of_the_old_one(signer: Signer, clock: MovableClock) -> None:
    await signer.add_totp()
    codes, old = signer.recovery_codes, signer.secret
    added = await signer.add_totp()
    assert added["recovery_codes"] is None
    assert signer.recovery_codes == codes
    assert len((await signer.ask("GET", FACTORS)).json()["items"]) == 1
    clock.move(STEP)
    session = await signer.again()
    new, session.secret = session.secret, old
    assert (await session.prove(session.code())).status_code == 422
    session.secret = new
    assert (await session.prove(session.code())).status_code == 200


async def _sealed(database: Database) -> Factor:
    async with database.transaction() as session:
        return (await session.scalars(select(Factor))).one()


async def test_the_secret_is_encrypted_for_its_owner(signer: Signer, world: World, database: Database) -> None:
    await signer.start_totp()
    row = await _sealed(database)
    assert row.sealed_secret is not None
    assert signer.secret.encode() not in row.sealed_secret
    assert unseal([world.key], row.sealed_secret, owner=row.person_id.bytes) == (signer.secret.encode(), True)
    for key, owner in (("another key that is long enough too", row.person_id.bytes), (world.key, row.id.bytes)):
        with pytest.raises(Unreadable):
            unseal([key], row.sealed_secret, owner=owner)


async def test_a_rotated_key_still_opens_the_secret(
    signer: Signer, app: FastAPI, settings: Settings, database: Database, clock: MovableClock
) -> None:
    """Using it, or the command, encrypts it anew; after that the previous key is not needed. Without either, a recovery
    code still works."""
    await signer.add_totp()
    old, before = deployment_of(app).signing_key, await _sealed(database)
    new = "a new key for tests that is long enough"
    rotated = settings.model_copy(update={"secret_key": type(settings.secret_key)(new)})  # type: ignore[misc]
    overlap = rotated.model_copy(update={"secret_key_previous": settings.secret_key})
    attach(app, rotated, database, clock)
    clock.move(STEP)
    session = await signer.again()
    assert (await session.prove(session.code())).status_code == 422
    assert (await session.prove(session.recovery_codes[0])).status_code == 200
    attach(app, overlap, database, clock)
    clock.move(STEP)
    session = await signer.again()
    assert (await session.prove(session.code())).status_code == 200
    after = await _sealed(database)
    assert after.sealed_secret != before.sealed_secret
    assert unseal([new], after.sealed_secret or b"", owner=after.person_id.bytes)[1]
    async with database.transaction() as opened:
        work = Work(opened, SYSTEM, clock(), settings.model_copy(update={"secret_key_previous": rotated.secret_key}))
        assert await reseal_all(work, old) == (1, 0)
    assert unseal([old], (await _sealed(database)).sealed_secret or b"", owner=after.person_id.bytes)[1]
