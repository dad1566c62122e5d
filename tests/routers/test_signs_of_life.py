"""Whatever a centre does, beside its application too, takes a warning of closing back."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.workflow import Status
from tests.routers.closing_stage import IDLE, Left, left
from tests.routers.test_centre_users import invitation
from tests.routers.test_closings import pay
from tests.routers.test_contacts import contact
from tests.routers.test_name_changes import NEW
from tests.routers.test_sites import SITE
from tests.world import World

_NAMES = {"name": NEW, "trading_name": None, "reason": "Registered in February."}
_SIGNS: dict[str, tuple[str, Any]] = {
    "sites": ("POST", SITE),
    "contacts": ("POST", contact()),
    "users": ("POST", invitation()),
    "name-changes": ("POST", _NAMES),
    "letter-choices": ("PATCH", {"finance": ["returns"]}),
    "": ("PATCH", {"telephone": "029 2018 1234"}),
}


async def _change(found: Left, method: str, address: str, body: Any = None) -> str:
    """Send a change as the super user; return where the new thing is."""
    headers = {**found.centre.super_user.headers, "If-Match": "*"}
    answer = await found.world.client.request(method, address, json=body, headers=headers)
    assert answer.is_success, answer.text
    return str(answer.headers.get("location", address))


async def _require_unwarned(found: Left, tag: str) -> None:
    """The version that staff saw is old; at the new one there is no warning to close by."""
    assert (await found.send("closure", match=tag)).status_code == 412
    assert (await found.read())["closing"] is None
    late = await found.send("closure")
    assert (late.status_code, late.json()["code"]) == (409, "closing_not_warned")


@pytest.mark.requirement("R17")
@pytest.mark.parametrize("part", _SIGNS)
async def test_a_change_of_the_centres_records_takes_the_warning_back(world: World, part: str) -> None:
    found = await left(world)
    tag = (await found.warned())["etag"]
    method, body = _SIGNS[part]
    await _change(found, method, f"/v1/centres/{found.centre.id}/{part}".rstrip("/"), body)
    await _require_unwarned(found, tag)
    soon = await found.send("closing-warning")
    assert (soon.status_code, soon.json()["code"]) == (409, "not_abandoned")


@pytest.mark.parametrize(("part", "change"), [("sites", {"name": "Quay"}), ("contacts", {"last_name": "Quayle"})])
async def test_so_do_later_changes_of_sites_and_contacts(world: World, part: str, change: dict[str, str]) -> None:
    found = await left(world)
    address = await _change(found, "POST", f"/v1/centres/{found.centre.id}/{part}", _SIGNS[part][1])
    for method, body in (("PATCH", change), ("DELETE", None)):
        await found.wait(IDLE)
        tag = (await found.warned())["etag"]
        await _change(found, method, address, body)
        await _require_unwarned(found, tag)


async def test_so_do_later_changes_of_users(world: World) -> None:
    found = await left(world)
    address = await _change(found, "POST", f"/v1/centres/{found.centre.id}/users", invitation())
    for method, body in (("PATCH", {"job_title": "Registrar"}), ("DELETE", None)):
        await found.wait(IDLE)
        tag = (await found.warned())["etag"]
        await _change(found, method, address, body)
        await _require_unwarned(found, tag)


async def test_without_a_warning_they_make_no_version_old(world: World) -> None:
    """Nobody who works on the application is in the way of whoever adds contacts."""
    found = await left(world)
    tag = (await found.read())["etag"]
    await _change(found, "POST", f"/v1/centres/{found.centre.id}/contacts", contact())
    assert (await found.read())["etag"] == tag


async def test_what_another_centre_does_takes_nothing_back(world: World) -> None:
    found = await left(world)
    tag = (await found.warned())["etag"]
    other = await world.centre()
    headers = other.super_user.headers
    assert (await world.client.post(f"/v1/centres/{other.id}/sites", json=SITE, headers=headers)).status_code == 201
    assert (await found.send("closure", match=tag)).status_code == 200


@pytest.mark.requirement("R18")
async def test_a_part_payment_takes_the_warning_back(world: World) -> None:
    """The invoice stays overdue, so staff can warn again."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=31))
    tag = (await found.warned())["etag"]
    await pay(found, (await found.read())["invoice_id"], 100)
    await _require_unwarned(found, tag)
    assert (await found.closed())["status"] == "closed"
