"""The id types: a UUID for each noun, with its description and its example.

Requests, answers and paths use the same types. A request must spell an id as the API does; a row hands over a `UUID`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.refused import refused

_SPELLING: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _parse(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and _SPELLING.fullmatch(value):
        return UUID(value)
    raise refused(InputFaultCode.INVALID_ID, "Enter an id exactly as this API issued it.")


_SPELT: Final = BeforeValidator(_parse)

ActionId = Annotated[UUID, _SPELT, Field(description="The action's id.", examples=[example.ACTION_ID])]
ApplicationId = Annotated[UUID, _SPELT, Field(description="The application's id.", examples=[example.APPLICATION_ID])]
BankLineId = Annotated[UUID, _SPELT, Field(description="The bank line's id.", examples=[example.BANK_LINE_ID])]
BankStatementId = Annotated[
    UUID, _SPELT, Field(description="The bank statement's id.", examples=[example.BANK_STATEMENT_ID])
]
CentreId = Annotated[UUID, _SPELT, Field(description="The centre's id.", examples=[example.CENTRE_ID])]
ChallengeId = Annotated[UUID, _SPELT, Field(description="The challenge's id.", examples=[example.CHALLENGE_ID])]
ContactId = Annotated[UUID, _SPELT, Field(description="The contact's id.", examples=[example.CONTACT_ID])]
CorrectionId = Annotated[UUID, _SPELT, Field(description="The correction's id.", examples=[example.CORRECTION_ID])]
CreditNoteId = Annotated[UUID, _SPELT, Field(description="The credit note's id.", examples=[example.CREDIT_NOTE_ID])]
DecisionId = Annotated[UUID, _SPELT, Field(description="The decision's id.", examples=[example.DECISION_ID])]
DocumentId = Annotated[
    UUID, _SPELT, Field(description="The id of this version of the document.", examples=[example.AGREEMENT_ID])
]
DueDiligenceCheckId = Annotated[UUID, _SPELT, Field(description="The check's id.", examples=[example.CHECK_ID])]
EmailChangeId = Annotated[
    UUID, _SPELT, Field(description="The id of the change of address.", examples=[example.EMAIL_CHANGE_ID])
]
EmailId = Annotated[UUID, _SPELT, Field(description="The email's id.", examples=[example.EMAIL_ID])]
EventId = Annotated[UUID, _SPELT, Field(description="The event's id.", examples=[example.EVENT_ID])]
EvidenceId = Annotated[UUID, _SPELT, Field(description="The evidence's id.", examples=[example.EVIDENCE_ID])]
FactorId = Annotated[UUID, _SPELT, Field(description="The second factor's id.", examples=[example.FACTOR_ID])]
FileId = Annotated[
    UUID,
    _SPELT,
    Field(
        description="The file's id, which its policy version, evidence or document shows.",
        examples=[example.POLICY_VERSION_ID],
    ),
]
FileRedactionId = Annotated[
    UUID, _SPELT, Field(description="The redaction's id.", examples=[example.FILE_REDACTION_ID])
]
InitialApplicationId = Annotated[
    UUID, _SPELT, Field(description="The initial application's id.", examples=[example.INITIAL_APPLICATION_ID])
]
IntegrationClientId = Annotated[
    UUID, _SPELT, Field(description="The integration client's id.", examples=[example.INTEGRATION_CLIENT_ID])
]
InterviewId = Annotated[UUID, _SPELT, Field(description="The interview's id.", examples=[example.INTERVIEW_ID])]
InvoiceAddressId = Annotated[
    UUID, _SPELT, Field(description="The address's id.", examples=[example.INVOICE_ADDRESS_ID])
]
InvoiceId = Annotated[UUID, _SPELT, Field(description="The invoice's id.", examples=[example.INVOICE_ID])]
LedgerEntryId = Annotated[UUID, _SPELT, Field(description="The ledger entry's id.", examples=[example.PAYMENT_ID])]
NameChangeId = Annotated[UUID, _SPELT, Field(description="The request's id.", examples=[example.NAME_CHANGE_ID])]
PaymentId = Annotated[UUID, _SPELT, Field(description="The payment's id.", examples=[example.PAYMENT_ID])]
PersonId = Annotated[UUID, _SPELT, Field(description="The person's id.", examples=[example.PERSON_ID])]
PolicyVersionId = Annotated[
    UUID, _SPELT, Field(description="The policy version's id.", examples=[example.POLICY_VERSION_ID])
]
JobId = Annotated[UUID, _SPELT, Field(description="The job's id.", examples=[example.JOB_ID])]
LetterId = Annotated[UUID, _SPELT, Field(description="The letter's id.", examples=[example.EMAIL_ID])]
RecognitionId = Annotated[UUID, _SPELT, Field(description="The recognition's id.", examples=[example.RECOGNITION_ID])]
RecommendationId = Annotated[
    UUID, _SPELT, Field(description="The recommendation's id.", examples=[example.RECOMMENDATION_ID])
]
ReturnItemId = Annotated[UUID, _SPELT, Field(description="The return item's id.", examples=[example.RETURN_ITEM_ID])]
RemindedOfId = Annotated[
    UUID,
    _SPELT,
    Field(
        description="The id of what it is about: the application, review, interview, action or invoice.",
        examples=[example.ACTION_ID],
    ),
]
ReviewId = Annotated[UUID, _SPELT, Field(description="The review's id.", examples=[example.REVIEW_ID])]
RoleGrantId = Annotated[UUID, _SPELT, Field(description="The grant's id.", examples=[example.ROLE_GRANT_ID])]
SecurityEventId = Annotated[
    UUID, _SPELT, Field(description="The security event's id.", examples=[example.SECURITY_EVENT_ID])
]
SessionId = Annotated[UUID, _SPELT, Field(description="The session's id.", examples=[example.SESSION_ID])]
SiteId = Annotated[UUID, _SPELT, Field(description="The site's id.", examples=[example.SITE_ID])]
StaffMemberId = Annotated[UUID, _SPELT, Field(description="The staff member's id.", examples=[example.STAFF_MEMBER_ID])]
SubmissionId = Annotated[UUID, _SPELT, Field(description="The submission's id.", examples=[example.SUBMISSION_ID])]
SuperUserReplacementId = Annotated[
    UUID, _SPELT, Field(description="The replacement's id.", examples=[example.REPLACEMENT_ID])
]
UserId = Annotated[UUID, _SPELT, Field(description="The user's id at this centre.", examples=[example.USER_ID])]
WebhookDeliveryId = Annotated[
    UUID, _SPELT, Field(description="The delivery's id.", examples=[example.WEBHOOK_DELIVERY_ID])
]
WebhookEndpointId = Annotated[
    UUID, _SPELT, Field(description="The endpoint's id.", examples=[example.WEBHOOK_ENDPOINT_ID])
]

IDS_IN_PATHS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "action_id": ActionId,
        "application_id": ApplicationId,
        "centre_id": CentreId,
        "client_id": IntegrationClientId,
        "contact_id": ContactId,
        "credit_note_id": CreditNoteId,
        "delivery_id": WebhookDeliveryId,
        "document_id": DocumentId,
        "email_change_id": EmailChangeId,
        "email_id": EmailId,
        "endpoint_id": WebhookEndpointId,
        "factor_id": FactorId,
        "grant_id": RoleGrantId,
        "initial_application_id": InitialApplicationId,
        "interview_id": InterviewId,
        "invoice_address_id": InvoiceAddressId,
        "invoice_id": InvoiceId,
        "item_id": ReturnItemId,
        "line_id": BankLineId,
        "statement_id": BankStatementId,
        "job_id": JobId,
        "letter_id": LetterId,
        "name_change_id": NameChangeId,
        "payment_id": PaymentId,
        "redaction_id": FileRedactionId,
        "site_id": SiteId,
        "staff_id": StaffMemberId,
        "user_id": UserId,
    }
)
"""The type of each id in a path. A route loads the object before the endpoint runs, so no signature names it."""
