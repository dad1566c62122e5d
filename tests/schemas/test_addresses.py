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


def test_a_postcode_is_required_outside_the_uk_too() -> None:
    with pytest.raises(ValidationError):
        AddressInput.model_validate(ADDRESS | {"country": "other", "postcode": ""})
    with pytest.raises(ValidationError):
        AddressInput.model_validate(ADDRESS | {"country": "other", "postcode": "12345678901"})


@pytest.mark.parametrize("typed", ["de248bx", "DE24-8BX", " de24 8bx "])
def test_a_uk_postcode_is_normalised(typed: str) -> None:
    assert AddressInput.model_validate(ADDRESS | {"postcode": typed}).postcode == "DE24 8BX"


def test_a_foreign_postcode_is_stored_as_typed() -> None:
    assert AddressInput.model_validate(ADDRESS | {"country": "other", "postcode": "D02 X285"}).postcode == "D02 X285"
