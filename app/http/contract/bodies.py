"""Request bodies: merge patches, forms with a name and without null, and the one body that is a choice of schemas."""

from copy import deepcopy

from pydantic.json_schema import models_json_schema

from app.domain.json_values import JsonObject
from app.http.contract.operations import JSON, SCHEMA, Operation
from app.schemas.details import DETAILS_SCHEMAS
from app.schemas.event_data import EVENT_DATA, EventData, WebhookEndpointTestedData
from app.schemas.example_files import RICH_TEXT, UPLOADS

MERGE_PATCH = "application/merge-patch+json"
GROUP_PATCH = "ApplicationDetailsGroupPatch"


def add_choices(schemas: JsonObject) -> None:
    """Add the schemas of two properties that hold any object to the program: the body of a details group, and the data
    of an event."""
    drafts = DETAILS_SCHEMAS.values()
    payloads: list[type[EventData]] = [*EVENT_DATA.values(), WebhookEndpointTestedData]
    _, found = models_json_schema(
        [*((draft, "validation") for draft in drafts), *((payload, "serialization") for payload in payloads)],
        ref_template=SCHEMA + "{model}",
    )
    schemas.update(found["$defs"])
    data = [{"$ref": f"{SCHEMA}{payload.__name__}"} for payload in payloads]
    schemas["FeedEvent"]["properties"]["data"]["anyOf"] = data[:-1]
    schemas["WebhookEvent"]["properties"]["data"]["anyOf"] = data
    schemas[GROUP_PATCH] = {
        "title": GROUP_PATCH,
        "description": "Changes to the group that the path names, by that group's schema.",
        "anyOf": [{"$ref": f"{SCHEMA}{draft.__name__}"} for draft in drafts],
    }


def complete(operation: Operation) -> None:
    """Name the body's schema, and describe every media type that it may have."""
    body = operation.described.get("requestBody")
    if body is None:
        return
    body["required"] = True
    content = body["content"]
    if operation.id == "saveApplicationDetailsGroup":
        content[JSON] = {"schema": {"$ref": f"{SCHEMA}{GROUP_PATCH}"}}
        body.setdefault("description", "The changes as JSON Merge Patch.")
    if operation.method == "patch" and JSON in content:
        content[MERGE_PATCH] = deepcopy(content[JSON])
    for media_type, described in content.items():
        if "form" in media_type:
            _name_form(operation, described)


def _name_form(operation: Operation, described: JsonObject) -> None:
    """`Body_uploadPolicy…` becomes `UploadPolicyForm`, so that generated clients get a name worth having."""
    name = described["schema"]["$ref"].removeprefix(SCHEMA)
    if name.startswith("Body_"):
        better = operation.id[0].upper() + operation.id[1:] + "Form"
        operation.schemas[better] = operation.schemas.pop(name) | {
            "title": better,
            "description": f"The form of `{operation.id}`.",
            "additionalProperties": False,
        }
        described["schema"] = {"$ref": f"{SCHEMA}{better}"}
        name = better
    form: JsonObject = operation.schemas[name]
    for property_name, property_ in form["properties"].items():
        form["properties"][property_name] = _without_null(property_)
    document = UPLOADS.get(operation.id, RICH_TEXT)
    form.setdefault("examples", [_form_example(form, operation.schemas, document)])


def _without_null(described: JsonObject) -> JsonObject:
    """A form has no null: what is optional in it is left out."""
    options = [option for option in described.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return described
    return {**options[0], **{key: value for key, value in described.items() if key != "anyOf"}}


def _form_example(form: JsonObject, schemas: JsonObject, document: str) -> JsonObject:
    """An example of the form, put together from its properties' own; `document` stands for every file."""
    example: JsonObject = {}
    for name, described in form["properties"].items():
        if "contentMediaType" in described or described.get("format") == "binary":
            described["examples"] = [document]
        named = schemas.get(described.get("$ref", "").removeprefix(SCHEMA), {})
        found = described.get("examples") or named.get("examples") or named.get("enum")
        if found:
            example[name] = found[0]
    return example
