"""Every schema of the contract: described, limited and exemplified, in requests and answers alike.

Each test goes through all of them and names every gap, so that a new schema cannot lack what the others have.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from app.schemas.event_data import EVENT_DATA
from app.schemas.formats import FORMATS
from tests.conformance.plugin import current

Schema = dict[str, Any]
Place = tuple[str, Schema]

STANDARD_FORMATS = {"date", "date-time", "uuid", "uri-reference", "binary", "int32", "int64"}
# Arbitrary JSON: recorded values of other schemas, already limited there.
ANYTHING = {"RecordedValue"}
_UUID_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAYS_HOW_LONG = {"maxLength", "pattern", "format", "enum", "const"}


def schemas() -> dict[str, Schema]:
    found: dict[str, Schema] = current().document["components"]["schemas"]
    return found


@cache
def properties() -> list[tuple[str, str, Schema]]:
    """Each property of each schema: schema name, property name, definition."""
    return [
        (name, key, described) for name, schema in schemas().items() for key, described in properties_of(schema).items()
    ]


def properties_of(schema: Schema) -> dict[str, Schema]:
    return dict(schema.get("properties", {}))


@cache
def places() -> list[Place]:
    """Every schema and subschema with its path, such as `Site.address` or `Page.items[]`."""
    return [place for name, schema in schemas().items() for place in _parts(name, schema)]


def _parts(where: str, schema: Schema) -> Iterator[Place]:
    yield where, schema
    for key, described in properties_of(schema).items():
        yield from _parts(f"{where}.{key}", described)
    for kind in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(kind, ()):
            yield from _parts(f"{where}|", option)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(schema.get(key), dict):
            yield from _parts(where + mark, schema[key])


def test_no_schema_is_missed() -> None:
    assert len(schemas()) > 200
    assert len(properties()) > 1000


def test_every_schema_is_described_and_has_an_example() -> None:
    gaps = [f"{name}: no description" for name, schema in schemas().items() if not schema.get("description")]
    # A `oneOf` has the examples of its members.
    choices = {name for name, schema in schemas().items() if "oneOf" in schema or "anyOf" in schema}
    gaps += [f"{name}: no example" for name in schemas().keys() - choices if not schemas()[name].get("examples")]
    assert gaps == []


def test_every_property_is_described_and_has_an_example() -> None:
    gaps = [
        f"{name}.{key}: no description" for name, key, described in properties() if not described.get("description")
    ]
    gaps += [
        f"{name}.{key}: no example"
        for name, key, described in properties()
        if not described.keys() & {"examples", "const", "enum", "$ref"}
    ]
    assert gaps == []


def test_every_string_has_a_maximum_length() -> None:
    texts = [(where, schema) for where, schema in places() if schema.get("type") == "string"]
    assert [where for where, schema in texts if not schema.keys() & _SAYS_HOW_LONG] == []


def test_every_list_has_a_maximum_length() -> None:
    lists = [(where, schema) for where, schema in places() if schema.get("type") == "array"]
    assert [where for where, schema in lists if "maxItems" not in schema] == []


def test_every_number_has_bounds() -> None:
    numbers = [(where, schema) for where, schema in places() if schema.get("type") in ("integer", "number")]
    assert [where for where, schema in numbers if not {"minimum", "maximum"} <= schema.keys()] == []


def test_every_map_has_typed_values_and_a_maximum_size() -> None:
    loose = [
        where
        for where, schema in places()
        if schema.get("type") == "object"
        and "properties" not in schema
        and not (isinstance(schema.get("additionalProperties"), dict) and "maxProperties" in schema)
    ]
    assert loose == []


def test_nothing_is_left_untyped() -> None:
    typed = {"type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf"}
    untyped = {where for where, schema in places() if not schema.keys() & typed}
    assert untyped == ANYTHING


def test_every_enumeration_and_every_object_has_a_name() -> None:
    """Each generator would invent another name."""
    inner = [(where, schema) for where, schema in places() if where not in schemas()]
    assert [where for where, schema in inner if "enum" in schema or "properties" in schema] == []


def test_no_schema_has_a_duplicate() -> None:
    """No two schemas have the same values or properties, except request and response, creation and change, the one
    text that a step asks for, whose readers differ, an address alone, and the data of events, where each type has a
    separate schema."""
    named: dict[str, list[str]] = {}
    payloads = {model.__name__ for model in EVENT_DATA.values()}
    for name, schema in schemas().items():
        if name in payloads or list(schema.get("properties", ())) in (["reason"], ["answer"], ["email"]):
            continue
        shape = {key: schema.get(key) for key in ("enum", "properties", "required", "additionalProperties")}
        if shape["enum"] or shape["properties"]:
            named.setdefault(repr(_bare(shape)), []).append(name)
    assert [names for names in named.values() if len(names) > 1] == []
    assert [name for name in schemas() if re.search(r"Input$|Output$|^Body_|-|__", name) and name not in INPUTS] == []


# Our suffix for requests, where the response has the plain name; the framework's suffixes have a hyphen.
INPUTS = {"AddressInput", "ElectronicAddressInput", "InitialSuperUserInput", "MoneyInput", "RequiredActionInput"}


def _bare(node: Any) -> Any:
    """The node without annotations."""
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in sorted(node.items()) if key not in ("description", "examples")}
    return [_bare(item) for item in node] if isinstance(node, list) else node


def test_every_property_of_a_response_is_required() -> None:
    """Empty properties are null. Only problems have optional members."""
    # Events of earlier releases lack what later ones say.
    payloads = {model.__name__ for model in EVENT_DATA.values()}
    cases = {name for name in _reachable("responses") if name != "Problem"} - payloads
    assert len(cases) > 100
    optional = [
        f"{name}.{key}"
        for name in sorted(cases)
        for key in properties_of(schemas()[name])
        if key not in schemas()[name].get("required", ())
    ]
    assert optional == []


def _reachable(kind: str) -> set[str]:
    """The schemas reachable from the `requestBody` or `responses` of all operations."""
    document = current().document
    waiting = [operation.get(kind) for item in document["paths"].values() for operation in item.values()]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            reference = node.get("$ref", "")
            if reference.startswith("#/components/responses/"):
                waiting.append(document["components"]["responses"][reference.rsplit("/", 1)[1]])
            elif reference.startswith("#/components/schemas/") and (name := reference.rsplit("/", 1)[1]) not in found:
                found.add(name)
                waiting.append(schemas()[name])
            waiting += [value for key, value in node.items() if key not in ("examples", "links")]
    return found


def test_every_example_is_valid() -> None:
    document = {"components": {"schemas": schemas()}}
    registry = jsonschema_rs.Registry([("urn:contract", document)])
    wrong = []
    for where, examples in _exemplified():
        validator = jsonschema_rs.validator_for(
            {"$ref": f"urn:contract#/components/schemas/{where}"}, registry=registry, validate_formats=True
        )
        for example in examples:
            wrong += [f"{where}: {error.message[:200]}" for error in validator.iter_errors(example)]
    assert wrong == []


def _exemplified() -> Iterator[tuple[str, list[Any]]]:
    for name, schema in schemas().items():
        if "examples" in schema:
            yield name, schema["examples"]
        for key, described in properties_of(schema).items():
            if "examples" in described:
                yield f"{name}/properties/{key.replace('~', '~0').replace('/', '~1')}", described["examples"]


def test_every_id_in_an_example_is_a_uuid_of_version_7() -> None:
    ids = {found for _, examples in _exemplified() for found in _UUID.findall(repr(examples))}
    # An id of another system.
    foreign = {"b26fd49a-cbae-470a-a8f8-bcbc119e0379"}
    assert {id_ for id_ in ids if not _UUID_7.fullmatch(id_)} <= foreign


def test_every_pattern_is_portable() -> None:
    """For ECMA-262, Python and Rust: anchored at both ends, no lookaround, no Unicode property."""
    patterns = {schema["pattern"] for _, schema in places() if "pattern" in schema}
    assert len(patterns) > 20
    for pattern in patterns:
        re.compile(pattern)
        assert not jsonschema_rs.validator_for({"pattern": pattern}).is_valid("\x00"), pattern
        assert re.search(r"\(\?[^:]|\\[pPAZz]|\\x\{|\\u\{", pattern) is None, pattern
        assert pattern.startswith("^"), pattern


def test_no_pattern_is_long() -> None:
    """A rule that takes a long pattern is a named format. The list of scopes grows and is no rule."""
    long = {schema["pattern"] for _, schema in places() if len(schema.get("pattern", "")) > 140}
    assert [pattern for pattern in long if "invoices:read|payments:write" not in pattern] == []


def test_every_format_is_a_known_one() -> None:
    """Formats beyond JSON Schema and OpenAPI are listed in the table with sample values."""
    used = {schema["format"] for _, schema in places() if "format" in schema}
    assert used - STANDARD_FORMATS == FORMATS.keys()
