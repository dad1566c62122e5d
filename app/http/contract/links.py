"""What follows an operation, so that a tool can walk the whole process by itself: OpenAPI's links.

One line is one link. `after` names what was done, `then` what can be done with its answer; the ids of the path are
taken over from the request where it has them, and everything else is said: `"id"` is a member of the answer's body
(a JSON pointer without its first slash), `ETAG` the answer's own version, `"=x"` the value x itself.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any, NamedTuple

from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.sections import DetailsGroup
from app.http.contract.operations import Operation
from app.schemas.details import DETAILS_SCHEMAS

ETAG = "$response.header.ETag"


class Link(NamedTuple):
    """One link; `name` tells several links to the same operation apart.

    `body` is what to send, or the name of a schema whose example will do, with other values where `but` says so (by
    JSON pointers without their first slash). A document is none: braces in a link's text begin an expression.
    """

    after: str
    then: str
    given: Mapping[str, str] = MappingProxyType({})
    body: Any = None
    name: str | None = None
    but: Mapping[str, Any] = MappingProxyType({})


def _each(after: str, given: dict[str, str], *then: str) -> list[Link]:
    return [Link(after, operation, given) for operation in then]


def _save(group: DetailsGroup) -> str:
    """The operation that saves the group: `saveHistoryDetails` takes a `HistoryDraft`."""
    return f"save{DETAILS_SCHEMAS[group].__name__.removesuffix('Draft')}Details"


_APPLICATION = {"application_id": "id"}
_CENTRE = {"centre_id": "id"}
_CENTRE_OF = {"centre_id": "centre_id"}
_IF_MATCH = {"If-Match": ETAG}
_LOG_IN = {
    "email": "$response.body#/super_user/email",
    "password": "$response.body#/super_user/password",
}
_AGREED = {"agreement_id": "agreement/id", "code_of_conduct_id": "code_of_conduct/id"}

LINKS: tuple[Link, ...] = (
    # Stages one and two.
    *_each(
        "createInitialApplication",
        {"initial_application_id": "id"},
        "getInitialApplication",
        "listDueDiligenceChecks",
    ),
    *_each(
        "createInitialApplication",
        {"initial_application_id": "id", "If-Match": "=*"},
        "recordDueDiligenceCheck",
        "createCentreAccount",
        "declineInitialApplication",
    ),
    *_each(
        "getInitialApplication",
        _IF_MATCH,
        "recordDueDiligenceCheck",
        "createCentreAccount",
        "declineInitialApplication",
    ),
    *_each("recordDueDiligenceCheck", {}, "getInitialApplication", "listDueDiligenceChecks"),
    *_each(
        "createCentreAccount",
        _CENTRE,
        "getCentre",
        "getCentreHome",
        "listSites",
        "listContacts",
        "listCentreUsers",
        "startApplication",
        "createSite",
        "createContact",
        "inviteCentreUser",
        "listCentreEvents",
    ),
    Link("createCentreAccount", "getSite", {"centre_id": "id", "site_id": "main_site_id"}),
    Link("createCentreAccount", "resendInvitation", {"centre_id": "id", "user_id": "super_user_id"}),
    # Sessions.
    *_each("createSession", {}, "getMe", "listSessions", "changePassword"),
    Link("createSession", "refreshSession", body={"refresh_token": "$response.body#/refresh_token"}),
    Link("createSession", "endSession", {"session": "session_id"}),
    *_each("refreshSession", {}, "getMe"),
    Link("refreshSession", "refreshSession", body={"refresh_token": "$response.body#/refresh_token"}),
    Link("refreshSession", "endSession", {"session": "session_id"}),
    Link("getMe", "updateMe", _IF_MATCH),
    *_each("changePassword", {}, "getMe"),
    # A centre's own house.
    Link("getCentre", "updateCentre", _IF_MATCH),
    *_each("createSite", {"site_id": "id"}, "getSite"),
    *_each("createSite", {"site_id": "id"} | _IF_MATCH, "updateSite", "closeSite"),
    *_each("getSite", _IF_MATCH, "updateSite", "closeSite"),
    *_each("createContact", {"contact_id": "id"}, "getContact"),
    *_each("createContact", {}, "getCentreHome"),
    Link("getCentreHome", "getApplication", {"application_id": "application/id"}),
    *_each("createContact", {"contact_id": "id"} | _IF_MATCH, "updateContact", "deleteContact"),
    *_each("getContact", _IF_MATCH, "updateContact", "deleteContact"),
    *_each("inviteCentreUser", {"user_id": "id"}, "getCentreUser", "resendInvitation"),
    *_each("inviteCentreUser", {"user_id": "id"} | _IF_MATCH, "updateCentreUser", "deactivateCentreUser"),
    *_each("getCentreUser", _IF_MATCH, "updateCentreUser", "deactivateCentreUser"),
    # The application, up to its submission.
    *_each(
        "startApplication",
        _APPLICATION,
        "getApplication",
        "getReadiness",
        "getApplicationDetails",
        "listPolicies",
        "getAgreement",
        "listSubmissions",
        "listApplicationEvents",
    ),
    Link("startApplication", "getApplicationDetailsGroup", _APPLICATION | {"group": f"={DetailsGroup.HISTORY.value}"}),
    Link("startApplication", "getPolicy", _APPLICATION | {"key": f"={PolicyKey.APPEALS.value}"}),
    *_each("startApplication", _APPLICATION | _IF_MATCH, "submitApplication", "withdrawApplication"),
    Link("startApplication", "getCentreHome", _CENTRE_OF),
    Link(
        "startApplication",
        "createContact",
        _CENTRE_OF,
        body="ContactCreate",
        but={"roles": [role.value for role in ContactRole], "user_id": None},
    ),
    # What is delivered at the main site; the other groups name nothing of the centre's own.
    Link(
        "getCentreHome",
        "saveProvisionDetails",
        {"application_id": "application/id", "If-Match": "=*"},
        body=DETAILS_SCHEMAS[DetailsGroup.PROVISION].__name__,
        but={"intended_qualifications/0/site_ids": ["$response.body#/main_site_id"]},
    ),
    *(
        Link(
            "getApplicationDetails",
            _save(group),
            {"If-Match": f"groups/{number}/etag"},
            body=DETAILS_SCHEMAS[group].__name__,
            but={"uses_satellites": False} if group is DetailsGroup.CENTRE_TYPE else {},
        )
        for number, group in enumerate(DetailsGroup)
        if group is not DetailsGroup.PROVISION
    ),
    *(
        link
        for group in DetailsGroup
        for link in _each(_save(group), {}, "getApplicationDetails", "getReadiness", "listPolicies")
    ),
    *(
        Link(
            "listPolicies",
            "uploadPolicy",
            {"key": f"={key.value}", "If-Match": f"items/{number}/etag"},
            name=f"upload_{key.value}",
        )
        for number, key in enumerate(PolicyKey)
    ),
    Link("getPolicy", "uploadPolicy", _IF_MATCH),
    Link("getPolicy", "declareNotApplicable", _IF_MATCH),
    *_each("uploadPolicy", {}, "getPolicy", "listPolicies", "listPolicyVersions", "getAgreement", "getReadiness"),
    Link("uploadPolicy", "downloadPolicy", {"number": "current_version/number"}),
    Link(
        "getAgreement",
        "acceptAgreement",
        _IF_MATCH,
        body={member: f"$response.body#/{where}" for member, where in _AGREED.items()} | {"accepted": True},
    ),
    *_each("getAgreement", {"document_id": "agreement/id"}, "getDocument", "downloadDocument"),
    *_each("acceptAgreement", {}, "getReadiness", "getApplication"),
    Link("acceptAgreement", "submitApplication", _IF_MATCH),
    *_each("getReadiness", {}, "getApplication"),
    *_each(
        "getApplication",
        _IF_MATCH,
        "submitApplication",
        "withdrawApplication",
        "reviewApplication",
        "assignCentreLead",
        "arrangeInterview",
        "recommend",
        "decide",
    ),
    *_each("getApplication", _CENTRE_OF, "getCentre", "getRecognition"),
    *_each("submitApplication", {"number": "number"}, "getSubmission", "compareSubmissions"),
    *_each("submitApplication", {}, "getApplication", "listSubmissions"),
    # Review, fee, interview, decision.
    *_each("reviewApplication", {}, "getApplication", "listReviews", "listReturnItems"),
    Link("reviewApplication", "answerReturnItem", {"item_id": "items/0/id", "If-Match": "items/0/etag"}),
    Link("listReturnItems", "answerReturnItem", {"item_id": "items/0/id", "If-Match": "items/0/etag"}),
    *_each("answerReturnItem", {}, "getApplication", "listReturnItems"),
    *_each("listInvoices", {"invoice_id": "items/0/id"}, "getInvoice", "recordPayment", "listPayments"),
    *_each("getInvoice", {}, "recordPayment", "creditInvoice", "listPayments"),
    *_each("recordPayment", {}, "getInvoice", "listPayments"),
    Link("recordPayment", "reversePayment", {"payment_id": "id"}),
    *_each("creditInvoice", {}, "getInvoice", "listPayments"),
    *_each("reversePayment", {}, "getInvoice", "listPayments"),
    *_each("arrangeInterview", {"interview_id": "id"}, "getInterview"),
    *_each("arrangeInterview", {"interview_id": "id"} | _IF_MATCH, "rescheduleInterview", "recordInterviewOutcome"),
    *_each("arrangeInterview", {}, "listInterviews"),
    *_each("getInterview", _IF_MATCH, "rescheduleInterview", "recordInterviewOutcome"),
    *_each("recordInterviewOutcome", {}, "getApplication"),
    *_each("recommend", {}, "getApplication", "listRecommendations"),
    *_each("decide", {}, "getApplication", "listDecisions", "listActions"),
    # After an acceptance.
    Link("listActions", "getAction", {"action_id": "items/0/id"}),
    Link("getAction", "sendActionEvidence", _IF_MATCH),
    Link("getAction", "closeAction", _IF_MATCH),
    *_each("sendActionEvidence", {}, "getAction"),
    Link("sendActionEvidence", "closeAction", _IF_MATCH),
    Link("sendActionEvidence", "downloadActionEvidence", {"number": "evidence/0/number"}),
    Link("getRecognition", "verifyCertificate", {"number": "number"}),
    *_each("getRecognition", {}, "getCertificate", "getWelcomePack"),
    # The sandbox, where everything begins at once.
    *_each(
        "createSandboxCentre",
        _CENTRE_OF,
        "getCentre",
        "getCentreHome",
        "listSites",
        "listContacts",
        "listCentreUsers",
        "startApplication",
        "createSite",
        "createContact",
        "inviteCentreUser",
    ),
    Link("createSandboxCentre", "getInitialApplication", {"initial_application_id": "initial_application_id"}),
    Link("createSandboxCentre", "createSession", body=_LOG_IN),
    *_each(
        "createSandboxApplication",
        _APPLICATION,
        "getApplication",
        "getReadiness",
        "getApplicationDetails",
        "listPolicies",
        "getAgreement",
        "listSubmissions",
        "listReturnItems",
        "listActions",
    ),
    *_each(
        "createSandboxApplication",
        _APPLICATION | _IF_MATCH,
        "submitApplication",
        "withdrawApplication",
        "reviewApplication",
        "assignCentreLead",
        "arrangeInterview",
        "recommend",
        "decide",
    ),
    *_each("createSandboxApplication", _CENTRE_OF, "getCentre", "createContact", "getRecognition"),
    *_each("createSandboxApplication", {"invoice_id": "invoice_id"}, "getInvoice", "recordPayment", "creditInvoice"),
    Link("createSandboxApplication", "getInterview", _APPLICATION | {"interview_id": "interview_id"}),
    Link("createSandboxApplication", "verifyCertificate", {"number": "certificate_number"}),
    Link("createSandboxApplication", "createSession", body=_LOG_IN),
    Link("moveSandboxClock", "getSandboxClock"),
    Link("listSandboxEmails", "getSandboxEmail", {"email_id": "items/0/id"}),
    # The awarding organisation's own house.
    *_each("publishDocument", {"document_id": "id"}, "getDocument", "downloadDocument"),
    *_each("createStaffMember", {"staff_id": "id"}, "getStaffMember", "resendStaffInvitation"),
    *_each("createStaffMember", {"staff_id": "id"} | _IF_MATCH, "updateStaffMember", "deactivateStaffMember"),
    *_each("getStaffMember", _IF_MATCH, "updateStaffMember", "deactivateStaffMember"),
    *_each("createIntegrationClient", {"client_id": "id"}, "getIntegrationClient"),
    *_each(
        "createIntegrationClient",
        {"client_id": "id"} | _IF_MATCH,
        "updateIntegrationClient",
        "rotateIntegrationClientSecret",
        "deactivateIntegrationClient",
    ),
    Link(
        "createIntegrationClient",
        "issueClientToken",
        body={
            "grant_type": "client_credentials",
            "client_id": "$response.body#/client_id",
            "client_secret": "$response.body#/client_secret",
        },
    ),
    *_each("rotateIntegrationClientSecret", {}, "getIntegrationClient"),
    *_each("rotateIntegrationClientSecret", _IF_MATCH, "updateIntegrationClient", "deactivateIntegrationClient"),
    *_each(
        "getIntegrationClient",
        _IF_MATCH,
        "updateIntegrationClient",
        "rotateIntegrationClientSecret",
        "deactivateIntegrationClient",
    ),
)


def add(operations: Iterable[Operation], schemas: dict[str, Any]) -> None:
    """Put each link at the successful answer that it follows. Raises `KeyError` for an operation that is not there."""
    by_id = {operation.id: operation for operation in operations}
    for link in LINKS:
        after, then = by_id[link.after], by_id[link.then]
        (answer,) = (answer for status, answer in after.successes.items() if status != "206")
        answer.setdefault("links", {})[link.name or link.then] = _described(link, after, then, schemas)


def _described(link: Link, after: Operation, then: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    here, there = _path_names(after), _path_names(then)
    parameters = {f"path.{name}": f"$request.path.{name}" for name in there if name in here and name not in link.given}
    for name, value in link.given.items():
        place = "path" if name in there else "header"
        parameters[f"{place}.{name}"] = _expression(value)
    described: dict[str, Any] = {"operationId": link.then}
    if parameters:
        described["parameters"] = parameters
    if link.body is not None:
        named = schemas.get(link.body) if isinstance(link.body, str) else None
        described["requestBody"] = _changed(named["examples"][0], link.but) if named else link.body
    return described


def _changed(example: Any, but: Mapping[str, Any]) -> Any:
    """A copy of the example with other values at the pointers."""
    changed = deepcopy(example)
    for pointer, value in but.items():
        *way, last = pointer.split("/")
        place = changed
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = value
    return changed


def _path_names(operation: Operation) -> list[str]:
    return [part.strip("{}") for part in operation.path.split("/") if part.startswith("{")]


def _expression(value: str) -> str:
    if value.startswith("="):
        return value[1:]
    return value if value.startswith("$") else f"$response.body#/{value}"
