"""Addresses in any country, and extensions of telephone numbers, through everything that shows them."""

from typing import Any

import pytest
from sqlalchemy import select, text

from app.domain.actors import StaffRole
from app.domain.countries import Country
from app.domain.postcodes import postcode_fault
from app.models import Centre, Submission
from app.services import submissions
from app.services.sandbox.centres import place_in
from tests.pdf.pdf_reading import words
from tests.routers.finance_stage import bill
from tests.world import Login, World


async def _changed(world: World, path: str, login: Login, **body: Any) -> Any:
    answer = await world.client.patch(path, json=body, headers=await world.etag(path, login))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ({"country": "ireland", "town": "Cork", "postcode": "T12 AB34"}, "Cork T12 AB34 Ireland"),
        ({"country": "guernsey", "town": "St Peter Port", "postcode": "GY1 1AB"}, "St Peter Port GY1 1AB Guernsey"),
        ({"country": "hong_kong", "town": "Kowloon", "postcode": None}, "Kowloon Hong Kong"),
        ({"country": "scotland", "town": "Leith", "postcode": "EH6 6AA"}, "Leith EH6 6AA"),
    ],
)
async def test_the_invoice_names_the_country(world: World, address: dict[str, Any], printed: str) -> None:
    centre = await world.centre()
    await _changed(world, f"/v1/centres/{centre.id}", centre.super_user, address={**address, "county": None})
    one = await bill(world, centre.id)
    shown = (await one.shown())["customer"]["address"]
    assert (shown["country"], shown["postcode"]) == (address["country"], address["postcode"] or "")
    pdf = await world.client.get(one.path, headers={**one.finance.headers, "Accept": "application/pdf"})
    text_of_it = " ".join(words(pdf.content).split())
    assert printed in text_of_it
    assert ("Scotland" in text_of_it) is False


async def test_a_change_of_country_asks_for_its_postcode(world: World) -> None:
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}"
    for address, code in (
        ({"postcode": ""}, "required"),
        ({"postcode": None}, "required"),
        ({"country": "jersey"}, "invalid_postcode"),
        ({"country": "jersey", "postcode": "DE24 8BX"}, "invalid_postcode"),
        ({"postcode": "JE2 3AB"}, "invalid_postcode"),
    ):
        headers = await world.etag(path, centre.super_user)
        refused = await world.client.patch(path, json={"address": address}, headers=headers)
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["code"], fault["pointer"]) == (422, code, "/address/postcode"), address
    assert (await _changed(world, path, centre.super_user, address={"country": "qatar", "postcode": ""}))["address"][
        "country"
    ] == "qatar"


async def test_the_release_before_reads_and_writes_every_row(world: World) -> None:
    """It knows five countries, in one column; a country that it writes counts."""
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}"
    await _changed(world, path, centre.super_user, address={"country": "france", "postcode": "75001"})
    async with world.database.transaction() as session:
        read = text("SELECT address_country FROM centres WHERE id = :id").bindparams(id=centre.id)
        assert await session.scalar(read) == "other"
        found = await session.scalar(select(Centre).where(Centre.address_country == "france"))
        assert found is not None
        assert found.address_country is Country.FRANCE
        await session.execute(text("UPDATE centres SET address_country = 'wales'"))
    shown = (await world.get(path, centre.user))["address"]
    assert shown["country"] == "wales"


async def test_reference_data_list_every_country_by_name(world: World) -> None:
    lists = (await world.get("/v1/reference-data"))["vocabularies"]
    countries = {one["key"]: one for one in lists["countries"]}
    assert len(countries) == len(Country)
    assert countries["isle_of_man"] == {
        "key": "isle_of_man",
        "label": "Isle of Man",
        "iso_code": "IM",
        "postcode_required": True,
    }
    assert countries["united_arab_emirates"]["postcode_required"] is False
    assert [one["key"] for one in lists["country"]] == [
        *("england", "wales", "scotland", "northern_ireland", "ireland", "jersey", "guernsey", "isle_of_man", "other")
    ]


