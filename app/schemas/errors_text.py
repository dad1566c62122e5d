"""What is said about a value that was refused: a stable code, and a sentence for the person filling in the form.

Pydantic's own messages speak to programmers, and some repeat the input; none of them leaves the product.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from app.domain.errors import InputFault

_LONGEST_LIST: Final = 200


def _one_of(context: Mapping[str, Any]) -> str:
    choices = str(context.get("expected", ""))
    if not choices or len(choices) > _LONGEST_LIST:
        return "This is not one of the choices."
    return f"This must be one of: {choices}."


def _number(context: Mapping[str, Any], name: str) -> str:
    return f"{context[name]:,}"


def _characters(count: int) -> str:
    return f"{count:,} character" if count == 1 else f"{count:,} characters"


def _entries(count: int) -> str:
    return f"{count:,} entry" if count == 1 else f"{count:,} entries"


_Say = str | Callable[[Mapping[str, Any]], str]

_WORDS: Final[Mapping[str, tuple[str, _Say]]] = {
    "missing": ("required", "This is required."),
    "extra_forbidden": ("unknown_field", "There is no field of this name here."),
    "string_type": ("not_text", "This must be text."),
    "string_unicode": ("not_text", "This contains characters that cannot be stored."),
    "string_too_short": (
        "too_short",
        lambda c: (
            "This must not be empty." if c["min_length"] == 1 else f"Use at least {_characters(c['min_length'])}."
        ),
    ),
    "string_too_long": ("too_long", lambda c: f"Use at most {_characters(c['max_length'])}."),
    "string_pattern_mismatch": ("wrong_format", "This is not in the right format."),
    "int_type": ("not_whole_number", "This must be a whole number."),
    "int_parsing": ("not_whole_number", "This must be a whole number."),
    "int_parsing_size": ("not_whole_number", "This must be a whole number, and a smaller one."),
    "int_from_float": ("not_whole_number", "This must be a whole number."),
    "greater_than_equal": ("too_small", lambda c: f"This must be at least {_number(c, 'ge')}."),
    "greater_than": ("too_small", lambda c: f"This must be more than {_number(c, 'gt')}."),
    "less_than_equal": ("too_large", lambda c: f"This must be at most {_number(c, 'le')}."),
    "less_than": ("too_large", lambda c: f"This must be less than {_number(c, 'lt')}."),
    "float_type": ("not_number", "This must be a number."),
    "finite_number": ("not_number", "This must be a number."),
    "bool_type": ("not_yes_or_no", "This must be true or false."),
    "bool_parsing": ("not_yes_or_no", "This must be true or false."),
    "enum": ("not_a_choice", _one_of),
    "literal_error": ("not_a_choice", _one_of),
    "list_type": ("not_a_list", "This must be a list."),
    "too_short": ("too_few", lambda c: f"This must have at least {_entries(c['min_length'])}."),
    "too_long": ("too_many", lambda c: f"This may have at most {_entries(c['max_length'])}."),
    "dict_type": ("not_an_object", "This must be an object."),
    "model_type": ("not_an_object", "This must be an object."),
    "model_attributes_type": ("not_an_object", "This must be an object."),
    "union_tag_invalid": ("not_a_choice", "This is not one of the choices."),
    "union_tag_not_found": ("required", "This must say which kind it is."),
    "uuid_type": ("invalid_id", "This is not an id that was given out here."),
    "uuid_parsing": ("invalid_id", "This is not an id that was given out here."),
    "json_invalid": ("malformed_json", "This is not JSON."),
    "json_type": ("malformed_json", "This is not JSON."),
    "none_required": ("must_be_null", "This must be null."),
}

_OWN_TO_PYDANTIC: Final = frozenset(get_args(ErrorType))


def describe(error: Mapping[str, Any]) -> tuple[str, str]:
    """The stable code and the sentence for one entry of `ValidationError.errors()`.

    A refusal of our own (`PydanticCustomError`) already carries both. The input is never part of either.
    """
    kind = error["type"]
    if kind == "string_type" and error.get("input", "") is None:
        # An empty field of a form is often sent as null; "must be text" would help nobody there.
        kind = "missing"
    if kind in _WORDS:
        code, say = _WORDS[kind]
        return code, say if isinstance(say, str) else say(error.get("ctx") or {})
    if kind in _OWN_TO_PYDANTIC:
        return "not_valid", "This is not valid."
    return kind, error["msg"]


_PLACES = {"body": "body", "query": "query", "header": "header", "path": "path", "cookie": "header"}


def input_fault(error: Mapping[str, Any], place: str | None = None) -> InputFault:
    """One of Pydantic's errors as a fault of the input: where it stands, a code, and a sentence; never the input
    itself.

    `place` names where the input stood, for an error whose location does not begin with it.
    """
    steps = list(error["loc"])
    found = place or str(steps.pop(0) if steps else "body")
    code, detail = describe(error)
    return InputFault(_PLACES.get(found, "body"), pointer_to(*steps), code, detail)


def pointer_to(*steps: object) -> str:
    """The RFC 6901 pointer to a value, of which each step may be long: the caller chose it."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')[:100]}" for step in steps)
