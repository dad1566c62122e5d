"""The parts of the contract that no route tells: what the API is, its tags, and how a caller proves who they are."""

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
SERVERS = [{"url": "/", "description": "The server that this document comes from."}]

DESCRIPTION = """\
How an awarding organisation runs its centre recognition: the initial application on the public web form, due diligence,
the centre's account, its sites, contacts and users, the application with eleven policies and the agreement, review,
invoice and payment, interview, recommendation and decision, and the certificate.

**Talk to it.** JSON in UTF-8, `snake_case`, times in RFC 3339 UTC, money in whole pence (`50000` is £500; a
decimal point is refused, even in `500.0`). Every error is `application/problem+json` (RFC 9457) with a stable `code`;
input errors name every fault at once. Unknown fields and query parameters are refused. New properties, `code`s and
values of enumerations may be added to answers.

**Prove who you are.** People open a session (`createSession`) and send its access token as `Authorization: Bearer …`;
systems get a token from `issueClientToken` for the scopes that they were given.

**Nothing is overwritten silently.** What can be changed has an `ETag`; send it in `If-Match`. Without it the answer is
428, with an older one 412. A step on an application carries the application's.

**Repeat safely.** A `POST` takes an `Idempotency-Key`; the same key and content replay the first answer, with
`Idempotent-Replayed: true`.

**Follow the process.** Each application carries `allowed_steps`, `blocked_steps` with the reason, and `waiting_on`.
Draw your buttons from them. `GET /v1/process` is the process itself.

**Read lists to the end.** Send `next_cursor` as `cursor`, or follow the `Link` with `rel="next"`, until there is none.

**Narrow lists by day or moment.** A filter is named after its field: `<field>_from` includes the value and
`<field>_before` excludes it. Filters combine; all of them must hold.

**Stay within the limits.** `RateLimit` says what is left; 429 says with `Retry-After` how long to wait.

**Try it.** The server shows this document at `/docs`, where every operation can be tried out.

**Call it from a browser.** A page of another origin can call it when that origin is among the server's `CORS_ORIGINS`;
what is of use to it among the headers is then exposed. Tokens go in `Authorization`; there are no cookies.

**Build against a sandbox.** A server that runs as one has the operations under Sandbox: a centre or an application in
any state in one call, with everybody's log-in, captured mail, and a clock that moves.

**Ask with HEAD.** Every `GET` also answers `HEAD`: the same status and headers, without the body.

**Other answers.** An address that does not exist answers 404; a method that an address does not take, 405 with `Allow`.
Headers of more than 64 KiB answer 431. Every answer has an `X-Request-Id`: quote it when you report something. An
operation that will go away says so beforehand with `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).

**Formats of its own.** A `format` names a rule that a schema cannot say; whoever makes up values can take these.

"""
DESCRIPTION += "\n".join(
    f"- `{name}`: {described.meaning} {', '.join(f'`{sample}`' for sample in described.samples)}."
    for name, described in FORMATS.items()
)

TAGS: dict[str, str] = {
    "Process": "The process and its vocabularies, readable by anybody.",
    "Reference data": "The vocabularies of the forms, each with key and label.",
    "Initial applications": "Stages one and two: the public form, due diligence, the account.",
    "Sessions": "Signing in and out, one's own account, passwords.",
    "Centres": "Centres and their details.",
    "Sites": "The main site and delivery sites.",
    "Contacts": "People with the six contact roles.",
    "Centre users": "Who can sign in for a centre.",
    "Applications": "The application as a whole: overview, readiness, submission, withdrawal.",
    "Sections": "The form's three sections: details, policies, agreement.",
    "Reviews": "The initial review, the centre lead's, and what is to be mended.",
    "Invoices": "The recognition invoice and its ledger.",
    "Centre leads": "Who leads an application.",
    "Interviews": "The interview with the centre lead.",
    "Recommendations": "What the centre lead recommends, among staff.",
    "Decisions": "What the quality assurance manager decides.",
    "Actions": "What a centre accepted with actions has to do.",
    "Recognition": "The recognition, its certificate and its welcome pack.",
    "Public register": "Recognised centres and their certificates, for anybody.",
    "Timeline": "What happened to an application or a centre, and who did it.",
    "Events": "The feed for other systems.",
    "Documents": "The awarding organisation's documents in versions.",
    "Staff": "The awarding organisation's people.",
    "Integration clients": "Other systems and their tokens.",
    "Operations": "For those who run the service.",
    "Sandbox": "Ready-made states, time and mail, for those who build and test clients. Never in production.",
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
