"""Sensitive changes need a fresh proof: of the second factor, or of the password of who has none."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.domain.actors import StaffRole
from app.main import attach
from app.settings import Settings
from tests.clock import MovableClock
from tests.second_factors import FACTORS, HERE, Signer, sign_in
from tests.world import PASSWORD, World

CLIENT = {"name": "Ledger", "scopes": ["invoices:read"]}
PROOF = f"{HERE}/password-verifications"


@pytest.fixture
async def signer(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    return await sign_in(client, clock, (await world.staff(StaffRole.ADMINISTRATOR)).email)


async def _create(signer: Signer) -> tuple[int, str]:
    answer = await signer.post("/v1/integration-clients", CLIENT)
    return answer.status_code, answer.json().get("prove", "")


async def test_a_fresh_log_in_counts_and_an_old_one_does_not(signer: Signer, clock: MovableClock) -> None:
    """Refreshing the session is no proof. A wrong password is none either; the right one is."""
    clock.move(timedelta(minutes=9))
    assert await _create(signer) == (201, "")
    clock.move(timedelta(minutes=1))
    assert await _create(signer) == (403, "password")
    body = {"refresh_token": signer.tokens["refresh_token"]}
    signer.tokens = (await signer.client.post("/v1/sessions/refresh", json=body)).json()
    assert await _create(signer) == (403, "password")
    wrong = await signer.post(PROOF, {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    assert await _create(signer) == (403, "password")
    proved = await signer.post(PROOF, {"password": PASSWORD})
    assert (proved.status_code, proved.json()["session_id"]) == (200, signer.tokens["session_id"])
    assert await _create(signer) == (201, "")
    assert (await signer.ask("GET", "/v1/me")).status_code == 200


async def test_who_has_a_second_factor_proves_that(signer: Signer, clock: MovableClock) -> None:
    """The password, which a thief may have, is not enough; nor is it asked for."""
    await signer.add_totp()
    assert await _create(signer) == (201, "")
    clock.move(timedelta(minutes=11))
    assert await _create(signer) == (403, "second_factor")
    refused = await signer.post(PROOF, {"password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (409, "second_factor_in_use")
    proved = await signer.prove(signer.code())
    assert proved.json()["session_id"] == signer.tokens["session_id"]
    assert await _create(signer) == (201, "")


async def test_changing_the_password_is_a_proof(signer: Signer, clock: MovableClock) -> None:
    clock.move(timedelta(minutes=11))
    change = {"current_password": PASSWORD, "new_password": "another-Long-phrase-77"}
    signer.tokens = (await signer.ask("PUT", "/v1/me/password", change)).json()
    assert await _create(signer) == (201, "")


async def test_reading_needs_no_proof(signer: Signer, clock: MovableClock) -> None:
    clock.move(timedelta(minutes=14))
    for path in ("/v1/staff", "/v1/integration-clients", FACTORS):
        assert (await signer.ask("GET", path)).status_code == 200


async def test_wrong_passwords_are_throttled_even_in_parallel(
    signer: Signer, app: FastAPI, settings: Settings, database: Database, clock: MovableClock
) -> None:
    attach(app, settings.model_copy(update={"rate_limit_scale": 1}), database, clock)
    answers = await asyncio.gather(*(signer.post(PROOF, {"password": "wrong"}) for _ in range(14)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(422), codes.count(429)) == (10, 4)
    assert (await signer.post(PROOF, {"password": PASSWORD})).status_code == 429
