"""Every validation error has a code and a sentence, and never contains the input."""

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

_ACCEPT = ("required", "Accept the agreement and the code of conduct: send true.")
_LINE = ("required", "Enter the first line of the address.")
_UNKNOWN = ("unknown_field", "There is no field of this name. Check its spelling, or leave it out.")


def _at(kind: str, **context: object) -> dict[str, Any]:
    return {"type": kind, "loc": ("body", "town"), "ctx": context}


def test_the_input_is_never_echoed() -> None:
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
    texts = [describe(error) for error in refused.value.errors()]
    assert len(texts) > 8
    assert secret not in json.dumps(texts)


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_a_pydantic_message_is_never_shown(kind: str) -> None:
    context: dict[str, Any] = dict.fromkeys(("min_length", "max_length", "ge", "gt", "le", "lt"), 3)
    code, sentence = describe({"type": kind, "msg": "Input should be a valid frobnicator", "loc": (), "ctx": context})
    assert code.replace("_", "").isalnum()
    assert code == code.lower()
    assert "frobnicator" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"type": "string_type", "loc": ("body", "legal_name"), "input": None}, ("required", "Enter the legal name.")),
        ({"type": "missing", "loc": ("body", "legal_name")}, ("required", "Enter the legal name.")),
        ({"type": "missing", "loc": ("body", "outcome")}, ("required", "Choose the outcome.")),
        ({"type": "missing", "loc": ("body", "accepted")}, _ACCEPT),
        ({"type": "missing", "loc": ("body", "address", "line_1")}, _LINE),
        ({"type": "missing", "loc": ("body", "new_email")}, ("required", "Enter the new email address.")),
        ({"type": "missing", "loc": ("body",)}, ("required", "Enter the request body.")),
        ({"type": "extra_forbidden", "loc": ("body", "hunter2")}, _UNKNOWN),
        (_at("string_type"), ("not_text", "Enter the town as text.")),
        (_at("string_too_short", min_length=1), ("too_short", "Enter the town.")),
        (_at("string_too_short", min_length=2), ("too_short", "Town must be 2 characters or more.")),
        (_at("string_too_long", max_length=10000), ("too_long", "Town must be 10,000 characters or fewer.")),
        (_at("greater_than_equal", ge=0), ("too_small", "Town must be 0 or more.")),
        (_at("less_than", lt=9), ("too_large", "Town must be less than 9.")),
        (_at("too_long", max_length=1), ("too_many", "Enter at most 1 entry for the town.")),
        (_at("too_short", min_length=2), ("too_few", "Enter at least 2 entries for the town.")),
        (_at("bool_type"), ("not_yes_or_no", "Answer with true or false for the town.")),
        (_at("enum", expected="'a' or 'b'"), ("not_a_choice", "Choose the town: 'a' or 'b'.")),
        (_at("enum", expected="x" * 1001), ("not_a_choice", "Choose the town from the choices in the documentation.")),
        ({"type": "invalid_ukprn", "msg": "Enter the UKPRN."}, ("invalid_ukprn", "Enter the UKPRN.")),
        (_at("frozen_set_type"), ("not_valid", "Enter the town as the documentation says.")),
    ],
)
def test_code_and_sentence(error: dict[str, Any], expected: tuple[str, str]) -> None:
    assert describe(error) == expected


@given(data=st.data())
@settings(max_examples=80, deadline=2000)
def test_no_error_of_the_schemas_uses_the_fallback(data: st.DataObject) -> None:
    models: list[type[Request]] = [InitialApplicationCreate, *DETAILS_SCHEMAS.values()]
    model = data.draw(st.sampled_from(models))
    try:
        model.model_validate(data.draw(bodies(model)))
    except ValidationError as refused:
        for error in refused.errors(include_input=False, include_url=False):
            code, sentence = describe(error)
            assert code != "not_valid", error["type"]
            assert sentence.endswith(".")
