"""Every letter, found by walking this package, and stored rows turned back into letters."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from app import letters
from app.letters.letter import Letter


class UnknownLetterError(LookupError):
    """No letter has this kind: a newer release queued it."""


@lru_cache(maxsize=1)
def all_letters() -> Mapping[str, type[Letter]]:
    """Every letter by its kind. A new module needs no entry anywhere."""
    found: dict[str, type[Letter]] = {}
    for module_info in walk_packages(letters.__path__, prefix=f"{letters.__name__}."):
        module = import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Letter) and value.__module__ == module.__name__:
                if "kind" not in vars(value):
                    continue
                if value.kind in found:
                    raise ValueError(f"two letters have the kind {value.kind}")
                found[value.kind] = value
    return MappingProxyType(found)


def find_letter(kind: str) -> type[Letter]:
    """The letter of this kind. Raises `UnknownLetterError`."""
    try:
        return all_letters()[kind]
    except KeyError:
        raise UnknownLetterError(f"no letter has the kind {kind}") from None


def restore(kind: str, arguments: Mapping[str, Any]) -> Letter:
    """Turn a stored row back into the letter that was queued.

    Arguments that an earlier release did not store take their defaults. Raises `UnknownLetterError`, and
    `pydantic.ValidationError` for arguments that do not fit.
    """
    letter: Letter = _adapter(find_letter(kind)).validate_python(dict(arguments))
    return letter


@lru_cache(maxsize=128)
def _adapter(letter: type[Letter]) -> TypeAdapter[Letter]:
    return TypeAdapter(letter)
