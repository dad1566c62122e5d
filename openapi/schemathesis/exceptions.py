"""Schemathesis failures that are expected; no check is switched off.

Each row names a rule that a schema cannot express, by operation, with the status and the codes that the contract
documents for it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Accepted:
    """A failed check that is accepted: which check, for which operation, statuses and codes."""

    check: str
    """The class name of the failure in `schemathesis`."""
    operation: str
    """An `operationId`, or `*` for every operation."""
    statuses: frozenset[int]
    """Empty for any status."""
    codes: frozenset[str]
    """The codes of the input faults, or else of the problem; the response must have no others. Empty for a success."""
    reason: str
    says: str = ""
    """A pattern for the failure's whole description of the invalid component."""


def _rejected(operation: str, codes: str, reason: str) -> Accepted:
    return Accepted("RejectedPositiveData", operation, frozenset({422}), frozenset(codes.split()), reason)


def _taken(operation: str, says: str, reason: str, codes: str = "", statuses: frozenset[int] = frozenset()) -> Accepted:
    return Accepted("AcceptedNegativeData", operation, statuses, frozenset(codes.split()), reason, says)


_INTERVIEW = "not_in_the_future ends_before_start lasts_too_long"
_ACTIONS = "actions_required actions_not_wanted not_in_the_future"

