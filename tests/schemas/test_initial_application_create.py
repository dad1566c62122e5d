"""The initial application form (R01): every field is required, and all faults are reported together."""

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from app.schemas.base import example_of
from app.schemas.initial_applications import InitialApplicationCreate
from tests.schemas.hostile_json import bodies


def a_form() -> dict[str, Any]:
    return example_of(InitialApplicationCreate)


def refusals(body: object) -> dict[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as refused:
        InitialApplicationCreate.model_validate(body)
    return {error["loc"]: error["type"] for error in refused.value.errors(include_input=False)}


@pytest.mark.requirement("R01")
def test_an_empty_form_names_every_field() -> None:
    assert refusals({"address": {}, "initial_super_user": {}}) == {
        ("organisation_name",): "missing",
        ("address", "line_1"): "missing",
        ("address", "town"): "missing",
        ("address", "country"): "missing",
        ("address", "postcode"): "required",
        ("email",): "missing",
        ("telephone",): "missing",
        ("initial_super_user", "first_name"): "missing",
        ("initial_super_user", "last_name"): "missing",
        ("initial_super_user", "job_title"): "missing",
        ("initial_super_user", "email"): "missing",
        ("initial_super_user", "telephone"): "missing",
        ("declaration",): "missing",
    }


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("name", ["organisation_name", "address", "email", "telephone", "initial_super_user"])
def test_null_is_refused(name: str) -> None:
    assert (name,) in refusals(a_form() | {name: None})


def test_a_false_declaration_is_refused() -> None:
    assert refusals(a_form() | {"declaration": False}) == {("declaration",): "declaration_required"}


def test_an_unknown_field_is_refused_by_name() -> None:
    assert refusals(a_form() | {"status": "accepted"}) == {("status",): "extra_forbidden"}


@given(body=bodies(InitialApplicationCreate))
@settings(max_examples=100, deadline=2000)
def test_any_body_is_accepted_or_a_validation_error(body: Any) -> None:
    try:
        InitialApplicationCreate.model_validate(body)
    except ValidationError as refused:
        refused.errors(include_input=False, include_url=False)


def test_the_organisation_name_is_kept_as_typed() -> None:
    form = InitialApplicationCreate.model_validate(a_form() | {"organisation_name": "  St  Mary's\u00a0(CofE) "})
    assert form.organisation_name == "St  Mary's\u00a0(CofE)"
    assert form.telephone == "+441154960120"
