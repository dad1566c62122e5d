"""The fixed parts of the contract: its introduction, its tags, its problems, and how a caller proves who they are."""

from typing import Any

from app.domain.actors import Scope

DESCRIPTION = """\
How an awarding organisation runs its centre recognition: the initial application on the public web form, due diligence,
the centre's account, its sites, contacts and users, the application with eleven policies and the agreement, review,
invoice and payment, interview, recommendation and decision, and the certificate.

**Talk to it.** JSON in UTF-8, `snake_case`, times in RFC 3339 UTC, money in whole pence. Every error is
`application/problem+json` (RFC 9457) with a stable `code`; input errors name every fault at once. Unknown fields and
query parameters are refused.

**Nothing is overwritten silently.** What can be changed has an `ETag`; send it in `If-Match`. Without it the answer is
428, with an older one 412. A step on an application carries the application's.

**Repeat safely.** A `POST` takes an `Idempotency-Key`; the same key and content replay the first answer.

**Follow the process.** Each application carries `allowed_steps`, `blocked_steps` with the reason, and `waiting_on`.
Draw your buttons from them. `GET /v1/process` is the process itself.
"""

TAGS: list[dict[str, Any]] = [
    {"name": "Process", "description": "The process and its vocabularies, readable by anybody."},
    {"name": "Reference data", "description": "The vocabularies of the forms, each with key and label."},
    {"name": "Initial applications", "description": "Stages one and two: the public form, due diligence, the account."},
    {"name": "Sessions", "description": "Signing in and out, one's own account, passwords."},
    {"name": "Centres", "description": "Centres and their home."},
    {"name": "Sites", "description": "The main site and delivery sites."},
    {"name": "Contacts", "description": "People with the six contact roles."},
    {"name": "Centre users", "description": "Who can sign in for a centre."},
    {"name": "Applications", "description": "The application as a whole: overview, readiness, submission, withdrawal."},
    {"name": "Sections", "description": "The form's three sections: details, policies, agreement."},
    {"name": "Reviews", "description": "The initial review, the centre lead's, and what is to be mended."},
    {"name": "Invoices", "description": "The recognition invoice and its ledger."},
    {"name": "Centre leads", "description": "Who leads an application."},
    {"name": "Interviews", "description": "The interview with the centre lead."},
    {"name": "Recommendations and decisions", "description": "What the centre lead recommends, and what is decided."},
    {"name": "Actions", "description": "What a centre accepted with actions has to do."},
    {"name": "Recognition", "description": "The recognition, its certificate, and the public register."},
    {"name": "Events", "description": "Timelines, and the feed for other systems."},
    {"name": "Documents", "description": "The awarding organisation's documents in versions."},
    {"name": "Staff", "description": "The awarding organisation's people."},
    {"name": "Integration clients", "description": "Other systems and their tokens."},
    {"name": "Operations", "description": "For those who run the service."},
]

PROBLEMS: dict[int, str] = {
    400: "Malformed",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    406: "NotAcceptable",
    408: "RequestTimeout",
    409: "Conflict",
    412: "StaleVersion",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    416: "RangeNotSatisfiable",
    422: "InvalidInput",
    428: "PreconditionRequired",
    429: "TooManyRequests",
    500: "InternalError",
    503: "Unavailable",
    507: "StorageFull",
}

_MEANINGS: dict[int, tuple[str, str, str]] = {
    400: ("malformed_json", "The request is malformed", "The body is not JSON, or a header is missing or malformed."),
    401: ("unauthenticated", "Not signed in", "No valid access token."),
    403: ("role_not_allowed", "Not allowed", "Known, but not allowed; the detail says why."),
    404: ("not_found", "Not found", "Unknown, or another centre's."),
    406: ("not_acceptable", "No such representation", "No media type that was asked for is offered here."),
    408: ("request_timeout", "The request took too long to arrive", "The request did not arrive in time."),
    409: (
        "step_not_allowed",
        "The state does not allow this",
        "The state does not allow it; the steps that are open are named.",
    ),
    412: (
        "stale_version",
        "Changed in the meantime",
        "Somebody has changed it since it was read; the current ETag is sent.",
    ),
    413: ("too_large", "Too large", "Larger than is taken here."),
    415: ("unsupported_media_type", "Unsupported media type", "The body has a media type that is not taken here."),
    416: ("range_not_satisfiable", "Range not satisfiable", "The file is shorter than the range."),
    422: ("invalid_input", "The input is not valid", "The input itself is wrong; every fault is named."),
    428: ("precondition_required", "Precondition required", "The header If-Match is missing."),
    429: ("too_many_requests", "Too many requests", "Wait as long as Retry-After says."),
    500: ("internal_error", "Something went wrong here", "Our fault; nothing was changed."),
    503: ("unavailable", "Not available right now", "Try again after Retry-After."),
    507: ("storage_full", "No room for the document", "The document store is full; nothing was changed."),
}

