"""The same document in OpenAPI 3.0.3, for older tools: a mechanical copy that loses some of 3.1.

Null in a type list or a choice becomes `nullable`; `examples` of a schema become one `example`; `const` becomes an
`enum` of one; exclusive bounds become flags; siblings of a `$ref` move into an `allOf` around it. What 3.0.3 does not
know goes: `webhooks`, `summary` and the licence's identifier in `info`, a default of null, bodies of links (older
validators expect strings), and references to a schema of anything (generators make a missing type of it).
"""

from collections.abc import Mapping

from app.domain.json_values import JsonObject
from app.http.contract.sharing import drop_unused

# Members whose value holds no schemas.
_PLAIN = frozenset({"example", "examples", "default", "enum", "const", "required", "mapping"})
_SAYS_WHAT = ("type", "enum", "allOf", "anyOf", "oneOf", "not", "$ref")
_NULL = {"type": "null"}
_UNKNOWN = frozenset({"contentMediaType", "contentEncoding"})
_LICENCES = {"MIT": "https://opensource.org/license/mit"}
Schemas = Mapping[str, JsonObject]


def as_3_0(document: JsonObject) -> JsonObject:
    """Return the copy; `document` (OpenAPI 3.1) stays unchanged."""
    known = {part: said for part, said in document.items() if part != "webhooks"}
    copy = _object(known, document["components"]["schemas"])
    copy["openapi"] = "3.0.3"
    info = copy["info"]
    summary = info.pop("summary", None)
    if summary:
        info["description"] = f"{summary}\n\n{info.get('description', '')}".rstrip()
    licence = info.get("license", {})
    identifier = licence.pop("identifier", None)
    if identifier in _LICENCES:
        licence["url"] = _LICENCES[identifier]
    drop_unused(copy)
    return copy


def _converted(node: object, schemas: Schemas) -> object:
    if isinstance(node, list):
        return [_converted(item, schemas) for item in node]
    return _object(node, schemas) if isinstance(node, dict) else node


def _object(node: JsonObject, schemas: Schemas) -> JsonObject:
    made: JsonObject = {}
    for key, value in node.items():
        if key in _PLAIN:
            made[key] = value
        elif key == "properties":
            made[key] = {name: _property(_object(item, schemas), schemas) for name, item in value.items()}
        elif key == "links":
            made[key] = {
                name: {part: said for part, said in link.items() if part != "requestBody"}
                for name, link in value.items()
            }
        elif key not in _UNKNOWN:
            made[key] = _converted(value, schemas)
    _say_nullable(made, schemas)
    if isinstance(made.get("examples"), list):
        made.setdefault("example", made.pop("examples")[0])
    if "const" in made:
        made["enum"] = [made.pop("const")]
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if exclusive in made:
            made[bound], made[exclusive] = made[exclusive], True
    if "$ref" in made and len(made) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    return made


def _property(made: JsonObject, schemas: Schemas) -> JsonObject:
    """Drop an example that is an object, since draft 4 readers take an `id` in it for the name of a schema, and a
    reference to a schema of anything. A map has no choice beside it: generators look for its name."""
    example = made.get("example")
    if isinstance(example, dict) or (isinstance(example, list) and any(isinstance(item, dict) for item in example)):
        del made["example"]
    if "additionalProperties" in made:
        made.pop("anyOf", None)
    match made.get("allOf"):
        case [{"$ref": reference}] if _named(reference, schemas, {"type": ""}).keys().isdisjoint(_SAYS_WHAT):
            del made["allOf"]
    return made


def _named(reference: str, schemas: Schemas, otherwise: JsonObject) -> JsonObject:
    return schemas.get(reference.rpartition("/")[2], otherwise)


def _say_nullable(made: JsonObject, schemas: Schemas) -> None:
    kinds = made.get("type")
    if isinstance(kinds, list):
        del made["type"]
        made["anyOf"] = [{"type": kind} for kind in kinds]
    for choice in ("anyOf", "oneOf"):
        options = made.get(choice, [])
        rest = [option for option in options if option != _NULL]
        if isinstance(kinds, list) or len(rest) < len(options):
            made.pop(choice, None)
        if len(rest) < len(options):
            made["nullable"] = True
        elif not isinstance(kinds, list):
            continue
        if len(rest) > 1:
            made[choice] = rest
        elif rest and "$ref" in rest[0]:
            made["allOf"] = rest
        elif rest:
            made.update({key: value for key, value in rest[0].items() if key not in made})
    if not made.get("nullable"):
        return
    if made.get("default", "") is None:
        del made["default"]
    if isinstance(made.get("enum"), list) and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    if "type" not in made:
        # `nullable` counts only beside a `type` (3.0.3, Schema Object).
        (option, *_) = made.get("allOf") or made.get("anyOf") or made["oneOf"]
        kind = _named(option.get("$ref", ""), schemas, option).get("type")
        if isinstance(kind, str):
            made["type"] = kind
