"""OpenAPI links: which operations follow another, so that a tool can walk the whole process by itself.

A link fills the path of the next operation from the request where it has the id, else from the answer: its property of
that name, or its own `id`. `If-Match` gets the answer's ETag, or `*` where it has none. `_SPECIAL` lists the links that
need more.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Final, NamedTuple

from app.domain.contact_roles import ContactRole
from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.sections import DetailsGroup
from app.http.contract.operations import Operation
from app.schemas.details import DETAILS_SCHEMAS

_BODY: Final = "$response.body#/"
_ETAG: Final = "$response.header.ETag"
_STEPS: Final = (
    "submitApplication withdrawApplication reviewApplication assignCentreLead arrangeInterview recommend decide"
)
_HOUSE: Final = (
    "getCentre getCentreHome listSites listContacts listCentreUsers startApplication createSite createContact "
    "inviteCentreUser"
)
_READ_ALL: Final = "getApplication getReadiness getApplicationDetails listPolicies getAgreement listSubmissions"

FOLLOWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "createInitialApplication": "getInitialApplication listDueDiligenceChecks recordDueDiligenceCheck "
        "createCentreAccount declineInitialApplication correctInitialApplication",
        "getInitialApplication": "recordDueDiligenceCheck createCentreAccount declineInitialApplication "
        "listInitialApplicationLetters listInitialApplicationCorrections correctInitialApplication "
        "resendAcknowledgement sendLateAlert",
        "correctInitialApplication": "getInitialApplication listInitialApplicationCorrections resendAcknowledgement",
        "recordDueDiligenceCheck": "getInitialApplication listDueDiligenceChecks",
        "createCentreAccount": f"{_HOUSE} listCentreEvents inviteCentreUserOnBehalf listSuperUserReplacements",
        "createSession": "getMe listSessions changePassword",
        "refreshSession": "getMe",
        "getMe": "updateMe",
        "requestEmailChange": "listEmailChanges deleteEmailChange",
        "changePassword": "getMe",
        "completeTotp": "listSecondFactors",
        "createPasskey": "listSecondFactors",
        "issueRecoveryCodes": "listSecondFactors",
        "getCentre": "updateCentre",
        "requestNameChange": "listCentreNameChanges getNameChange approveNameChange refuseNameChange",
        "getNameChange": "approveNameChange refuseNameChange",
        "createSite": "getSite updateSite closeSite",
        "getSite": "updateSite closeSite",
        "createContact": "getContact getCentreHome updateContact deleteContact",
        "getContact": "updateContact deleteContact",
        "resendInvoice": "getLetter listInvoiceLetters",
        "createInvoiceAddress": "listInvoiceAddresses",
        "listInvoiceAddresses": "createInvoiceAddress",
        "getLetterChoices": "updateLetterChoices",
        "getInvoicingProfile": "replaceInvoicingProfile",
        "inviteCentreUser": "getCentreUser resendInvitation updateCentreUser deactivateCentreUser",
        "getCentreUser": "updateCentreUser deactivateCentreUser listCentreUserLetters correctCentreUser "
        "deactivateCentreUserOnBehalf",
        "inviteCentreUserOnBehalf": "getCentreUser resendInvitationOnBehalf correctCentreUser "
        "deactivateCentreUserOnBehalf",
        "correctCentreUser": "getCentreUser",
        "replaceSuperUser": "listSuperUserReplacements",
        "startApplication": f"{_READ_ALL} listApplicationEvents submitApplication withdrawApplication getCentreHome",
        "getPolicy": "uploadPolicy declareNotApplicable",
        "redactFile": "getFileRedaction",
        "uploadPolicy": "getPolicy listPolicies listPolicyVersions getAgreement getReadiness",
        "acceptAgreement": "getReadiness getApplication submitApplication",
        "getReadiness": "getApplication",
        "getApplication": f"{_STEPS} getCentre getRecognition listApplicationLetters listReminders",
        "warnOfClosing": "getApplication closeApplication",
        "closeApplication": "getApplication reopenApplication",
        "submitApplication": "getSubmission compareSubmissions getApplication listSubmissions",
        "reviewApplication": "getApplication listReviews listReturnItems",
        "sendReminder": "listReminders",
        "answerReturnItem": "getApplication listReturnItems",
        "recordPayment": "getInvoice listPayments getReceipt reversePayment",
        "creditInvoice": "getInvoice listPayments getCreditNote",
        "getInvoice": "recordPayment creditInvoice reissueInvoice waiveInvoice recordRefund allocateCredit "
        "listPayments listInvoiceLetters",
        "reissueInvoice": "getInvoice recordPayment",
        "waiveInvoice": "getInvoice",
        "recordRefund": "getInvoice",
        "allocateCredit": "getInvoice",
        "reversePayment": "getInvoice listPayments",
        "arrangeInterview": "getInterview rescheduleInterview recordInterviewOutcome listInterviews",
        "getInterview": "rescheduleInterview recordInterviewOutcome",
        "recordInterviewOutcome": "getApplication",
        "recommend": "getApplication listRecommendations",
        "decide": "getApplication listDecisions listActions",
        "getAction": "sendActionEvidence closeAction",
        "sendActionEvidence": "getAction closeAction",
        "getRecognition": "verifyCertificate getCertificate getWelcomePack",
        "createSandboxCentre": f"{_HOUSE} getInitialApplication",
        "createSandboxApplication": f"{_READ_ALL} listReturnItems listActions {_STEPS} getCentre createContact "
        "getRecognition getInvoice recordPayment creditInvoice reissueInvoice waiveInvoice getInterview",
        "moveSandboxClock": "getSandboxClock",
        "uploadBankStatement": "getBankStatement withdrawBankStatement",
        "getBankLine": "confirmBankLine rejectBankLine",
        "confirmBankLine": "getBankLine",
        "rejectBankLine": "reopenBankLine",
        "publishDocument": "getDocument downloadDocument",
        "createStaffMember": "getStaffMember resendStaffInvitation updateStaffMember deactivateStaffMember",
        "getStaffMember": "updateStaffMember deactivateStaffMember listStaffLetters",
        "createWebhookEndpoint": "getWebhookEndpoint updateWebhookEndpoint rotateWebhookSecret sendTestEvent "
        "listWebhookDeliveries redeliverFailedWebhooks deleteWebhookEndpoint",
        "rotateWebhookSecret": "getWebhookEndpoint updateWebhookEndpoint sendTestEvent",
        "getWebhookEndpoint": "updateWebhookEndpoint rotateWebhookSecret sendTestEvent listWebhookDeliveries "
        "deleteWebhookEndpoint",
        "createIntegrationClient": "getIntegrationClient updateIntegrationClient rotateIntegrationClientSecret "
        "deactivateIntegrationClient",
        "rotateIntegrationClientSecret": "getIntegrationClient updateIntegrationClient deactivateIntegrationClient",
        "getIntegrationClient": "updateIntegrationClient rotateIntegrationClientSecret deactivateIntegrationClient",
    }
)
"""The operations that follow each operation."""


class Link(NamedTuple):
    """A link that says more: values of parameters, and a body.

    `given` holds expressions or constants. `body` is the body to send, or the name of a schema whose example to send
    with the values of `but` at their JSON pointers. `name` tells several links to one operation apart.
    """

    after: str
    then: str
    given: Mapping[str, str] = MappingProxyType({})
    body: JsonObject | str | None = None
    name: str | None = None
    but: Mapping[str, object] = MappingProxyType({})


def _save(group: DetailsGroup) -> str:
    """Name the operation that saves the group: `saveHistoryDetails` takes a `HistoryDraft`."""
    return f"save{DETAILS_SCHEMAS[group].__name__.removesuffix('Draft')}Details"


_LOG_IN: Final = {"email": f"{_BODY}super_user/email", "password": f"{_BODY}super_user/password"}
_REFRESH: Final = {"refresh_token": f"{_BODY}refresh_token"}
_AGREED: Final = {
    "agreement_id": f"{_BODY}agreement/id",
    "code_of_conduct_id": f"{_BODY}code_of_conduct/id",
    "accepted": True,
}
_CLIENT: Final = {
    "grant_type": "client_credentials",
    "client_id": f"{_BODY}client_id",
    "client_secret": f"{_BODY}client_secret",
}
_FIRST_ITEM: Final = {"item_id": f"{_BODY}items/0/id", "If-Match": f"{_BODY}items/0/etag"}

_SPECIAL: Final = (
    Link("createCentreAccount", "getSite", {"site_id": f"{_BODY}main_site_id"}),
    Link("createCentreAccount", "resendInvitation", {"user_id": f"{_BODY}super_user_id"}),
    Link(
        "createCentreAccount",
        "replaceSuperUser",
        body="SuperUserReplacementCreate",
        but={"lost_user_id": f"{_BODY}super_user_id"},
    ),
    *(Link(after, "refreshSession", body=_REFRESH) for after in ("createSession", "refreshSession")),
    *(Link(after, "endSession", {"session": f"{_BODY}session_id"}) for after in ("createSession", "refreshSession")),
    Link("getCentreHome", "getApplication", {"application_id": f"{_BODY}application/id"}),
    Link("startApplication", "getApplicationDetailsGroup", {"group": DetailsGroup.HISTORY.value}),
    Link("startApplication", "getPolicy", {"key": PolicyKey.APPEALS.value}),
    Link(
        "startApplication",
        "createContact",
        body="ContactCreate",
        but={"roles": [role.value for role in ContactRole], "user_id": None},
    ),
    # The one group that names an object of the centre: what is delivered at the main site.
    Link(
        "getCentreHome",
        _save(DetailsGroup.PROVISION),
        {"application_id": f"{_BODY}application/id", "If-Match": "*"},
        body=DETAILS_SCHEMAS[DetailsGroup.PROVISION].__name__,
        but={"intended_qualifications/0/site_ids": [f"{_BODY}main_site_id"]},
    ),
    *(
        Link(
            "getApplicationDetails",
            _save(group),
            {"If-Match": f"{_BODY}groups/{number}/etag"},
            body=DETAILS_SCHEMAS[group].__name__,
            but={"uses_satellites": False} if group is DetailsGroup.CENTRE_TYPE else {},
        )
        for number, group in enumerate(DetailsGroup)
        if group is not DetailsGroup.PROVISION
    ),
    *(
        Link(_save(group), then)
        for group in DetailsGroup
        for then in ("getApplicationDetails", "getReadiness", "listPolicies")
    ),
    *(
        Link(
            "listPolicies",
            "uploadPolicy",
            {"key": key.value, "If-Match": f"{_BODY}items/{number}/etag"},
            name=f"upload_{key.value}",
        )
        for number, key in enumerate(PolicyKey)
    ),
    Link("uploadPolicy", "downloadPolicy", {"number": f"{_BODY}current_version/number"}),
    Link("getAgreement", "acceptAgreement", body=_AGREED),
    *(
        Link("getAgreement", then, {"document_id": f"{_BODY}agreement/id"})
        for then in ("getDocument", "downloadDocument")
    ),
    *(Link(after, "answerReturnItem", _FIRST_ITEM) for after in ("reviewApplication", "listReturnItems")),
    *(
        Link("listInvoices", then, {"invoice_id": f"{_BODY}items/0/id"})
        for then in ("getInvoice", "recordPayment", "listPayments")
    ),
    Link("uploadBankStatement", "listBankLines", {"statement_id": f"{_BODY}id"}),
    Link("listBankLines", "getBankLine", {"line_id": f"{_BODY}items/0/id"}),
    Link("listActions", "getAction", {"action_id": f"{_BODY}items/0/id"}),
    Link("sendActionEvidence", "downloadActionEvidence", {"number": f"{_BODY}evidence/0/number"}),
    *(Link(after, "createSession", body=_LOG_IN) for after in ("createSandboxCentre", "createSandboxApplication")),
    Link("createSandboxApplication", "verifyCertificate", {"number": f"{_BODY}certificate_number"}),
    Link("uploadPolicy", "removePolicyVersion", {"number": f"{_BODY}current_version/number"}),
    *(
        Link("listFileRedactions", then, {"redaction_id": f"{_BODY}items/0/id"})
        for then in ("getFileRedaction", "confirmFileRedaction", "refuseFileRedaction")
    ),
    *(
        Link("listRoleGrants", then, {"grant_id": f"{_BODY}items/0/id"})
        for then in ("confirmRoleGrant", "refuseRoleGrant")
    ),
    *(Link("listJobs", then, {"job_id": f"{_BODY}items/0/id"}) for then in ("getJob", "retryJob", "discardJob")),
    *(
        Link(after, then, {"delivery_id": f"{_BODY}{where}id"})
        for after, where in (("sendTestEvent", ""), ("redeliverWebhook", ""), ("listWebhookDeliveries", "items/0/"))
        for then in ("getWebhookDelivery", "redeliverWebhook")
    ),
    Link("listLetters", "getLetter", {"letter_id": f"{_BODY}items/0/id"}),
    Link("listSandboxEmails", "getSandboxEmail", {"email_id": f"{_BODY}items/0/id"}),
    Link("listSandboxSamplePolicies", "downloadSandboxSamplePolicy", {"key": f"{_BODY}items/0/key"}),
    Link("createIntegrationClient", "issueClientToken", body=_CLIENT),
)
LINKS: Final = (*(Link(after, then) for after, thens in FOLLOWS.items() for then in thens.split()), *_SPECIAL)


def add(operations: Iterable[Operation], schemas: JsonObject) -> None:
    """Put each link at the answer that it follows. Raises `KeyError` for an operation or property that is missing."""
    by_id = {operation.id: operation for operation in operations}
    for link in LINKS:
        after, then = by_id[link.after], by_id[link.then]
        (answer,) = (answer for status, answer in after.successes.items() if status != "206")
        answer.setdefault("links", {})[link.name or link.then] = _described(link, answer, after, then, schemas)


def _described(link: Link, answer: JsonObject, after: Operation, then: Operation, schemas: JsonObject) -> JsonObject:
    given = {name: link.given.get(name) or _filled(name, answer, after) for name in then.path_names}
    parameters = {f"path.{name}": value for name, value in given.items()}
    if then.takes_if_match:
        parameters["header.If-Match"] = link.given.get("If-Match") or (_ETAG if "ETag" in answer["headers"] else "*")
    described: JsonObject = {"operationId": link.then}
    if parameters:
        described["parameters"] = parameters
    if link.body is not None:
        named = schemas.get(link.body) if isinstance(link.body, str) else None
        described["requestBody"] = _changed(named["examples"][0], link.but) if named else link.body
    return described


def _filled(name: str, answer: JsonObject, after: Operation) -> str:
    """Where the id comes from. Raises `KeyError` if neither the request nor the answer has it."""
    if name in after.path_names:
        return f"$request.path.{name}"
    properties = after.properties(answer)
    return f"{_BODY}{name if name in properties else properties['id'] and 'id'}"


def _changed(example: JsonObject, but: Mapping[str, object]) -> JsonObject:
    """Copy the example with other values at the pointers."""
    changed = deepcopy(example)
    for pointer, value in but.items():
        *way, last = pointer.split("/")
        place = changed
        for step in way:
            place = place[int(step) if step.isdigit() else step]  # type: ignore[index]
        place[last] = value
    return changed
