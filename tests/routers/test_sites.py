"""Sites: added, changed, closed, and never deleted (R08)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import limits
from app.domain.actors import StaffRole
from app.models import Event

SITE = {
    "name": "Harbour Road workshop",
    "address": {"line_1": "2 Harbour Road", "town": "Cardiff", "country": "wales", "postcode": "cf10 1aa"},
}


async def test_the_public_cannot_read_sites(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    assert (await client.get(f"/v1/centres/{centre.id}/sites")).status_code == 401
    assert (await client.post(f"/v1/centres/{centre.id}/sites", json=SITE)).status_code == 401


async def test_a_site_is_found_only_at_its_own_centre(client: httpx.AsyncClient, world: Any) -> None:
    """Another centre's site is 404, even below the caller's own centre."""
    mine, other = await world.centre(), await world.centre()
    headers = {**mine.super_user.headers, "If-Match": "*"}
    for path in (
        f"/v1/centres/{other.id}/sites/{other.main_site_id}",
        f"/v1/centres/{mine.id}/sites/{other.main_site_id}",
    ):
        assert (await client.get(path, headers=headers)).status_code == 404
        assert (await client.patch(path, json={"name": "Mine now"}, headers=headers)).status_code == 404
        assert (await client.delete(path, headers=headers)).status_code == 404
    assert (await client.post(f"/v1/centres/{other.id}/sites", json=SITE, headers=headers)).status_code == 404


async def test_staff_can_read_but_not_change_sites(client: httpx.AsyncClient, world: Any) -> None:
    centre, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    path = f"/v1/centres/{centre.id}/sites"
    assert (await client.get(path, headers=staff.headers)).status_code == 200
    assert (await client.post(path, json=SITE, headers=staff.headers)).status_code == 403


async def test_all_faults_of_a_site_are_reported_together(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    body = {"address": {**SITE["address"], "postcode": "nowhere"}, "email": "no", "kind": "main"}  # type: ignore[dict-item]
    answer = await client.post(f"/v1/centres/{centre.id}/sites", json=body, headers=centre.user.headers)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/name", "/address/postcode", "/email", "/kind"}


@pytest.mark.requirement("R08")
async def test_the_main_site_cannot_be_closed_but_can_move(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/sites/{centre.main_site_id}"
    headers = {**centre.user.headers, "If-Match": "*"}
    closed = await client.delete(path, headers=headers)
    assert (closed.status_code, closed.json()["code"]) == (409, "main_site")
    moved = await client.patch(path, json={"address": {"line_1": "9 New Street"}}, headers=headers)
    assert (moved.status_code, moved.json()["address"]["line_1"]) == (200, "9 New Street")
    # The centre's postal address does not change.
    assert (await client.get(f"/v1/centres/{centre.id}", headers=headers)).json()["address"]["line_1"] != "9 New Street"


async def test_changing_or_closing_a_site_needs_the_current_version(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    headers = centre.user.headers
    made = await client.post(f"/v1/centres/{centre.id}/sites", json=SITE, headers=headers)
    path, tag = made.headers["location"], made.headers["etag"]
    assert (await client.patch(path, json={"name": "A"}, headers=headers)).status_code == 428
    assert (await client.delete(path, headers=headers)).status_code == 428
    assert (await client.patch(path, json={"name": "A"}, headers={**headers, "If-Match": tag})).status_code == 200
    assert (await client.patch(path, json={"name": "B"}, headers={**headers, "If-Match": tag})).status_code == 412
    assert (await client.delete(path, headers={**headers, "If-Match": tag})).status_code == 412


async def test_the_number_of_sites_is_limited(
    client: httpx.AsyncClient, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OPEN_SITES", 1)
    centre = await world.centre()
    answer = await client.post(f"/v1/centres/{centre.id}/sites", json=SITE, headers=centre.user.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_sites")


@pytest.mark.requirement("R08", "R24")
async def test_a_site_is_added_changed_and_closed(client: httpx.AsyncClient, world: Any, database: Database) -> None:
    """Each change is recorded, visible to the centre."""
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/sites", {**centre.user.headers, "If-Match": "*"}
    made = await client.post(path, json=SITE, headers=headers)
    assert made.status_code == 201
    site = made.json()
    assert (site["kind"], site["address"]["postcode"], site["closed_at"]) == ("delivery", "CF10 1AA", None)
    own = made.headers["location"]
    assert own == f"{path}/{site['id']}"
    listed = (await client.get(path, headers=headers)).json()["items"]
    assert [item["id"] for item in listed] == [str(centre.main_site_id), site["id"]]
    assert listed[1] == site
    changed = await client.patch(
        own, json={"email": "workshop@example.com", "address": {"town": "Barry"}}, headers=headers
    )
    assert changed.json()["address"] == site["address"] | {"town": "Barry"}
    assert (await client.delete(own, headers=headers)).status_code == 204
    assert (await client.delete(own, headers={**headers, "If-Match": made.headers["etag"]})).status_code == 204
    assert [item["kind"] for item in (await client.get(path, headers=headers)).json()["items"]] == ["main"]
    closed = await client.get(own, headers=headers)
    assert closed.json()["closed_at"] is not None
    late = await client.patch(own, json={"name": "Again"}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "site_closed")
    async with database.transaction() as session:
        events = (
            await session.scalars(
                select(Event).where(Event.aggregate_id == closed.json()["id"]).order_by(Event.sequence)
            )
        ).all()
    assert [event.type for event in events] == ["site.created", "site.updated", "site.closed"]
    assert all(event.centre_sees and event.centre_id == centre.id for event in events)
    assert events[1].audit is not None
    assert (events[1].audit["before"]["email"], events[1].audit["after"]["email"]) == (None, "workshop@example.com")


async def test_listing_sites_takes_a_constant_number_of_statements(
    client: httpx.AsyncClient, world: Any, database: Database
) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}/sites", centre.user.headers
    counts = []
    for _ in range(2):
        seen: list[str] = []
        stop = database.count_statements(seen)
        await client.get(path, headers=headers)
        stop()
        counts.append(len(seen))
        for _ in range(3):
            await client.post(path, json=SITE, headers=headers)
    assert counts[0] == counts[1]
