"""The schemas of a problem (RFC 9457), and an example of each kind."""

from typing import Any

from app.domain.problem_table import PROBLEMS, title_of
from app.http.contract.operations import SCHEMA
from app.schemas import example_centre as example

_FAULT = {"in": "body", "pointer": "/organisation_name", "code": "required", "detail": "This is required."}
_MISSING = {
    "section": "policies_and_procedures",
    "group": None,
    "pointer": "/appeals",
    "code": "required",
    "message": "Upload a) Appeals procedure for candidates.",
}
_WITHDRAW = {"name": "withdraw", "method": "POST", "path": f"{example.APPLICATION_PATH}/withdrawal"}
_OAUTH = ("invalid_request", "unsupported_grant_type", "invalid_scope", "invalid_client")


def _property(description: str, example: Any, **schema: Any) -> dict[str, Any]:
    return {"description": description, **schema, "examples": [example]}


def _text(description: str, example: str, most: int = 200, **schema: Any) -> dict[str, Any]:
    return _property(description, example, type="string", maxLength=most, **schema)


def _id(description: str, id_: str) -> dict[str, Any]:
    return _property(description, id_, type="string", format="uuid")


def _named(description: str, example: Any, schema: str) -> dict[str, Any]:
    return {"$ref": f"{SCHEMA}{schema}"} | _property(description, example)


def _list_of(description: str, example: list[Any], schema: str, most: int = 20) -> dict[str, Any]:
    return _property(description, example, type="array", maxItems=most, items={"$ref": f"{SCHEMA}{schema}"})


def _object(
    name: str, description: str, properties: dict[str, Any], required: list[str], **more: Any
) -> dict[str, Any]:
    example = {key: properties[key]["examples"][0] for key in required}
    return {
        "type": "object",
        "title": name,
        "description": description,
        "required": required,
        "properties": properties,
        **more,
        "examples": [example],
    }


_ALWAYS = {
    "type": _text(
        "What kind of problem, as an address that explains it.", "/problems/not_found", format="uri-reference"
    ),
    "title": _text("The kind of problem in a few words.", "Not found"),
    "status": _property("The HTTP status.", 404, type="integer", minimum=400, maximum=599),
    "code": _text("The kind of problem, for programs. Stable; new ones may be added.", "not_found"),
    "detail": _text("What to do, in words for a person.", "There is nothing here that you can see.", 5000),
    "request_id": _text("Quote it when you report something.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"),
}
# Each stands beside the codes whose examples have it.
_SOMETIMES = {
    "errors": _list_of("Every fault of the input, all at once.", [_FAULT], "ProblemFault", 10_000),
    "missing": _list_of("Everything that the application lacks.", [_MISSING], "MissingItem", 10_000),
    "application_status": _named("The application's status.", "draft", "Status"),
    "allowed_steps": _list_of("The steps that are open to you instead.", [_WITHDRAW], "ProblemStep"),
    "current_etag": _text("The version that there is now, as an `ETag`.", '"8"'),
    "available": _property(
        "The media types that there are.",
        ["application/json", "application/pdf"],
        type="array",
        maxItems=5,
        items={"type": "string", "maxLength": 100},
    ),
    "reasons": _list_of(
        "Every reason why requests cannot be served.",
        [{"code": "database_unreachable", "detail": "The database does not answer."}],
        "ProblemReason",
    ),
    "outstanding_checks": _list_of("The checks that have not been recorded.", ["address"], "DueDiligenceCheckKey"),
    "open_concerns": _list_of("The checks that raised a concern.", ["address"], "DueDiligenceCheckKey"),
    "initial_application_status": _named("The initial application's status.", "declined", "InitialApplicationStatus"),
    "interview_status": _named("The interview's status.", "held", "InterviewStatus"),
    "starts_at": _property("When it starts.", example.INTERVIEW_STARTS_AT, type="string", format="date-time"),
    "now": _property("What the clock shows.", "2026-12-23T10:15:00Z", type="string", format="date-time"),
    "action_status": _named("The action's status.", "closed", "ActionStatus"),
    "roles_held": _list_of(
        "Who holds the roles.",
        [{"role": "finance", "contact_id": example.CONTACT_ID, "contact_name": example.CONTACT}],
        "ProblemRoleHeld",
    ),
    "application_id": _id("The application that is open.", example.APPLICATION_ID),
    "agreement_id": _id("The current version of the centre agreement.", example.AGREEMENT_ID),
    "code_of_conduct_id": _id("The current version of the customer code of conduct.", example.CODE_OF_CONDUCT_ID),
    "payment_id": _id("The payment that is recorded.", example.PAYMENT_ID),
    "invoice_id": _id("The invoice on which it is recorded.", example.INVOICE_ID),
    "reversal_id": _id("The entry that reversed the payment.", example.REVERSAL_ID),
    "due": _named("How much is due.", example.FEE, "Money"),
    "error": _text("RFC 6749's code, for OAuth clients; the same as `code`.", "invalid_client"),
    "error_description": _text("RFC 6749's description; the same as `detail`.", "The client is not known.", 5000),
}

PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": _object(
        "Problem",
        "What went wrong (RFC 9457). Beside the members that every problem has, some codes have further ones, and "
        "more may be added.",
        _ALWAYS | _SOMETIMES,
        list(_ALWAYS),
        additionalProperties=True,
    ),
    "ProblemFault": _object(
        "ProblemFault",
        "One fault of the input.",
        {
            "in": _named("Where it stands.", "body", "ProblemPlace"),
            "pointer": _text("Where exactly (RFC 6901).", "/organisation_name", 2000),
            "code": _text("What kind of fault, for programs. Stable; new ones may be added.", "required"),
            "detail": _text("What to put right, in words for a person.", "This is required.", 2000),
        },
        list(_FAULT),
    ),
    "ProblemPlace": {
        "type": "string",
        "title": "ProblemPlace",
        "description": "A part of the request.",
        "enum": ["body", "query", "path", "header"],
        "examples": ["body"],
    },
    "ProblemReason": _object(
        "ProblemReason",
        "One reason why requests cannot be served.",
        {
            "code": _text("Why, for programs.", "database_unreachable"),
            "detail": _text("Why, in words.", "The database does not answer.", 500),
        },
        ["code", "detail"],
    ),
    "ProblemRoleHeld": _object(
        "ProblemRoleHeld",
        "A contact role that somebody holds already.",
        {
            "role": _named("The role.", "finance", "ContactRole"),
            "contact_id": _id("The contact who holds it.", example.CONTACT_ID),
            "contact_name": _text("Their name.", example.CONTACT),
        },
        ["role", "contact_id", "contact_name"],
    ),
    "ProblemStep": _object(
        "ProblemStep",
        "A step of the process that is open to the caller.",
        {
            "name": _named("The step's name in the process.", "withdraw", "StepName"),
            "method": _text("The HTTP method.", "POST"),
            "path": _text("The path to call.", _WITHDRAW["path"]),
        },
        list(_WITHDRAW),
    ),
}

_STEPS_INSTEAD = ("application_status", "allowed_steps")
_MEMBERS: dict[str, tuple[str, ...]] = {
    "invalid_input": ("errors",),
    "stale_version": ("current_etag",),
    "not_acceptable": ("available",),
    "not_serving": ("reasons",),
    "not_ready": (*_STEPS_INSTEAD, "missing"),
    "step_not_allowed": _STEPS_INSTEAD,
    "invoice_unpaid": _STEPS_INSTEAD,
    "interview_already_arranged": _STEPS_INSTEAD,
    "no_interview_arranged": _STEPS_INSTEAD,
    "interview_not_held": _STEPS_INSTEAD,
    "application_locked": _STEPS_INSTEAD,
    "interview_closed": ("interview_status", *_STEPS_INSTEAD),
    "interview_not_started": ("starts_at",),
    "clock_moves_ahead_only": ("now",),
    "already_decided": ("initial_application_status",),
    "due_diligence_incomplete": ("outstanding_checks",),
    "concern_needs_reason": ("open_concerns",),
    "action_closed": ("action_status",),
    "no_evidence": ("action_status",),
    "role_held": ("roles_held",),
    "application_open": ("application_id",),
    "not_the_current_version": ("agreement_id", "code_of_conduct_id"),
    "payment_already_recorded": ("payment_id", "invoice_id"),
    "already_reversed": ("reversal_id",),
    "exceeds_due": ("due",),
}


def problem_example(code: str) -> dict[str, Any]:
    """A problem of this kind, as a named example."""
    problem = PROBLEMS[code]
    value: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": title_of(code),
        "status": problem.status,
        "code": code,
        "detail": problem.meaning,
        "request_id": "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
    }
    value |= {member: _SOMETIMES[member]["examples"][0] for member in _MEMBERS.get(code, ())}
    if code in _OAUTH:
        value |= {"error": code, "error_description": problem.meaning}
    return {"summary": code.replace("_", " ").capitalize(), "value": value}
