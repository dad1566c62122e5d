"""The variables that are settings, and those that somebody may have meant to be one."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.settings.model import Settings

FILE = "_FILE"
# The variable that names the TOML file. It looks like a secret's, of a setting that does not exist.
SETTINGS_FILE = "SETTINGS_FILE"


def group_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a group's field."""
    found = field.annotation
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _walk(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    for name, field in model.model_fields.items():
        path = (*above, name)
        yield path, field
        if (group := group_of(field)) is not None:
            yield from _walk(group, path)


@lru_cache
def fields() -> dict[str, tuple[tuple[str, ...], FieldInfo]]:
    """Return every variable with its path in the settings, groups included."""
    return {"__".join(path).upper(): (path, field) for path, field in _walk(Settings)}


def is_list(field: FieldInfo) -> bool:
    """True for a setting that holds a list, written as JSON in the environment."""
    return get_origin(field.annotation) is tuple


def in_a_group(name: str) -> bool:
    """True for `SMTP__HOTS`: nobody but us has variables of this form."""
    group, mark, _ = name.partition("__")
    return bool(mark) and group in fields() and group_of(fields()[group][1]) is not None


def _plain() -> dict[str, str]:
    return {known.replace("_", ""): known for known in fields()}


def nearest(name: str) -> str | None:
    """Return the setting or group that the name resembles most."""
    found = get_close_matches(name.replace("_", ""), _plain(), n=1, cutoff=0.7)
    return _plain()[found[0]] if found else None


def _slip_of(name: str) -> str | None:
    """Return the setting that is one slip away: a letter left out, added, changed or swapped."""
    bare = name.replace("_", "")
    return next((known for other, known in _plain().items() if _one_slip(bare, other)), None)


def _one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] in (b, b[1:]) or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for each variable that is no setting and looks like one.

    Other programs' variables stand beside ours, so this is a warning, and only for names that hardly differ.
    """
    known = fields()
    names = {name.upper(): value for name, value in environ.items()}
    return [
        f"{name} is no setting: did you mean {meant}?"
        for name, value in sorted(names.items())
        if name not in known
        and name != SETTINGS_FILE
        and name.removesuffix(FILE) not in known
        and not in_a_group(name)
        # Kubernetes describes its services in variables such as SMTP_PORT=tcp://10.0.0.1:587.
        and not value.startswith("tcp://")
        and len(name) > 5
        and (meant := _slip_of(name.removesuffix(FILE))) is not None
        and meant not in names
        and meant + FILE not in names
    ]


def secret_paths(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that name files of single settings, such as `SECRET_KEY_FILE`, with the paths."""
    named = {name.upper(): path for name, path in environ.items() if name.upper().endswith(FILE) and path}
    return {name: path for name, path in named.items() if name.removesuffix(FILE) in fields()}
