"""Postcodes: refused, then their form, then the country that they lie in."""

import pytest

from app.domain.countries import Country
from app.domain.postcodes import postcode_fault, uk_postcode
from app.domain.refusals.input_faults import InputFaultCode


@pytest.mark.parametrize(
    "text",
    [
        "DE24",
        "XDE24 8BX",
        "DE24 8BXX",
        "Q1 1AA",
        "DE24 8CX",
        "DE24 8B",
        "1DE 8BX",
        "ZZ1 1AA",
        "A1 1AA",
        "BFPO 0",
        "BFPO",
    ],
)
def test_no_uk_postcode(text: str) -> None:
    assert uk_postcode(text) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("de248bx", "DE24 8BX"),
        (" m1-1ae ", "M1 1AE"),
        ("ec1a 1bb", "EC1A 1BB"),
        ("W1A 0AX", "W1A 0AX"),
        ("B33 8TH", "B33 8TH"),
        ("gir0aa", "GIR 0AA"),
        ("D.E.24 8B X.", "DE24 8BX"),
        ("[DE24 8BX]", "DE24 8BX"),
        ("je2 3ab", "JE2 3AB"),
        ("bfpo57", "BFPO 57"),
        ("BF1 2AA", "BF1 2AA"),
    ],
)
def test_a_uk_postcode(typed: str, stored: str) -> None:
    assert uk_postcode(typed) == stored


@pytest.mark.parametrize(
    ("country", "postcode", "says"),
    [
        (Country.ENGLAND, "BT1 5GS", "in Northern Ireland"),
        (Country.ENGLAND, "EH1 1AA", "in Scotland"),
        (Country.SCOTLAND, "CF10 1AA", "in Wales"),
        (Country.NORTHERN_IRELAND, "SW1A 1AA", "in England"),
        (Country.WALES, "TD1 1AA", "in England or Scotland"),
        (Country.ENGLAND, "JE2 3AB", "in Jersey"),
        (Country.JERSEY, "GY1 1AB", "in Guernsey"),
        (Country.ISLE_OF_MAN, "CA1 1AA", "in England or Scotland"),
        (Country.GUERNSEY, "1234", "Enter a UK postcode"),
        (Country.WALES, "D02 AF30", "Enter a UK postcode"),
    ],
)
def test_a_postcode_of_another_country_is_refused(country: Country, postcode: str, says: str) -> None:
    fault = postcode_fault(country, postcode)
    assert fault is not None
    assert fault[0] is InputFaultCode.INVALID_POSTCODE
    assert says in fault[1]


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        (Country.WALES, "SY1 1AA"),
        (Country.ENGLAND, "SY1 1AA"),
        (Country.SCOTLAND, "TD1 1AA"),
        (Country.NORTHERN_IRELAND, "BFPO 57"),
        (Country.ISLE_OF_MAN, "IM1 1AB"),
        (Country.IRELAND, "D02 AF30"),
        (Country.FRANCE, "75001"),
        (Country.OTHER, "75001"),
    ],
)
def test_a_postcode_that_may_lie_in_the_country_passes(country: Country, postcode: str) -> None:
    assert postcode_fault(country, postcode) is None


@pytest.mark.parametrize("country", [Country.ENGLAND, Country.JERSEY, Country.IRELAND, Country.FRANCE])
def test_a_country_with_postcodes_requires_one(country: Country) -> None:
    assert postcode_fault(country, "") == (InputFaultCode.REQUIRED, "Enter the postcode.")


@pytest.mark.parametrize("country", [Country.HONG_KONG, Country.UNITED_ARAB_EMIRATES, Country.UGANDA, Country.OTHER])
def test_an_address_may_have_no_postcode_where_there_are_none(country: Country) -> None:
    assert postcode_fault(country, "") is None


def test_every_area_lies_somewhere() -> None:
    """The 121 areas of the United Kingdom, the three of the Crown dependencies, and those of no place."""
    letters = [chr(number) for number in range(65, 91)]
    codes = [f"{area}1 1AA" for area in (*letters, *(a + b for a in letters for b in letters))]
    known = [code for code in codes if uk_postcode(code)]
    assert len(known) == 121 + 3 + len(["BF", "BX"])


def test_the_countries_are_those_of_iso_and_their_codes_are_theirs_alone() -> None:
    codes = [country.iso_code for country in Country if not country.in_uk]
    assert len(codes) == len(set(codes)) == 248 + len(["Kosovo", "other"])
    assert codes[-1] is None
    labels = [country.label for country in Country]
    assert len(labels) == len(set(labels))