_HEADERS: dict[int, tuple[str, ...]] = {
    401: ("WWW-Authenticate",),
    412: ("ETag",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}


def problem_response(status: int) -> dict[str, Any]:
    """The shared response for a status."""
    code, title, meaning = _MEANINGS[status]
    example: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": meaning,
        "request_id": "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
    }
    if status == 422:
        example["errors"] = [
            {"in": "body", "pointer": "/organisation_name", "code": "required", "detail": "This is required."}
        ]
    names = ("X-Request-Id", *_HEADERS.get(status, ()))
    return {
        "description": meaning,
        "headers": {
            name: {
                "description": f"See RFC 9110 for {name}."
                if name != "X-Request-Id"
                else "Quote it when you report something.",
                "schema": {"type": "string"},
            }
            for name in names
        },
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "title": "Problem",
        "description": "What went wrong (RFC 9457). Further members say more: `errors`, `missing`, `allowed_steps`, …",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": {
                "type": "string",
                "description": "What kind of problem, as an address that explains it.",
                "examples": ["/problems/not_found"],
            },
            "title": {
                "type": "string",
                "description": "The kind of problem in a few words.",
                "examples": ["Not found"],
            },
            "status": {
                "type": "integer",
                "description": "The HTTP status.",
                "examples": [404],
                "minimum": 400,
                "maximum": 599,
            },
            "code": {"type": "string", "description": "Stable; new ones may be added.", "examples": ["not_found"]},
            "detail": {
                "type": "string",
                "description": "What to do, in words for a person.",
                "examples": ["There is nothing here that you can see."],
            },
            "request_id": {
                "type": "string",
                "description": "Quote it when you report something.",
                "examples": ["0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"],
            },
            "errors": {
                "type": "array",
                "description": "Every fault of the input, all at once.",
                "items": {"$ref": "#/components/schemas/ProblemFault"},
            },
        },
        "additionalProperties": True,
        "examples": [
            {
                "type": "/problems/not_found",
                "title": "Not found",
                "status": 404,
                "code": "not_found",
                "detail": "There is nothing here that you can see.",
                "request_id": "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
            }
        ],
    },
    "ProblemFault": {
        "type": "object",
        "title": "ProblemFault",
        "description": "One fault of the input.",
        "required": ["in", "pointer", "code", "detail"],
        "properties": {
            "in": {
                "type": "string",
                "enum": ["body", "query", "path", "header"],
                "description": "Where it stands.",
                "examples": ["body"],
            },
            "pointer": {
                "type": "string",
                "description": "Where exactly (RFC 6901).",
                "examples": ["/organisation_name"],
            },
            "code": {"type": "string", "description": "Stable; new ones may be added.", "examples": ["required"]},
            "detail": {
                "type": "string",
                "description": "What to put right, in words for a person.",
                "examples": ["This is required."],
            },
        },
        "additionalProperties": False,
        "examples": [
            {"in": "body", "pointer": "/organisation_name", "code": "required", "detail": "This is required."}
        ],
    },
}

SECURITY_SCHEMES: dict[str, Any] = {
    "session": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a person's session, from `createSession`.",
    },
    "client": {
        "type": "oauth2",
        "description": "The access token of another system, from `issueClientToken`.",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/v1/oauth/token",
                "scopes": {
                    Scope.INVOICES_READ.value: "Read invoices and their ledgers.",
                    Scope.PAYMENTS_WRITE.value: "Record and reverse payments.",
                    Scope.EVENTS_READ.value: "Read the event feed.",
                },
            }
        },
    },
}
