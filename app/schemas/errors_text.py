"""What is said about a value that was refused: a stable code, and a sentence for the person filling in the form.

Pydantic's own messages speak to programmers, and some repeat the input; none of them leaves the product.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from app.domain.refusals.input import InputFault, Place
from app.domain.refusals.input_faults import InputFaultCode

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

_WORDS: Final[Mapping[str, tuple[InputFaultCode, _Say]]] = {
    "missing": (InputFaultCode.REQUIRED, "This is required."),
    "extra_forbidden": (InputFaultCode.UNKNOWN_FIELD, "There is no field of this name here."),
    "string_type": (InputFaultCode.NOT_TEXT, "This must be text."),
    "string_unicode": (InputFaultCode.NOT_TEXT, "This contains characters that cannot be stored."),
    "string_too_short": (
        InputFaultCode.TOO_SHORT,
        lambda c: (
            "This must not be empty." if c["min_length"] == 1 else f"Use at least {_characters(c['min_length'])}."
        ),
    ),
    "string_too_long": (InputFaultCode.TOO_LONG, lambda c: f"Use at most {_characters(c['max_length'])}."),
    "string_pattern_mismatch": (InputFaultCode.WRONG_FORMAT, "This is not in the right format."),
    "int_type": (InputFaultCode.NOT_WHOLE_NUMBER, "This must be a whole number."),
    "int_parsing": (InputFaultCode.NOT_WHOLE_NUMBER, "This must be a whole number."),
    "int_parsing_size": (InputFaultCode.NOT_WHOLE_NUMBER, "This must be a whole number, and a smaller one."),
    "int_from_float": (InputFaultCode.NOT_WHOLE_NUMBER, "This must be a whole number."),
    "greater_than_equal": (InputFaultCode.TOO_SMALL, lambda c: f"This must be at least {_number(c, 'ge')}."),
    "greater_than": (InputFaultCode.TOO_SMALL, lambda c: f"This must be more than {_number(c, 'gt')}."),
    "less_than_equal": (InputFaultCode.TOO_LARGE, lambda c: f"This must be at most {_number(c, 'le')}."),
    "less_than": (InputFaultCode.TOO_LARGE, lambda c: f"This must be less than {_number(c, 'lt')}."),
    "float_type": (InputFaultCode.NOT_NUMBER, "This must be a number."),
    "finite_number": (InputFaultCode.NOT_NUMBER, "This must be a number."),
    "bool_type": (InputFaultCode.NOT_YES_OR_NO, "This must be true or false."),
    "bool_parsing": (InputFaultCode.NOT_YES_OR_NO, "This must be true or false."),
    "enum": (InputFaultCode.NOT_A_CHOICE, _one_of),
    "literal_error": (InputFaultCode.NOT_A_CHOICE, _one_of),
    "list_type": (InputFaultCode.NOT_A_LIST, "This must be a list."),
    "too_short": (InputFaultCode.TOO_FEW, lambda c: f"This must have at least {_entries(c['min_length'])}."),
    "too_long": (InputFaultCode.TOO_MANY, lambda c: f"This may have at most {_entries(c['max_length'])}."),
    "dict_type": (InputFaultCode.NOT_AN_OBJECT, "This must be an object."),
    "model_type": (InputFaultCode.NOT_AN_OBJECT, "This must be an object."),
    "model_attributes_type": (InputFaultCode.NOT_AN_OBJECT, "This must be an object."),
    "union_tag_invalid": (InputFaultCode.NOT_A_CHOICE, "This is not one of the choices."),
    "union_tag_not_found": (InputFaultCode.REQUIRED, "This must say which kind it is."),
    "uuid_type": (InputFaultCode.INVALID_ID, "This is not an id that was given out here."),
    "uuid_parsing": (InputFaultCode.INVALID_ID, "This is not an id that was given out here."),
    "json_invalid": (InputFaultCode.MALFORMED_JSON, "This is not JSON."),
    "json_type": (InputFaultCode.MALFORMED_JSON, "This is not JSON."),
    "none_required": (InputFaultCode.MUST_BE_NULL, "This must be null."),
}

_OWN_TO_PYDANTIC: Final = frozenset(get_args(ErrorType))


def describe(error: Mapping[str, Any]) -> tuple[InputFaultCode, str]:
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
        return InputFaultCode.NOT_VALID, "This is not valid."
    return InputFaultCode(kind), error["msg"]


_PLACES = {place.value: place for place in Place}


def input_fault(error: Mapping[str, Any], place: str | None = None) -> InputFault:
    """One of Pydantic's errors as a fault of the input: where it stands, a code, and a sentence; never the input
    itself.

    `place` names where the input stood, for an error whose location does not begin with it.
    """
    steps = list(error["loc"])
    found = place or str(steps.pop(0) if steps else "body")
    code, detail = describe(error)
    return InputFault(_PLACES.get(found, Place.BODY), pointer_to(*steps), code, detail)


def pointer_to(*steps: object) -> str:
    """The RFC 6901 pointer to a value, of which each step may be long: the caller chose it."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')[:100]}" for step in steps)
