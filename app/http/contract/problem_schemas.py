"""The schemas of a problem (RFC 9457), derived from the refusals, and an example of each kind."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Union, get_args, get_origin
from uuid import UUID

from app.domain.fees import Money
from app.domain.gaps import Missing
from app.domain.json_values import JsonObject
from app.domain.refusals.base import Member, Refusal, members_of
from app.domain.refusals.catalogue import REFUSALS
from app.domain.refusals.centres import RoleHolder
from app.domain.refusals.input import InputFault, Place
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.integration_clients import TokenRefused
from app.domain.refusals.invoices import BrokenRule
from app.domain.refusals.operations import Reason
from app.domain.refusals.steps import AvailableStep
from app.http.contract.sharing import reference
from app.schemas import example_centre as example

# The schema of each type that a member can have; an enum without an entry is called as in Python.
_NAMES: dict[type[object], str] = {
    AvailableStep: "ProblemStep",
    BrokenRule: "ProblemBrokenRule",
    InputFault: "ProblemFault",
    Missing: "MissingItem",
    Money: "Money",
    Place: "ProblemPlace",
    Reason: "ProblemReason",
    RoleHolder: "ProblemRoleHeld",
}
_REQUEST_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_EXAMPLES: JsonObject = {
    "errors": [{"in": "body", "pointer": "/legal_name", "code": "required", "detail": "Enter the legal name."}],
    "missing": [
        {
            "section": "policies_and_procedures",
            "group": None,
            "pointer": "/appeals",
            "code": "required",
            "message": "a) Appeals procedure for candidates: upload the document.",
        }
    ],
    "application_status": "draft",
    "allowed_steps": [{"name": "withdraw", "method": "POST", "path": f"{example.APPLICATION_PATH}/withdrawal"}],
    "current_etag": '"8"',
    "available": ["application/json", "application/pdf"],
    "reasons": [{"code": "database_unreachable", "detail": "The database does not answer."}],
    "outstanding_checks": ["address"],
    "open_concerns": ["address"],
    "initial_application_status": "declined",
    "interview_status": "held",
    "starts_at": example.INTERVIEW_STARTS_AT,
    "now": "2026-12-23T10:15:00Z",
    "action_status": "closed",
    "roles_held": [{"role": "finance", "contact_id": example.CONTACT_ID, "contact_name": example.CONTACT}],
    "application_id": example.APPLICATION_ID,
    "agreement_id": example.AGREEMENT_ID,
    "code_of_conduct_id": example.CODE_OF_CONDUCT_ID,
    "prove": "second_factor",
    "statement_id": example.BANK_STATEMENT_ID,
    "line_id": example.BANK_LINE_ID,
    "payment_id": example.PAYMENT_ID,
    "invoice_id": example.INVOICE_ID,
    "reversal_id": example.REVERSAL_ID,
    "broken_rules": [
        {"rule": "BR-CO-26", "detail": "The supplier has no company number, and no VAT number that may be given."}
    ],
    "document_number": "SI-0004711",
    "subject_id": example.INVOICE_ID,
    "due": example.FEE,
    "credit_balance": example.FEE,
    "recorded": example.FEE,
    "replacement_id": example.INVOICE_ID,
    "error": "invalid_client",
    "error_description": REFUSALS["invalid_client"].sentence,
}
_PARTS = {
    AvailableStep: "allowed_steps",
    BrokenRule: "broken_rules",
    InputFault: "errors",
    Reason: "reasons",
    RoleHolder: "roles_held",
}
"""The objects within a problem, each with a member that lists them."""
_FORMATS: dict[object, str] = {UUID: "uuid", datetime: "date-time"}
_LONGEST_TEXT = {
    "available": 100,
    "error_description": 5000,
    "ProblemFault.detail": 2000,
    "ProblemFault.pointer": 2000,
    "ProblemBrokenRule.detail": 500,
    "ProblemReason.detail": 500,
}
_LONGEST_LIST = {"errors": 10_000, "missing": 10_000, "available": 5}


def add(schemas: JsonObject) -> None:
    """Add the members of every refusal to the schema of a problem in the skeleton, and the objects within."""
    members = {name: member for kind in REFUSALS.values() for name, member in members_of(kind).items()}
    assert members.keys() <= _EXAMPLES.keys(), f"no example of {members.keys() - _EXAMPLES.keys()}"
    ordered = {name: members[name] for name in _EXAMPLES if name in members}
    problem, example = schemas["Problem"], problem_example(REFUSALS["not_found"])["value"]
    for name, value in example.items():
        problem["properties"][name]["examples"] = [value]
    problem["properties"] |= _properties(ordered, _EXAMPLES)
    problem["examples"] = [example]
    schemas |= {_NAMES[kind]: _part(kind, _EXAMPLES[name][0]) for kind, name in _PARTS.items()}
    schemas["ProblemPlace"] |= {"description": Place.__doc__, "enum": [place.value for place in Place]}
    schemas["InputFaultCode"]["x-extensible-enum"] = [code.value for code in InputFaultCode]


def _part(kind: type[object], example: JsonObject) -> JsonObject:
    """The schema of an object within a problem."""
    members = {"in" if name == "place" else name: member for name, member in members_of(kind).items()}
    return {
        "type": "object",
        "title": _NAMES[kind],
        "description": kind.__doc__,
        "required": list(members),
        "properties": _properties(members, example, f"{_NAMES[kind]}."),
        "examples": [example],
    }


def _properties(members: Mapping[str, Member], examples: JsonObject, within: str = "") -> JsonObject:
    return {
        name: _schema(f"{within}{name}", member.type)
        | {"description": member.description, "examples": [examples[name]]}
        for name, member in members.items()
    }


def _schema(place: str, kind: object) -> JsonObject:
    """The JSON schema of a member's type. Raises `KeyError` for a type that has none."""
    kinds = [part for part in get_args(kind) if part not in (NoneType, Ellipsis)]
    if kinds:
        one = _schema(place, kinds[0])
        is_list = get_origin(kind) not in (Union, UnionType)
        return {"type": "array", "maxItems": _LONGEST_LIST.get(place, 20), "items": one} if is_list else one
    if kind is str:
        return {"type": "string", "maxLength": _LONGEST_TEXT.get(place, 200)}
    if kind in _FORMATS:
        return {"type": "string", "format": _FORMATS[kind]}
    assert isinstance(kind, type)
    return reference("schemas", kind.__name__ if issubclass(kind, Enum) and kind not in _NAMES else _NAMES[kind])


def problem_example(kind: type[Refusal]) -> JsonObject:
    """A problem of this kind, as a named example."""
    own = {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": kind.sentence,
        "request_id": _REQUEST_ID,
    }
    value = own | {name: _EXAMPLES[name] for name in members_of(kind)}
    if issubclass(kind, TokenRefused):
        value |= {"error": kind.code, "error_description": kind.sentence}
    return {"summary": kind.code.replace("_", " ").capitalize(), "value": value}
