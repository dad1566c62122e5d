"""The document's `webhooks`: what is posted to an endpoint, for each type of event."""

from collections.abc import Mapping

from pydantic import BaseModel

from app.domain.json_values import JsonObject
from app.domain.webhooks import TEST_EVENT
from app.http.contract.operations import JSON, SCHEMA
from app.schemas.base import example_of
from app.schemas.event_data import EVENT_DATA, WebhookEndpointTestedData
from app.schemas.events import WebhookEvent

_HEADERS: dict[str, tuple[str, JsonObject]] = {
    "webhook-id": ("The event's id, the same at every attempt. Drop what you have seen.", {"format": "uuid"}),
    "webhook-timestamp": ("When the attempt was signed, in seconds since 1970.", {"pattern": "^[0-9]{1,12}$"}),
    "webhook-signature": (
        "One signature, or two while a secret is rotated, separated by a space: `v1,` and the base64 of the "
        "HMAC-SHA256 of `id.timestamp.body`. Verify it by a library of Standard Webhooks, over the bytes of the body.",
        {"maxLength": 200},
    ),
}

_ANSWER = (
    "2xx within 10 seconds takes the event. 410 disables the endpoint at once. Anything else is tried again by the "
    "schedule, not before `Retry-After`."
)


def described(named: Mapping[str, JsonObject]) -> JsonObject:
    """Describe each webhook, by its type of event. `named` are the document's schemas."""
    payloads: dict[str, type[BaseModel]] = {type_.value: data for type_, data in EVENT_DATA.items()}
    payloads[TEST_EVENT] = WebhookEndpointTestedData
    event = named[WebhookEvent.__name__]
    return {type_: {"post": _operation(type_, data, event)} for type_, data in sorted(payloads.items())}


def _operation(type_: str, data: type[BaseModel], event: JsonObject) -> JsonObject:
    name = data.__name__.removesuffix("Data")
    return {
        "tags": ["Webhooks"],
        "summary": f"The event {type_}",
        "description": "Posted to each enabled endpoint that asked for the type, in the order of its object.",
        "operationId": f"receive{name}",
        "parameters": [_header(header, *said) for header, said in _HEADERS.items()],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {
                    "schema": _payload(type_, data, event),
                    "examples": {name: {"summary": type_, "value": _example(type_, data)}},
                }
            },
        },
        # Whatever the receiver says beside the status is its own affair.
        "responses": {"default": {"description": _ANSWER}},
        # The signature tells who sends it.
        "security": [],
    }


def _payload(type_: str, data: type[BaseModel], event: JsonObject) -> JsonObject:
    """The event with this type and its data. Not an `allOf` beside the event: readers that merge its parts find that
    any value and the data's own contradict each other."""
    of_the_type = {
        "type": {"type": "string", "const": type_, "description": "The type of event.", "examples": [type_]},
        "data": {"$ref": f"{SCHEMA}{data.__name__}"},
    }
    return {
        "type": "object",
        "description": event["description"],
        "required": event["required"],
        "properties": event["properties"] | of_the_type,
    }


def _header(name: str, description: str, more: JsonObject) -> JsonObject:
    schema = {"type": "string", **more}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _example(type_: str, data: type[BaseModel]) -> JsonObject:
    """The event of a schema's own example, about the object that its data name first."""
    values = example_of(data)
    key, id_ = next((key, value) for key, value in values.items() if key.endswith("_id"))
    aggregate = "webhook_endpoint" if type_ == TEST_EVENT else key.removesuffix("_id")
    example = example_of(WebhookEvent)
    return {**example, "type": type_, "aggregate": {"type": aggregate, "id": id_, "sequence": 7}, "data": values}