EXCEPTIONS: tuple[Accepted, ...] = (
    _rejected("*", "bad_cursor", "A cursor is opaque: only values from `next_cursor` are valid."),
    _rejected(
        "saveApplicationDetailsGroup",
        "unknown_field in_the_future",
        "One operation saves all groups. The schema of the body depends on the group in the path, which OpenAPI cannot "
        "express.",
    ),
    *(
        _rejected(operation, "both_or_neither", "A schema of query parameters cannot tie one to another.")
        for operation in ("listInvoices", "listAllPayments", "listCreditNotes")
    ),
    _rejected(
        "getReconciliation",
        "in_the_future ends_before_start",
        "The days must be in order and not in the future; a schema does not know the current date.",
    ),
    _rejected("saveHistoryDetails", "in_the_future", "The date of establishment must not be in the future."),
    _rejected(
        "*",
        "not_whole_number",
        "In JSON Schema 500.0 is an integer. The API refuses it: the sender may mean pounds, not pence.",
    ),
    *(
        _rejected(
            operation,
            "address_not_public invalid_web_address",
            "No pattern tells which addresses are on the public internet: webhooks go to no other.",
        )
        for operation in ("createWebhookEndpoint", "updateWebhookEndpoint")
    ),
    _rejected("*", "too_short", "White space around a text is dropped before its length is judged."),
    _rejected("*", "invalid_email", "No pattern tells which domains accept email: see format `email`."),
    _rejected("*", "invalid_postcode", "The form of a postcode depends on the country: see format `postcode`."),
    _rejected(
        "replaceInvoicingProfile",
        "invalid_electronic_address required",
        "The form of an id depends on the scheme, and an eligible body needs evidence.",
    ),
    _rejected("*", "invalid_telephone", "A pattern cannot express numbering plans: see format `telephone`."),
    _rejected("verifyPassword", "wrong_password", "A schema cannot know the password."),
    _rejected(
        "recordPayment",
        "both_or_neither wrong_currency too_early",
        "The external system and id go together, the currency is that of the invoice, and nobody pays long before it.",
    ),
    _rejected("resendInvoice", "not_a_choice", "The entry and the address must be there, and of this invoice."),
    _rejected(
        "uploadBankStatement",
        "required both_or_neither file_empty statement_unreadable statement_column statement_line statement_date "
        "statement_amount statement_id_repeated statement_empty statement_account more_faults",
        "A schema cannot say what a statement holds, nor which columns go together.",
    ),
    _rejected(
        "confirmBankLine",
        "required duplicate_items unknown_invoice unknown_entry more_than_open wrong_currency too_early in_the_future",
        "What a line can pay depends on the line, on the invoices that there are, and on what is recorded.",
    ),
    _rejected(
        "recordRefund",
        "both_or_neither wrong_currency too_early in_the_future",
        "As for a payment: and a refund is made after the invoice, and not in the future.",
    ),
    _rejected("allocateCredit", "unknown_invoice wrong_currency", "Money moves between two invoices of one centre."),
    _rejected(
        "reissueInvoice",
        "not_a_choice wrong_currency too_large required",
        "The settings know the VAT treatments, the old invoice the currency, and the country whether there is a "
        "postcode.",
    ),
    _rejected(
        "getStatement",
        "in_the_future ends_before_start lasts_too_long",
        "The days must be in order and not in the future; a schema does not know the current date.",
    ),
    *(
        _rejected(
            operation, "wrong_format", "Numbers of our own series are reserved, and a pattern cannot leave them out."
        )
        for operation in ("assignInvoiceNumber", "assignCreditNoteNumber")
    ),
    *(
        _rejected(
            operation,
            "required in_the_future",
            "What has happened to it decides what must be said of it, and a schema does not know the time.",
        )
        for operation in (
            "saveCentreExternalRef",
            "saveCreditNoteExternalRef",
            "saveInvoiceExternalRef",
            "savePaymentExternalRef",
        )
    ),
    *(
        _rejected(operation, "invalid_network", "A pattern cannot tell the network of an address.")
        for operation in ("createIntegrationClient", "updateIntegrationClient")
    ),
    _rejected("creditInvoice", "wrong_currency", "The currency must be that of the invoice."),
    _rejected("arrangeInterview", _INTERVIEW, "An interview must start in the future, and last at most eight hours."),
    _rejected(
        "rescheduleInterview", _INTERVIEW, "An interview must start in the future, and last at most eight hours."
    ),
    _rejected(
        "reviewApplication",
        "explanation_required items_required items_not_wanted in_the_past points_to_nothing",
        "A return needs properties that a pass must not have, its due date must be in the future, and each item points "
        "to something that is there.",
    ),
    _rejected("recommend", _ACTIONS, "Only one outcome takes actions, and their due dates must be in the future."),
    _rejected("decide", _ACTIONS, "Only one outcome takes actions, and their due dates must be in the future."),
    _rejected("createSandboxApplication", "unknown_centre", "The id must belong to a centre."),
    _rejected(
        "changePassword",
        "wrong_password password_too_simple password_too_common password_about_you",
        "A schema cannot know the current password, nor which new passwords are easy to guess.",
    ),
    _rejected(
        "recordPayment",
        "in_the_future",
        "The date received must not be in the future; a schema does not know the current date.",
    ),
    _rejected("createContact", "unknown_user", "A contact's user must belong to the same centre."),
    _rejected("updateContact", "unknown_user", "A contact's user must belong to the same centre."),
    _rejected("replaceSuperUser", "unknown_user", "The lost super user must belong to the same centre."),
    _rejected("redactFile", "unknown_file", "The id must be that of an uploaded file of this kind."),
    _rejected("requestNameChange", "names_unchanged", "A schema cannot know the names that the centre has."),
    *(
        _rejected(operation, "too_many_matches", "A schema cannot know how much a text matches.")
        for operation in ("listRecords", "exportRecords")
    ),
    *(
        _rejected(operation, "required", "The country decides whether an address needs a postcode.")
        for operation in (
            "createInitialApplication",
            "correctInitialApplication",
            "updateCentre",
            "createSite",
            "updateSite",
        )
    ),
    _rejected("*", "not_printable", "A pattern cannot list the characters that fonts have."),
    _rejected("assignCentreLead", "not_a_centre_lead", "The id must belong to an active centre lead."),
    _rejected(
        "publishDocument", "file_unknown_kind", "Only PDF files are accepted; a schema cannot express file types."
    ),
    *(
        Accepted(
            "UseAfterFree",
            operation,
            frozenset({200}),
            frozenset(),
            "Closed and deactivated records stay readable, so that they can be explained years later.",
        )
        for operation in ("getIntegrationClient", "getSite", "getCentreUser")
    ),
    *(
        Accepted(
            "AllowHeaderMismatch",
            f"save{group}Details",
            frozenset({405}),
            frozenset({"method_not_allowed"}),
            "The address also answers GET, which the contract documents once for all groups, at the templated path.",
        )
        for group in ("CentreType", "Experience", "History", "Invoice", "LearnerNumbers", "Provision", "Suitability")
    ),
    Accepted(
        "UndefinedStatusCode",
        "*",
        frozenset({431}),
        frozenset({"headers_too_large"}),
        "The HTTP server refuses headers over 64 KiB before an operation is reached.",
    ),
    _taken(
        "*",
        ".*",
        "Headers over 64 KiB are refused, whatever else is wrong with the request.",
        codes="headers_too_large",
        statuses=frozenset({431}),
    ),
    _taken(
        "*",
        r"(?:[^\n]*\b(?:X-Request-Id|traceparent|If-None-Match|If-Range|Range)\b[^\n]*\n?)+",
        "A malformed request id, trace id, If-None-Match, If-Range or Range is ignored (RFC 9110 section 14.2): "
        "optional headers never fail a request.",
        codes="stale_version",
    ),
    _taken(
        "*",
        r"positive test case",
        "A link replaced the invalid body with a valid one, so Schemathesis finds nothing wrong in the request.",
        codes="stale_version",
    ),
    _taken(
        "*",
        r"in body - violates `format` at [^\n]*",
        "To violate the format of a text, Schemathesis makes any other text, which can be a valid one.",
        codes="stale_version",
    ),
    _taken(
        "publishDocument",
        r"in body - title: String smaller than minLength",
        "Browsers send an empty form field for one that was not filled in.",
    ),
    _taken(
        "uploadPolicy",
        r"[^\n]*/properties/note \(was string, became null\)",
        "A form cannot send null: it arrives as the text `null`, which is a valid note.",
        codes="stale_version",
    ),
)


def accepted(failure: Any, operation: str, query_names: Iterable[str], response: Any) -> list[Accepted]:
    """Return the rows that explain a failure, if together they explain every code of the response; else none.

    `failure` and `response` are Schemathesis's; `query_names` are the query parameters that the operation has.
    """
    codes = _codes(response)
    wrong = failure.message.partition("Invalid component:")[2].strip()
    sent = {name for name, _ in parse_qsl(urlsplit(str(response.request.url)).query, keep_blank_values=True)}
    if sent <= set(query_names):
        # An unknown parameter with an empty list as its value is not sent at all.
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
    """Return the codes of a problem's faults, or else its own code; none for any other response."""
    if response.status_code < 400 or not response.content:
        return set()
    problem = json.loads(response.content)
    return {fault["code"] for fault in problem.get("errors", ())} or {problem["code"]}
