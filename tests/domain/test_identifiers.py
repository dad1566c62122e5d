"""Registered numbers and postcodes: refused input, then the stored form."""

import time

import pytest

from app.domain import identifiers
from app.domain.postcodes import uk_postcode

EVERY = [
    uk_postcode,
    identifiers.company_number,
    identifiers.charity_number,
    identifiers.qualification_number,
    identifiers.ukprn,
    identifiers.urn,
    identifiers.ncn,
]


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "١٢٣٤٥٦٧٨", "\u017fw1a 1aa", "12345678\n", "1" * 41])
def test_what_is_no_number_is_refused(parse: identifiers.Parse, text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("parse", EVERY)
def test_a_hostile_megabyte_costs_nothing(parse: identifiers.Parse) -> None:
    began = time.perf_counter()
    assert parse("A1" * 500_000) is None
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("parse", "typed", "stored"),
    [
        (identifiers.company_number, "7", "00000007"),
        (identifiers.company_number, " oc301234 ", "OC301234"),
        (identifiers.company_number, "OC30123", None),
        (identifiers.company_number, "00000000", None),
        (identifiers.company_number, "ip 28254 r", "IP28254R"),
        (identifiers.company_number, "(SP2095RS)", "SP2095RS"),
        (identifiers.company_number, "R0000521", "R0000521"),
        (identifiers.company_number, "SL00911A.", "SL00911A"),
        (identifiers.company_number, "XX123456", None),
        (identifiers.company_number, "SC12345R", None),
        (identifiers.company_number, "IP12345RS", None),
        (identifiers.company_number, "SL0091AA", None),
        (identifiers.charity_number, "1234567-1", "1234567-1"),
        (identifiers.charity_number, "nic 101234", "NIC101234"),
        (identifiers.charity_number, "12345", None),
        (identifiers.charity_number, "X123456", None),
        (identifiers.charity_number, "xt 12345", "XT12345"),
        (identifiers.charity_number, "X9", "X9"),
        (identifiers.charity_number, "XYZ123", None),
        (identifiers.charity_number, "SC123456", "SC123456"),
        (identifiers.qualification_number, "603/1234/x", "603/1234/X"),
        (identifiers.qualification_number, "603-1234-5", None),
        (identifiers.ukprn, "10000000", "10000000"),
        (identifiers.ukprn, "99999999", "99999999"),
        (identifiers.ukprn, "1001 2345", "10012345"),
        (identifiers.urn, "123 456.", "123456"),
        (identifiers.qualification_number, "603 / 1234 / x", "603/1234/X"),
        (identifiers.ukprn, "09999999", None),
        (identifiers.urn, "123456", "123456"),
        (identifiers.urn, "12345", None),
        (identifiers.ncn, "01234", "01234"),
        (identifiers.ncn, "1234", None),
        (identifiers.ncn, " " * 35 + "01234", "01234"),
        (identifiers.ncn, " " * 36 + "01234", None),
    ],
)
def test_the_stored_form(parse: identifiers.Parse, typed: str, stored: str | None) -> None:
    assert parse(typed) == stored
