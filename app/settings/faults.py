"""What is wrong with the settings, said to the operator."""

from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class Fault(NamedTuple):
    """One setting that has to be put right, and how. Never shows a value: it may be a secret."""

    name: str
    detail: str

    def __str__(self) -> str:
        """The line of a report."""
        return f"{self.name}: {self.detail}"


def beside(found: list[Fault], more: list[Fault]) -> list[Fault]:
    """Return the faults of `more` whose group has none in `found`: those may only follow from them."""
    faulty = {_group(fault) for fault in found}
    return [fault for fault in more if _group(fault) not in faulty]


def _group(fault: Fault) -> str:
    return fault.name.removesuffix("_FILE").partition("__")[0]


_SENTENCES = {
    "int_parsing": "write a whole number.",
    "int_from_float": "write a whole number.",
    "float_parsing": "write a number.",
    "decimal_parsing": "write a number.",
    "bool_parsing": "write 'true' or 'false'.",
    "tuple_type": "write a list as JSON, or in SETTINGS_FILE.",
    "missing": "set it.",
    "extra_forbidden": "there is no such setting.",
    "greater_than": "write a number above {gt}.",
    "greater_than_equal": "write {ge} or more.",
    "less_than": "write a number below {lt}.",
    "less_than_equal": "write {le} or less.",
    "string_too_short": "write at least {min_length} characters.",
    "string_too_long": "write at most {max_length} characters.",
    "too_long": "list at most {max_length}.",
    "enum": "write one of {expected}.",
    "literal_error": "write one of {expected}.",
}


def faults_of(error: ValidationError) -> list[Fault]:
    """One fault for each value that a setting refuses."""
    return [Fault(_name(found), _detail(found)) for found in error.errors(include_url=False, include_input=False)]


def _name(found: ErrorDetails) -> str:
    return "__".join(str(part) for part in found["loc"]).upper() or "SETTINGS"


def _detail(found: ErrorDetails) -> str:
    sentence = _SENTENCES.get(found["type"])
    if sentence is None:
        return f"{found['msg'].removeprefix('Value error, ').rstrip('.')}."
    return sentence.format(**found.get("ctx", {}))
