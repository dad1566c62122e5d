"""Hostile samples: the product's sample letters, with hostile words in every field that a user could fill."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from app.letters.letter import CentreWords, Letter

T = TypeVar("T")

# These come from the product or its settings, not from users.
_OURS = {
    "bank",
    "certificate_number",
    "currency",
    "email",
    "first_password",
    "invoice_number",
    "reference",
    "section",
    "telephone",
    "token",
    "verification_url",
}


def typed(letter: type[Letter], words: str) -> CentreWords:
    """Return the letter's sample with `words` in every field that a user could fill, a different text in each."""
    return _typed(letter.sample, words)


def _typed(value: T, words: str) -> T:
    changed: dict[str, Any] = {}
    for name in _names(value):
        if name not in _OURS:
            changed[name] = _replaced(getattr(value, name), f"{words} {name}")
    if isinstance(value, BaseModel):
        return value.model_copy(update=changed)
    return replace(value, **changed)  # type: ignore[type-var]  # always a dataclass here


def _replaced(value: object, words: str) -> object:
    if isinstance(value, str):
        return words
    if isinstance(value, tuple):
        return tuple(_replaced(part, f"{words} {at}") for at, part in enumerate(value))
    return _typed(value, words) if _names(value) else value


def _names(value: object) -> list[str]:
    if isinstance(value, BaseModel):
        return list(type(value).model_fields)
    return [field.name for field in fields(value)] if is_dataclass(value) else []
