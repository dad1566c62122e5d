"""The same document in OpenAPI 3.0.3, for tools that know no other: a mechanical copy, in which some of 3.1 is lost.

What changes: a type list with null, and a choice with null, become `nullable`; `examples` of a schema become one
`example`; `const` becomes an `enum` of one; exclusive bounds become flags beside the bound; what stands beside a
`$ref` moves into an `allOf` around it; what 3.0.3 does not know (`summary` and the licence's identifier in `info`)
goes. A default of null goes too: what is left out is null anyway. The bodies of links go, which the validators of older
tools take for texts alone, and a reference to a schema of anything, of which generators make a type that is not there.
"""

from copy import deepcopy
from typing import Any

# Members whose value is not made of schemas, so that nothing in it is looked at.
_PLAIN = frozenset({"example", "default", "enum", "const", "required", "mapping"})
# Members that hold schemas by names which could be anything, "examples" included.
_BY_NAME = frozenset({"properties"})
_NULL = {"type": "null"}
_UNKNOWN = ("contentMediaType", "contentEncoding")
_LICENCES = {"MIT": "https://opensource.org/license/mit"}


def as_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """The copy; `document` (OpenAPI 3.1) stays as it is."""
    copy = deepcopy(document)
    copy["openapi"] = "3.0.3"
    info = copy["info"]
    summary = info.pop("summary", None)
    if summary:
        info["description"] = f"{summary}\n\n{info.get('description', '')}".rstrip()
    licence = info.get("license", {})
    identifier = licence.pop("identifier", None)
    if identifier in _LICENCES:
        licence["url"] = _LICENCES[identifier]
    _convert_holders(copy["paths"])
    components = copy["components"]
    named = {name: _schema(schema) for name, schema in components.get("schemas", {}).items()}
    components["schemas"] = named
    _convert_holders({kind: found for kind, found in components.items() if kind not in ("schemas", "examples")})
    _type_nullable(copy, named)
    _drop_anything(named)
    for item in copy["paths"].values():
        for operation in item.values():
            _drop_link_bodies(operation)
    return copy


def _drop_anything(named: dict[str, Any]) -> None:
    """A property whose schema takes any value says so by having none."""
    anything = [{"$ref": f"#/components/schemas/{name}"} for name, schema in named.items() if not _says_what(schema)]
    for schema in named.values():
        for described in schema.get("properties", {}).values():
            if described.get("allOf") in ([reference] for reference in anything):
                del described["allOf"]


def _says_what(schema: dict[str, Any]) -> bool:
    return not schema.keys().isdisjoint(("type", "enum", "allOf", "anyOf", "oneOf", "not", "$ref"))


def _drop_link_bodies(operation: dict[str, Any]) -> None:
    for response in operation["responses"].values():
        for link in response.get("links", {}).values():
            link.pop("requestBody", None)


def _type_nullable(node: Any, named: dict[str, Any]) -> None:
    """`nullable` counts beside a `type` only (3.0.3, Schema Object), so a reference that may be null says its type."""
    if isinstance(node, list):
        for item in node:
            _type_nullable(item, named)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in ("example", "examples"):
                _type_nullable(value, named)
        if node.get("nullable") is True and "type" not in node:
            (reference, *_) = node.get("allOf") or node.get("anyOf") or node["oneOf"]
            name = reference.get("$ref", "").rpartition("/")[2]
            kind = named.get(name, reference).get("type")
            if kind is not None:
                node["type"] = kind


def _convert_holders(node: Any) -> None:
    """Convert every schema that parameters, headers and media types hold."""
    if isinstance(node, list):
        for item in node:
            _convert_holders(item)
    elif isinstance(node, dict):
        if isinstance(node.get("schema"), dict):
            node["schema"] = _schema(node["schema"])
        for key, value in node.items():
            if key not in ("schema", "example", "examples", "links"):
                _convert_holders(value)


def _schema(schema: Any) -> Any:
    """One schema and all that it holds."""
    if not isinstance(schema, dict):
        return schema
    made = {key: _member(key, value) for key, value in schema.items() if key not in _UNKNOWN}
    _say_nullable(made)
    _say_example(made)
    if "const" in made:
        made["enum"] = [made.pop("const")]
    for bound in ("minimum", "maximum"):
        _say_exclusive(made, bound)
    if "$ref" in made and len(made) > 1:
        reference = {"$ref": made.pop("$ref")}
        made = {"allOf": [reference], **made}
    return made


def _member(key: str, value: Any) -> Any:
    if key in _PLAIN or key == "examples":
        return value
    if key in _BY_NAME:
        return {name: _without_objects(_schema(item)) for name, item in value.items()}
    if isinstance(value, list):
        return [_schema(item) for item in value]
    return _schema(value)


def _without_objects(made: dict[str, Any]) -> dict[str, Any]:
    """A property without an example that is an object: its schema has one, and readers of draft 4 take an `id` in an
    example for the name of a schema."""
    example = made.get("example")
    if isinstance(example, dict) or (isinstance(example, list) and any(isinstance(item, dict) for item in example)):
        del made["example"]
    return made


def _say_nullable(made: dict[str, Any]) -> None:
    kinds = made.get("type")
    if isinstance(kinds, list):
        rest = [kind for kind in kinds if kind != "null"]
        made.pop("type")
        if len(rest) == 1:
            made["type"] = rest[0]
        else:
            made["anyOf"] = [{"type": kind} for kind in rest]
        if len(rest) < len(kinds):
            made["nullable"] = True
    for choice in ("anyOf", "oneOf"):
        options = made.get(choice, [])
        rest = [option for option in options if option != _NULL]
        if len(rest) == len(options):
            continue
        made["nullable"] = True
        if len(rest) > 1:
            made[choice] = rest
            continue
        del made[choice]
        if "$ref" in rest[0]:
            made["allOf"] = rest
        else:
            made.update({key: value for key, value in rest[0].items() if key not in made})
    if made.get("nullable") and made.get("default", "") is None:
        del made["default"]
    if made.get("nullable") and isinstance(made.get("enum"), list) and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]


def _say_example(made: dict[str, Any]) -> None:
    examples = made.pop("examples", None)
    if examples:
        made.setdefault("example", examples[0])


def _say_exclusive(made: dict[str, Any], bound: str) -> None:
    exclusive = f"exclusive{bound.capitalize()}"
    value = made.get(exclusive)
    if isinstance(value, int | float) and not isinstance(value, bool):
        made[bound] = value
        made[exclusive] = True
