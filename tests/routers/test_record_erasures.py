"""What an erasure took away is in no record either: not in a value before or after, a summary or a name (R24)."""

from typing import Any

from app.domain.actors import StaffRole
from tests.routers.test_corrections import correct
from tests.routers.test_personal_data import erase, former
from tests.routers.test_record_exports import exported
from tests.routers.test_super_users import OWN, centre, replace, sign_in_as_successor, staff
from tests.world import PASSWORD, Login, TestCentre, World

__all__ = ["centre", "staff"]


async def record_of(world: World, administrator: Login) -> str:
    """All of it, both ways, without the record of the erasure's own request."""
    as_lines = await exported(world, administrator, headers={"accept": "application/jsonl"})
    return (as_lines.text + (await exported(world, administrator)).text).casefold()


async def require_forgotten(world: World, email: str, *names: str) -> None:
    """The record names the person, and no longer once they are erased."""
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    before = await record_of(world, administrator)
    assert [name for name in names if name.casefold() not in before] == []
    await erase(world, administrator, email)
    after = await record_of(world, administrator)
    assert [name for name in (email, *names) if name.casefold() in after] == []
    assert len(after.splitlines()) > len(before.splitlines())


async def test_of_somebody_who_worked_on_an_application(world: World) -> None:
    person, _, _ = await former(world)
    await require_forgotten(world, person.email, person.name)


async def test_of_somebody_who_had_another_name(world: World) -> None:
    """Summaries have the name that somebody had at the time."""
    centre = await world.centre()
    user, body = centre.user, {"current_password": PASSWORD, "new_password": OWN}
    changed = await world.client.put("/v1/me/password", json=body, headers=user.headers)
    user.headers = {"Authorization": f"Bearer {changed.json()['access_token']}"}
    await world.post("/v1/me", {"first_name": "Xanthe"}, user, match="/v1/me", method="PATCH")
    path = f"/v1/centres/{centre.id}/users/{user.user_id}"
    await world.post(path, None, centre.super_user, match=path, method="DELETE")
    await require_forgotten(world, user.email, user.name, "Xanthe")


async def test_of_a_super_user_who_was_replaced(world: World, centre: TestCentre, staff: Login) -> None:
    await replace(world, centre, staff)
    await sign_in_as_successor(world)
    await require_forgotten(world, centre.super_user.email, centre.super_user.name)


async def test_of_an_applicant_whose_details_were_corrected(world: World, staff: Login) -> None:
    receipt = await world.received()
    wrong: dict[str, Any] = {"first_name": "Mistyped", "last_name": "Applicant", "email": "mistyped@example.net"}
    await correct(world, receipt["id"], {"initial_super_user": wrong}, staff)
    right = {"last_name": "Applying-Person", "email": "applying.person@example.net"}
    await correct(world, receipt["id"], {"initial_super_user": right}, staff)
    path = f"/v1/initial-applications/{receipt['id']}"
    await world.post(f"{path}/decline", {"reason": "We could not confirm that it exists."}, staff, match=path)
    await require_forgotten(world, right["email"], *right.values(), wrong["email"])
