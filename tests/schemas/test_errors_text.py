"""A code and a sentence for every refusal, and never the input."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from app.schemas.base import Request
from app.schemas.details import DETAILS_SCHEMAS
from app.schemas.errors_text import describe
from app.schemas.initial_applications import InitialApplicationCreate
from tests.schemas.hostile_json import bodies


def test_the_input_is_never_repeated() -> None:
    secret = "hunter2-hunter2"
    body = {
        "organisation_name": [secret],
        "address": {"country": secret, "postcode": secret, "line_1": secret + "\x00", secret: secret},
        "email": secret,
        "telephone": secret,
        "initial_super_user": {"first_name": secret * 20, "email": f"{secret}@{secret}"},
        "declaration": secret,
    }
    with pytest.raises(ValidationError) as refused:
        InitialApplicationCreate.model_validate(body)
    said = [describe(error) for error in refused.value.errors()]
    assert len(said) > 8
    assert secret not in json.dumps(said)


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_an_error_of_pydantic_never_speaks_in_its_own_words(kind: str) -> None:
    context: dict[str, Any] = dict.fromkeys(("min_length", "max_length", "ge", "gt", "le", "lt"), 3)
    code, sentence = describe({"type": kind, "msg": "Input should be a valid frobnicator", "loc": (), "ctx": context})
    assert code.replace("_", "").isalnum()
    assert code == code.lower()
    assert "frobnicator" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"type": "string_type", "loc": ("body", "name"), "input": None}, ("required", "This is required.")),
        ({"type": "missing"}, ("required", "This is required.")),
        ({"type": "extra_forbidden"}, ("unknown_field", "There is no field of this name here.")),
        ({"type": "string_too_short", "ctx": {"min_length": 1}}, ("too_short", "This must not be empty.")),
        ({"type": "string_too_short", "ctx": {"min_length": 2}}, ("too_short", "Use at least 2 characters.")),
        ({"type": "string_too_long", "ctx": {"max_length": 10000}}, ("too_long", "Use at most 10,000 characters.")),
        ({"type": "greater_than_equal", "ctx": {"ge": 0}}, ("too_small", "This must be at least 0.")),
        ({"type": "too_long", "ctx": {"max_length": 1}}, ("too_many", "This may have at most 1 entry.")),
        ({"type": "enum", "ctx": {"expected": "'a' or 'b'"}}, ("not_a_choice", "This must be one of: 'a' or 'b'.")),
        ({"type": "enum", "ctx": {"expected": "x" * 201}}, ("not_a_choice", "This is not one of the choices.")),
        ({"type": "invalid_ukprn", "msg": "Enter the UKPRN."}, ("invalid_ukprn", "Enter the UKPRN.")),
        ({"type": "frozen_set_type", "msg": "x"}, ("not_valid", "This is not valid.")),
    ],
)
def test_what_is_said(error: dict[str, Any], expected: tuple[str, str]) -> None:
    assert describe(error) == expected


@given(data=st.data())
@settings(max_examples=80, deadline=2000)
def test_no_refusal_of_our_schemas_falls_back(data: st.DataObject) -> None:
    models: list[type[Request]] = [InitialApplicationCreate, *DETAILS_SCHEMAS.values()]
    model = data.draw(st.sampled_from(models))
    try:
        model.model_validate(data.draw(bodies(model)))
    except ValidationError as refused:
        for error in refused.errors(include_input=False, include_url=False):
            code, sentence = describe(error)
            assert code != "not_valid", error["type"]
            assert sentence.endswith(".")
