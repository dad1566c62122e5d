"""Which problems an operation can answer: what its route declares says most, and one table the rest.

A code stands here when there is a way to bring it about, races included. Those that only a fault of ours could bring
about (`conflict`, `main_site_exists`, …) are no part of any operation.
"""

from app.domain.permissions import Permission
from app.domain.problem_table import PROBLEMS
from app.domain.workflow import STEPS, Status
from app.http.contract.operations import Operation

# Whoever can see one of these may read it, so nobody is refused by role; whoever cannot is answered 404.
_SEEING_IS_READING = {
    Permission.READ_APPLICATION,
    Permission.READ_CENTRE,
    Permission.READ_CENTRE_USERS,
    Permission.READ_INITIAL_APPLICATIONS,
    Permission.READ_STAFF,
}
# Payments are recorded whatever the state; that they open the gate is their consequence.
_NOT_JUDGED = {"recordPayment"}
_MAKE_AND_KEEP_A_FILE = {"getInvoice", "getCertificate", "getWelcomePack", "createSandboxApplication"}
_LOCKED = "application_locked"

# What neither a route's declaration nor the process table says: the rules of the services.
OWN: dict[str, tuple[str, ...]] = {
    "createCentreAccount": (
        "already_decided",
        "due_diligence_incomplete",
        "concern_needs_reason",
        "staff_cannot_act_for_a_centre",
        "email_in_use",
    ),
    "recordDueDiligenceCheck": ("already_decided", "too_many_records"),
    "declineInitialApplication": ("already_decided",),
    "createSession": ("invalid_credentials", "first_password_expired"),
    "refreshSession": ("refresh_token_not_valid", "refresh_token_reused"),
    "completePasswordReset": ("reset_token_not_valid",),
    "issueClientToken": ("invalid_request", "unsupported_grant_type", "invalid_scope", "invalid_client"),
    "createSite": ("too_many_sites",),
    "updateSite": ("site_closed",),
    "closeSite": ("main_site",),
    "createContact": ("role_held", "too_many_contacts"),
    "updateContact": ("role_held", "contact_ended"),
    "inviteCentreUser": ("already_a_user", "too_many_users", "staff_cannot_act_for_a_centre", "email_in_use"),
    "updateCentreUser": ("user_deactivated", "last_super_user", "name_belongs_to_the_person"),
    "deactivateCentreUser": ("last_super_user",),
    "resendInvitation": ("only_the_first_super_user", "user_deactivated", "password_already_chosen"),
    "startApplication": ("application_open", "already_recognised"),
    "saveHistoryDetails": (_LOCKED,),
    "saveSuitabilityDetails": (_LOCKED,),
    "saveExperienceDetails": (_LOCKED,),
    "saveCentreTypeDetails": (_LOCKED,),
    "saveProvisionDetails": (_LOCKED,),
    "saveLearnerNumbersDetails": (_LOCKED,),
    "saveInvoiceDetails": (_LOCKED,),
    "saveApplicationDetailsGroup": (_LOCKED,),
    "uploadPolicy": (_LOCKED, "too_many_records"),
    "declareNotApplicable": (
        _LOCKED,
        "policy_always_required",
        "invigilated_assessment_planned",
        "document_uploaded",
    ),
    "acceptAgreement": (_LOCKED, "agreement_not_published", "not_the_current_version"),
    "answerReturnItem": (_LOCKED, "earlier_return"),
    "reviewApplication": ("too_many_records",),
    "arrangeInterview": ("too_many_records",),
    "decide": ("too_many_records",),
    "rescheduleInterview": ("interview_closed",),
    "recordInterviewOutcome": ("interview_closed", "interview_not_started"),
    "sendActionEvidence": ("action_closed", "too_many_records"),
    "closeAction": ("not_your_application", "action_closed", "no_evidence"),
    "recordPayment": ("payment_already_recorded", "too_many_records"),
    "reversePayment": ("already_reversed",),
    "creditInvoice": ("exceeds_due", "too_many_records"),
    "createStaffMember": ("already_staff", "centre_user_cannot_be_staff", "email_in_use"),
    "updateStaffMember": ("staff_member_deactivated", "last_administrator"),
    "deactivateStaffMember": ("last_administrator",),
    # Not answered any more: 1.0.0 documents it, and a client of it may have a branch for it.
    "deactivateIntegrationClient": ("integration_client_deactivated",),
    "resendStaffInvitation": ("staff_member_deactivated", "password_already_chosen"),
    "updateIntegrationClient": ("integration_client_deactivated",),
    "rotateIntegrationClientSecret": ("integration_client_deactivated",),
    "createSandboxApplication": (
        "application_open",
        "already_recognised",
        "too_many_users",
        "agreement_not_published",
        "state_not_reachable",
    ),
    "moveSandboxClock": ("clock_moves_ahead_only",),
    "getReadinessOfService": ("not_serving",),
    "getMetrics": ("unauthenticated", "not_found"),
}


