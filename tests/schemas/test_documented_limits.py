"""The limits that the contract documents for requests are those that the models enforce, formats included."""

import re
from typing import Annotated, Any

import hypothesis
import pytest
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.models.base import Base
from app.schemas.base import Request
from app.schemas.formats import FORMATS
from app.schemas.labels import label
from app.schemas.text import one_line, several_lines
from tests.schemas.test_every_schema import Schema, properties_of, schemas


def _requests() -> dict[str, type[BaseModel]]:
    """The request models, by schema name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [Request]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__name__ in schemas():
            found[model.__name__] = model
    return found


def _sent(place: str) -> list[tuple[str, type[BaseModel], str, Schema]]:
    """Request properties with the keyword `place`: schema, model, property, definition."""
    return [
        (name, model, key, option)
        for name, model in sorted(_requests().items())
        for key, described in properties_of(schemas()[name]).items()
        for option in (described, *described.get("anyOf", ()))
        if place in option and "const" not in option
    ]


def _refusal(model: type[BaseModel], name: str, key: str, value: Any) -> str:
    """The error code for this value of the property, or an empty string."""
    try:
        model.model_validate({**schemas()[name]["examples"][0], key: value})
    except ValidationError as error:
        kinds = [found["type"] for found in error.errors() if found["loc"][:1] == (key,)]
        return kinds[0] if kinds else ""
    return ""


def test_documented_lengths_are_enforced() -> None:
    cases = _sent("maxLength")
    assert len(cases) > 60
    for name, model, key, described in cases:
        for length in (described["maxLength"], described["maxLength"] + 1):
            refused = _refusal(model, name, key, "a" * length) == "string_too_long"
            assert refused is (length > described["maxLength"]), f"{name}.{key} at {length}"


def test_a_name_has_a_letter_or_a_digit() -> None:
    """Of a person, an organisation, a site, a system or a device."""
    cases = [one for one in _sent("maxLength") if re.search(r"(^|_)name$|^insurer$|^awarding_organisation$", one[2])]
    assert len(cases) >= 33
    for name, model, key, _ in cases:
        for typed in ("..", "---", "''", "\u0301\u0308", "\u25cc\u0301", "\U0001f642\U0001f642"):
            assert _refusal(model, name, key, typed) == "name_without_letters", f"{name}.{key}"
        for typed in (
            "\u674e\u674e",
            "\u00d8\u00d8",
            "3M",
            "O'Brien-Smith",
            "\u0e01\u0e49",
            "\u0939\u093f",
            "\u0661\u0662",
        ):
            assert _refusal(model, name, key, typed) == "", f"{name}.{key}"


def test_an_email_address_is_called_one() -> None:
    cases = [one for one in _sent("format") if one[3]["format"] == "email"]
    assert len(cases) >= 8
    assert {label([key]).rpartition(" ")[2] for _, _, key, _ in cases} == {"address"}


def test_documented_list_lengths_are_enforced() -> None:
    cases = [one for one in _sent("maxItems") if schemas()[one[0]]["examples"][0].get(one[2])]
    assert len(cases) > 8
    for name, model, key, described in cases:
        (first, *_) = schemas()[name]["examples"][0][key]
        refusals = [
            _refusal(model, name, key, [first] * count) for count in (described["maxItems"], described["maxItems"] + 1)
        ]
        assert refusals[0] in ("", "duplicate_items"), f"{name}.{key}"
        assert refusals[1] == "too_long", f"{name}.{key}"


def test_documented_bounds_are_enforced() -> None:
    cases = [one for one in _sent("maximum") if one[3].get("type") == "integer"]
    assert len(cases) > 4
    for name, model, key, described in cases:
        low, high = int(described["minimum"]), int(described["maximum"])
        refusals = [_refusal(model, name, key, value) for value in (low, high, low - 1, high + 1)]
        assert refusals == ["", "", "greater_than_equal", "less_than_equal"], f"{name}.{key}"


@pytest.mark.parametrize("name", sorted(FORMATS.keys()))
def test_samples_of_a_format_are_accepted(name: str) -> None:
    cases = [one for one in _sent("format") if one[3]["format"] == name]
    assert cases, "no request uses it"
    for schema, model, key, described in cases:
        for sample in FORMATS[name].samples:
            assert "pattern" not in described or re.search(described["pattern"], sample), f"{schema}.{key}: {sample}"
            if "minLength" not in described or len(sample) >= described["minLength"]:
                # A pointer is a line of text that begins with a slash.
                expected = (
                    "invalid_pointer" if (schema, key, name) == ("ReturnItemCreate", "pointer", "single-line") else ""
                )
                assert _refusal(model, schema, key, sample) == expected, f"{schema}.{key}: {sample}"


# Request schemas, with the response schemas that later return their values.
_STORED = {
    "InitialApplicationCreate": ("InitialApplication", "InitialApplicationReceipt", "InitialApplicationSummary"),
    "InitialSuperUserInput": ("InitialSuperUser", "CentreUser", "Me"),
    "AddressInput": ("Address",),
    "SiteCreate": ("Site", "SubmittedSite"),
    "ContactCreate": ("Contact", "SubmittedContact"),
    "CentreUserInvite": ("CentreUser",),
    "StaffMemberCreate": ("StaffMember",),
    "IntegrationClientCreate": ("IntegrationClient",),
    "DueDiligenceCheckCreate": ("DueDiligenceCheck",),
    "InterviewCreate": ("Interview",),
    "InterviewOutcomeCreate": ("Interview",),
    "RecommendationCreate": ("Recommendation",),
    "RequiredActionInput": ("RequiredAction", "Action"),
    "DecisionCreate": ("Decision",),
    "ReviewCreate": ("Review",),
    "ReturnItemCreate": ("ReturnItem",),
    "ReturnItemAnswer": ("ReturnItem", "SubmittedAnswer"),
    "PaymentCreate": ("LedgerEntry",),
    "UploadPolicyForm": ("PolicyVersion",),
    "SendActionEvidenceForm": ("ActionEvidence",),
    "PublishDocumentForm": ("Document",),
    "HistoryDraft": ("HistoryDetails",),
    "ExperienceDraft": ("ExperienceDetails",),
    "ProvisionDraft": ("ProvisionDetails",),
    "LearnerNumbersDraft": ("LearnerNumbersDetails",),
}


def test_response_limits_admit_everything_a_request_can_store() -> None:
    compared, narrow = 0, []
    for sent, answers in _STORED.items():
        for key, described in properties_of(schemas()[sent]).items():
            for answer in answers:
                shown = properties_of(schemas()[answer]).get(key)
                if shown is None:
                    continue
                compared += 1
                for limit in ("maxLength", "maxItems", "maximum"):
                    accepted, promised = _limit(described, limit), _limit(shown, limit)
                    if promised is not None and accepted is not None and promised < accepted:
                        narrow.append(f"{answer}.{key}: {limit} {promised}, and {sent} takes {accepted}")
    assert compared > 80
    assert narrow == []


def _limit(described: Schema, keyword: str) -> int | None:
    found = [option[keyword] for option in (described, *described.get("anyOf", ())) if keyword in option]
    return max(found) if found else None


def test_request_values_fit_their_columns() -> None:
    """Text columns are unlimited, so the request sets the limit. Keys and postcodes have narrow columns."""
    longest = max(len(value) for schema in schemas().values() for value in schema.get("enum", ()))
    widths = [
        getattr(getattr(column.type, "item_type", column.type), "length", None)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    ]
    assert longest <= 64
    assert {width for width in widths if width is not None} == {3, 10, 40, 64}
    assert _limit(properties_of(schemas()["AddressInput"])["postcode"], "maxLength") == 10
    assert properties_of(schemas()["MoneyInput"])["currency"]["maxLength"] == 3
    roles = [value for name in ("StaffRole", "CentreRole", "Scope") for value in schemas()[name]["enum"]]
    assert max(map(len, roles)) <= 40


@pytest.mark.parametrize("name", [name for name, described in FORMATS.items() if described.pattern])
@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (" \u06dda ", (True, True)),
        ("a\u00ad", (False, True)),
        ("a\u200f", (False, True)),
        ("a\u3164", (False, True)),
        ("a\U000e0041", (False, True)),
        ("\u2800", (False, False)),
        ("one\ttwo\nthree", (False, True)),
        ("\u00ad\u200b", (False, False)),
        (" \u00a0", (False, False)),
        ("a\x00", (False, False)),
        ("a\u202e", (False, False)),
        ("a\u2066", (False, False)),
        ("a\x85", (False, False)),
    ],
)
def test_the_pattern_of_a_format_takes_what_the_field_takes(name: str, value: str, taken: tuple[bool, bool]) -> None:
    field = TypeAdapter(Annotated[str, one_line(1, 40) if name == "single-line" else several_lines(1, 40)])
    expected = taken[name == "multi-line"]
    assert bool(re.search(str(FORMATS[name].pattern), value)) is expected
    assert _takes(field, value) is expected


@pytest.mark.parametrize("name", [name for name, described in FORMATS.items() if described.pattern])
@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(data=st.data())
def test_the_field_takes_whatever_matches_the_pattern_of_its_format(name: str, data: st.DataObject) -> None:
    field = TypeAdapter(Annotated[str, one_line(1, 400) if name == "single-line" else several_lines(1, 400)])
    value = data.draw(st.from_regex(str(FORMATS[name].pattern)).filter(lambda made: len(made) <= 400))
    assert _takes(field, value)


def _takes(field: TypeAdapter[str], value: str) -> bool:
    try:
        field.validate_python(value)
    except ValidationError:
        return False
    return True
