"""The failures that Schemathesis reports and that are right: no check is switched off.

A schema says what a request looks like. Each row names a rule that a schema cannot say, by operation, with the status
and the codes that the contract documents for it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Accepted:
    """A failed check that is accepted: which, where, on which statuses, and with which codes."""

    check: str
    """The name of the failure's class in `schemathesis`."""
    operation: str
    """An `operationId`, or `*` for what the conventions say of every operation."""
    statuses: frozenset[int]
    """Empty for all of them."""
    codes: frozenset[str]
    """The codes of the input's faults, or else the problem's: the answer may have no other. Empty for a success."""
    reason: str
    says: str = ""
    """A pattern that the whole of what the failure says of the wrong part of the request has to match."""


def _rejected(operation: str, codes: str, reason: str) -> Accepted:
    return Accepted("RejectedPositiveData", operation, frozenset({422}), frozenset(codes.split()), reason)


def _taken(operation: str, says: str, reason: str, codes: str = "", statuses: frozenset[int] = frozenset()) -> Accepted:
    return Accepted("AcceptedNegativeData", operation, statuses, frozenset(codes.split()), reason, says)


_INTERVIEW = "not_in_the_future ends_before_start lasts_too_long"
_ACTIONS = "actions_required actions_not_wanted not_in_the_future"

EXCEPTIONS: tuple[Accepted, ...] = (
    _rejected("*", "bad_cursor", "A cursor is opaque: only what a list has given out is one."),
    _rejected(
        "saveApplicationDetailsGroup",
        "unknown_field in_the_future",
        "One operation saved all groups. The body's schema is that of the group in the path, and OpenAPI has no words "
        "for that.",
    ),
    _rejected("saveHistoryDetails", "in_the_future", "No organisation was established on a day that is still to come."),
    _rejected(
        "*",
        "not_whole_number",
        "To JSON Schema 500.0 is a whole number. Here it is refused: whoever sends it may well mean pounds, not pence.",
    ),
    _rejected("*", "invalid_email", "Which domains can be written to is no pattern: format `email`."),
    _rejected("*", "invalid_postcode", "The country decides what a postcode is: format `postcode`."),
    _rejected("*", "invalid_telephone", "A numbering plan is no pattern: format `telephone`."),
    _rejected(
        "recordPayment",
        "both_or_neither wrong_currency",
        "A system and its number go together, and either may be null; the currency is the invoice's.",
    ),
    _rejected("creditInvoice", "wrong_currency", "The currency is the invoice's."),
    _rejected("arrangeInterview", _INTERVIEW, "An interview is still to come, and takes eight hours at most."),
    _rejected("rescheduleInterview", _INTERVIEW, "An interview is still to come, and takes eight hours at most."),
    _rejected(
        "reviewApplication",
        "explanation_required items_required items_not_wanted in_the_past",
        "What goes with a return does not go with a pass, and an answer is due on a day that is still to come.",
    ),
    _rejected("recommend", _ACTIONS, "Actions go with one outcome alone, and are due on days that are still to come."),
    _rejected("decide", _ACTIONS, "Actions go with one outcome alone, and are due on days that are still to come."),
    _rejected("createSandboxApplication", "unknown_centre", "The id has to be that of a centre."),
    _rejected(
        "changePassword",
        "wrong_password password_too_simple password_too_common password_about_you",
        "The current password is known to one person, and no pattern tells a new one that is easily guessed.",
    ),
    _rejected("recordPayment", "in_the_future", "Money is received on a day that has come; a schema knows no today."),
    _rejected("createContact", "unknown_user", "A contact's user is one of the same centre."),
    _rejected("updateContact", "unknown_user", "A contact's user is one of the same centre."),
    _rejected("assignCentreLead", "not_a_centre_lead", "The id has to be that of an active centre lead."),
    _rejected("publishDocument", "file_unknown_kind", "Only a PDF is published; a schema knows no kinds of file."),
    *(
        Accepted(
            "UseAfterFree",
            operation,
            frozenset({200}),
            frozenset(),
            "What was closed or ended stays on record: it has to be explainable years later.",
        )
        for operation in ("getIntegrationClient", "getSite", "getCentreUser")
    ),
    Accepted(
        "UndefinedStatusCode",
        "*",
        frozenset({431}),
        frozenset({"headers_too_large"}),
        "Headers of more than 64 KiB are refused by the HTTP server, before there is a request to an operation.",
    ),
    _taken(
        "*",
        ".*",
        "Headers of more than 64 KiB are refused, and so is what else is wrong with the request.",
        codes="headers_too_large",
        statuses=frozenset({431}),
    ),
    _taken(
        "*",
        r"(?:[^\n]*\b(?:X-Request-Id|traceparent|If-None-Match|If-Range|Range)\b[^\n]*\n?)+",
        "A request id, a trace, a tag to compare with or a range that is malformed is passed over (RFC 9110 section "
        "14.2): what only helps never stands in the way.",
        codes="stale_version",
    ),
    _taken(
        "*",
        r"positive test case",
        "A link put a right body in the place of the wrong one: by Schemathesis's own word nothing is wrong in it.",
        codes="stale_version",
    ),
    _taken(
        "publishDocument",
        r"in body - title: String smaller than minLength",
        "An empty field of a form is one that was not filled in: so browsers send it.",
    ),
    _taken(
        "uploadPolicy",
        r"[^\n]*/properties/note \(was string, became null\)",
        "A form knows no null: on its way it becomes a word of four letters, which is a note.",
        codes="stale_version",
    ),
)


def accepted(failure: Any, operation: str, query_names: Iterable[str], response: Any) -> list[Accepted]:
    """Answer the rows that explain a failure. Together they explain every code of the answer, or there are none.

    `failure` and `response` are Schemathesis's; `query_names` are the query parameters that the operation has.
    """
    codes = _codes(response)
    wrong = failure.message.partition("Invalid component:")[2].strip()
    sent = {name for name, _ in parse_qsl(urlsplit(str(response.request.url)).query, keep_blank_values=True)}
    if sent <= set(query_names):
        # An unknown parameter whose value is an empty list is not sent at all.
        wrong = wrong.replace("- query: violates `additionalProperties`\n", "")
    rows = [
        row
        for row in EXCEPTIONS
        if type(failure).__name__ == row.check
        and row.operation in (operation, "*")
        and (not row.statuses or response.status_code in row.statuses)
        and (not row.says or re.fullmatch(row.says, wrong, re.DOTALL))
        and (not codes or codes & row.codes)
    ]
    return rows if codes <= {code for row in rows for code in row.codes} else []


def _codes(response: Any) -> set[str]:
    """The codes of the faults that a problem names, else its own; none for any other answer."""
    if response.status_code < 400 or not response.content:
        return set()
    problem = json.loads(response.content)
    return {fault["code"] for fault in problem.get("errors", ())} or {problem["code"]}
