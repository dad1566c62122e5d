"""Parameters: add those that no signature declares, and tidy the others."""

from pydantic import TypeAdapter

from app.domain.json_values import JsonObject
from app.http.contract.operations import Operation
from app.http.contract.sharing import reference
from app.schemas.ids import IDS_IN_PATHS


def complete(operation: Operation) -> None:
    """Add the parameters that the signature does not declare, and tidy the others."""
    told = operation.parameters
    for parameter in told:
        _tidy(parameter)
    described = operation.described
    kept = [parameter for parameter in told if parameter["name"] != "If-Match"]
    in_path = {parameter["name"]: parameter for parameter in kept if parameter["in"] == "path"}
    ordered = [in_path.get(name) or _path_id(name) for name in operation.path_names]
    ordered += [parameter for parameter in kept if parameter["in"] != "path"]
    described["parameters"] = [*ordered, *(reference("parameters", name) for name in _headers(operation))]


def _headers(operation: Operation) -> list[str]:
    """The components in `skeleton.yaml` that describe the request's headers."""
    carried = {
        "IfMatch": operation.takes_if_match,
        "IfNoneMatch": "304" in operation.responses,
        "Range": operation.is_download,
        "IfRange": operation.is_download,
        "IdempotencyKey": operation.takes_key and not operation.access.key_required,
        "RequiredIdempotencyKey": operation.takes_key and operation.access.key_required,
        "XRequestId": True,
        "Traceparent": True,
    }
    return [name for name, is_carried in carried.items() if is_carried]


def _path_id(name: str) -> JsonObject:
    """An id in the path, by its type: the route loads the object itself, so no signature names the id."""
    schema = TypeAdapter(IDS_IN_PATHS[name]).json_schema()
    described = schema.pop("description")
    (example,) = schema.pop("examples")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": described,
        "schema": schema,
        "example": example,
    }


def _tidy(parameter: JsonObject) -> None:
    """Drop null, because an optional parameter is left out, and keep description and example beside the schema."""
    schema = parameter["schema"]
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if options and len(options) < len(schema["anyOf"]):
        del schema["anyOf"]
        schema = options[0] | schema if len(options) == 1 else schema | {"anyOf": options}
    schema.pop("title", None)
    schema.pop("description", None)
    if schema.pop("deprecated", False):
        parameter["deprecated"] = True
    examples = [example for example in schema.pop("examples", ()) if example is not None]
    if examples:
        parameter["example"] = examples[0]
    if schema.get("type") == "array":
        # What is the default anyway, for readers who do not know it by heart: `status=a&status=b`.
        parameter |= {"style": "form", "explode": True}
    parameter["schema"] = schema


def component_name(parameter: JsonObject) -> str:
    """Spell the name as a component: its words in capitals, without hyphens or underscores."""
    words = parameter["name"].replace("_", "-").split("-")
    return "".join(word[:1].upper() + word[1:] for word in words)
