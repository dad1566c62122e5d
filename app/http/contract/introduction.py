"""The parts of the contract that no route declares: title, introduction, tags and security schemes."""

from typing import Any

from app.domain.actors import Scope
from app.schemas.formats import FORMATS

TITLE = "Centre recognition API"
VERSION = "1.1.0"
SUMMARY = "From the public web form to the certificate: how an organisation becomes a recognised centre."
CONTACT = {
    "name": "Customer experience team",
    "url": "https://www.aimgroup.org.uk",
    "email": "enquiries@aimgroup.org.uk",
}
LICENCE = {"name": "MIT", "identifier": "MIT"}
SERVERS = [{"url": "/", "description": "The server that serves this document."}]

DESCRIPTION = """\
How an awarding organisation recognises centres: the initial application on the public web form, due diligence and the
centre's account; its sites, contacts and users; the application with eleven policies and the agreement; review, invoice
and payment; interview, recommendation and decision; and the certificate.

**Conventions.** JSON in UTF-8, `snake_case`, times in RFC 3339 UTC, and money in whole pence: `50000` is £500, and a
decimal point is refused, even in `500.0`. Every error is `application/problem+json` (RFC 9457) with a stable `code`;
errors in the input are reported all at once. Unknown fields and query parameters are refused. Answers may gain
properties, `code`s and enumeration values.

**Authenticate.** People open a session (`createSession`) and send its access token as `Authorization: Bearer …`.
Systems get a token from `issueClientToken` for the scopes granted to them.

**Avoid overwriting.** A resource that can change has an `ETag`; send it in `If-Match`. Without it the answer is 428,
with a stale one 412. A step on an application takes the application's ETag.

**Retry safely.** A `POST` takes an `Idempotency-Key`. The same key and content replay the first answer, with
`Idempotent-Replayed: true`.

**Follow the process.** Each application carries `allowed_steps`, `blocked_steps` with the reason, and `waiting_on`.
Draw your buttons from them. `GET /v1/process` describes the process itself.

**Paginate.** Pass `next_cursor` as `cursor`, or follow the `Link` with `rel="next"`, until it is null.

**Filter by date or time.** A filter is named after its field: `<field>_from` includes the value and `<field>_before`
excludes it. Filters combine; all of them must hold.

**Stay within the rate limits.** `RateLimit` says how many requests remain. After a 429, wait as long as `Retry-After`
says.

**Try it.** The server shows this document at `/docs`.

**Call it from a browser.** A page of another origin can call the API if that origin is in the server's `CORS_ORIGINS`.
Tokens go in `Authorization`; there are no cookies.

**Build against a sandbox.** A server in sandbox mode has the operations under Sandbox. They create a centre or an
application in any state in one call, with log-ins for everybody, captured emails, and a clock that moves.

**Probe with `HEAD`.** Every `GET` also answers `HEAD`: the same status and headers, without the body.

**Other answers.** An unknown address is answered 404, a method that an address does not support 405 with `Allow`, and
headers of more than 64 KiB 431. Every answer has an `X-Request-Id`: quote it when you report a problem. An operation
that will be removed announces it with `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).

**Named formats.** A `format` names a rule that a schema cannot express. These are the contract's own, with samples.

"""
DESCRIPTION += "\n".join(
    f"- `{name}`: {described.meaning} {', '.join(f'`{sample}`' for sample in described.samples)}."
    for name, described in FORMATS.items()
)

TAGS: dict[str, str] = {
    "Process": "The process: its stages, statuses and steps. Public.",
    "Reference data": "The closed lists of the forms, each entry with key and label.",
    "Initial applications": "Stages one and two: the public form, due diligence and the account.",
    "Sessions": "Signing in and out, your own account, and passwords.",
    "Centres": "Centres and their details.",
    "Sites": "The main site and delivery sites.",
    "Contacts": "The people who hold the six contact roles.",
    "Centre users": "The people who can sign in for a centre.",
    "Applications": "The application as a whole: overview, readiness, submission and withdrawal.",
    "Sections": "The form's three sections: details, policies and agreement.",
    "Reviews": "The initial review, the centre lead's review, and the corrections that they ask for.",
    "Invoices": "The recognition invoice and its ledger.",
    "Centre leads": "The assignment of centre leads to applications.",
    "Interviews": "The interview between the centre and its centre lead.",
    "Recommendations": "The centre lead's recommendation. Only staff can read it.",
    "Decisions": "The quality assurance manager's decision.",
    "Actions": "The actions that a centre must carry out after an acceptance with actions.",
    "Recognition": "The recognition, its certificate and its welcome pack.",
    "Public register": "Recognised centres and their certificates. Public.",
    "Timeline": "The changes to an application or a centre, and who made them.",
    "Events": "The event feed for other systems.",
    "Documents": "The awarding organisation's documents and their versions.",
    "Staff": "The awarding organisation's people.",
    "Integration clients": "Other systems that call the API, and their tokens.",
    "Operations": "Probes and metrics for operators.",
    "Sandbox": "States on demand, time and emails, for building and testing clients. Never in production.",
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
