"""The code of an input fault, and a sentence for the person who fills in the form: what is wrong and what to enter.

Pydantic's own messages speak to programmers, and some echo the input; none of them leaves the product.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from app.domain.refusals.input import InputFault, Place
from app.domain.refusals.input_faults import InputFaultCode as Code
from app.schemas.labels import capital, label, request_for

_LONGEST_LIST: Final = 1000
_Context = Mapping[str, Any]
_Say = Callable[[Sequence[object], _Context], str]


def _choose(steps: Sequence[object], context: _Context) -> str:
    choices = str(context.get("expected", ""))
    if not choices or len(choices) > _LONGEST_LIST:
        return f"Choose the {label(steps)} from the choices in the documentation."
    return f"Choose the {label(steps)}: {choices}."


def _as(kind: str) -> _Say:
    return lambda steps, _: f"Enter the {label(steps)} as {kind}."


def _must_be(limit: str, name: str) -> _Say:
    return lambda steps, context: f"{capital(label(steps))} must be {limit.format(f'{context[name]:,}')}."


def _ask(steps: Sequence[object], _: _Context) -> str:
    return request_for(steps)


def _short(steps: Sequence[object], context: _Context) -> str:
    least = context["min_length"]
    return (
        request_for(steps) if least == 1 else f"{capital(label(steps))} must be {_count(least, 'character')} or more."
    )


def _long(steps: Sequence[object], context: _Context) -> str:
    return f"{capital(label(steps))} must be {_count(context['max_length'], 'character')} or fewer."


def _few(steps: Sequence[object], context: _Context) -> str:
    return f"Enter at least {_count(context['min_length'], 'entry', 'entries')} for the {label(steps)}."


def _many(steps: Sequence[object], context: _Context) -> str:
    return f"Enter at most {_count(context['max_length'], 'entry', 'entries')} for the {label(steps)}."


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _always(sentence: str) -> _Say:
    return lambda steps, _: sentence.format(label=label(steps))


_WHOLE_NUMBER: Final = (Code.NOT_WHOLE_NUMBER, _as("a whole number"))
_OBJECT: Final = (Code.NOT_AN_OBJECT, _as("an object"))
_YES_OR_NO: Final = (Code.NOT_YES_OR_NO, _always("Answer with true or false for the {label}."))
_ID: Final = (Code.INVALID_ID, _always("Enter the {label} exactly as this API issued it."))
_JSON: Final = (Code.MALFORMED_JSON, _as("JSON"))

_WORDS: Final[Mapping[str, tuple[Code, _Say]]] = {
    "missing": (Code.REQUIRED, _ask),
    "extra_forbidden": (
        Code.UNKNOWN_FIELD,
        lambda *_: "There is no field of this name. Check its spelling, or leave it out.",
    ),
    "string_type": (Code.NOT_TEXT, _as("text")),
    "string_unicode": (Code.NOT_TEXT, _always("Remove the characters that cannot be stored from the {label}.")),
    "string_too_short": (Code.TOO_SHORT, _short),
    "string_too_long": (Code.TOO_LONG, _long),
    "string_pattern_mismatch": (Code.WRONG_FORMAT, _always("Enter the {label} in the format in the documentation.")),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": (Code.NOT_WHOLE_NUMBER, _as("a smaller whole number")),
    "int_from_float": _WHOLE_NUMBER,
    "greater_than_equal": (Code.TOO_SMALL, _must_be("{} or more", "ge")),
    "greater_than": (Code.TOO_SMALL, _must_be("more than {}", "gt")),
    "less_than_equal": (Code.TOO_LARGE, _must_be("{} or less", "le")),
    "less_than": (Code.TOO_LARGE, _must_be("less than {}", "lt")),
    "float_type": (Code.NOT_NUMBER, _as("a number")),
    "finite_number": (Code.NOT_NUMBER, _as("a number")),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "enum": (Code.NOT_A_CHOICE, _choose),
    "literal_error": (Code.NOT_A_CHOICE, _choose),
    "list_type": (Code.NOT_A_LIST, _as("a list")),
    "too_short": (Code.TOO_FEW, _few),
    "too_long": (Code.TOO_MANY, _many),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "union_tag_invalid": (Code.NOT_A_CHOICE, _choose),
    "union_tag_not_found": (Code.REQUIRED, _always("Say which kind of {label} this is.")),
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "json_invalid": _JSON,
    "json_type": _JSON,
    "none_required": (Code.MUST_BE_NULL, _always("Leave the {label} empty: send null.")),
}

_OWN_TO_PYDANTIC: Final = frozenset(get_args(ErrorType))


def describe(error: Mapping[str, Any]) -> tuple[Code, str]:
    """The code and the sentence for one entry of `ValidationError.errors()`.

    An error that `refused` made already carries both. The input is never part of either.
    """
    kind, steps = error["type"], error.get("loc") or ()
    if kind == "extra_forbidden":
        # The name was chosen by the caller: the sentence does not repeat it.
        steps = ()
    if kind == "string_type" and error.get("input", "") is None:
        # Forms send an empty field as null, and "as text" would help nobody there.
        kind = "missing"
    if kind in _WORDS:
        code, say = _WORDS[kind]
        return code, say(steps, error.get("ctx") or {})
    if kind in _OWN_TO_PYDANTIC:
        return Code.NOT_VALID, f"Enter the {label(steps)} as the documentation says."
    return Code(kind), error["msg"]


_PLACES = {place.value: place for place in Place}


def input_fault(error: Mapping[str, Any], place: str | None = None) -> InputFault:
    """One of Pydantic's errors as a fault of the input.

    `place` names the part of the request, for an error whose location does not begin with it.
    """
    steps = list(error["loc"])
    found = place or str(steps.pop(0) if steps else "body")
    code, detail = describe(error)
    return InputFault(_PLACES.get(found, Place.BODY), pointer_to(*steps), code, detail)


def pointer_to(*steps: object) -> str:
    """The RFC 6901 pointer to a value. Each step is cut at 100 characters, because the caller chose it."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')[:100]}" for step in steps)
