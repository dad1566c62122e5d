"""Signing in, refreshing, and passwords (R06)."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.database import Database, Work
from app.domain.actors import SYSTEM, StaffRole
from app.letters.secrets import set_first_password
from app.models import Person
from app.security import tokens
from app.security.passwords import first_password_of
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import PASSWORD, World

NEW = "another-Long-phrase-77"


async def _log_in(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post("/v1/sessions", json={"email": email, "password": password})


async def _first_password(world: World) -> tuple[str, str]:
    """A super user who has just been sent the log-in details: address and first password."""
    initial = await world.checked()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{initial['id']}"
    await world.post(f"{address}/account", {}, staff, match=address)
    email, password = initial["initial_super_user"]["email"], await first_password_of("a key", b"a seed")
    async with world.database.transaction() as session:
        person = (await session.scalars(select(Person).where(Person.email == email))).one()
        assert await set_first_password(Work(session, SYSTEM, world.clock(), world.settings), person.id, password)
    return email, password.plain


async def test_a_wrong_password_and_an_unknown_address_are_indistinguishable(
    world: World, client: httpx.AsyncClient
) -> None:
    person = await world.person()
    await world.staff(StaffRole.FINANCE)
    wrong = await _log_in(client, person.email, "not-the-password")
    unknown = await _log_in(client, "nobody@example.com", "not-the-password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    strip = {"request_id": ""}
    assert wrong.json() | strip == unknown.json() | strip


async def test_a_person_without_a_role_cannot_sign_in(world: World, client: httpx.AsyncClient) -> None:
    """Neither a centre user nor staff."""
    person = await world.person()
    assert (await _log_in(client, person.email, PASSWORD)).status_code == 401


@pytest.mark.requirement("R06")
async def test_a_first_password_must_be_replaced_first(world: World, client: httpx.AsyncClient) -> None:
    """Until then only the change, `/me` and log-out are allowed. Afterwards it no longer works."""
    email, first = await _first_password(world)
    session = (await _log_in(client, email, first)).json()
    assert session["must_change_password"] is True
    assert session["refresh_token"] is None
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    me = await client.get("/v1/me", headers=headers)
    assert me.json()["must_change_password"] is True
    centre_id = me.json()["centres"][0]["centre_id"]
    users = (await world.get(f"/v1/centres/{centre_id}/users", await world.staff(StaffRole.ADMINISTRATOR)))["items"]
    assert me.json()["centres"][0]["user_id"] == users[0]["id"]
    for path in ("/v1/sessions", f"/v1/centres/{centre_id}", f"/v1/centres/{centre_id}/home"):
        refused = await client.get(path, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    weak = await client.put("/v1/me/password", json={"current_password": first, "new_password": email}, headers=headers)
    assert weak.status_code == 422
    changed = await client.put(
        "/v1/me/password", json={"current_password": first, "new_password": NEW}, headers=headers
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["must_change_password"] is False
    assert (await client.get("/v1/me", headers=headers)).status_code == 401
    assert (await _log_in(client, email, first)).status_code == 401
    assert (await _log_in(client, email, NEW)).status_code == 201


async def test_all_faults_of_a_password_change_are_reported_together(world: World, client: httpx.AsyncClient) -> None:
    """A wrong current password with a weak new one, and a reused one. Nothing changes."""
    email, first = await _first_password(world)
    session = (await _log_in(client, email, first)).json()
    headers = {"Authorization": f"Bearer {session['access_token']}"}

    async def refused(current: str, new: str) -> list[tuple[str, str]]:
        body = {"current_password": current, "new_password": new}
        answer = await client.put("/v1/me/password", json=body, headers=headers)
        assert answer.status_code == 422, answer.text
        return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]

    assert await refused("mistyped", "123456123456") == [
        ("/current_password", "wrong_password"),
        ("/new_password", "password_too_common"),
        ("/new_password", "password_too_simple"),
    ]
    assert await refused(first, first) == [("/new_password", "password_unchanged")]
    assert await refused("mistyped", "another quiet harbour") == [("/current_password", "wrong_password")]
    assert (await _log_in(client, email, first)).status_code == 201


@pytest.mark.requirement("R06")
async def test_a_first_password_expires(
    world: World, client: httpx.AsyncClient, clock: MovableClock, settings: Settings
) -> None:
    """The response says what to do."""
    email, first = await _first_password(world)
    clock.move(timedelta(days=settings.first_password_days))
    refused = await _log_in(client, email, first)
    assert (refused.status_code, refused.json()["code"]) == (401, "first_password_expired")


@pytest.mark.requirement("R06")
async def test_the_first_password_is_never_stored_in_clear(world: World, database: Database) -> None:
    """Only an argon2id hash is stored."""
    email, first = await _first_password(world)
    async with database.transaction() as session:
        stored = await session.scalar(select(Person.password_hash).where(Person.email == email))
    assert stored is not None
    # OWASP's second set of parameters.
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first not in stored


async def test_logging_out_takes_effect_at_once(world: World, client: httpx.AsyncClient) -> None:
    centre = await world.centre()
    other = await world.centre()
    assert (await client.delete(f"/v1/sessions/{centre.id}", headers=centre.user.headers)).status_code == 404
    listed = (await world.get("/v1/sessions", centre.user))["items"]
    stranger = await client.delete(f"/v1/sessions/{listed[0]['id']}", headers=other.user.headers)
    assert stranger.status_code == 404
    signed_in = await client.post("/v1/sessions", json={"email": centre.user.email, "password": PASSWORD})
    elsewhere = f"/v1/sessions/{signed_in.json()['session_id']}"
    for _ in range(2):
        assert (await client.delete(elsewhere, headers=centre.user.headers)).status_code == 204
    assert (await client.delete("/v1/sessions/current", headers=centre.user.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=centre.user.headers)).status_code == 401


async def test_failed_log_ins_are_throttled_by_network(world: World, settings: Settings, database: Database) -> None:
    """By email address and network together, so the owner elsewhere is not locked out."""
    from app.main import create_app

    tight = settings.model_copy(update={"rate_limit_scale": 1})
    app = create_app(tight, database=database, clock=world.clock)
    centre = await world.centre()

    def at(host: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(host, 1)), base_url="http://t")

    async with at("198.51.100.1") as attacker, at("203.0.113.9") as owner:
        codes = [(await _log_in(attacker, centre.user.email, "wrong")).status_code for _ in range(12)]
        assert codes == [*[401] * 10, 429, 429]
        refused = await _log_in(attacker, centre.user.email, PASSWORD)
        assert int(refused.headers["retry-after"]) > 0
        assert (await _log_in(owner, centre.user.email, PASSWORD)).status_code == 201


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_a_foreign_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_signed_with_another_key_or_algorithm_is_refused(world: World, client: httpx.AsyncClient) -> None:
    """One fixed algorithm, and every claim is required."""
    from jose import jwt

    centre = await world.centre()
    real = centre.user.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.get_unverified_claims(real)
    forged = [
        jwt.encode(claims, "another key of the same length here", algorithm="HS256"),
        jwt.encode(claims, world.key, algorithm="HS512"),
        *(
            jwt.encode({n: v for n, v in claims.items() if n != missing}, world.key)
            for missing in ("exp", "aud", "iss", "sid")
        ),
    ]
    for token in forged:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
    assert tokens.read_access_token(world.key, real, world.clock()).subject == centre.user.id


async def test_password_reset(world: World, client: httpx.AsyncClient, clock: MovableClock) -> None:
    """Every address gets the same response. A used or expired token is refused, and so is any token from before the
    password was chosen."""
    centre = await world.centre()
    known = await client.post("/v1/password-resets", json={"email": centre.user.email})
    unknown = await client.post("/v1/password-resets", json={"email": "nobody@example.com"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    from app.letters.secrets import make_reset_token

    async with world.database.transaction() as session:
        person = await session.get_one(Person, centre.user.id)
        work = Work(session, SYSTEM, clock(), world.settings)
        token, other = [await make_reset_token(work, person) for _ in range(2)]
    body = {"token": token, "new_password": NEW}
    assert (await client.post("/v1/password-resets/completion", json=body)).status_code == 204
    assert (await client.post("/v1/password-resets/completion", json=body)).status_code == 409
    assert (await client.post("/v1/password-resets/completion", json=body | {"token": other})).status_code == 409
    assert (await client.get("/v1/me", headers=centre.user.headers)).status_code == 401
    assert (await _log_in(client, centre.user.email, NEW)).status_code == 201


async def test_a_person_can_change_their_own_details(world: World, client: httpx.AsyncClient) -> None:
    """The name and telephone number, with the current version; not the log-in address."""
    centre = await world.centre()
    assert (await client.patch("/v1/me", json={"first_name": "Bo"}, headers=centre.user.headers)).status_code == 428
    headers = await world.etag("/v1/me", centre.user)
    assert (await client.patch("/v1/me", json={"email": "a@example.com"}, headers=headers)).status_code == 422
    assert (await client.patch("/v1/me", json={"first_name": None}, headers=headers)).status_code == 422
    changed = await client.patch("/v1/me", json={"first_name": "Bo", "telephone": "01332 341822"}, headers=headers)
    assert (changed.json()["first_name"], changed.json()["telephone"]) == ("Bo", "+441332341822")
    assert (await client.patch("/v1/me", json={"first_name": "Al"}, headers=headers)).status_code == 412


async def test_requests_at_once_get_no_more_tries(world: World, settings: Settings, database: Database) -> None:
    """18 wrong passwords in parallel: ten are judged. A right one gives its try back."""
    from app.main import create_app

    app = create_app(settings.model_copy(update={"rate_limit_scale": 1}), database=database, clock=world.clock)
    centre = await world.centre()
    transport = httpx.ASGITransport(app=app, client=("198.51.100.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        for _ in range(12):
            assert (await _log_in(client, centre.super_user.email, PASSWORD)).status_code == 201
        answers = await asyncio.gather(*(_log_in(client, centre.user.email, "wrong") for _ in range(18)))
        assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 8
        body = {"current_password": "wrong", "new_password": NEW}
        changes = await asyncio.gather(
            *(client.put("/v1/me/password", json=body, headers=centre.super_user.headers) for _ in range(14))
        )
        assert sorted(answer.status_code for answer in changes) == [422] * 10 + [429] * 4


async def test_log_in_and_reset_do_the_same_for_every_address(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """The same statements and jobs, whether the address has a log-in or not."""
    centre = await world.centre()
    done = []
    for email in (centre.user.email, "nobody@example.com"):
        seen: list[str] = []
        stop = database.count_statements(seen)
        answers = [
            await _log_in(client, email, "wrong"),
            await client.post("/v1/password-resets", json={"email": email}),
        ]
        stop()
        assert [answer.status_code for answer in answers] == [401, 202]
        done.append([statement for statement in seen if "typeinfo" not in statement])
    assert done[0] == done[1]
    await world.run_jobs()
    assert world.mail(to="nobody@example.com") == []
    assert len(world.mail(to=centre.user.email)) == 1


async def test_nobodys_mailbox_is_filled(world: World, settings: Settings, database: Database) -> None:
    """However many networks ask for a reset of the same address, in however many spellings."""
    from app.main import create_app

    app = create_app(settings.model_copy(update={"rate_limit_scale": 1}), database=database, clock=world.clock)
    centre = await world.centre()
    for number in range(8):
        transport = httpx.ASGITransport(app=app, client=(f"198.51.100.{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            email = centre.user.email.upper() if number % 2 else centre.user.email
            assert (await client.post("/v1/password-resets", json={"email": email})).status_code == 202
    await world.run_jobs()
    assert len(world.mail(to=centre.user.email)) == 5
