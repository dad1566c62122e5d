"""A centre at any stage of its set-up, in one call."""

import re
from typing import Any

import pytest

from app.domain.countries import Country
from tests.routers.sandbox.conftest import Sandbox


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"status": "recognised"}, "/status"),
        ({"name": "x"}, "/name"),
        ({"country": "atlantis"}, "/country"),
        ({"first_password": "yes"}, "/first_password"),
        ({"size": 3}, "/size"),
    ],
)
async def test_an_invalid_request_is_refused(sandbox: Sandbox, body: dict[str, Any], pointer: str) -> None:
    answer = await sandbox.client.post("/v1/sandbox/centres", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_centre_is_ready_to_use(sandbox: Sandbox) -> None:
    """Its super user signs in and starts an application; staff see the completed due diligence (R03, R04)."""
    made = await sandbox.post("centres")
    headers = await sandbox.sign_in(made["super_user"])
    started = await sandbox.client.post(f"/v1/centres/{made['centre_id']}/applications", headers=headers)
    assert started.status_code == 201, started.text
    initial = await sandbox.read(
        f"/v1/initial-applications/{made['initial_application_id']}", made["staff"]["customer_experience"]
    )
    assert initial["status"] == made["initial_application_status"] == "account_created"
    assert (len(initial["checks"]), initial["outstanding_checks"], initial["late"]) == (7, [], False)
    assert initial["log_in_details_sent_at"] is not None


@pytest.mark.parametrize("status", ["received", "declined"])
async def test_an_initial_application_without_a_centre(sandbox: Sandbox, status: str) -> None:
    """R03, R04: a decline is emailed to the sender."""
    made = await sandbox.post("centres", status=status)
    assert made["initial_application_status"] == status
    assert (made["centre_id"], made["main_site_id"], made["super_user"]) == (None, None, None)
    initial = await sandbox.read(
        f"/v1/initial-applications/{made['initial_application_id']}", made["staff"]["customer_experience"]
    )
    kinds = {mail["kind"] for mail in (await sandbox.get("emails", to=initial["email"]))["items"]}
    assert kinds >= {f"initial_application_{status}"}


async def test_a_first_password_is_emailed_and_must_be_replaced(sandbox: Sandbox) -> None:
    """R06: the response does not contain it."""
    made = await sandbox.post("centres", first_password=True)
    super_user = made["super_user"]
    assert super_user["password"] is None
    (mail,) = (await sandbox.get("emails", to=super_user["email"], kind="log_in_details"))["items"]
    content = await sandbox.get(f"emails/{mail['id']}")
    (password,) = re.findall(r"\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3}\b", content["text"])
    body = {"email": super_user["email"], "password": password}
    session = (await sandbox.client.post("/v1/sessions", json=body)).json()
    assert session["must_change_password"] is True


@pytest.mark.parametrize("country", [*filter(lambda one: one.near, Country), Country.QATAR, Country.OTHER])
async def test_a_centre_in_any_country_with_any_name(sandbox: Sandbox, country: Country) -> None:
    made = await sandbox.post("centres", name="Quay College", country=country.value)
    centre = await sandbox.read(f"/v1/centres/{made['centre_id']}", made["super_user"])
    assert (centre["name"], centre["address"]["country"]) == ("Quay College", country.value)


async def test_the_same_five_staff_are_returned_and_repaired(sandbox: Sandbox) -> None:
    first = await sandbox.post("centres")
    lead = first["staff"]["centre_lead"]
    administrator = await sandbox.sign_in(first["staff"]["administrator"])
    found = (await sandbox.client.get("/v1/staff", headers=administrator, params={"role": "centre_lead"})).json()
    (member,) = [one for one in found["items"] if one["email"] == lead["email"]]
    path, match = f"/v1/staff/{member['id']}", {"If-Match": member["etag"]}
    gone = await sandbox.client.delete(path, headers=administrator | match)
    assert gone.status_code == 204, gone.text
    body = {"email": lead["email"], "password": lead["password"]}
    assert (await sandbox.client.post("/v1/sessions", json=body)).status_code == 401
    again = await sandbox.post("centres")
    assert again["staff"] == first["staff"]
    assert (await sandbox.read("/v1/me", again["staff"]["centre_lead"]))["staff_roles"] == ["centre_lead"]
