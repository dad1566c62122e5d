"""Every kind of problem that the API answers: its `code`, the status it comes with, and what it means.

The contract's examples, its lists of codes and the page that a problem's `type` leads to are made of this table.
"""

from typing import NamedTuple

from app.domain.errors import NotFound


class Problem(NamedTuple):
    """One kind of problem: the HTTP status that it always has, and what it means for whoever receives it."""

    status: int
    meaning: str


# The title of a problem is its status's, but for the few codes of `_OWN_TITLES`.
TITLES: dict[int, str] = {
    400: "The request is malformed",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No such representation",
    408: "The request took too long to arrive",
    409: "The state does not allow this",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "The input is not valid",
    428: "Precondition required",
    429: "Too many requests",
    431: "Headers too large",
    500: "Something went wrong here",
    503: "Not available right now",
    507: "No room for the document",
}
_OWN_TITLES = {
    "idempotency_key_reused": "The key was used for another request",
    "overloaded": "Too busy at the moment",
}

_BY_STATUS: dict[int, dict[str, str]] = {
    400: {
        "malformed_json": (
            "The body could not be read as JSON (RFC 8259, UTF-8). The detail names the line and the column."
        ),
        "body_missing": "The operation needs a JSON body.",
        "bad_if_match": (
            "If-Match holds something else than entity tags. Send the ETag exactly as you received it, quotes included."
        ),
        "bad_idempotency_key": "An Idempotency-Key is 1 to 255 visible ASCII characters.",
        "idempotency_key_required": (
            "Money moves here: send an Idempotency-Key, so that a repeat does not move it twice."
        ),
        "bad_header": "A header is missing or malformed.",
        "malformed_request": "The request could not be read. The detail says what is wrong with it.",
        "invalid_request": (
            "No token: a field is missing or repeated, or the client is named twice (RFC 6749 section 5.2)."
        ),
        "unsupported_grant_type": "The token endpoint takes the grant type client_credentials only.",
        "invalid_scope": (
            "No token: the client does not have a scope that was asked for; the detail names those that it has."
        ),
    },
    401: {
        "unauthenticated": (
            "Send an access token as 'Authorization: Bearer …'. People open a session, systems ask for a client token."
        ),
        "token_not_valid": (
            "The access token has expired, or its session has ended. Refresh the session or sign in again."
        ),
        "invalid_credentials": "The email address or the password is wrong. Which of the two is not said.",
        "first_password_expired": (
            "A first password is good for a few days. Ask for the log-in details to be sent again."
        ),
        "refresh_token_not_valid": "The refresh token is unknown, or its session has ended. Sign in again.",
        "refresh_token_reused": "A refresh token can be used once. It came twice, so its session was ended for safety.",
        "invalid_client": (
            "No token: the client is unknown, deactivated, or its secret is wrong (RFC 6749 section 5.2)."
        ),
    },
    403: {
        "password_change_required": (
            "A session opened with a first password can change it, read /v1/me and end; nothing else."
        ),
        "role_not_allowed": "You are known, but none of your roles may do this; the detail names those that may.",
        "not_your_application": "Only the centre lead who is assigned to the application may do this.",
        "own_recommendation": "Whoever has recommended on an application never decides it.",
        "only_the_first_super_user": (
            "Customer experience sends log-in details again to a centre's first super user only."
        ),
        "forbidden": "You are known, and may not do this; the detail says why.",
    },
    404: {
        "not_found": "There is nothing at this address, or it belongs to another centre: the two cannot be told apart.",
    },
    405: {
        "method_not_allowed": (
            "The address exists but does not take this method; the header Allow names those that it takes."
        ),
    },
    406: {
        "not_acceptable": "The resource has no representation that Accept takes; 'available' names those that it has.",
    },
    408: {
        "request_timeout": "The request did not arrive in time. Send it again.",
    },
    409: {
        "request_in_progress": (
            "The first request with this Idempotency-Key is still running. Ask again after Retry-After."
        ),
        "step_not_allowed": (
            "The process does not allow this step in the application's state. 'allowed_steps' names those that it"
            " allows."
        ),
        "not_ready": "The application cannot be submitted yet. 'missing' names everything, with section and pointer.",
        "invoice_unpaid": "Nothing proceeds until the centre recognition invoice is paid in full.",
        "application_locked": "The application is submitted, so its sections can no longer be changed.",
        "last_administrator": "There is always an active administrator. Make somebody else one first.",
        "already_staff": "The email address belongs to a staff member already.",
        "centre_user_cannot_be_staff": (
            "The email address belongs to a centre's user, and nobody judges what they hand in."
        ),
        "staff_member_deactivated": (
            "The staff member was deactivated. Adding the same address again gives the place back."
        ),
        "password_already_chosen": (
            "The person has chosen a password, so there are no log-in details to send. They can reset it."
        ),
        "integration_client_deactivated": "The client was deactivated for good. Add a new one.",
        "conflict": "The state does not allow this; the detail says why.",
        "changed_at_once": "Somebody else made the same change at the same moment. Read again, then decide.",
        "already_decided": "The initial application has its account, or was declined; neither can be undone.",
        "due_diligence_incomplete": (
            "Each check has to be recorded before there can be an account; 'outstanding_checks'."
        ),
        "concern_needs_reason": "A check raised a concern: record why the account is created all the same, or decline.",
        "staff_cannot_act_for_a_centre": "The email address belongs to the awarding organisation's staff.",
        "email_in_use": "The email address has a log-in already.",
        "already_a_user": "The person is a user of the centre already.",
        "user_deactivated": "The user was deactivated. Invite the person again first.",
        "last_super_user": (
            "A centre keeps an active super user who has chosen a password. Make somebody else one first."
        ),
        "name_belongs_to_the_person": "Once a password is chosen, a person's name is their own to change.",
        "too_many_users": "A centre has as many users as it can have.",
        "too_many_sites": "A centre has as many open sites as it can have.",
        "too_many_contacts": "A centre has as many contacts as it can have.",
        "too_many_records": "There are as many of these here as there can be.",
        "main_site": "The main site cannot be closed: the main centre answers for every other.",
        "main_site_exists": "A centre has one main site.",
        "site_closed": "The site is closed, and stays as it was.",
        "contact_ended": "The contact has ended, and stays as it was.",
        "role_held": "Another contact holds a role that one person holds at a time; 'roles_held' names who.",
        "application_open": "The centre has an open application; 'application_id' names it.",
        "already_recognised": "The centre is recognised, so there is nothing to apply for.",
        "agreement_not_published": "The centre agreement or the customer code of conduct has not been published yet.",
        "not_the_current_version": "A yes counts for the current versions only. Read them, then agree to them.",
        "policy_always_required": "Only the examinations procedure can be stated not to apply.",
        "invigilated_assessment_planned": "Section Application says, or does not rule out, that one is planned.",
        "document_uploaded": "A document stands in the policy's place already, and it counts.",
        "earlier_return": "The item belongs to an earlier return, which was answered.",
        "interview_already_arranged": "An interview is arranged. Reschedule it, or record its outcome.",
        "no_interview_arranged": "There is no arranged interview to reschedule, or to record an outcome for.",
        "interview_not_held": "A recommendation needs an interview that was held. Record its outcome first.",
        "interview_not_started": "The interview has not started, so it can be rescheduled or cancelled only.",
        "interview_closed": "The interview's outcome has been recorded.",
        "no_evidence": "The centre has sent no evidence that is still to be judged.",
        "action_closed": "The action is closed.",
        "invoice_already_issued": "An application is invoiced once.",
        "payment_already_recorded": "The finance system's payment is recorded already; 'payment_id' names it.",
        "already_reversed": "The payment has been reversed already; 'reversal_id' names the entry.",
        "exceeds_due": "No more than what is due can be credited; 'due' tells how much that is.",
        "reset_token_not_valid": "The token was used, has expired, or never was one. Ask for a new email.",
        "clock_moves_ahead_only": "The sandbox's clock only moves ahead. A reset sets it back to real time.",
        "state_not_reachable": "As this deployment is set up, an application is never in this state.",
    },
    412: {
        "stale_version": (
            "Somebody has changed it since you read it. Read it again, then decide whether to repeat your change."
        ),
    },
    413: {
        "too_large": "The request or the file is larger than is taken here.",
    },
    415: {
        "unsupported_media_type": (
            "The body's media type is not taken here; Accept-Post or Accept-Patch names those that are."
        ),
    },
    416: {
        "range_not_satisfiable": "The file is shorter than the range that was asked for; Content-Range tells its size.",
    },
    422: {
        "invalid_input": (
            "The input itself is wrong. 'errors' names every fault with a pointer (RFC 6901), a code and a sentence."
        ),
        "idempotency_key_reused": (
            "The same Idempotency-Key came with another content. Use a new key for a new request."
        ),
    },
    428: {
        "precondition_required": "Send the ETag that you last read in If-Match, so that nobody's work is overwritten.",
    },
    429: {
        "too_many_requests": "Too many requests. Wait as long as Retry-After says.",
    },
    431: {
        "headers_too_large": (
            "The request's address and headers are longer than 64 KiB together, or a proxy takes no header that long. "
            "Send fewer or shorter ones."
        ),
    },
    500: {
        "internal_error": "A fault of ours. Nothing was changed; quote the request id.",
    },
    503: {
        "unavailable": "Something that we need cannot be reached right now. Try again after Retry-After.",
        "overloaded": "Too many requests are under way. Nothing was changed; try again after Retry-After.",
        "not_serving": "The process cannot serve requests now. 'reasons' names each cause, with code and detail.",
    },
    507: {
        "storage_full": "The document store has no room. Nothing was changed.",
    },
}

PROBLEMS: dict[str, Problem] = {
    code: Problem(status, meaning) for status, meanings in _BY_STATUS.items() for code, meaning in meanings.items()
}


def explained(code: str) -> Problem:
    """A problem's status and meaning. Raises `NotFound` for a code that is not given out."""
    if code not in PROBLEMS:
        raise NotFound
    return PROBLEMS[code]


def title_of(code: str) -> str:
    """The problem's title. Raises `KeyError` for a code that is not given out."""
    return _OWN_TITLES.get(code) or TITLES[PROBLEMS[code].status]
