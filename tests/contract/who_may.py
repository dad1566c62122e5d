"""Who may use each operation: one literal table, from the section *Who* of the process (R10, R21, R26).

    +  the caller passes the access check; any refusal is about the request
    1  401: not authenticated
    3  403: authenticated, but not permitted
    4  404: hidden from this caller

All ask for what belongs to one centre, whose people `user` and `super_user` are and `other_super_user` is not;
`former_user` had a membership of it. `first_password` is a super user who has not replaced the first password (R06).
`centre_lead` is assigned to the application, `other_centre_lead` is not. `endSession` is about the super
user's session.
"""

PRINCIPALS = (
    "anonymous",
    "first_password",
    "user",
    "super_user",
    "other_super_user",
    "former_user",
    "customer_experience",
    "finance",
    "other_centre_lead",
    "centre_lead",
    "quality_assurance_manager",
    "administrator",
    "invoices:read",
    "payments:write",
    "events:read",
    "mail:bounces",
    "invoices:write",
    "payments:read",
    "credit_notes:read",
    "credit_notes:write",
    "external_refs:write",
    "webhooks:manage",
)

_PUBLIC = "+ ++++ + ++++++ ++++ ++++++"
_STAFF_LIST = "1 3333 3 ++++++ 3333 333333"
_STAFF_READ = "1 3444 4 ++++++ 4444 444444"
_CENTRE_READS = "1 3++4 4 ++++++ 4444 444444"
_CENTRE_WORKS = "1 3++4 4 333333 4444 444444"
_SUPER_USER = "1 33+4 4 333333 4444 444444"
_INVOICE_ADDRESSES = "1 33+4 4 3+3333 4444 444444"
_LETTERS = "1 33+4 4 ++++++ 4444 444444"
_LEAD = "1 3334 4 333+33 4444 444444"
_CUSTOMER_EXPERIENCE = "1 3334 4 +33333 4444 444444"
_MANAGER = "1 3334 4 3333+3 4444 444444"
_DUE_DILIGENCE = "1 3444 4 +33333 4444 444444"
_ON_BEHALF = "1 3334 4 +33333 4444 444444"
_ADMINISTRATOR_LIST = "1 3333 3 33333+ 3333 333333"
_ADMINISTRATOR = "1 3444 4 33333+ 4444 444444"
_REDACTION_LIST = "1 3333 3 +333++ 3333 333333"
_REDACTION = "1 3444 4 +333++ 4444 444444"
_OWN_ACCOUNT = "1 3+++ + ++++++ 3333 333333"

