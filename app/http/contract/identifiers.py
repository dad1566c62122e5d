"""Examples that hang together: one id for each thing, the same wherever it is spoken of, and nothing left out."""

import re
from collections.abc import Mapping
from typing import Any

from app.http.contract.operations import SCHEMA

EXAMPLES: dict[str, str] = {
    "initial_application": "0198a4c1-2f6b-7a3c-9d18-5e0b7c4a1f62",
    "due_diligence_check": "0198a4e7-90d2-7b45-8c6e-1a2f3d5b7c89",
    "centre": "0198a501-6c1d-7e28-b3f4-8d9a0c2e4b17",
    "site": "0198a501-6c20-7c91-a7d5-0b3e6f8a2c41",
    "user": "0198a501-6c22-7f0a-8e1b-4c7d9f3a5b60",
    "person": "0198a501-6c21-7d54-9a2c-6e8f1b3d5c70",
    "session": "0198a51c-04af-7b6d-8f92-3c5e7a1b9d04",
    "contact": "0198a530-7be8-7a19-b4c6-2d8f0e1a3b59",
    "application": "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
    "policy_version": "0198a611-5d47-7c82-91e3-7b9a0c4d6f28",
    "centre_agreement": "01989f10-3b5c-7e64-a8d7-1c2e4f6a8b03",
    "customer_code_of_conduct": "01989f12-8a0e-7b37-9c51-5d7f9b1c3e46",
    "submission": "0198a70c-16f9-7d2b-8e05-9a4b6c8d0e13",
    "review": "0198a93d-cb24-7f58-a1e6-4b5d7f9a2c81",
    "return_item": "0198a93d-cb26-7a93-8d0f-6c7e9b1d3f52",
    "invoice": "0198aa40-d9f7-7c15-b6e8-0a1c3e5f7b94",
    "payment": "0198ab15-e083-7e6a-9b2d-8f0a2c4e6d17",
    "reversal": "0198ab9e-4c70-7d38-a5f1-2b4d6e8c0a39",
    "credit_note": "0198abc2-7e15-7b90-8c43-5d7f1a3b9e60",
    "staff_member": "01989a20-1e4b-7d76-8f35-3a5c7e9b1d08",
    "centre_lead": "01989a21-5f8c-7a02-b9d4-6e8a0c2f4b71",
    "interview": "0198ac51-2b9d-7f4e-a386-1d3f5b7c9e20",
    "recommendation": "0198ad60-93e1-7c07-8b5a-4f6c8e0a2d97",
    "decision": "0198ae2f-b758-7e19-9d60-7a9c1e3b5f42",
    "recognition": "0198ae2f-b75a-7b83-a4c7-0e2a4c6f8d15",
    "action": "0198ae2f-b75c-7d95-8a1e-3c5e7f9b1a64",
    "evidence": "0198afd4-6e02-7a2c-b7f9-5b7d9f1c3e80",
    "document": "01989f10-3b5c-7e64-a8d7-1c2e4f6a8b03",
    "event": "0198a5f2-7c41-7c3a-96d8-8e0b2d4f6a57",
    "email": "0198a502-11d3-7e94-8c7b-9a1c3e5f7b20",
    "integration_client": "01989b33-c07d-7f61-8e94-2a4c6f8b0d35",
}
"""A UUID of version 7 for each noun; their times are in the order in which a centre gets there."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_WHOLE = re.compile(_UUID)
_IN_PATH = re.compile(rf"/(?P<plural>[a-z-]+)/(?P<id>{_UUID})")
# Schemas and properties whose name does not begin with their noun.
_SCHEMAS = {
    "ActionEvidence": "evidence",
    "AgreedDocument": "centre_agreement",
    "CentreUser": "user",
    "EventAggregate": "application",
    "FeedEvent": "event",
    "HomeRecognition": "recognition",
    "LedgerEntry": "payment",
    "LikelyDuplicate": "initial_application",
    "Me": "person",
    "MyCentre": "centre",
    "PersonRef": "centre_lead",
    "RecordedEntry": "payment",
    "SubmittedAnswer": "return_item",
    "SubmittedCentre": "centre",
    "SubmittedContact": "contact",
    "SubmittedPolicy": "policy_version",
    "SubmittedSite": "site",
    "TimelineActor": "person",
    "TimelineEvent": "event",
}
_PROPERTIES = {
    "agreement_id": "centre_agreement",
    "client_id": "integration_client",
    "code_of_conduct_id": "customer_code_of_conduct",
    "item_id": "return_item",
    "main_site_id": "site",
    "published_by_id": "person",
    "recommended_by_id": "centre_lead",
    "reversed_by_id": "reversal",
    "reverses_id": "payment",
    "staff_id": "staff_member",
    "super_user_id": "user",
    "version_id": "policy_version",
}
_PLURALS = {
    "actions": "action",
    "applications": "application",
    "centres": "centre",
    "contacts": "contact",
    "documents": "document",
    "initial-applications": "initial_application",
    "interviews": "interview",
    "invoices": "invoice",
    "payments": "payment",
    "return-items": "return_item",
    "sites": "site",
    "staff": "staff_member",
    "users": "user",
}


def unify(schemas: dict[str, Any]) -> None:
    """Give every example the ids of `EXAMPLES` and the nulls that FastAPI drops: those of the schemas, and those of
    their properties."""
    for name, schema in schemas.items():
        for property_name, described in schema.get("properties", {}).items():
            if described.get("examples"):
                described["examples"] = [
                    _missing(property_name, described, name, schemas)
                    if example is None
                    else _member(property_name, example, described, name, schemas)
                    for example in described["examples"]
                ]
        if schema.get("examples"):
            schema["examples"] = [coherent(example, schema, name, schemas) for example in schema["examples"]]


def coherent(value: Any, schema: Mapping[str, Any], name: str, schemas: Mapping[str, Any]) -> Any:
    """The example `value` of the schema called `name` (empty for one without a name), with the ids of `EXAMPLES`."""
    schema, name = _resolved(schema, name, schemas)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        # What has kinds of its own is of its kind: a payment, a reversal.
        name = value["kind"] if value.get("kind") in EXAMPLES else name
        return {
            key: _member(key, value[key], properties.get(key, {}), name, schemas)
            if key in value
            else _missing(key, properties[key], name, schemas)
            for key in dict.fromkeys([*properties, *value])
            if key in value or key in required
        }
    if isinstance(value, list):
        return [coherent(item, schema.get("items", {}), "", schemas) for item in value]
    return _IN_PATH.sub(_in_path, value) if isinstance(value, str) else value


def _member(key: str, value: Any, schema: Mapping[str, Any], owner: str, schemas: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return _id_of(key, owner) or value
    return coherent(value, schema, "", schemas)


def _missing(key: str, schema: Mapping[str, Any], owner: str, schemas: Mapping[str, Any]) -> Any:
    """What is required and not in the example, because FastAPI leaves null out of what it is given: what could stand
    there when it is an object, for that shows more, and else null where it may be."""
    resolved, _ = _resolved(schema, "", schemas)
    if {"type": "null"} in schema.get("anyOf", ()) and resolved.get("type") != "object":
        return None
    found = [example for example in (*schema.get("examples", ()), *resolved.get("examples", ())) if example is not None]
    return _member(key, found[0], schema, owner, schemas) if found else None


def _resolved(schema: Mapping[str, Any], name: str, schemas: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """What the schema says, and under which name: references, and the first of several alternatives, are followed."""
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        if option.get("type") != "null":
            schema = option
            break
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(SCHEMA)
        schema = schemas.get(name, {})
        if "oneOf" in schema:
            return _resolved(schema, name, schemas)
    return schema, name


def noun_of(name: str) -> str:
    """What a property or parameter is the id of: `site` for `site_id`."""
    return _PROPERTIES.get(name) or name.removesuffix("_id")


def example_id(name: str) -> str:
    """The example for a property or parameter called `name`. Raises `KeyError` where it is not known of what it is."""
    return EXAMPLES[noun_of(name)]


def _id_of(key: str, schema: str) -> str | None:
    if key != "id":
        return EXAMPLES.get(noun_of(key))
    words = _SCHEMAS.get(schema) or re.sub(r"(?<!^)(?=[A-Z])", "_", schema).lower()
    while words not in EXAMPLES and "_" in words:
        words = words.rpartition("_")[0]
    return EXAMPLES.get(words)


def _in_path(match: re.Match[str]) -> str:
    noun = _PLURALS.get(match["plural"])
    if noun is None or match["id"] in EXAMPLES.values():
        return match[0]
    return f"/{match['plural']}/{EXAMPLES[noun]}"
