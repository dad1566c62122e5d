"""The shared field types: refusals, then stored values. They raise nothing but validation errors."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from pydantic import TypeAdapter, ValidationError, create_model

from app.domain.countries import Country
from app.schemas import fields, identifiers, ids
from app.schemas.fields import choice, distinct, whole
from app.schemas.text import long_text, one_line, several_lines
from tests.schemas.hostile_json import NASTY, anything

TYPES: dict[str, Any] = {
    "line": Annotated[str, one_line(2, 20)],
    "lines": Annotated[str, several_lines(1, 100)],
    "essay": Annotated[str, long_text(words=5)],
    "whole": Annotated[int, whole(0, 10)],
    "country": Annotated[Country, choice()],
    "countries": Annotated[list[Annotated[Country, choice()]], distinct(2)],
    "flag": fields.Flag,
    "date": fields.IsoDate,
    "timestamp": fields.Timestamp,
    "id": ids.ApplicationId,
    "organisation": fields.OrganisationName,
    "email": fields.EmailAddress,
    "telephone": fields.Telephone,
    "extension": fields.Extension,
    "person": fields.PersonName,
    "web": fields.WebAddress,
    "company": identifiers.CompanyNumber,
    "charity": identifiers.CharityNumber,
    "ukprn": identifiers.Ukprn,
    "urn": identifiers.Urn,
    "ncn": identifiers.Ncn,
    "vat": identifiers.VatNumber,
    "qualification": identifiers.QualificationNumber,
}
ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in TYPES.items()}


def code_of(name: str, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        ADAPTERS[name].validate_python(value, strict=None if name in ("country", "countries") else True)
    return refused.value.errors(include_input=False)[0]["type"]


def stored(name: str, value: object) -> Any:
    return ADAPTERS[name].validate_python(value, strict=None if name in ("country", "countries") else True)


@pytest.mark.parametrize("name", TYPES)
@given(value=anything)
@settings(max_examples=60, deadline=2000)
def test_any_value_is_accepted_or_a_validation_error(name: str, value: Any) -> None:
    try:
        stored(name, value)
    except ValidationError as refused:
        refused.errors(include_input=False, include_url=False)


@pytest.mark.parametrize("name", TYPES)
def test_each_nasty_value_is_refused_or_stored(name: str) -> None:
    refusals = 0
    for value in NASTY:
        try:
            stored(name, value)
        except ValidationError:
            refusals += 1
    assert refusals > len(NASTY) / 2


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("line", "a\x00b", "forbidden_characters"),
        ("line", "a\nb", "forbidden_characters"),
        ("line", "a\u202eb", "forbidden_characters"),
        ("line", "ab\ud800", "forbidden_characters"),
        ("line", "   a   ", "string_too_short"),
        ("line", "\u200b\u200b\u200b", "forbidden_characters"),
        ("line", "Har\u00adbour", "forbidden_characters"),
        ("line", "Har\u200bbour", "forbidden_characters"),
        ("line", "Har\u200fbour", "forbidden_characters"),
        ("line", "Har\u2066bour", "forbidden_characters"),
        ("line", "Harbour\ufe0f", "forbidden_characters"),
        ("line", "Harbour\U000e0041", "forbidden_characters"),
        ("line", "\u3164\u3164\u3164", "forbidden_characters"),
        ("line", "\u2800\u2800\u2800", "string_too_short"),
        ("lines", "\u200b\u00ad", "string_too_short"),
        ("lines", "Har\u202ebour", "forbidden_characters"),
        ("line", "a" * 21, "string_too_long"),
        ("line", 5, "string_type"),
        ("lines", "a\x0bb", "forbidden_characters"),
        ("essay", "one two three four five six", "too_many_words"),
        ("whole", 11, "less_than_equal"),
        ("whole", -1, "greater_than_equal"),
        ("whole", True, "int_type"),
        ("whole", "5", "int_type"),
        ("whole", 5.0, "int_type"),
        ("whole", 10**400, "less_than_equal"),
        ("country", "France", "enum"),
        ("country", 1, "enum"),
        ("countries", ["wales", "wales"], "duplicate_items"),
        ("countries", ["wales", "england", "other"], "too_long"),
        ("flag", "true", "bool_type"),
        ("flag", 1, "bool_type"),
        ("date", 0, "invalid_date"),
        ("date", True, "invalid_date"),
        ("date", "20260901", "invalid_date"),
        ("date", "2026-9-1", "invalid_date"),
        ("date", "2026-02-30", "invalid_date"),
        ("date", "2026-09-01T00:00:00Z", "invalid_date"),
        ("date", "2026-09-01\n", "invalid_date"),
        ("timestamp", "2026-09-01T14:30:00", "invalid_timestamp"),
        ("timestamp", "2026-09-01 14:30:00Z", "invalid_timestamp"),
        ("timestamp", "0001-01-01T00:00:00+23:59", "invalid_timestamp"),
        ("timestamp", 1_700_000_000, "invalid_timestamp"),
        ("id", "0198a5f27c3e7d108a443f1f2b9c6d21", "invalid_id"),
        ("id", 7, "invalid_id"),
        ("email", "alex@localhost", "invalid_email"),
        ("email", "alex", "invalid_email"),
        # Mail programs decode it (RFC 2047 section 5), so the letter would be held.
        ("email", "=?utf-8?q?alex?=@example.org", "invalid_email"),
        ("email", "a" * 65 + "@example.org", "invalid_email"),
        ("email", "a@" + "b" * 250 + ".org", "string_too_long"),
        ("telephone", "12345", "invalid_telephone"),
        ("telephone", "01332 341822 ext 5", "invalid_telephone"),
        ("extension", "12a", "invalid_extension"),
        ("extension", "123456789", "invalid_extension"),
        ("organisation", "---", "name_without_letters"),
        ("organisation", "…!", "name_without_letters"),
        ("person", "--", "name_without_letters"),
        ("person", "?", "name_without_letters"),
        ("web", "www.example.org", "invalid_web_address"),
        ("web", "ftp://example.org", "invalid_web_address"),
        ("web", "https://user:pw@example.org", "invalid_web_address"),
        ("web", "https://localhost/x", "invalid_web_address"),
        ("web", "https://example.org:port/", "invalid_web_address"),
        ("web", "https://example.org/a b", "invalid_web_address"),
        ("company", "ABC12345", "invalid_company_number"),
        ("company", "123456789", "invalid_company_number"),
        ("company", "0", "invalid_company_number"),
        ("charity", "12345678", "invalid_charity_number"),
        ("ukprn", "01234567", "invalid_ukprn"),
        ("urn", "12345678", "invalid_urn"),
        ("ncn", "123456", "invalid_ncn"),
        ("vat", "GB980780685", "invalid_vat_number"),
        ("qualification", "603/1234/Y", "invalid_qualification_number"),
    ],
)
def test_refused(name: str, value: object, code: str) -> None:
    assert code_of(name, value) == code


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("line", "  Zo\u0065\u0301  ", "Zo\u00e9"),
        ("organisation", "  Cafe\u0301 & Co.  Ltd ", "Cafe\u0301 & Co.  Ltd"),
        ("lines", "a\r\nb\tc\rd", "a\nb\tc\nd"),
        ("essay", "one two three four five", "one two three four five"),
        ("country", "wales", Country.WALES),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("timestamp", "2026-09-01t14:30:00.5+01:00", datetime(2026, 9, 1, 13, 30, 0, 500_000, tzinfo=UTC)),
        ("id", "0198A5F2-7C3E-7D10-8A44-3F1F2B9C6D21", UUID("0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")),
        ("email", " Alex.Morgan@EXAMPLE.org ", "Alex.Morgan@example.org"),
        ("email", "alex@müller.de", "alex@xn--mller-kva.de"),
        ("telephone", "01332 341822", "+441332341822"),
        ("telephone", "07700 900123", "+447700900123"),
        ("telephone", "+353 1 496 0000", "+35314960000"),
        ("web", "HTTPS://www.example.org/a?b=c#d", "HTTPS://www.example.org/a?b=c#d"),
        ("company", " 1234567 ", "01234567"),
        ("company", "sc123456", "SC123456"),
        ("charity", "sc 012345", "SC012345"),
        ("ukprn", "10012345", "10012345"),
        ("urn", "1234567", "1234567"),
        ("ncn", "01234", "01234"),
        ("vat", "gb 980 7806 84", "GB980780684"),
        ("vat", "980 7806 84", "GB980780684"),
        ("vat", "XI 980 7806 84", "XI980780684"),
        ("vat", "IE6433435F", "IE6433435F"),
        ("qualification", "60312 34x", "603/1234/X"),
        ("company", "SC\u00a0123456", "SC123456"),
        ("company", "\u202aIP28999R\u202c", "IP28999R"),
        ("charity", "1234567\u20131", "1234567-1"),
        ("charity", "XT\u200912345", "XT12345"),
        ("ukprn", "1001\u200b2345", "10012345"),
        ("vat", "GB\u00a0980\u00a07806\u00a084", "GB980780684"),
        ("vat", "(GB980780684).", "GB980780684"),
        ("telephone", "01332\u00a0341\u2011822", "+441332341822"),
        ("telephone", "\u202a+44 7700 900123\u202c", "+447700900123"),
        ("email", "\ufeffalex@example.org\u200b", "alex@example.org"),
        ("web", "https://www.example.org\u200e", "https://www.example.org"),
        ("extension", " 2\u00a005 ", "205"),
        ("organisation", "3i", "3i"),
        ("organisation", "Ὀρφεύς", "Ὀρφεύς"),
        ("person", "李", "李"),
        ("qualification", "6031234x", "603/1234/X"),
    ],
)
def test_stored(name: str, value: str, expected: object) -> None:
    assert stored(name, value) == expected
    # What is pasted with a character that shows nothing is not of the pattern, and is mended.
    if value.isascii():
        assert re.search(ADAPTERS[name].json_schema().get("pattern", ""), value)


@pytest.mark.parametrize("name", ["web", "date", "timestamp"])
def test_a_type_has_the_same_pattern_everywhere(name: str) -> None:
    """Whether required, optional or alone. The generic pattern of a line of text would not help a form."""
    holder = create_model("Holder", required=(TYPES[name], ...), optional=(TYPES[name] | None, None))
    properties = TypeAdapter(holder).json_schema()["properties"]
    own = ADAPTERS[name].json_schema()["pattern"]
    assert properties["required"]["pattern"] == properties["optional"]["anyOf"][0]["pattern"] == own
    assert TypeAdapter(Annotated[str, one_line(3, 40)]).json_schema()["format"] == "single-line"


def test_too_many_words_gives_the_limit_and_the_count() -> None:
    with pytest.raises(ValidationError) as refused:
        stored("essay", "word " * 9)
    (error,) = refused.value.errors(include_input=False)
    assert error["ctx"] == {"limit": 5, "actual": 9}
    assert error["msg"] == "Use 5 words or fewer. You have used 9."


def test_the_schema_documents_the_limits() -> None:
    schema = ADAPTERS["line"].json_schema()
    assert (schema["minLength"], schema["maxLength"]) == (2, 20)
    assert ADAPTERS["countries"].json_schema()["uniqueItems"] is True
    assert ADAPTERS["email"].json_schema()["format"] == "email"
    assert ADAPTERS["date"].json_schema()["format"] == "date"
