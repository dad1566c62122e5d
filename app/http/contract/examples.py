"""Examples of every body, sent or received: each stands once among the components, and is named by its schema."""

from collections.abc import Iterable

from app.domain.json_values import JsonObject
from app.domain.refusals.catalogue import REFUSALS
from app.http.contract.bodies import GROUP_PATCH
from app.http.contract.operations import SCHEMA, Operation
from app.http.contract.problem_schemas import problem_example
from app.schemas.example_files import ANSWERS


def add(operations: Iterable[Operation], schemas: JsonObject) -> JsonObject:
    """Give every body its examples, by reference; returns the examples that are referred to, by name."""
    made: JsonObject = {code: problem_example(kind) for code, kind in REFUSALS.items()}
    for operation in operations:
        bodies = [operation.described.get("requestBody", {}), *operation.successes.values()]
        for media_type, described in (item for body in bodies for item in body.get("content", {}).items()):
            named = _named(media_type, described, schemas)
            made |= named
            described["examples"] = {name: {"$ref": f"#/components/examples/{name}"} for name in named}
    return made


def _named(media_type: str, described: JsonObject, schemas: JsonObject) -> JsonObject:
    """The examples of one media type of one body."""
    schema = described.get("schema", {})
    name = schema.get("$ref", "").removeprefix(SCHEMA)
    if name in schemas:
        return _of_schema(name, schemas)
    found, text = ANSWERS[media_type]
    return {found: {"summary": f"As {media_type}", "value": text}}


def _of_schema(name: str, schemas: JsonObject) -> JsonObject:
    """One example for a schema, or one for each of those that it is a choice of."""
    schema = schemas[name]
    choices = schema.get("oneOf") or (schema.get("anyOf") if name == GROUP_PATCH else None)
    if choices:
        names = [choice["$ref"].removeprefix(SCHEMA) for choice in choices]
        return {found: example for one in names for found, example in _of_schema(one, schemas).items()}
    return {name: {"summary": _summary(schema, name), "value": schema["examples"][0]}}


def _summary(schema: JsonObject, name: str) -> str:
    """The first sentence of the schema's description."""
    first = str(schema.get("description", name)).split("\n\n")[0].replace("\n", " ")
    return first.split(". ")[0].rstrip(".")
