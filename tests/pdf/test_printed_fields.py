"""Whatever people type that a template prints refuses a character that no font has, when it is typed.

Which fields are printed is not listed here. A story is played with a mark of its own in every text that the centre and
staff send, and the marks are looked for in what the templates are given.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import app.schemas
from app.domain.printable import unprintable
from app.domain.workflow import Status
from app.pdf import typesetting
from app.schemas.base import Request
from app.schemas.details.history import HistoryDraft
from app.schemas.initial_applications import InitialApplicationCreate
from tests.world import World

Path_ = tuple[str | int, ...]
_FOX = "\N{FOX FACE}"
_FIRST_MARK = 0x4E00
# At least: a story that lost one would prove nothing.
_PRINTED = {
    *("organisation_name", "line_1", "line_2", "town", "county", "postcode", "first_name", "last_name"),
    *("legal_name", "overseas_registration_number", "purchase_order_number", "description"),
}
# What they describe is in no document.
_NEVER_PRINTED = {"WebhookEndpointCreate", "WebhookEndpointUpdate"}


def _texts(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(part, (*path, key))


def _changed(body: Any, path: Path_, text: str) -> Any:
    changed = deepcopy(body)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = text
    return changed


def _fullest(schema: type[BaseModel], body: Any) -> Any:
    """With the texts that centres of the United Kingdom leave out."""
    if schema is InitialApplicationCreate:
        abroad = {"country": "france", "postcode": "75001", "line_2": "2e cour", "county": "Seine"}
        return body | {"address": body["address"] | abroad}
    if schema is HistoryDraft and body.get("company_number"):
        return body | {"company_number": None, "overseas_registration_number": "RCS 12345"}
    return body


class _Marks:
    """Adds a mark to each text that can carry it, and knows where it stands."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[type[BaseModel], Any, Path_]] = {}

    def validate(self, schema: type[BaseModel], body: Any) -> Any:
        marked = body = _fullest(schema, body)
        for path, text in _texts(body):
            mark = chr(_FIRST_MARK + len(self.places))
            assert unprintable(mark) is None
            attempt = _changed(marked, path, text + mark)
            try:
                _validate(schema, attempt)
            except ValidationError:
                continue
            self.places[mark] = (schema, body, path)
            marked = attempt
        return _validate(schema, marked)


def _validate(schema: type[BaseModel], body: Any) -> Any:
    return schema.__pydantic_validator__.validate_python(body)


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> _Marks:
    marks = _Marks()
    monkeypatch.setattr(Request, "model_validate", classmethod(marks.validate))
    return marks


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the templates are given, from now on."""
    given, compile_ = [], typesetting._compile

    def watch(template: Path, inputs: dict[str, str], made_on: date, standards: Any) -> bytes:
        given.append(inputs["data"])
        return compile_(template, inputs, made_on, standards)

    monkeypatch.setattr(typesetting, "_compile", watch)
    return given


def _requests(schema: type[BaseModel] = Request) -> Iterator[type[BaseModel]]:
    for name in (module.name for module in pkgutil.walk_packages(app.schemas.__path__, "app.schemas.")):
        importlib.import_module(name)
    for below in schema.__subclasses__():
        yield below
        yield from _requests(below)


def _faults(schema: type[BaseModel], body: Any, path: Path_) -> set[str]:
    """What is wrong with the value at this path, and below."""
    try:
        _validate(schema, body)
    except ValidationError as refused:
        return {each["type"] for each in refused.errors() if each["loc"][: len(path)] == path}
    return set()


async def test_what_templates_print_is_refused_when_it_is_typed(
    world: World, marks: _Marks, printed: list[str]
) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.ACCEPTED_WITH_ACTIONS)
    about = f"/v1/centres/{centre.id}/recognition"
    for path in (f"/v1/invoices/{application['invoice_id']}", f"{about}/certificate", f"{about}/welcome-pack"):
        headers = centre.super_user.headers | {"Accept": "application/pdf"}
        assert (await world.client.get(path, headers=headers)).status_code == 200
    assert len(printed) == 3

    found = [place for mark, place in marks.places.items() if any(mark in given for given in printed)]
    names = {next(step for step in reversed(path) if isinstance(step, str)) for _, _, path in found}
    assert names >= _PRINTED
    missed = [
        (schema.__name__, path)
        for schema, body, path in found
        if _faults(schema, _changed(body, path, f"F{_FOX}"), path) != {"not_printable"}
    ]
    # The same texts come by other operations too: changes, corrections, people who are invited.
    alike = [
        (schema, name)
        for schema in _requests()
        if schema.__name__ not in _NEVER_PRINTED
        for name in names & schema.model_fields.keys()
        if not _faults(schema, {name: "Ab"}, (name,))
    ]
    missed += [
        (schema.__name__, (name,))
        for schema, name in alike
        if _faults(schema, {name: f"F{_FOX}"}, (name,)) != {"not_printable"}
    ]
    assert len(alike) > len(names)
    assert missed == []
