"""The OpenAPI 3.0.3 copy is valid, and loses only features that 3.0.3 lacks."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV30SpecValidator

from app.http.contract import OLDER_PATH, PATH, out_of_date
from app.http.contract.files import dump, texts
from app.http.contract.older import as_3_0
from app.schemas.event_data import EVENT_DATA, WebhookEndpointTestedData
from tests.contract.reading import document, everything


def _schema(schema: dict[str, Any]) -> Any:
    """One schema, converted as a component of a small document."""
    small = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}, "components": {"schemas": {}}}
    # A schema that nothing refers to is dropped.
    small["paths"] = {"/a": {"$ref": "#/components/schemas/A"}}
    small["components"]["schemas"]["A"] = schema  # type: ignore[index]
    return as_3_0(small)["components"]["schemas"]["A"]


def test_null_types_become_nullable() -> None:
    """In a list of types, and in choices of a type, a schema, or several."""
    null, named = {"type": "null"}, {"$ref": "#/components/schemas/B"}
    assert _schema({"type": ["string", "null"]}) == {"type": "string", "nullable": True}
    assert _schema({"anyOf": [{"type": "string", "maxLength": 3}, null], "description": "d"}) == {
        "type": "string",
        "maxLength": 3,
        "description": "d",
        "nullable": True,
    }
    assert _schema({"anyOf": [named, null]}) == {"allOf": [named], "nullable": True}
    assert _schema({"oneOf": [named, {"type": "string"}, null]}) == {
        "oneOf": [named, {"type": "string"}],
        "nullable": True,
    }


def test_keywords_of_3_1_are_converted() -> None:
    """One example, an enumeration of one, boolean bounds, and no siblings of `$ref`."""
    assert _schema({"type": "string", "const": "a", "examples": ["a", "b"]}) == {
        "type": "string",
        "enum": ["a"],
        "example": "a",
    }
    assert _schema({"exclusiveMinimum": 0, "maximum": 9}) == {"minimum": 0, "exclusiveMinimum": True, "maximum": 9}
    assert _schema({"$ref": "#/components/schemas/B", "description": "d", "examples": [1]}) == {
        "allOf": [{"$ref": "#/components/schemas/B"}],
        "description": "d",
        "example": 1,
    }


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    """Properties called `examples`, `const` or `type`, and the content of examples, are left alone."""
    names = {"examples": {"type": ["string", "null"]}, "const": {"const": 1}, "type": {"type": "string"}}
    converted = _schema({"type": "object", "properties": names, "examples": [{"const": 1, "type": ["null"]}]})
    assert converted["properties"] == {
        "examples": {"type": "string", "nullable": True},
        "const": {"enum": [1]},
        "type": {"type": "string"},
    }
    assert converted["example"] == {"const": 1, "type": ["null"]}


def test_the_copy_is_a_valid_openapi_3_0_document() -> None:
    """By the OpenAPI Initiative's own schema, references included."""
    copy = as_3_0(document())
    assert copy["openapi"] == "3.0.3"
    assert [error.message for error in OpenAPIV30SpecValidator(copy).iter_errors()] == []


def test_no_keyword_of_3_1_remains_and_no_operation_is_lost() -> None:
    """Operations, schemas and links are the same, and the original document is unchanged."""
    before = str(document())
    copy = as_3_0(document())
    assert str(document()) == before
    for pointer, node in everything(copy):
        if "/schema" not in pointer or pointer.endswith(("/properties", "/schemas")):
            continue
        assert not isinstance(node.get("type"), list), pointer
        assert not node.keys() & {"const", "contentMediaType"}, pointer
        assert "$ref" not in node or len(node) == 1, pointer
        assert {"type": "null"} not in [*node.get("anyOf", ()), *node.get("oneOf", ())], pointer
    assert copy["paths"].keys() == document()["paths"].keys()
    # The data of events is a `oneOf` beside a map, which older generators do not understand.
    payloads = {model.__name__ for model in EVENT_DATA.values()} | {WebhookEndpointTestedData.__name__}
    assert copy["components"]["schemas"].keys() == document()["components"]["schemas"].keys() - payloads
    assert "identifier" not in copy["info"]["license"]


def test_an_outdated_contract_file_is_named(
    routes_of_app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each of the two files separately."""
    made = texts(routes_of_app)
    # To write the document takes seconds.
    monkeypatch.setattr(
        "app.http.contract.files.texts", lambda app: {tmp_path / path.name: text for path, text in made.items()}
    )
    monkeypatch.setattr("app.http.contract.files.PATH", tmp_path / PATH.name)
    monkeypatch.setattr("app.http.contract.files.OLDER_PATH", tmp_path / OLDER_PATH.name)
    assert out_of_date(routes_of_app) == [PATH.name, OLDER_PATH.name]
    (tmp_path / PATH.name).write_text(made[PATH], encoding="utf-8")
    (tmp_path / OLDER_PATH.name).write_text(made[OLDER_PATH] + "more: true\n", encoding="utf-8")
    assert out_of_date(routes_of_app) == [OLDER_PATH.name]


async def test_the_copy_is_served(client: httpx.AsyncClient) -> None:
    """As JSON from the app, and as YAML from the repository."""
    answer = await client.get("/openapi-3.0.json")
    assert (answer.status_code, answer.json()) == (200, as_3_0(document()))
    answer = await client.get("/openapi-3.0.yaml")
    assert answer.headers["content-type"].startswith("application/yaml")
    assert answer.text == OLDER_PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["0088", "1e3", "-.5"])
def test_digits_that_are_a_text_stay_one(text: str) -> None:
    """They are in YAML 1.1, which PyYAML writes, and numbers in YAML 1.2, which tools read."""
    assert dump({"scheme": text}).endswith(f"scheme: '{text}'\n")
