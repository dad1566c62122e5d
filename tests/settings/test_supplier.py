"""The supplier as electronic invoices name it: numbers with check digits, an address in parts."""

from pathlib import Path

import pytest

from app.domain.electronic_addresses import AddressScheme, address_id
from app.domain.postal import PostalAddress, in_parts
from app.domain.vat import VatCategory
from app.settings import AwardingOrganisation, InvalidSettings, Supplier, settings_of, vat_faults
from tests.typed import ROOT, blocks


def _faults(**environ: str) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refusal:
        settings_of(environ)
    return {fault.name: fault.detail for fault in refusal.value.faults}


@pytest.mark.parametrize("written", ["980780684", "GB 980 7806 84", "gb980780684"])
def test_a_vat_number_is_kept_in_one_form(written: str) -> None:
    assert settings_of({"SUPPLIER__VAT_NUMBER": written}).supplier.vat_number == "GB980780684"


@pytest.mark.parametrize("written", ["GB123456789", "DE136695976", "none", "980780684\N{NO-BREAK SPACE}"])
def test_what_is_no_vat_number_of_the_united_kingdom_is_refused(written: str) -> None:
    assert "like GB980780684" in _faults(SUPPLIER__VAT_NUMBER=written)["SUPPLIER__VAT_NUMBER"]


@pytest.mark.parametrize(
    ("scheme", "written", "stored"),
    [
        ("9932", "980 7806 84", "GB980780684"),
        ("9932", "980780685", None),
        ("0088", "5012345678900", "5012345678900"),
        ("0088", "5012345678901", None),
        ("0088", "50123452", None),
        ("0060", "15-048-3782", None),
        ("0060", "150 483 782", "150483782"),
        ("0199", "529900t8bm49aursdo55", "529900T8BM49AURSDO55"),
        ("0199", "529900T8BM49AURSDO56", None),
        ("EM", "accounts@example.com", "accounts@example.com"),
        ("EM", "accounts", None),
        ("EM", "buchhaltung@bücher.example", None),
    ],
)
def test_an_electronic_address_is_one_of_its_scheme(scheme: str, written: str, stored: str | None) -> None:
    assert address_id(AddressScheme(scheme), written) == stored
    given = {"SUPPLIER__ELECTRONIC_ADDRESS__SCHEME": scheme, "SUPPLIER__ELECTRONIC_ADDRESS__ID": written}
    if stored is None:
        assert f"an id of the scheme {scheme} is " in _faults(**given)["SUPPLIER__ELECTRONIC_ADDRESS"]
    else:
        assert settings_of(given).supplier.electronic_address.id == stored


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"SUPPLIER__ELECTRONIC_ADDRESS__SCHEME": "9932"}, "SUPPLIER__ELECTRONIC_ADDRESS"),
        ({"SUPPLIER__ELECTRONIC_ADDRESS__ID": "980780684"}, "SUPPLIER__ELECTRONIC_ADDRESS"),
        (
            {"SUPPLIER__ELECTRONIC_ADDRESS__SCHEME": "0001", "SUPPLIER__ELECTRONIC_ADDRESS__ID": "1"},
            "SUPPLIER__ELECTRONIC_ADDRESS__SCHEME",
        ),
        ({"SUPPLIER__ADDRESS__LINE_1": "1 High Street"}, "SUPPLIER__ADDRESS"),
        ({"SUPPLIER__ADDRESS__COUNTRY": "UK"}, "SUPPLIER__ADDRESS__COUNTRY"),
        ({"FEE__ELIGIBLE_BODIES__VAT_RATE_PERCENT": "20"}, "FEE__ELIGIBLE_BODIES"),
        ({"FEE__ELIGIBLE_BODIES__VAT_CATEGORY": "E"}, "FEE__ELIGIBLE_BODIES"),
    ],
)
def test_half_of_a_fact_is_refused(environ: dict[str, str], name: str) -> None:
    assert list(_faults(**environ)) == [name]


def test_the_examples_make_valid_invoices(tmp_path: Path) -> None:
    """The README's charged VAT without a VAT number."""
    (readme,) = blocks("README.md", "settings")
    (tmp_path / "settings.toml").write_text(readme, encoding="utf-8")
    for path in (tmp_path / "settings.toml", ROOT / "deploy" / "settings.example.toml"):
        given = settings_of({"SETTINGS_FILE": str(path)})
        assert given.fee.vat_category is VatCategory.STANDARD
        assert vat_faults(given) == []


def test_lines_of_an_address_are_read_as_its_parts() -> None:
    """The setting of earlier releases."""
    assert in_parts(AwardingOrganisation().address_lines, "GB") == PostalAddress(
        "3 Pride Point Drive", "Pride Park", "Derby", None, "DE24 8BX", "GB"
    )
    assert in_parts(["A", "B", "C", "Derby"], "GB") == PostalAddress("A", "B, C", "Derby", None, None, "GB")
    assert in_parts(["12 Rue Cler", "75007 Paris"], "FR") == PostalAddress(
        "12 Rue Cler", None, "75007 Paris", None, None, "FR"
    )
    assert in_parts(["DE1 2AB"], "GB") == PostalAddress(None, None, None, None, "DE1 2AB", "GB")
    assert in_parts([], "GB") == PostalAddress(None, None, None, None, None, "GB")


def test_an_address_in_its_parts_is_printed_in_lines() -> None:
    address = {"line_1": "1 High Street", "town": "Exampleton", "postcode": "EX1 1EX"}
    parts = Supplier.model_validate({"address": address}).address.parts
    assert parts is not None
    assert parts.lines == ("1 High Street", "Exampleton", "EX1 1EX")
