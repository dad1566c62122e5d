"""Staff where the setting demands a second factor: without one they can only add one (default in production)."""

import httpx
import pytest

from app.domain.actors import StaffRole
from app.models import Person
from app.settings import Environment, Settings
from tests.authenticator import Authenticator
from tests.clock import MovableClock
from tests.second_factors import FACTORS, HERE, Signer, sign_in
from tests.world import PASSWORD, World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"second_factor_for_staff": True})


@pytest.fixture
async def signer(world: World, client: httpx.AsyncClient, clock: MovableClock) -> Signer:
    """An administrator who has never added a second factor."""
    return await sign_in(client, clock, (await world.staff(StaffRole.ADMINISTRATOR)).email)


@pytest.mark.parametrize(
    ("environment", "chosen", "needed"),
    [
        (Environment.PRODUCTION, None, True),
        (Environment.DEVELOPMENT, None, False),
        (Environment.PRODUCTION, False, False),
        (Environment.DEVELOPMENT, True, True),
    ],
)
def test_production_demands_it_unless_a_setting_says_otherwise(
    environment: Environment, chosen: bool | None, needed: bool
) -> None:
    assert Settings(environment=environment, second_factor_for_staff=chosen).staff_need_second_factor is needed


async def test_staff_without_a_second_factor_can_only_add_one(signer: Signer) -> None:
    assert signer.tokens["second_factor_required"] is True
    assert (signer.tokens["second_factors"], signer.tokens["refresh_token"]) == ([], None)
    for path in ("/v1/staff", "/v1/applications", "/v1/sessions", "/v1/integration-clients"):
        assert await signer.code_of(path) == (403, "second_factor_required")
    change = {"current_password": PASSWORD, "new_password": "another-Long-phrase-77"}
    assert (await signer.ask("PUT", "/v1/me/password", change)).json()["code"] == "second_factor_required"
    assert (await signer.ask("GET", FACTORS)).json()["required"] is True
    await signer.add_totp()
    assert signer.tokens["second_factor_required"] is False
    assert signer.tokens["refresh_token"] is not None
    assert (await signer.ask("GET", "/v1/staff")).status_code == 200


async def test_a_passkey_will_do(signer: Signer) -> None:
    added = await signer.add_passkey(Authenticator())
    assert len(added["recovery_codes"]) == 10
    assert (await signer.ask("GET", "/v1/staff")).status_code == 200


async def test_logging_out_is_always_possible(signer: Signer) -> None:
    assert (await signer.ask("DELETE", HERE)).status_code == 204
    assert (await signer.ask("GET", "/v1/me")).status_code == 401


async def test_the_first_password_comes_first(signer: Signer, world: World, client: httpx.AsyncClient) -> None:
    """Then the second factor."""
    async with world.database.transaction() as session:
        person = await session.get_one(Person, (await world.staff(StaffRole.ADMINISTRATOR)).id)
        person.password_changed_at = None
        person.first_password_expires_at = world.clock().replace(year=2027)
    first = await sign_in(client, signer.clock, signer.email)
    assert (first.tokens["must_change_password"], first.tokens["second_factor_required"]) == (True, False)
    assert await first.code_of("/v1/staff") == (403, "password_change_required")
    assert (await first.post(f"{FACTORS}/totp", {"name": "App"})).json()["code"] == "password_change_required"
    change = {"current_password": PASSWORD, "new_password": "another-Long-phrase-77"}
    changed = await first.ask("PUT", "/v1/me/password", change)
    assert (changed.status_code, changed.json()["second_factor_required"]) == (200, True)


async def test_changing_the_password_keeps_the_proof(signer: Signer) -> None:
    """One that a session has given, and no more."""
    await signer.add_totp()
    change = {"current_password": PASSWORD, "new_password": "another-Long-phrase-77"}
    changed = await signer.ask("PUT", "/v1/me/password", change)
    assert (changed.status_code, changed.json()["second_factor_required"]) == (200, False)


async def test_centre_users_are_not_asked(world: World, client: httpx.AsyncClient, clock: MovableClock) -> None:
    user = await sign_in(client, clock, (await world.centre()).super_user.email)
    assert user.tokens["second_factor_required"] is False
    assert (await user.ask("GET", FACTORS)).json()["required"] is False


async def test_the_last_factor_of_staff_stays(signer: Signer, client: httpx.AsyncClient, world: World) -> None:
    """Whoever adds another one may remove the first. The person is told of both."""
    app = await signer.add_totp()
    refused = await signer.ask("DELETE", f"{FACTORS}/{app['factor']['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_factor_required")
    key = await signer.add_passkey(Authenticator())
    assert (await signer.ask("DELETE", f"{FACTORS}/{app['factor']['id']}")).status_code == 204
    assert (await signer.ask("DELETE", f"{FACTORS}/{app['factor']['id']}")).status_code == 404
    assert (await signer.ask("DELETE", f"{FACTORS}/{key['factor']['id']}")).status_code == 409
    await world.run_jobs()
    subjects = [mail.subject for mail in world.mail(to=signer.email)]
    assert subjects.count("A second factor was added to your account") == 2
    assert subjects.count("A second factor was removed from your account") == 1
