"""Passkeys (WebAuthn level 2), made and used by an authenticator in software."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.main import attach
from app.settings import Settings
from tests.authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator, cbor, to_base64url
from tests.clock import MovableClock
from tests.races import race
from tests.second_factors import FACTORS, HERE, Signer, sign_in
from tests.world import World

Change = Callable[[Authenticator], Authenticator]


@pytest.fixture
async def signer(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    centre = await world.centre()
    return await sign_in(client, clock, centre.user.email)


async def _register(signer: Signer) -> dict[str, Any]:
    answer = await signer.post(f"{FACTORS}/passkey-registrations")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()
    return options


async def _challenge(signer: Signer) -> dict[str, Any]:
    answer = await signer.post(f"{HERE}/passkey-challenges")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()
    return options


async def _code(signer: Signer, path: str, body: Any) -> str:
    answer = await signer.post(path, body)
    return str(answer.json().get("code", answer.status_code))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda own: replace(own, origin="http://localhost:8001"),
        lambda own: replace(own, origin="https://localhost:8000"),
        lambda own: replace(own, origin="http://evil.example"),
        lambda own: replace(own, rp_id="evil.example"),
        lambda own: replace(own, flags=VERIFIED),
    ],
)
async def test_an_answer_for_another_page_or_without_a_person_is_refused(signer: Signer, wrong: Change) -> None:
    """For a new passkey and for a signature; each refusal uses the challenge up."""
    own = Authenticator()
    options = await _register(signer)
    assert await _code(signer, f"{FACTORS}/passkeys", wrong(own).register(options)) == "passkey_not_verified"
    assert await _code(signer, f"{FACTORS}/passkeys", own.register(options)) == "challenge_not_valid"
    await signer.add_passkey(own)
    session = await signer.again()
    challenge = await _challenge(session)
    assert await _code(session, f"{HERE}/passkey-verifications", wrong(own).sign(challenge)) == "passkey_not_verified"
    assert await _code(session, f"{HERE}/passkey-verifications", own.sign(challenge)) == "challenge_not_valid"
    assert await session.code_of("/v1/sessions") == (403, "second_factor_required")


@pytest.mark.parametrize(
    "attestation",
    [b"\xff", b"", cbor({"fmt": "none"}), cbor({"fmt": "none", "attStmt": {}, "authData": b"short"}), b"\x81" * 9000],
)
async def test_a_malformed_answer_is_refused(signer: Signer, attestation: bytes) -> None:
    body = Authenticator().register(await _register(signer))
    body["attestation_object"] = to_base64url(attestation or b"\x00")
    assert await _code(signer, f"{FACTORS}/passkeys", body) == "passkey_not_verified"


@pytest.mark.parametrize("text", ["a", "ab=", "a b", "ab\n", "abcde"])
async def test_bytes_that_are_no_base64url_are_422(signer: Signer, text: str) -> None:
    body = Authenticator().register(await _register(signer)) | {"client_data_json": text}
    answer = await signer.post(f"{FACTORS}/passkeys", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/client_data_json")


async def test_a_challenge_belongs_to_one_session_and_purpose_and_expires(signer: Signer, clock: MovableClock) -> None:
    own = Authenticator()
    other = await signer.again()
    options = await _register(other)
    assert await _code(signer, f"{FACTORS}/passkeys", own.register(options)) == "challenge_not_valid"
    late = await _register(signer)
    clock.move(timedelta(minutes=5))
    assert await _code(signer, f"{FACTORS}/passkeys", own.register(late)) == "challenge_not_valid"
    await signer.add_passkey(own)
    first, second = await signer.again(), await signer.again()
    challenge = await _challenge(first)
    assert await _code(second, f"{HERE}/passkey-verifications", own.sign(challenge)) == "challenge_not_valid"
    for_adding = await _register(signer)
    assert await _code(signer, f"{HERE}/passkey-verifications", own.sign(for_adding)) == "challenge_not_valid"


async def test_a_signature_works_once(signer: Signer) -> None:
    own = Authenticator()
    await signer.add_passkey(own)
    session = await signer.again()
    signed = own.sign(await _challenge(session))
    assert await _code(session, f"{HERE}/passkey-verifications", signed) == "200"
    assert await _code(session, f"{HERE}/passkey-verifications", signed) == "challenge_not_valid"


async def test_a_signature_used_twice_at_once_works_once(signer: Signer, database: Database) -> None:
    own = Authenticator()
    await signer.add_passkey(own)
    session = await signer.again()
    signed, path = own.sign(await _challenge(session)), f"{HERE}/passkey-verifications"
    answers = await race(
        database, "LOCK TABLE people IN EXCLUSIVE MODE", session.post(path, signed), session.post(path, signed)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_copied_passkey_shows_by_its_counter(signer: Signer) -> None:
    """The copy counts from where the original was when it was copied."""
    own = Authenticator(count=7)
    await signer.add_passkey(own)
    copy = replace(own)
    session = await signer.again()
    assert await _code(session, f"{HERE}/passkey-verifications", own.sign(await _challenge(session))) == "200"
    assert (
        await _code(session, f"{HERE}/passkey-verifications", copy.sign(await _challenge(session)))
        == "passkey_not_verified"
    )


async def test_a_passkey_of_somebody_else_proves_nothing(
    signer: Signer, world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    """Nor can it be added twice, by its owner or by another person."""
    own, others = Authenticator(), Authenticator()
    await signer.add_passkey(own)
    other = await sign_in(client, clock, (await world.centre()).user.email)
    await other.add_passkey(others)
    session = await signer.again()
    challenge = await _challenge(session)
    assert await _code(session, f"{HERE}/passkey-verifications", others.sign(challenge)) == "passkey_not_verified"
    for person in (signer, other):
        body = own.register(await _register(person))
        assert await _code(person, f"{FACTORS}/passkeys", body) == "passkey_already_added"


async def test_a_passkey_is_added_and_signs_in(signer: Signer, clock: MovableClock) -> None:
    """A person can have several, each with a name."""
    phone, laptop = Authenticator(), Authenticator()
    options = await _register(signer)
    assert (options["rp_id"], options["exclude_credentials"]) == ("localhost", [])
    signer.take(await signer.post(f"{FACTORS}/passkeys", phone.register(options, "Phone")))
    assert len(signer.recovery_codes) == 10
    assert len((await _register(signer))["exclude_credentials"]) == 1
    added = await signer.add_passkey(laptop)
    assert added["recovery_codes"] is None
    listed = (await signer.ask("GET", FACTORS)).json()["items"]
    assert [(row["kind"], row["name"]) for row in listed] == [("passkey", "Phone"), ("passkey", "Laptop")]
    session = await signer.again()
    assert session.tokens["second_factors"] == ["passkey", "recovery_code"]
    challenge = await _challenge(session)
    assert len(challenge["allow_credentials"]) == 2
    proved = await session.post(f"{HERE}/passkey-verifications", laptop.sign(challenge))
    assert proved.status_code == 200, proved.text
    session.tokens = proved.json()
    assert (await session.ask("GET", "/v1/sessions")).status_code == 200


async def test_a_person_has_at_most_ten_factors(signer: Signer) -> None:
    for _ in range(9):
        await signer.add_passkey(Authenticator())
    options = await _register(signer)
    await signer.add_passkey(Authenticator())
    body = Authenticator().register(options)
    assert await _code(signer, f"{FACTORS}/passkeys", body) == "too_many_factors"
    assert await _code(signer, f"{FACTORS}/passkey-registrations", None) == "too_many_factors"
    assert await _code(signer, f"{FACTORS}/totp", {"name": "App"}) == "too_many_factors"


async def test_a_setting_demands_that_the_passkey_checks_its_person(
    signer: Signer, app: FastAPI, settings: Settings, database: Database, clock: MovableClock
) -> None:
    without = Authenticator(flags=PRESENT)
    await signer.add_passkey(without)
    demanding = {"passkey_user_verification": "required"}
    attach(app, settings.model_copy(update=demanding), database, clock)
    session = await signer.again()
    challenge = await _challenge(session)
    assert challenge["user_verification"] == "required"
    assert await _code(session, f"{HERE}/passkey-verifications", without.sign(challenge)) == "passkey_not_verified"
    body = Authenticator(flags=PRESENT).register(await _register(signer))
    assert await _code(signer, f"{FACTORS}/passkeys", body) == "passkey_not_verified"
    checked = Authenticator(flags=PRESENT | VERIFIED | ATTESTED)
    assert await signer.add_passkey(checked)
