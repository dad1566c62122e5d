"""A tag covers every row that its representation shows: whatever changes in one of them, the tag changes, and a change
by the older tag is refused."""

import pytest

from app.domain.actors import StaffRole
from tests.contract.asking import address_of, ask, product, who_may
from tests.contract.landscape import Landscape
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


@pytest.mark.parametrize("changed", ["person", "centre"])
async def test_the_tag_changes_wherever_a_changed_name_is_shown(landscape: Landscape, changed: str) -> None:
    """Every representation that any permitted reader sees, before and after each name changes through the product."""
    world = landscape.world
    before = await _shown(landscape)
    if changed == "person":
        for name in ("super_user", "user", "finance", "centre_lead", "other_centre_lead", "customer_experience"):
            await _renamed(world, landscape.logins[name])
    else:
        path, headers = f"/v1/centres/{landscape.ids['centre_id']}", landscape.headers("super_user")
        centre = await world.client.get(path, headers=headers)
        headers = landscape.headers("super_user") | {"If-Match": centre.headers["etag"]}
        answer = await world.client.patch(path, json={"telephone": "+441332496200"}, headers=headers)
        assert answer.status_code == 200, answer.text
    after = await _shown(landscape)
    for operation, (tag, body) in before.items():
        assert (after[operation][0] == tag) == (after[operation][1] == body), operation
    assert sum(before[operation] != after[operation] for operation in before) >= (8 if changed == "person" else 1)


async def _shown(landscape: Landscape) -> dict[str, tuple[str, bytes]]:
    found = {}
    for op in product():
        if op.method != "GET" or op.path.count("/") < 2 or op.id == "getMetrics":
            continue
        answer = await ask(landscape, op, address_of(landscape, op), who=who_may(op))
        if "etag" in answer.headers:
            found[op.id] = answer.headers["etag"], answer.content
    assert len(found) > 50
    return found
