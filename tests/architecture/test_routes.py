"""Every route declares who may use it, and the contract says the same."""

from inspect import iscoroutinefunction
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from app.domain.permissions import GRANTS, Permission
from app.http import contract
from app.http.access import operation_access
from app.http.addresses import Addresses
from app.http.route import Route
from app.main import create_app
from app.settings import Settings

PUBLIC = {
    "getProcess",
    "getReferenceData",
    "createInitialApplication",
    "createSession",
    "refreshSession",
    "requestPasswordReset",
    "completePasswordReset",
    "lookUpInvitation",
    "acceptInvitationWithPassword",
    "confirmEmailChange",
    "cancelEmailChange",
    "issueClientToken",
    "listRecognisedCentres",
    "verifyCertificate",
    "getLiveness",
    "getReadinessOfService",
    "getMetrics",
    # There only while the sandbox is switched on.
    "createSandboxCentre",
    "createSandboxApplication",
    "getSandboxClock",
    "moveSandboxClock",
    "listSandboxEmails",
    "getSandboxEmail",
    "listSandboxSamplePolicies",
    "downloadSandboxSamplePolicy",
    "resetSandbox",
}

OPERATIONS = {
    "getProcess",
    "getReferenceData",
    "createInitialApplication",
    "listInitialApplications",
    "getInitialApplication",
    "recordDueDiligenceCheck",
    "listDueDiligenceChecks",
    "createCentreAccount",
    "declineInitialApplication",
    "createSession",
    "listSessions",
    "refreshSession",
    "endSession",
    "changePassword",
    "requestPasswordReset",
    "completePasswordReset",
    "issueClientToken",
    "getMe",
    "listCentres",
    "getCentre",
    "updateCentre",
    "getCentreHome",
    "listSites",
    "createSite",
    "getSite",
    "updateSite",
    "closeSite",
    "listContacts",
    "createContact",
    "getContact",
    "updateContact",
    "deleteContact",
    "listCentreUsers",
    "inviteCentreUser",
    "getCentreUser",
    "updateCentreUser",
    "deactivateCentreUser",
    "resendInvitation",
    "startApplication",
    "listCentreApplications",
    "listApplications",
    "getApplication",
    "listApplicationEvents",
    "getApplicationDetails",
    "getApplicationDetailsGroup",
    "saveHistoryDetails",
    "saveSuitabilityDetails",
    "saveExperienceDetails",
    "saveCentreTypeDetails",
    "saveProvisionDetails",
    "saveLearnerNumbersDetails",
    "saveInvoiceDetails",
    "saveApplicationDetailsGroup",
    "listPolicies",
    "getPolicy",
    "uploadPolicy",
    "declareNotApplicable",
    "listPolicyVersions",
    "downloadPolicy",
    "getAgreement",
    "acceptAgreement",
    "getReadiness",
    "submitApplication",
    "listSubmissions",
    "getSubmission",
    "reviewApplication",
    "listReviews",
    "compareSubmissions",
    "listReturnItems",
    "answerReturnItem",
    "assignCentreLead",
    "arrangeInterview",
    "rescheduleInterview",
    "recordInterviewOutcome",
    "listInterviews",
    "getInterview",
    "recommend",
    "listRecommendations",
    "decide",
    "listDecisions",
    "withdrawApplication",
    "requestNameChange",
    "listCentreNameChanges",
    "listNameChanges",
    "getNameChange",
    "approveNameChange",
    "refuseNameChange",
    "warnOfClosing",
    "closeApplication",
    "reopenApplication",
    "listActions",
    "getAction",
    "sendActionEvidence",
    "closeAction",
    "getRecognition",
    "getCertificate",
    "listRecognisedCentres",
    "verifyCertificate",
    "listDocuments",
    "getDocument",
    "downloadDocument",
    "publishDocument",
    "listInvoices",
    "getInvoice",
    "recordPayment",
    "reversePayment",
    "listPayments",
    "creditInvoice",
    "reissueInvoice",
    "waiveInvoice",
    "recordRefund",
    "allocateCredit",
    "listEvents",
    "createStaffMember",
    "listStaff",
    "getStaffMember",
    "updateStaffMember",
    "deactivateStaffMember",
    "createIntegrationClient",
    "listIntegrationClients",
    "getIntegrationClient",
    "updateIntegrationClient",
    "deactivateIntegrationClient",
    "rotateIntegrationClientSecret",
    "listWebhookEndpoints",
    "createWebhookEndpoint",
    "getWebhookEndpoint",
    "updateWebhookEndpoint",
    "deleteWebhookEndpoint",
    "rotateWebhookSecret",
    "sendTestEvent",
    "listWebhookDeliveries",
    "getWebhookDelivery",
    "redeliverWebhook",
    "redeliverFailedWebhooks",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The app without a database, which declarations do not need."""
    folder = tmp_path_factory.mktemp("data")
    return create_app(Settings(database_url=SecretStr("postgresql://nobody@localhost/nothing"), data_dir=folder))


def _routes(app: FastAPI) -> list[Route]:
    found = [context.original_route for context in Addresses.of(app).routes]
    return [route for route in found if isinstance(route, APIRoute) and route.include_in_schema]  # type: ignore[misc]


def test_every_operation_of_the_contract_is_there(app: FastAPI) -> None:
    """The names of the resource map; more are welcome, none may be missing."""
    names = [route.operation_id for route in _routes(app)]
    assert len(names) == len(set(names)) > 90
    assert OPERATIONS - set(names) == set()


def test_every_route_is_a_route_of_ours_and_declares_its_access(app: FastAPI) -> None:
    """A route that declares nothing does not even start; only these are open to the public."""
    open_to_all = set()
    for route in _routes(app):
        assert isinstance(route, Route), route.path
        if operation_access(route).permission is None:
            open_to_all.add(route.operation_id)
    assert open_to_all <= PUBLIC, open_to_all - PUBLIC


def test_nothing_that_a_route_calls_takes_a_thread(app: FastAPI) -> None:
    """The framework runs a plain `def` in its pool of forty threads, which costs as much as a statement."""
    synchronous = set()
    for context in Addresses.of(app).routes:
        waiting = [context.original_route.dependant] if isinstance(context.original_route, APIRoute) else []
        while waiting:
            dependant = waiting.pop()
            waiting += dependant.dependencies
            called = dependant.call
            if not (iscoroutinefunction(called) or iscoroutinefunction(type(called).__call__)):
                synchronous.add(str(called))
    assert synchronous == set()


def test_every_permission_is_granted_to_somebody_and_asked_for_somewhere(app: FastAPI) -> None:
    """A permission that no role holds or no route asks for is a mistake in the table."""
    granted = {permission for permissions in GRANTS.values() for permission in permissions}
    required = {operation_access(route).permission for route in _routes(app)}
    assert set(Permission) - granted == {Permission.OWN_ACCOUNT}
    assert set(Permission) - required - {Permission.READ_INTERNAL_NOTES} == set()


def test_the_contract_in_the_repository_is_what_the_app_does(app: FastAPI) -> None:
    """`make contract` writes it; this fails when it was forgotten."""
    assert contract.out_of_date(app) == [], "run `make contract`"


def test_the_contract_names_its_schemas(app: FastAPI) -> None:
    """No twins and no generated names: client generators would show them to people."""
    names = set(contract.build(app)["components"]["schemas"])
    assert not [name for name in names if name.startswith(("Body_", "app__")) or name.endswith(("-Input", "-Output"))]
    assert Path(contract.PATH).is_file()