WHO_MAY = {
    # The public, and one's own account.
    "getProcess": _PUBLIC,
    "getReferenceData": _PUBLIC,
    "createInitialApplication": _PUBLIC,
    "createSession": _PUBLIC,
    "refreshSession": _PUBLIC,
    "requestPasswordReset": _PUBLIC,
    "completePasswordReset": _PUBLIC,
    "lookUpInvitation": _PUBLIC,
    "acceptInvitationWithPassword": _PUBLIC,
    "acceptInvitation": _OWN_ACCOUNT,
    "confirmEmailChange": _PUBLIC,
    "cancelEmailChange": _PUBLIC,
    "issueClientToken": _PUBLIC,
    "listRecognisedCentres": _PUBLIC,
    "verifyCertificate": _PUBLIC,
    "getLiveness": _PUBLIC,
    "getReadinessOfService": _PUBLIC,
    "getMetrics": _PUBLIC,
    "listSessions": _OWN_ACCOUNT,
    "endOtherSessions": _OWN_ACCOUNT,
    "endSession": "1 44+4 4 444444 3333 333333",
    "getMe": "1 ++++ + ++++++ 3333 333333",
    "exportOwnPersonalData": _OWN_ACCOUNT,
    "updateMe": _OWN_ACCOUNT,
    # The change of address in the path is the user's.
    "requestEmailChange": _OWN_ACCOUNT,
    "listEmailChanges": _OWN_ACCOUNT,
    "deleteEmailChange": "1 3+44 4 444444 4444 444444",
    "changePassword": "1 ++++ + ++++++ 3333 333333",
    # Second factors; the one in the path is the other super user's.
    "listSecondFactors": _OWN_ACCOUNT,
    "startTotp": _OWN_ACCOUNT,
    "completeTotp": _OWN_ACCOUNT,
    "startPasskey": _OWN_ACCOUNT,
    "createPasskey": _OWN_ACCOUNT,
    "deleteSecondFactor": "1 344+ 4 444444 4444 444444",
    "issueRecoveryCodes": _OWN_ACCOUNT,
    "verifyCode": _OWN_ACCOUNT,
    "startPasskeyVerification": _OWN_ACCOUNT,
    "verifyPasskey": _OWN_ACCOUNT,
    "verifyPassword": _OWN_ACCOUNT,
    "resetStaffSecondFactors": _ADMINISTRATOR,
    "resetCentreUserSecondFactors": "1 3334 4 33333+ 4444 444444",
    # Stage one and due diligence.
    "listInitialApplications": _STAFF_LIST,
    "getInitialApplication": _STAFF_READ,
    "listDueDiligenceChecks": _STAFF_READ,
    "listInitialApplicationLetters": _STAFF_READ,
    "listInitialApplicationCorrections": _STAFF_READ,
    "correctInitialApplication": _DUE_DILIGENCE,
    "resendAcknowledgement": _DUE_DILIGENCE,
    "sendLateAlert": "1 3444 4 +++++3 4444 444444",
    "recordDueDiligenceCheck": _DUE_DILIGENCE,
    "createCentreAccount": _DUE_DILIGENCE,
    "declineInitialApplication": _DUE_DILIGENCE,
    # The centre.
    "listCentres": _STAFF_LIST,
    "getCentre": _CENTRE_READS,
    "updateCentre": _SUPER_USER,
    "getCentreHome": _CENTRE_READS,
    "listCentreEvents": _CENTRE_READS,
    "requestNameChange": _SUPER_USER,
    "listCentreNameChanges": _CENTRE_READS,
    "listNameChanges": _STAFF_LIST,
    "getNameChange": _STAFF_READ,
    "approveNameChange": _DUE_DILIGENCE,
    "refuseNameChange": _DUE_DILIGENCE,
    "listSites": _CENTRE_READS,
    "createSite": _CENTRE_WORKS,
    "getSite": _CENTRE_READS,
    "updateSite": _CENTRE_WORKS,
    "closeSite": _CENTRE_WORKS,
    "listContacts": _CENTRE_READS,
    "createContact": _CENTRE_WORKS,
    "getContact": _CENTRE_READS,
    "updateContact": _CENTRE_WORKS,
    "deleteContact": _CENTRE_WORKS,
    "listInvoiceAddresses": _CENTRE_READS,
    "createInvoiceAddress": _INVOICE_ADDRESSES,
    "deleteInvoiceAddress": _INVOICE_ADDRESSES,
    "getLetterChoices": _CENTRE_READS,
    "updateLetterChoices": _SUPER_USER,
    "listCentreUsers": _CENTRE_READS,
    "inviteCentreUser": _SUPER_USER,
    "getCentreUser": _CENTRE_READS,
    "updateCentreUser": _SUPER_USER,
    "deactivateCentreUser": _SUPER_USER,
    # Customer experience only for the centre's first super user, whom this user is not.
    "resendInvitation": _SUPER_USER,
    "listCentreUserLetters": _LETTERS,
    # What customer experience does for the centre at its request; its own people have operations of their own.
    "inviteCentreUserOnBehalf": _ON_BEHALF,
    "resendInvitationOnBehalf": _ON_BEHALF,
    "correctCentreUser": _ON_BEHALF,
    "deactivateCentreUserOnBehalf": _ON_BEHALF,
    "replaceSuperUser": _ON_BEHALF,
    "listSuperUserReplacements": _CENTRE_READS,
    "getRecognition": _CENTRE_READS,
    "getCertificate": _CENTRE_READS,
    "getWelcomePack": _CENTRE_READS,
    # The application.
    "startApplication": _CENTRE_WORKS,
    "listCentreApplications": _CENTRE_READS,
    "listApplications": _STAFF_LIST,
    "getApplication": _CENTRE_READS,
    "listApplicationEvents": _CENTRE_READS,
    "listRecords": _STAFF_LIST,
    "exportRecords": _STAFF_LIST,
    "listApplicationLetters": _LETTERS,
    "listReminders": _LETTERS,
    "sendReminder": "1 3334 4 +++++3 4444 444444",
    "getReadiness": _CENTRE_READS,
    "getApplicationDetails": _CENTRE_READS,
    "getApplicationDetailsGroup": _CENTRE_READS,
    "saveHistoryDetails": _CENTRE_WORKS,
    "saveSuitabilityDetails": _CENTRE_WORKS,
    "saveExperienceDetails": _CENTRE_WORKS,
    "saveCentreTypeDetails": _CENTRE_WORKS,
    "saveProvisionDetails": _CENTRE_WORKS,
    "saveLearnerNumbersDetails": _CENTRE_WORKS,
    "saveInvoiceDetails": _CENTRE_WORKS,
    "saveApplicationDetailsGroup": _CENTRE_WORKS,
    "listPolicies": _CENTRE_READS,
    "getPolicy": _CENTRE_READS,
    "uploadPolicy": _CENTRE_WORKS,
    "declareNotApplicable": _CENTRE_WORKS,
    "listPolicyVersions": _CENTRE_READS,
    "downloadPolicy": _CENTRE_READS,
    "getAgreement": _CENTRE_READS,
    "acceptAgreement": _SUPER_USER,
    "submitApplication": _SUPER_USER,
    "withdrawApplication": _SUPER_USER,
    "listSubmissions": _CENTRE_READS,
    "getSubmission": _CENTRE_READS,
    "compareSubmissions": _CENTRE_READS,
    # What staff say to it.
    "warnOfClosing": _CUSTOMER_EXPERIENCE,
    "closeApplication": _CUSTOMER_EXPERIENCE,
    "reopenApplication": _CUSTOMER_EXPERIENCE,
    "reviewApplication": "1 3334 4 +33+33 4444 444444",
    "listReviews": _CENTRE_READS,
    "listReturnItems": _CENTRE_READS,
    "answerReturnItem": _CENTRE_WORKS,
    "assignCentreLead": _MANAGER,
    "arrangeInterview": _LEAD,
    "listInterviews": _CENTRE_READS,
    "getInterview": _CENTRE_READS,
    "rescheduleInterview": _LEAD,
    "recordInterviewOutcome": _LEAD,
    "recommend": _LEAD,
    "listRecommendations": "1 3334 4 ++++++ 4444 444444",
    "decide": _MANAGER,
    "listDecisions": _CENTRE_READS,
    "listActions": _CENTRE_READS,
    "getAction": _CENTRE_READS,
    "sendActionEvidence": _CENTRE_WORKS,
    "downloadActionEvidence": _CENTRE_READS,
    "closeAction": _LEAD,
    # Money: a system that has a scope for it knows that the invoice is there.
    "listInvoices": "1 3+++ 3 ++++++ +333 333333",
    "getInvoice": "1 3++4 4 ++++++ +344 333334",
    "creditInvoice": "1 3334 4 3+3333 3344 333+34",
    "recordPayment": "1 3334 4 3+3333 3+44 333334",
    "listInvoiceLetters": "1 33+4 4 ++++++ 3344 333334",
    "listPayments": "1 3++4 4 ++++++ +344 3+3334",
    "getReceipt": "1 3++4 4 ++++++ +344 3+3334",
    "getCreditNote": "1 3++4 4 ++++++ +344 33+334",
    "reversePayment": "1 3334 4 3+3333 3+44 333334",
    # Documents, the feed, staff and systems.
    "listDocuments": "1 3+++ 3 ++++++ 3333 333333",
    "getDocument": "1 3+++ 3 ++++++ 3333 333333",
    "downloadDocument": "1 3+++ 3 ++++++ 3333 333333",
    "publishDocument": _ADMINISTRATOR_LIST,
    "listEvents": "1 3333 3 33333+ 33+3 333333",
    "listStaff": _STAFF_LIST,
    "createStaffMember": _ADMINISTRATOR_LIST,
    # What should never have been uploaded.
    "removePolicyVersion": _SUPER_USER,
    "listFileRedactions": _REDACTION_LIST,
    "redactFile": _REDACTION_LIST,
    "getFileRedaction": _REDACTION,
    "confirmFileRedaction": _REDACTION,
    "refuseFileRedaction": _REDACTION,
    "listRoleGrants": _ADMINISTRATOR_LIST,
    "confirmRoleGrant": _ADMINISTRATOR,
    "refuseRoleGrant": _ADMINISTRATOR,
    "getStaffMember": _STAFF_READ,
    "updateStaffMember": _ADMINISTRATOR,
    "deactivateStaffMember": _ADMINISTRATOR,
    "resendStaffInvitation": _ADMINISTRATOR,
    "listStaffLetters": _STAFF_READ,
    "listLetters": _STAFF_LIST,
    "getLetter": _STAFF_READ,
    "listJobs": _ADMINISTRATOR_LIST,
    "retryHeldJobs": _ADMINISTRATOR_LIST,
    "getJob": _ADMINISTRATOR,
    "retryJob": _ADMINISTRATOR,
    "discardJob": _ADMINISTRATOR,
    "listSecurityEvents": _ADMINISTRATOR_LIST,
    "exportPersonalData": _ADMINISTRATOR_LIST,
    "erasePersonalData": _ADMINISTRATOR_LIST,
    "recordMailBounce": "1 3333 3 33333+ 333+ 333333",
    "listIntegrationClients": _ADMINISTRATOR_LIST,
    "createIntegrationClient": _ADMINISTRATOR_LIST,
    "getIntegrationClient": _ADMINISTRATOR,
    "updateIntegrationClient": _ADMINISTRATOR,
    "deactivateIntegrationClient": _ADMINISTRATOR,
    "rotateIntegrationClientSecret": _ADMINISTRATOR,
    # The sandbox, while it is switched on: there is nobody to sign in as before it has made somebody.
    "createSandboxCentre": _PUBLIC,
    "createSandboxApplication": _PUBLIC,
    "getSandboxClock": _PUBLIC,
    "moveSandboxClock": _PUBLIC,
    "listSandboxEmails": _PUBLIC,
    "getSandboxEmail": _PUBLIC,
    "listSandboxSamplePolicies": _PUBLIC,
    "downloadSandboxSamplePolicy": _PUBLIC,
    "resetSandbox": _PUBLIC,
}


def expected(operation_id: str) -> dict[str, str]:
    """The table's row, by principal. Raises `KeyError` for an operation that is not in the table."""
    row = WHO_MAY[operation_id].replace(" ", "")
    return dict(zip(PRINCIPALS, row, strict=True))