def refusals(operation: Operation) -> dict[int, list[str]]:
    """The codes that the operation can answer, by status, in the order of `PROBLEMS`."""
    codes = {"invalid_input", "headers_too_large", "internal_error", *OWN.get(operation.id, ())}
    codes |= _of_access(operation) | _of_headers(operation) | _of_body(operation) | _of_answer(operation)
    codes |= _of_steps(operation.id)
    found: dict[int, list[str]] = {}
    for code, problem in PROBLEMS.items():
        if code in codes:
            found.setdefault(problem.status, []).append(code)
    return found


def _of_access(operation: Operation) -> set[str]:
    access, codes = operation.access, set[str]()
    if operation.is_public_api:
        codes |= {"too_many_requests", "unavailable"}
    if operation.path != "/livez":
        # Whether the process lives is answered however busy it is.
        codes.add("overloaded")
    if "{" in operation.path or operation.described["tags"] == ["Sandbox"]:
        # Where the sandbox is switched off, nobody knows its addresses.
        codes.add("not_found")
    if access.permission is None:
        return codes
    codes |= {"unauthenticated", "token_not_valid"}
    if not access.first_password:
        codes.add("password_change_required")
    if access.load is None or access.permission not in _SEEING_IS_READING:
        codes.add("role_not_allowed")
    return codes


def _of_headers(operation: Operation) -> set[str]:
    codes = set[str]()
    if operation.takes_if_match:
        codes |= {"bad_if_match", "bad_header", "precondition_required", "stale_version"}
    if operation.takes_key:
        codes |= {"bad_idempotency_key", "idempotency_key_reused", "request_in_progress"}
    if operation.access.key_required:
        codes.add("idempotency_key_required")
    return codes


def _of_body(operation: Operation) -> set[str]:
    if not operation.body_types:
        return set()
    codes = {"request_timeout", "too_large", "unsupported_media_type"}
    if operation.takes_json:
        codes |= {"malformed_json", "body_missing"}
    if "multipart/form-data" in operation.body_types:
        codes |= {"malformed_request", "storage_full"}
    return codes


def _of_answer(operation: Operation) -> set[str]:
    codes = set[str]()
    if operation.is_download:
        codes.add("range_not_satisfiable")
    if operation.is_negotiated:
        codes.add("not_acceptable")
    if operation.id in _MAKE_AND_KEEP_A_FILE:
        codes.add("storage_full")
    return codes


def _of_steps(operation_id: str) -> set[str]:
    """What the process table says of the steps that the operation takes."""
    steps = [step for step in STEPS if step.operation_id == operation_id and operation_id not in _NOT_JUDGED]
    codes = {condition.code for step in steps for condition in step.conditions}
    if any(step.sources != frozenset(Status) for step in steps):
        codes.add("step_not_allowed")
    return codes
