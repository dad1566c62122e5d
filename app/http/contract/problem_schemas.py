"""The schemas of a problem (RFC 9457), derived from the refusals, and an example of each kind."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin
from uuid import UUID

from app.domain.fees import Money
from app.domain.gaps import Missing
from app.domain.refusals.base import Member, Refusal, members_of
from app.domain.refusals.catalogue import REFUSALS
from app.domain.refusals.centres import RoleHolder
from app.domain.refusals.input import InputFault, Place
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.integration_clients import TokenRefused
from app.domain.refusals.operations import Reason
from app.domain.refusals.steps import AvailableStep
from app.http.contract.operations import SCHEMA
from app.schemas import example_centre as example

# The schema of each type that a member can have; an enum without an entry is called as in Python.
_NAMES: dict[type[object], str] = {
    AvailableStep: "ProblemStep",
    InputFault: "ProblemFault",
    Missing: "MissingItem",
    Money: "Money",
    Place: "ProblemPlace",
    Reason: "ProblemReason",
    RoleHolder: "ProblemRoleHeld",
}
_REQUEST_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_STEP = {
    "name": "withdraw",
    "method": "POST",
    "path": f"{example.APPLICATION_PATH}/withdrawal",
}
_FAULT = {"in": "body", "pointer": "/legal_name", "code": "required", "detail": "Enter the legal name."}
_EXAMPLES: dict[str, Any] = {
    "type": "/problems/not_found",
    "title": "Not found",
    "status": 404,
    "code": "not_found",
    "detail": REFUSALS["not_found"].sentence,
    "request_id": _REQUEST_ID,
    "errors": [_FAULT],
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
    "allowed_steps": [_STEP],
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
    "payment_id": example.PAYMENT_ID,
    "invoice_id": example.INVOICE_ID,
    "reversal_id": example.REVERSAL_ID,
    "due": example.FEE,
    "error": "invalid_client",
    "error_description": REFUSALS["invalid_client"].sentence,
}
_PARTS: dict[type[object], dict[str, Any]] = {
    AvailableStep: _STEP,
    InputFault: _FAULT,
    Reason: _EXAMPLES["reasons"][0],
    RoleHolder: _EXAMPLES["roles_held"][0],
}
_LONGEST_TEXT = {
    "detail": 5000,
    "error_description": 5000,
    "available[]": 100,
    "ProblemFault.pointer": 2000,
    "ProblemFault.detail": 2000,
    "ProblemReason.detail": 500,
}
_LONGEST_LIST = {"errors": 10_000, "missing": 10_000, "available": 5}

_ALWAYS = {
    "type": Member(str, "The kind of problem, as an address that explains it."),
    "title": Member(str, "The kind of problem in a few words."),
    "status": Member(int, "The HTTP status."),
    "code": Member(str, "The kind of problem, for programs. Stable; new ones may be added."),
    "detail": Member(str, "What went wrong and what to do, in words for a person."),
    "request_id": Member(str, "The request's id. Quote it when you report a problem."),
}


def _schema(name: str, kind: Any) -> dict[str, Any]:
    """The JSON schema of a member's type. Raises `KeyError` for a type that has none."""
    kinds = [part for part in get_args(kind) if part not in (NoneType, Ellipsis)]
    if get_origin(kind) in (tuple, list) or (get_origin(kind) is not None and issubclass(get_origin(kind), Iterable)):
        return {"type": "array", "maxItems": _LONGEST_LIST.get(name, 20), "items": _schema(f"{name}[]", kinds[0])}
    if kinds:
        return _schema(name, kinds[0])
    if name == "type":
        return {"type": "string", "maxLength": 200, "format": "uri-reference"}
    plain: dict[Any, dict[str, Any]] = {
        str: {"type": "string", "maxLength": _LONGEST_TEXT.get(name, 200)},
        int: {"type": "integer", "minimum": 400, "maximum": 599},
        UUID: {"type": "string", "format": "uuid"},
        datetime: {"type": "string", "format": "date-time"},
    }
    if kind in plain:
        return plain[kind]
    return {"$ref": SCHEMA + (kind.__name__ if issubclass(kind, Enum) and kind not in _NAMES else _NAMES[kind])}


def _properties(members: Iterable[tuple[str, Member]], examples: dict[str, Any], within: str = "") -> dict[str, Any]:
    return {
        name: _schema(within + name, member.type) | {"description": member.description, "examples": [examples[name]]}
        for name, member in members
    }


def _part(kind: type[object]) -> dict[str, Any]:
    """The schema of an object within a problem."""
    members = [("in" if name == "place" else name, member) for name, member in members_of(kind).items()]
    return {
        "type": "object",
        "title": _NAMES[kind],
        "description": kind.__doc__,
        "required": [name for name, _ in members],
        "properties": _properties(members, _PARTS[kind], f"{_NAMES[kind]}."),
        "examples": [_PARTS[kind]],
    }


def _sometimes() -> Iterator[tuple[str, Member]]:
    found = {name: member for kind in REFUSALS.values() for name, member in members_of(kind).items()}
    yield from ((name, found[name]) for name in _EXAMPLES if name in found)
    assert found.keys() <= _EXAMPLES.keys(), f"no example of {found.keys() - _EXAMPLES.keys()}"


PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "title": "Problem",
        "description": "What went wrong (RFC 9457). Some codes have further members, and more may be added.",
        "required": list(_ALWAYS),
        "properties": _properties([*_ALWAYS.items(), *_sometimes()], _EXAMPLES),
        "additionalProperties": True,
        "examples": [{name: _EXAMPLES[name] for name in _ALWAYS}],
    },
    **{_NAMES[kind]: _part(kind) for kind in _PARTS},
    "ProblemPlace": {
        "type": "string",
        "title": "ProblemPlace",
        "description": Place.__doc__,
        "enum": [place.value for place in Place],
        "examples": ["body"],
    },
    "InputFaultCode": {
        "type": "string",
        "title": "InputFaultCode",
        "description": "The kind of an input fault. New codes may be added, so treat one that you do not know as "
        "'not_valid'. `/problems/invalid_input` explains each.",
        "maxLength": 200,
        "x-extensible-enum": [code.value for code in InputFaultCode],
        "examples": ["required"],
    },
}


def problem_example(kind: type[Refusal]) -> dict[str, Any]:
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
