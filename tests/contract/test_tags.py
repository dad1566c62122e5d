"""A tag covers every row that its representation shows: whatever changes in one of them, the tag changes, and a change
by the older tag is refused."""

from app.domain.actors import StaffRole
from tests.contract.landscape import Landscape
from tests.contract.showing import look_at_every_column
from tests.world import World


async def _renamed(world: World, login: object) -> None:
    """The person changes their own name."""
    headers = login.headers  # type: ignore[attr-defined]
    me = await world.client.get("/v1/me", headers=headers)
    changed = await world.client.patch(
        "/v1/me", json={"last_name": "Elsewhere"}, headers=headers | {"If-Match": me.headers["etag"]}
    )
    assert changed.status_code == 200, changed.text


async def test_a_name_that_a_person_changed_is_not_overwritten_in_the_staff_record(world: World) -> None:
    administrator, member = await world.staff(StaffRole.ADMINISTRATOR), await world.staff(StaffRole.FINANCE, new=True)
    items = (await world.get("/v1/staff?limit=100", administrator))["items"]
    (item,) = [one for one in items if StaffRole.FINANCE in one["roles"]]
    path = f"/v1/staff/{item['id']}"
    before = await world.client.get(path, headers=administrator.headers)
    await _renamed(world, member)
    for tag in (before.headers["etag"], before.json()["etag"]):
        headers = administrator.headers | {"If-Match": tag}
        for method, body in (("PATCH", {"last_name": "Overwritten"}), ("DELETE", None)):
            refused = await world.client.request(method, path, json=body, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (412, "stale_version"), method
    after = await world.client.get(path, headers=administrator.headers)
    assert after.json()["last_name"] == "Elsewhere"
    headers = administrator.headers | {"If-Match": after.headers["etag"]}
    assert (await world.client.patch(path, json={"job_title": "Clerk"}, headers=headers)).status_code == 200


async def test_a_name_that_a_user_changed_is_not_overwritten_in_the_centres_record(world: World) -> None:
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/users"
    items = (await world.get(path, centre.super_user))["items"]
    (item,) = [one for one in items if one["role"] == "user"]
    before = await world.client.get(f"{path}/{item['id']}", headers=centre.super_user.headers)
    await _renamed(world, centre.user)
    for tag in (before.headers["etag"], item["etag"]):
        headers = centre.super_user.headers | {"If-Match": tag}
        for method, body in (("PATCH", {"job_title": "Overwritten"}), ("DELETE", None)):
            refused = await world.client.request(method, f"{path}/{item['id']}", json=body, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (412, "stale_version"), method


async def test_a_tag_changes_with_every_column_that_its_representation_shows(landscape: Landscape) -> None:
    """Each column of each table is changed past the product, so that no version tells of it."""
    found = await look_at_every_column(landscape)
    assert [fault for one in found for fault in one.faults] == []
    # The process and the lists come from code, and a file is what its own row says for good.
    assert len(found) > 70
    assert {one.op.id for one in found if not one.shown and one.media_type == "application/json"} == {
        "getProcess",
        "getReferenceData",
        "getReadiness",
    }
    assert len({column for one in found for column in one.shown}) > 250