@pytest.mark.parametrize("country", list(Country))
def test_the_sandbox_knows_an_address_in_every_country(country: Country) -> None:
    town, postcode = place_in(country)
    assert 0 < len(town) <= 60
    assert postcode_fault(country, postcode) is None


async def test_an_extension_stays_with_its_number(world: World) -> None:
    """Wherever a number is kept. Whoever changes the number and knows no extensions has none kept of the old one."""
    centre = await world.centre()
    contact = {"first_name": "Zoë", "last_name": "Hill", "email": "zoe@hill.example.com", "roles": []}
    invited = contact | {"job_title": "Tutor", "telephone": "0115 496 0123", "role": "user"}
    del invited["roles"]
    site = {"name": "Barn", "address": {"line_1": "1 A", "town": "B", "country": "wales", "postcode": "CF10 1AA"}}
    made = [f"/v1/centres/{centre.id}", "/v1/me"]
    for part, body in (("contacts", contact), ("sites", site), ("users", invited)):
        both = {**body, "telephone": "0115 496 0123", "telephone_extension": " 2\u00a005 "}
        path = f"/v1/centres/{centre.id}/{part}"
        answer = await world.post(path, both, centre.super_user)
        assert answer["telephone_extension"] == "205", part
        made.append(f"{path}/{answer['id']}")
    for path in made:
        shown = await _changed(world, path, centre.super_user, telephone="01332 341822", telephone_extension="7")
        assert (shown["telephone"], shown["telephone_extension"]) == ("+441332341822", "7"), path
        same = await _changed(world, path, centre.super_user, telephone="(01332) 341822")
        assert same["telephone_extension"] == "7", path
        other = await _changed(world, path, centre.super_user, telephone="0115 496 0123")
        assert other["telephone_extension"] is None, path


async def test_a_number_with_its_extension_is_sent_to_the_right_place(world: World) -> None:
    for typed in ("01332 341822 ext 12", "01332 341822 x12"):
        refused = await world.client.post("/v1/initial-applications", json=world.initial_application(telephone=typed))
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["code"]) == (422, "invalid_telephone")
        assert "An extension has a field of its own." in fault["detail"]


async def test_the_account_takes_over_what_the_form_said(world: World) -> None:
    form = world.initial_application(telephone_extension="11")
    form["initial_super_user"]["telephone_extension"] = "12"
    form["address"] |= {"country": "jersey", "postcode": "JE2 3AB"}
    received = await world.checked(**{name: form[name] for name in form})
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    own = f"/v1/initial-applications/{received['id']}"
    made = await world.post(f"{own}/account", {}, staff, match=own)
    centre = await world.get(f"/v1/centres/{made['id']}", staff)
    assert (centre["telephone_extension"], centre["address"]["country"]) == ("11", "jersey")
    (site,) = (await world.get(f"/v1/centres/{made['id']}/sites", staff))["items"]
    assert (site["telephone_extension"], site["address"]["country"]) == ("11", "jersey")
    (user,) = (await world.get(f"/v1/centres/{made['id']}/users", staff))["items"]
    assert user["telephone_extension"] == "12"


async def test_a_submission_of_an_earlier_release_is_shown(world: World) -> None:
    """Its copy has no extensions and no overseas numbers."""
    centre = await world.centre()
    draft = await world.ready(centre)
    await world.step(centre.super_user, draft["id"], "submissions", {"declaration": True})
    async with world.database.transaction() as session:
        row = await session.scalar(select(Submission))
        assert row is not None
        session.expunge(row)
    row.content = _without(row.content, "telephone_extension", "overseas_registration_number")
    shown = submissions._to_schema(row).content.model_dump(mode="json")
    assert shown["centre"]["telephone_extension"] is None
    assert {each["telephone_extension"] for each in [*shown["contacts"], *shown["sites"]]} == {None}
    history = next(group for group in shown["details"] if group["group"] == "history")
    assert history["overseas_registration_number"] is None


def _without(value: Any, *names: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, *names) for key, each in value.items() if key not in names}
    return [_without(each, *names) for each in value] if isinstance(value, list) else value
