"""Every operation × every principal, against the table in `who_may`."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import Scope
from app.models import IntegrationClient
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import Operation, operation, operations, tagged_by
from tests.contract.who_may import PRINCIPALS, WHO_MAY, expected
from tests.domain.complete_details import complete_details

CLASSES = {401: "1", 403: "3", 404: "4"}
# The service checks the assigned lead after the general access check, so these need complete requests.
OWN_LEAD = (
    "arrangeInterview",
    "rescheduleInterview",
    "recommend",
    "recordInterviewOutcome",
    "closeAction",
    "reviewApplication",
)


def test_the_table_names_every_operation_and_no_other() -> None:
    """A new operation fails here until the table says who may use it."""
    assert set(WHO_MAY) == {found.id for found in operations()}
    assert all(len(expected(name)) == len(PRINCIPALS) for name in WHO_MAY)


@pytest.mark.parametrize("part", range(3))
async def test_every_operation_is_open_to_exactly_those_in_the_table(landscape: Landscape, part: int) -> None:
    """Send empty requests, so that nothing changes; access is checked before the body."""
    wrong = []
    for op in operations()[part::3]:
        # A public operation ignores the caller, so a few principals suffice.
        principals = PRINCIPALS if op.access.permission is not None else ("anonymous", "first_password", "user")
        for principal in principals:
            if op.id in OWN_LEAD and principal == "other_centre_lead":
                continue
            found = await _class_of(landscape, op, principal)
            if found != expected(op.id)[principal]:
                wrong.append((op.id, principal, found))
    assert wrong == []


async def _class_of(landscape: Landscape, op: Operation, principal: str) -> str:
    path = path_of(landscape, op.id, op.path, **({"number": "2"} if op.id == "compareSubmissions" else {}))
    headers = landscape.headers(principal)
    # An unknown parameter is refused after the access check, before anything is read or written.
    unknown = {"no_such": "1"} if op.method == "GET" else {}
    answer = await landscape.client.request(op.method, path, headers=headers, params=unknown)
    assert answer.status_code < 500, (op.id, principal, answer.text)
    return CLASSES.get(answer.status_code, "+")


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("name", OWN_LEAD)
async def test_only_the_assigned_centre_lead_takes_a_centre_leads_step(landscape: Landscape, name: str) -> None:
    """The same complete request is refused for any other centre lead, and accepted for the assigned one."""
    assert expected(name)["other_centre_lead"] == "3"
    refused = await _as_lead(landscape, operation(name), landscape.headers("other_centre_lead"))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_application"), refused.text
    answer = await _as_lead(landscape, operation(name), landscape.headers("centre_lead"))
    assert answer.status_code in (200, 201, 409), answer.text


async def _as_lead(landscape: Landscape, op: Operation, headers: dict[str, str]) -> httpx.Response:
    starts = landscape.world.clock() + timedelta(days=2)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    bodies: dict[str, dict[str, Any]] = {
        "arrangeInterview": times | {"mode": "online", "place": "https://meet.example.com/harbour"},
        "rescheduleInterview": times,
        "recommend": {"outcome": "accept", "reasons": "All is in place."},
        "recordInterviewOutcome": {"outcome": "cancelled", "summary": "Ill."},
        "closeAction": operation("closeAction").example,
        "reviewApplication": operation("reviewApplication").example,
    }
    owner = path_of(landscape, op.id, tagged_by(op))
    tag = (await landscape.client.get(owner, headers=headers)).headers["etag"]
    return await landscape.client.request(
        op.method,
        path_of(landscape, op.id, op.path),
        headers={**headers, "If-Match": tag},
        json=bodies[op.id],
    )


async def test_a_deactivated_person_has_no_access(landscape: Landscape) -> None:
    """A deactivated user, staff member and client get 401 everywhere, although their tokens have not expired."""
    now = landscape.world.clock()
    client = await landscape.world.integration(*Scope)
    landscape.logins |= {"client": client, "staff": landscape.logins["customer_experience"]}
    staff = landscape.logins["staff"]
    administrator = landscape.headers("administrator")
    await landscape.world.post(
        f"/v1/staff/{staff.user_id}",
        None,
        landscape.logins["administrator"],
        match=f"/v1/staff/{staff.user_id}",
        method="DELETE",
    )
    user = landscape.logins["user"]
    address = f"/v1/centres/{landscape.ids['centre_id']}/users/{user.user_id}"
    await landscape.world.post(address, None, landscape.logins["super_user"], match=address, method="DELETE")
    async with landscape.database.transaction() as session:
        (await session.get_one(IntegrationClient, client.id)).deactivated_at = now
    open_to = []
    for op in operations():
        if op.access.permission is None:
            continue
        for principal in ("client", "staff", "user"):
            answer = await landscape.client.request(
                op.method, path_of(landscape, op.id, op.path), headers=landscape.headers(principal)
            )
            if answer.status_code != 401:
                open_to.append((op.id, principal, answer.status_code))
    assert open_to == []
    assert (await landscape.client.get("/v1/me", headers=administrator)).status_code == 200


async def test_a_child_of_another_parent_is_404(landscape: Landscape) -> None:
    """A permitted caller asks for each id below another parent: 404."""
    other = await _another(landscape)
    found_anyway = []
    swept = 0
    for op in operations():
        names = [name for name in op.path.split("/") if name.startswith("{") and name.endswith("_id}")]
        if len(names) < 2:
            continue
        swept += 1
        who = next(name for name in reversed(PRINCIPALS) if expected(op.id)[name] == "+")
        parent = names[0].strip("{}")
        path = path_of(landscape, op.id, op.path, **{parent: other[parent]})
        answer = await landscape.client.request(op.method, path, headers=landscape.headers(who))
        # For a centre user the other parent is 404 as well; staff can read both.
        if answer.status_code != 404:
            found_anyway.append((op.id, who, answer.status_code))
    assert found_anyway == []
    assert swept >= 15


async def _another(landscape: Landscape) -> dict[str, str]:
    """The parents of a second centre, to which the callers have access too."""
    centre = landscape.others["centre_id"]
    started = await landscape.world.post(
        f"/v1/centres/{centre}/applications", None, landscape.logins["other_super_user"]
    )
    return {
        "centre_id": centre,
        "application_id": started["id"],
        "invoice_id": str(uuid7()),
        "endpoint_id": str(uuid7()),
    }


async def test_ids_in_a_body_must_belong_to_the_callers_centre(landscape: Landscape) -> None:
    """Another centre's user, site, session and lead are refused as input or 404; nothing is stored."""
    ids, others, client = landscape.ids, landscape.others, landscape.client
    user, manager = landscape.headers("user"), landscape.headers("quality_assurance_manager")
    centre = f"/v1/centres/{ids['centre_id']}"
    contact = dict(operation("createContact").example) | {"roles": ["curriculum_development"]}
    answer = await client.post(f"{centre}/contacts", headers=user, json=contact | {"user_id": others["user_id"]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/user_id")
    tag = (await client.get(f"{centre}/contacts/{ids['contact_id']}", headers=user)).headers["etag"]
    answer = await client.patch(
        f"{centre}/contacts/{ids['contact_id']}", headers={**user, "If-Match": tag}, json={"user_id": others["user_id"]}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/user_id")
    application = f"/v1/applications/{ids['application_id']}"
    tag = (await client.get(application, headers=manager)).headers["etag"]
    for nobody in (str(landscape.logins["finance"].id), str(landscape.logins["user"].id), str(uuid7())):
        answer = await client.put(
            f"{application}/centre-lead", headers={**manager, "If-Match": tag}, json={"centre_lead_id": nobody}
        )
        assert answer.status_code == 422, answer.text


async def test_sites_in_the_provision_must_belong_to_the_centre(landscape: Landscape) -> None:
    """A draft accepts any id. Readiness lists ids that are not open sites of this centre as missing, and does not
    distinguish another centre's site from an unknown id."""
    login = landscape.logins["other_super_user"]
    started = await landscape.world.post(f"/v1/centres/{landscape.others['centre_id']}/applications", None, login)
    application = f"/v1/applications/{started['id']}"
    values = complete_details()["provision"]
    values["intended_qualifications"] = values["intended_qualifications"][:1]
    gaps = []
    for site in (landscape.ids["site_id"], str(uuid7()), landscape.others["site_id"]):
        values["intended_qualifications"][0]["site_ids"] = [site]
        await landscape.world.post(
            f"{application}/details/provision", values, login, match=f"{application}/details/provision", method="PATCH"
        )
        missing = (await landscape.world.get(f"{application}/readiness", login))["missing"]
        gaps.append([gap for gap in missing if "site_ids" in (gap["pointer"] or "")])
    assert len(gaps[0]) == 1
    assert gaps == [gaps[0], gaps[0], []]


async def test_a_filter_narrows_and_never_widens(landscape: Landscape) -> None:
    """Another centre's super user filters by this centre's invoices; a centre's user filters by a lead's inbox."""
    other = landscape.headers("other_super_user")
    invoices = await landscape.client.get("/v1/invoices", headers=other)
    assert invoices.json()["items"] == []
    for name in ("centre_id", "application_id"):
        answer = await landscape.client.get("/v1/invoices", headers=other, params={name: landscape.ids[name]})
        assert answer.status_code == 422 or answer.json()["items"] == [], name
    lead = str(landscape.logins["centre_lead"].id)
    answer = await landscape.client.get("/v1/applications", headers=other, params={"centre_lead_id": lead})
    assert answer.status_code == 403


async def test_a_key_replays_to_nobody_else(landscape: Landscape) -> None:
    """Two users of a centre send the same request with the same Idempotency-Key: two responses, two contacts."""
    path = f"/v1/centres/{landscape.ids['centre_id']}/sites"
    body = operation("createSite").example
    first, second = [
        await landscape.client.post(path, json=body, headers={**landscape.headers(who), "Idempotency-Key": "one"})
        for who in ("user", "super_user")
    ]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert "idempotent-replayed" not in second.headers
