"""The seven groups: refused and stored values, and complete responses."""

from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from app.domain.merge_patch import merge
from app.domain.sections import DetailsGroup
from app.domain.vocabularies import Declaration
from app.schemas.base import example_of
from app.schemas.details import DETAILS_ANSWERS, DETAILS_SCHEMAS, complete_shape, details_answer
from app.schemas.details.shape import _without_null
from app.schemas.details.suitability import DeclarationsDraft
from tests.domain.drafts import drafts
from tests.schemas.hostile_json import bodies

GROUPS = sorted(DETAILS_SCHEMAS)


def dumped(group: str, patch: dict[str, Any]) -> dict[str, Any]:
    return DETAILS_SCHEMAS[group].model_validate(patch).model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize("group", GROUPS)
@given(data=st.data())
@settings(max_examples=40, deadline=2000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_json_is_refused_or_stored_and_can_be_read_back(group: str, data: st.DataObject) -> None:
    body = data.draw(bodies(DETAILS_SCHEMAS[group]))
    try:
        draft = DETAILS_SCHEMAS[group].model_validate(body)
    except ValidationError as refused:
        refused.errors(include_input=False, include_url=False)
        return
    details_answer(group, '"1"', merge({}, draft.model_dump(mode="json", exclude_unset=True)))


@pytest.mark.parametrize("group", GROUPS)
def test_an_unknown_property_is_refused(group: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DETAILS_SCHEMAS[group].model_validate({"etag": '"1"'})
    assert refused.value.errors()[0]["type"] == "extra_forbidden"


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    ("group", "patch", "location", "code"),
    [
        ("history", {"established_on": 0}, ("established_on",), "invalid_date"),
        ("history", {"history": "word " * 501}, ("history",), "too_many_words"),
        ("history", {"people_in_control": [{}] * 51}, ("people_in_control",), "too_long"),
        (
            "history",
            {"people_in_control": [{"name": "A", "age": 3}]},
            ("people_in_control", 0, "age"),
            "extra_forbidden",
        ),
        ("suitability", {"declarations": {"insolvency": True}}, ("declarations", "insolvency"), "model_type"),
        (
            "experience",
            {"delivery_staff": [{"roles": ["assessor", "assessor"]}]},
            ("delivery_staff", 0, "roles"),
            "duplicate_items",
        ),
        ("centre-type", {"centre_type": "circus"}, ("centre_type",), "enum"),
        (
            "provision",
            {"intended_qualifications": [{"site_ids": ["1"]}]},
            ("intended_qualifications", 0, "site_ids", 0),
            "invalid_id",
        ),
        ("learner-numbers", {"by_age_group": {"16_to_18": -1}}, ("by_age_group", "16_to_18"), "greater_than_equal"),
        (
            "learner-numbers",
            {"by_age_group": {"from_16_to_18": 1}},
            ("by_age_group", "from_16_to_18"),
            "extra_forbidden",
        ),
        ("invoice", {"purchase_order_number": ""}, ("purchase_order_number",), "string_too_short"),
    ],
)
def test_a_malformed_value_is_refused(
    group: str, patch: dict[str, Any], location: tuple[str | int, ...], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        DETAILS_SCHEMAS[group].model_validate(patch)
    (error,) = refused.value.errors(include_input=False)
    assert (error["loc"], error["type"]) == (location, code)


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("group", GROUPS)
def test_an_empty_draft_changes_nothing_and_nulls_clear_everything(group: str) -> None:
    assert dumped(group, {}) == {}
    properties = DETAILS_SCHEMAS[group].model_json_schema()["properties"]
    stored = dumped(group, example_of(DETAILS_SCHEMAS[group]))
    assert stored.keys() == set(properties)
    assert merge(stored, dumped(group, dict.fromkeys(properties))) == {}


@pytest.mark.parametrize("group", GROUPS)
def test_the_example_round_trips(group: str) -> None:
    example = example_of(DETAILS_SCHEMAS[group])
    answer = details_answer(group, '"7"', merge({}, dumped(group, example))).model_dump(mode="json")
    assert answer == {"etag": '"7"', "group": group, **example}
    assert next(iter(answer)) == "etag"


@pytest.mark.parametrize("group", GROUPS)
def test_an_unsaved_group_has_every_property(group: str) -> None:
    shape = complete_shape(group, {})
    schema = DETAILS_ANSWERS[group].model_json_schema(mode="serialization")
    assert {"etag", "group", *shape} == set(schema["properties"]) == set(schema["required"])
    assert all(value in (None, []) for value in shape.values())


def test_nested_objects_are_completed_too() -> None:
    assert complete_shape("learner-numbers", {"expected_learners": {"year_1": 5}})["expected_learners"] == {
        "year_1": 5,
        "year_2": None,
        "year_3": None,
    }
    (item,) = complete_shape("provision", {"insurance": [{"held": False}]})["insurance"]
    assert item == {"kind": None, "held": False, "insurer": None, "expires_on": None}


@pytest.mark.parametrize("models", [DETAILS_SCHEMAS, DETAILS_ANSWERS])
def test_every_schema_and_property_is_described_with_an_example(models: dict[str, Any]) -> None:
    for model in models.values():
        schema = model.model_json_schema()
        for part in [schema, *schema.get("$defs", {}).values()]:
            assert part["description"]
            for name, described in part.get("properties", {}).items():
                assert described["description"], name
                assert described["examples"], name


def test_the_groups_and_declarations_are_those_of_the_domain() -> None:
    assert set(DETAILS_SCHEMAS) == set(DETAILS_ANSWERS) == {group.value for group in DetailsGroup}
    assert list(DeclarationsDraft.model_fields) == [question.value for question in Declaration]


def _completed(annotation: Any, value: Any) -> Any:
    """The plain form: walk the answer's types anew for each value."""
    kind = _without_null(annotation)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [_completed(item, each) for each in value or ()]
    if value is not None and isinstance(kind, type) and issubclass(kind, BaseModel):
        return {
            info.alias or name: _completed(info.annotation, value.get(info.alias or name))
            for name, info in kind.model_fields.items()
            if name not in ("etag", "group")
        }
    return value


@pytest.mark.parametrize("group", GROUPS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_prepared_shape_is_that_of_the_types(group: str, data: st.DataObject) -> None:
    stored = data.draw(drafts(DETAILS_SCHEMAS[group]))
    assert complete_shape(group, stored) == _completed(DETAILS_ANSWERS[group], stored)
