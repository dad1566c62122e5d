"""Read the settings from the environment, from secrets' files and from `SETTINGS_FILE`, and report every fault at once.

The environment overrides the settings file, so that secrets can stay out of it.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, cast

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from app.settings.contradictions import contradictions
from app.settings.faults import Fault, beside, faults_of
from app.settings.model import Settings
from app.settings.names import FILE, SETTINGS_FILE, fields, group_of, in_a_group, is_list, nearest
from app.settings.secret_files import UnreadableSecret, read_secret

Values: TypeAlias = dict[str, object]


class InvalidSettings(Exception):
    """The settings cannot be used; `faults` says everything that has to be put right."""

    def __init__(self, faults: list[Fault], usable: Settings) -> None:
        """`usable` has the settings that are right, and defaults for the others."""
        super().__init__("The settings cannot be used:\n" + "\n".join(f"- {fault}" for fault in faults))
        self.faults = faults
        self.usable = usable


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings, read once. Raises `InvalidSettings`."""
    return settings_of(os.environ)


def settings_of(environ: Mapping[str, str]) -> Settings:
    """Read the settings that these variables give and name. Raises `InvalidSettings`."""
    faults: list[Fault] = []
    # Compose files and units can leave a variable empty, but not out.
    variables = {name.upper(): value for name, value in environ.items() if value}
    given = _merged(_from_file(variables.get(SETTINGS_FILE), faults), _from_variables(variables, faults))
    settings = _validated(given, faults)
    faults += beside(faults, contradictions(settings))
    if faults:
        raise InvalidSettings(faults, settings)
    return settings


def _validated(given: Values, faults: list[Fault]) -> Settings:
    """Leave out what is refused until the rest is taken, so that one report has the faults of every setting."""
    while True:
        try:
            return Settings.model_validate(given)
        except ValidationError as error:
            faults += _with_suggestions(faults_of(error))
            refused = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
            if not refused & given.keys():
                return Settings()
            given = {name: value for name, value in given.items() if name not in refused}


def _with_suggestions(faults: list[Fault]) -> list[Fault]:
    return [fault if fault.name in fields() else _unknown(fault.name, fault) for fault in faults]


def _unknown(name: str, otherwise: Fault | None = None) -> Fault:
    known = any(name.startswith(f"{listed}__") and is_list(field) for listed, (_, field) in fields().items())
    if otherwise is not None and known:
        return otherwise
    meant = nearest(name)
    return Fault(name, "there is no such setting" + (f": did you mean {meant}?" if meant else "."))


def _from_file(path: str | None, faults: list[Fault]) -> Values:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        faults.append(Fault(SETTINGS_FILE, f"the file cannot be read: {error.strerror}."))
    except ValueError as error:
        faults.append(Fault(SETTINGS_FILE, f"the file is not TOML: {error}."))
    return {}


def _from_variables(variables: Mapping[str, str], faults: list[Fault]) -> Values:
    values: Values = {}
    # Groups come before what is in them, as `SMTP` does before `SMTP__HOST`.
    for name, (path, field) in fields().items():
        text = _text_of(name, variables, faults)
        if text is None:
            continue
        try:
            _put(values, path, _decoded(text, field))
        except ValueError:
            faults.append(Fault(name, "this is not JSON; write it in SETTINGS_FILE if that is easier."))
    faults += [
        _unknown(name)
        for name in variables
        if in_a_group(name) and name not in fields() and name.removesuffix(FILE) not in fields()
    ]
    return values


def _text_of(name: str, variables: Mapping[str, str], faults: list[Fault]) -> str | None:
    """The value of a setting: of its variable, or in the file that `<NAME>_FILE` names."""
    text, path = variables.get(name), variables.get(name + FILE)
    if path is None or name + FILE in fields():
        return text
    if text is not None:
        faults.append(Fault(name, f"set either {name} or {name}{FILE}, not both."))
        return None
    try:
        return read_secret(path)
    except UnreadableSecret as error:
        faults.append(Fault(name + FILE, str(error)))
        return None


def _decoded(text: str, field: FieldInfo) -> object:
    if group_of(field) is not None or (is_list(field) and text.lstrip().startswith("[")):
        return json.loads(text)
    return text


def _put(values: Values, path: tuple[str, ...], value: object) -> None:
    *above, last = path
    for name in above:
        inner = values.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        values = cast(Values, inner)
    values[last] = value


def _merged(below: Values, above: Values) -> Values:
    """Merge two sources, group by group."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
