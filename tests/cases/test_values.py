"""Values that people met in use, each as it was met (the JSON files beside this one) and over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.actors import StaffRole
from tests.routers.finance_stage import bill
from tests.world import World

_CASES = {file.stem: json.loads(file.read_bytes()) for file in Path(__file__).parent.glob("*.json")}
_FORM = "/v1/initial-applications"


def _case(name: str) -> Any:
    return _CASES[name]


async def _saved(world: World, **history: Any) -> Any:
    """The answer to a save of group `history`."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}/details/history"
    return await world.client.patch(path, json=history, headers=await world.etag(path, centre.user))


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(("typed", "kept"), _case("company-numbers")["accept"].items())
async def test_a_company_number_of_companies_house_is_taken(world: World, typed: str, kept: str) -> None:
    answer = await _saved(world, company_number=typed)
    assert (answer.status_code, answer.json()["company_number"]) == (200, kept)


@pytest.mark.parametrize("typed", _case("company-numbers")["refuse"])
async def test_a_company_number_of_nobody_is_refused(world: World, typed: str) -> None:
    answer = await _saved(world, company_number=typed)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "invalid_company_number")


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("charity_number", "XT12345", "XT12345"),
        ("charity_number", "ew 99999", "EW99999"),
        ("ukprn", "1001 2345", "10012345"),
        ("ukprn", "10\u00a001\u00a023\u00a045", "10012345"),
        ("urn", "123 456", "123456"),
        ("ncn", "12 345", "12345"),
        ("company_number", "IP28254R", "IP28254R"),
        ("company_number", "SP2095RS", "SP2095RS"),
        ("company_number", "R0000521", "R0000521"),
        ("company_number", "SL00911A", "SL00911A"),
    ],
)
async def test_a_registered_number_is_taken_as_people_write_it(world: World, field: str, typed: str, kept: str) -> None:
    answer = await _saved(world, **{field: typed})
    assert (answer.status_code, answer.json()[field]) == (200, kept)


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("typed", _case("postcode-pasted"))
async def test_a_pasted_postcode_is_taken(world: World, typed: str) -> None:
    body = world.initial_application()
    body["address"] |= {"country": "england", "postcode": typed}
    made = await world.client.post(_FORM, json=body)
    assert made.status_code == 201, made.text
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    assert (await world.get(f"{_FORM}/{made.json()['id']}", staff))["address"]["postcode"] == "DE1 3AF"


@pytest.mark.parametrize("typed", _case("telephone-of-letters"))
async def test_letters_are_no_digits_of_a_telephone_number(world: World, typed: str) -> None:
    refused = await world.client.post(_FORM, json=world.initial_application(telephone=typed))
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"], fault["pointer"]) == (422, "invalid_telephone", "/telephone")


@pytest.mark.parametrize("name", ["---", "…", " .,! "])
async def test_a_name_without_letters_is_refused(world: World, name: str) -> None:
    refused = await world.client.post(_FORM, json=world.initial_application(organisation_name=name))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/organisation_name"
    assert (await _saved(world, legal_name=name)).status_code == 422


@pytest.mark.requirement("R18")
async def test_a_payment_long_before_its_invoice_is_refused(world: World) -> None:
    one = await bill(world)
    refused = await one.send("payments", _case("payment-long-before-the-invoice"))
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"], fault["pointer"]) == (422, "too_early", "/received_on")
    assert (await one.shown())["entries"] == []


@pytest.mark.parametrize("case", [*_case("search-without-accents"), *_case("name-in-decomposed-letters")])
async def test_a_name_is_found_in_either_spelling(world: World, case: dict[str, str]) -> None:
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    await world.centre(name=case["name"])
    await world.received(organisation_name=case["name"])
    for path, key in (("/v1/centres", "name"), (_FORM, "organisation_name")):
        answer = await world.client.get(path, params={"text": case["text"]}, headers=staff.headers)
        assert {item[key] for item in answer.json()["items"]} == {case["name"]}, path


@pytest.mark.requirement("R01")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Sunrise \U0001f31e Skills", "character 9, sun with face (U+1F31E)"),
        ("\u0799 College", "character 1, thaana letter hhaa (U+0799)"),
    ],
)
async def test_a_letter_that_the_certificate_cannot_show_is_told_at_the_form(
    world: World, name: str, says: str
) -> None:
    refused = await world.client.post(_FORM, json=world.initial_application(organisation_name=name))
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"], fault["pointer"]) == (422, "not_printable", "/organisation_name")
    assert says in fault["detail"]
    assert (await _saved(world, legal_name=name)).json()["errors"][0]["code"] == "not_printable"


@pytest.mark.requirement("R01")
@pytest.mark.parametrize(
    ("country", "postcode", "kept"),
    [
        ("jersey", "je23ab", "JE2 3AB"),
        ("isle_of_man", "IM1 1AB", "IM1 1AB"),
        ("ireland", "D02 AF30", "D02 AF30"),
        ("hong_kong", None, ""),
        ("united_arab_emirates", "", ""),
        ("france", "75001", "75001"),
        ("other", None, ""),
    ],
)
async def test_an_address_is_of_any_country(world: World, country: str, postcode: str | None, kept: str) -> None:
    body = world.initial_application(telephone_extension="205")
    del body["address"]["postcode"]
    body["address"] |= {"country": country} | ({"postcode": postcode} if postcode is not None else {})
    made = await world.client.post(_FORM, json=body)
    assert made.status_code == 201, made.text
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    shown = await world.get(f"{_FORM}/{made.json()['id']}", staff)
    assert (shown["address"]["country"], shown["address"]["postcode"]) == (country, kept)
    assert (shown["telephone_extension"], shown["initial_super_user"]["telephone_extension"]) == ("205", None)
    # Nobody without a postcode is somebody else without one.
    other = await world.received(organisation_name="Quite Another Body", address=body["address"])
    likely = (await world.get(f"{_FORM}/{other['id']}", staff))["likely_duplicates"]
    assert ("same_postcode" in [reason for one in likely for reason in one["reasons"]]) is bool(kept)
