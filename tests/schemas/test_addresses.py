"""Postcodes are validated by country."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.schemas.addresses import AddressInput

ADDRESS: dict[str, Any] = {"line_1": "1 High Street", "town": "Derby", "postcode": "DE24 8BX", "country": "england"}


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("country", ["england", "wales", "scotland", "northern_ireland"])
@pytest.mark.parametrize("postcode", ["1234", "DE24 8BX1", "XDE24 8BX", "QQ1 1AA", "DE24"])
def test_an_invalid_uk_postcode_is_refused(country: str, postcode: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AddressInput.model_validate(ADDRESS | {"country": country, "postcode": postcode})
    (error,) = refused.value.errors()
    assert error["loc"] == ("postcode",)
    assert error["type"] == "invalid_postcode"


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(ValidationError) as refused:
        AddressInput.model_validate({"line_1": " ", "country": "england", "postcode": "?", "street": "x"})
    assert {error["loc"][0] for error in refused.value.errors()} == {"line_1", "town", "postcode", "street"}


@pytest.mark.parametrize("country", ["england", "jersey", "ireland", "france"])
def test_a_postcode_is_required_where_there_are_postcodes(country: str) -> None:
    for postcode in ({"postcode": ""}, {"postcode": None}, {}):
        address = {key: value for key, value in ADDRESS.items() if key != "postcode"}
        with pytest.raises(ValidationError) as refused:
            AddressInput.model_validate(address | {"country": country} | postcode)
        (error,) = refused.value.errors()
        assert (error["loc"], error["type"]) == (("postcode",), "required")


@pytest.mark.parametrize("country", ["other", "hong_kong", "united_arab_emirates"])
def test_an_address_has_no_postcode_where_there_are_none(country: str) -> None:
    address = {key: value for key, value in ADDRESS.items() if key != "postcode"}
    assert AddressInput.model_validate(address | {"country": country}).postcode == ""
    with pytest.raises(ValidationError):
        AddressInput.model_validate(ADDRESS | {"country": country, "postcode": "12345678901"})


@pytest.mark.parametrize("typed", ["de248bx", "DE24-8BX", " de24 8bx "])
def test_a_uk_postcode_is_normalised(typed: str) -> None:
    assert AddressInput.model_validate(ADDRESS | {"postcode": typed}).postcode == "DE24 8BX"


def test_a_foreign_postcode_is_stored_as_typed() -> None:
    assert AddressInput.model_validate(ADDRESS | {"country": "other", "postcode": "D02 X285"}).postcode == "D02 X285"
