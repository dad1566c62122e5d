"""How lines are booked, and which account a centre is: kept on the invoice as on its day of issue."""

import pytest

from app.domain.actors import Scope
from app.settings import Settings
from app.settings.money import Accounting
from tests.routers.finance_stage import bill
from tests.ubl.judges import texts
from tests.world import World

_CODES = {"account_code": "200", "item_code": "CRF", "tracking_category": "Recognition"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    accounting = Accounting.model_validate({"recognition_fee": _CODES, "tax_codes": {"o": "NONE", "s": "OUTPUT2"}})
    return settings.model_copy(update={"accounting": accounting})


async def test_lines_say_how_they_are_booked(world: World) -> None:
    one = await bill(world)
    (line,) = (await one.shown())["lines"]
    assert {name: line[name] for name in (*_CODES, "vat_category", "tax_code")} == _CODES | {
        "vat_category": "O",
        "tax_code": "NONE",
    }
    credit = (await one.credit(100)).json()
    (credited,) = (await world.get(f"/v1/credit-notes/{credit['id']}", one.finance))["lines"]
    assert {name: credited[name] for name in (*_CODES, "tax_code")} == _CODES | {"tax_code": "NONE"}
    for path in (one.path, f"/v1/credit-notes/{credit['id']}"):
        xml = (await world.client.get(path, headers=one.finance.headers | {"Accept": "application/xml"})).content
        assert texts(xml, ".//cac:Item/cac:SellersItemIdentification/cbc:ID") == ["CRF"]


async def test_a_credit_note_too_small_for_every_line_shows_those_that_it_has(world: World) -> None:
    """The shares of the others are nothing; each line keeps its own codes."""
    free = {"description": "Free of charge", "net": {"amount": 1, "currency": "GBP"}}
    fee = {"description": "Fee", "net": {"amount": 40_000, "currency": "GBP"}}
    one = await (await bill(world)).replaced(lines=[free, fee])
    credit = (await one.credit(100)).json()
    found = await world.get(f"/v1/credit-notes/{credit['id']}", one.finance)
    assert [(line["description"], line["net"]["amount"], line["account_code"]) for line in found["lines"]] == [
        ("Fee", 100, "200")
    ]


async def test_an_invoice_keeps_the_account_of_its_day(world: World) -> None:
    earlier = await bill(world)
    path = f"/v1/centres/{earlier.centre_id}"
    system = await world.integration(Scope.EXTERNAL_REFS_WRITE)
    body = {"customer_account_reference": "CEN0042"}
    refused = await world.client.put(f"{path}/account-reference", json={}, headers=system.headers)
    assert refused.status_code == 422
    assert (await world.client.put(f"{path}/account-reference", json=body, headers=system.headers)).json() == body
    assert (await world.get(path, earlier.finance))["customer_account_reference"] == "CEN0042"
    assert (await earlier.shown())["customer"]["customer_account_reference"] is None
