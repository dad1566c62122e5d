"""Who may read and change centres (R07)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.actors import Scope, StaffRole
from app.models import Centre, Event

NEVER_GIVEN_OUT = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


async def test_the_public_cannot_read_centres(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    for path in ("/v1/centres", f"/v1/centres/{centre.id}"):
        assert (await client.get(path)).status_code == 401


async def test_another_centre_is_404_like_an_unknown_one(client: httpx.AsyncClient, world: Any) -> None:
    centre, stranger = await world.centre(), (await world.centre()).super_user
    for centre_id in (centre.id, NEVER_GIVEN_OUT, "first"):
        path = f"/v1/centres/{centre_id}"
        read = await client.get(path, headers=stranger.headers)
        changed = await client.patch(path, json={}, headers={**stranger.headers, "If-Match": "*"})
        assert [read.status_code, changed.status_code] == [404, 404]


async def test_an_integration_client_cannot_read_centres(client: httpx.AsyncClient, world: Any) -> None:
    centre, system = await world.centre(), await world.integration(Scope.INVOICES_READ)
    assert (await client.get(f"/v1/centres/{centre.id}", headers=system.headers)).status_code == 404


async def test_only_staff_list_centres(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    answer = await client.get("/v1/centres", headers=centre.super_user.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


@pytest.mark.parametrize("who", ["user", "staff"])
async def test_only_a_super_user_changes_the_centre(client: httpx.AsyncClient, world: Any, who: str) -> None:
    centre = await world.centre()
    other = centre.user if who == "user" else await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    answer = await client.patch(f"/v1/centres/{centre.id}", json={"telephone": "01332 341899"}, headers=other.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


async def test_the_name_on_certificates_cannot_be_changed(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre(name="Quayside Learning")
    path, headers = f"/v1/centres/{centre.id}", {**centre.super_user.headers, "If-Match": "*"}
    answer = await client.patch(path, json={"name": "Quayside University"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/name"
    assert (await client.get(path, headers=headers)).json()["name"] == "Quayside Learning"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": None}, "/email"),
        ({"telephone": "12"}, "/telephone"),
        ({"address": None}, "/address"),
        ({"address": {"town": None}}, "/address/town"),
        ({"address": {"country": "wales", "postcode": "1010"}}, "/address/postcode"),
        # The postcode is checked against the stored country here.
        ({"address": {"postcode": "1010"}}, "/address/postcode"),
    ],
)
async def test_an_invalid_change_is_refused(
    client: httpx.AsyncClient, world: Any, body: dict[str, Any], pointer: str
) -> None:
    centre = await world.centre()
    headers = {**centre.super_user.headers, "If-Match": "*"}
    answer = await client.patch(f"/v1/centres/{centre.id}", json=body, headers=headers)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_stale_change_is_refused(client: httpx.AsyncClient, world: Any) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}", centre.super_user.headers
    tag = (await client.get(path, headers=headers)).headers["etag"]
    body = {"telephone": "01332 341899"}
    assert (await client.patch(path, json=body, headers=headers)).status_code == 428
    assert (await client.patch(path, json=body, headers={**headers, "If-Match": tag})).status_code == 200
    late = await client.patch(path, json={"email": "late@example.com"}, headers={**headers, "If-Match": tag})
    assert late.status_code == 412


@pytest.mark.requirement("R24")
async def test_a_change_is_merged_and_recorded(client: httpx.AsyncClient, world: Any, database: Database) -> None:
    """RFC 7396: omitted properties stay. The event records the old and the new values."""
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}", {**centre.super_user.headers, "If-Match": "*"}
    before = (await client.get(path, headers=headers)).json()
    body = {"address": {"postcode": "de12ab", "line_2": None}, "email": "new@elsewhere.example.com"}
    after = (await client.patch(path, json=body, headers=headers)).json()
    assert after["address"] == before["address"] | {"postcode": "DE1 2AB", "line_2": None}
    assert (after["telephone"], after["etag"] != before["etag"]) == (before["telephone"], True)
    async with database.transaction() as session:
        row = await session.get_one(Centre, centre.id)
        event = await session.scalar(select(Event).where(Event.type == "centre.updated", Event.centre_id == centre.id))
    assert row.email_domain == "elsewhere.example.com"
    assert event is not None
    assert event.audit is not None
    assert (event.centre_sees, event.actor_id, event.public) == (True, centre.super_user.person_id, None)
    assert event.audit["before"]["email"] == before["email"]
    assert event.audit["after"]["address"]["postcode"] == "DE1 2AB"


async def test_a_no_op_change_leaves_no_trace(client: httpx.AsyncClient, world: Any, database: Database) -> None:
    centre = await world.centre()
    path, headers = f"/v1/centres/{centre.id}", {**centre.super_user.headers, "If-Match": "*"}
    before = (await client.get(path, headers=headers)).json()
    same = {"email": before["email"], "address": {"town": before["address"]["town"]}}
    assert (await client.patch(path, json=same, headers=headers)).json() == before
    async with database.transaction() as session:
        found = await session.scalar(
            select(Event.id).where(Event.type == "centre.updated", Event.centre_id == centre.id)
        )
    assert found is None


async def test_staff_search_and_page_through_centres(client: httpx.AsyncClient, world: Any) -> None:
    staff = await world.staff(StaffRole.FINANCE)
    made = [str((await world.centre(name=f"Zeppelin Works {number}")).id) for number in range(3)]
    seen: list[str] = []
    query: dict[str, Any] = {"text": "zeppelin wor", "limit": 2}
    first = await client.get("/v1/centres", params=query, headers=staff.headers)
    assert first.links["next"]
    seen += [item["id"] for item in first.json()["items"]]
    query["cursor"] = first.json()["next_cursor"]
    second = (await client.get("/v1/centres", params=query, headers=staff.headers)).json()
    seen += [item["id"] for item in second["items"]]
    assert (seen, second["next_cursor"]) == (made[::-1], None)
