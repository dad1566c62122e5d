"""Characters that show nothing, and names that are web addresses, in every way that a text can come in."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app.domain.actors import StaffRole
from app.samples import answers
from tests.integrations.file_samples import pdf
from tests.world import World

HIDDEN = "\u00ad\u200b\u200f\u202e\u2066\u2060\u3164\ufeff\ufe0f\U000e0041"
ADDRESS = "https://evil.example/login"


def _faults(answer: httpx.Response) -> list[tuple[str, str, str]]:
    return [(fault["in"], fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def _apply(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    # Python escapes all of it: \u202e, and the surrogate pair of a tag.
    body = json.dumps(answers.initial_application("hidden") | changes)
    return await client.post("/v1/initial-applications", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("character", HIDDEN)
async def test_a_json_escape_hides_nothing_in_a_name(client: httpx.AsyncClient, character: str) -> None:
    refused = await _apply(client, organisation_name=f"Harbour{character} Lane")
    assert refused.status_code == 422
    assert _faults(refused) == [("body", "/organisation_name", "forbidden_characters")]


async def test_the_refusal_says_which_character_and_where(client: httpx.AsyncClient) -> None:
    refused = await _apply(client, organisation_name="Har\u00adbour Lane")
    [fault] = refused.json()["errors"]
    assert fault["detail"] == "Remove the invisible character U+00AD at position 4, or type the text anew."


@pytest.mark.parametrize("character", HIDDEN)
async def test_percent_encoding_hides_nothing_in_a_search(world: World, character: str) -> None:
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    path = f"/v1/initial-applications?text=harbour{quote(character)}"
    refused = await world.client.get(path, headers=staff.headers)
    assert (refused.status_code, _faults(refused)) == (422, [("query", "/text", "forbidden_characters")])


async def test_an_upload_keeps_no_hidden_character_in_note_and_file_name(world: World) -> None:
    centre = await world.centre()
    application = await world.draft(centre)
    path = f"/v1/applications/{application['id']}/policies/appeals"
    policy = await world.get(path, centre.user)
    name = f"appeals{HIDDEN}fdp.exe\u034f.pdf"
    stored = await world.client.put(
        path,
        files={"file": (name, pdf(), "application/pdf")},
        data={"note": "As\u200b agreed\u00ad.\ufeff"},
        headers=centre.user.headers | {"If-Match": policy["etag"]},
    )
    assert stored.status_code == 200, stored.text
    version = stored.json()["current_version"]
    assert version["note"] == "As agreed."
    assert version["file_name"].isascii()


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("name", [ADDRESS, "www.evil.example", "evil.example/login"])
async def test_the_public_form_takes_no_web_address_as_a_name(client: httpx.AsyncClient, name: str) -> None:
    person = answers.initial_application("hidden")["initial_super_user"]
    refused = await _apply(
        client, organisation_name=name, initial_super_user=person | {"first_name": name, "last_name": name}
    )
    assert refused.status_code == 422
    pointers = ["/organisation_name", "/initial_super_user/first_name", "/initial_super_user/last_name"]
    assert _faults(refused) == [("body", pointer, "name_is_web_address") for pointer in pointers]
    assert refused.json()["errors"][0]["detail"].startswith("Enter the name alone, without a web or email address.")
    assert "evil" not in refused.text


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("name", ["Booking.com Ltd", "St. John's", "A.B.C. Training", "Learn4Life.co.uk Ltd"])
async def test_the_public_form_takes_honest_names_with_full_stops(client: httpx.AsyncClient, name: str) -> None:
    taken = await _apply(client, organisation_name=name)
    assert taken.status_code == 201, taken.text


async def test_no_name_that_a_centre_types_is_a_web_address(world: World) -> None:
    centre = await world.centre()
    application = await world.draft(centre)
    history = f"/v1/applications/{application['id']}/details/history"
    headers = centre.super_user.headers | {"If-Match": "*"}
    names = {"legal_name": ADDRESS, "trading_name": ADDRESS, "people_in_control": [{"name": ADDRESS}]}
    refused = await world.client.patch(history, json=names, headers=headers)
    assert {code for _, _, code in _faults(refused)} == {"name_is_web_address"}
    assert len(_faults(refused)) == 3
    contact = answers.contacts(centre.run)[0] | {"first_name": ADDRESS}
    invited = answers.colleague("x") | {"last_name": ADDRESS}
    site = answers.delivery_site() | {"name": ADDRESS}
    for path, body in (("contacts", contact), ("users", invited), ("sites", site)):
        answer = await world.client.post(
            f"/v1/centres/{centre.id}/{path}", json=body, headers=centre.super_user.headers
        )
        assert "name_is_web_address" in {code for _, _, code in _faults(answer)}, (path, answer.text)
    changed = await world.client.patch("/v1/me", json={"first_name": ADDRESS}, headers=headers)
    assert _faults(changed) == [("body", "/first_name", "name_is_web_address")]
