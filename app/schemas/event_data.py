"""The `data` of each type of event in the feed: ids, statuses and amounts, never personal data.

A payload may gain properties, so none of these schemas is closed.
"""

from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, create_model
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.domain.actions import ActionStatus
from app.domain.decisions import DecisionOutcome
from app.domain.events import EventType
from app.domain.invoices import InvoiceStatus, MoneyDirection
from app.domain.reviews import ReviewStage
from app.domain.workflow import Status
from app.schemas import example_centre as example
from app.schemas.answered import Count, DocumentNumber, Ordinal, Reference
from app.schemas.base import Answer
from app.schemas.ids import (
    ActionId,
    ApplicationId,
    CentreId,
    DecisionId,
    InitialApplicationId,
    InterviewId,
    InvoiceId,
    LedgerEntryId,
    RecognitionId,
    RecommendationId,
    WebhookEndpointId,
)
from app.schemas.shared import Money, described

_SINCE_1_6: Final = frozenset({"waived", "refunded", "replaces_invoice_id", "awaiting_number"})
"""Properties that events recorded by earlier releases lack. The feed keeps those as they are."""


class EventData(Answer):
    """The data of an event."""

    model_config = ConfigDict(extra="allow")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        resolved = handler.resolve_ref_schema(schema)
        resolved["required"] = [name for name in resolved["required"] if name not in _SINCE_1_6]
        return schema


class _InitialApplicationData(EventData):
    initial_application_id: InitialApplicationId
    reference: Reference = described("The initial application's reference.", example.INITIAL_APPLICATION_REFERENCE)


class _AccountData(EventData):
    centre_id: CentreId
    initial_application_id: InitialApplicationId
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)


class _ApplicationData(EventData):
    application_id: ApplicationId
    centre_id: CentreId
    reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    status: Status = described("The application's status after the event.", "submitted")


class _SubmittedData(_ApplicationData):
    submission: Ordinal = described("The submission's number.", 2)


class _ReturnedData(_ApplicationData):
    stage: ReviewStage = described("The review that returned it.", "initial_review")
    items: Count = described("The number of return items.", 1)


class _InterviewData(_ApplicationData):
    interview_id: InterviewId


class _InterviewArrangedData(_InterviewData):
    starts_at: datetime = described("When the interview starts.", example.INTERVIEW_STARTS_AT)


class _RecommendedData(_ApplicationData):
    recommendation_id: RecommendationId
    submission_number: Ordinal = described("The number of the submission that was judged.", 2)


class _ReferredBackData(_ApplicationData):
    decision_id: DecisionId
    recommendation_id: RecommendationId


class _DecidedData(_ReferredBackData):
    outcome: DecisionOutcome = described("The decision.", "accept_with_actions")
    actions: Count = described("The number of actions that the centre must carry out.", 1)


class _ActionData(EventData):
    action_id: ActionId
    application_id: ApplicationId
    centre_id: CentreId
    number: Ordinal = described("The action's number within the decision.", 1)
    status: ActionStatus = described("The action's status after the event.", "evidence_sent")
    due_on: date = described("The last day for doing it.", example.ACTION_DUE_ON)


class _CertificateData(EventData):
    recognition_id: RecognitionId
    application_id: ApplicationId
    centre_id: CentreId
    number: Reference = described("The number on the certificate.", example.CERTIFICATE_NUMBER)
    recognised_from: date = described("The first day of the recognition.", example.RECOGNISED_FROM)
    replaces: Reference | None = described("The number of the certificate that this one replaces, or null.", None)


class _InvoiceData(EventData):
    invoice_id: InvoiceId
    application_id: ApplicationId
    centre_id: CentreId
    number: Reference = described("The invoice's number.", example.INVOICE_NUMBER)
    status: InvoiceStatus = described("The invoice's status after the event.", "paid")
    total: Money = Field(description="The amount invoiced, VAT included.")
    paid: Money = described("The total received.", example.FEE)
    credited: Money = described("The total credited.", example.NOTHING)
    waived: Money = described("The total waived. Not in events from before 1.6.", example.NOTHING)
    refunded: Money = described("The total refunded. Not in events from before 1.6.", example.NOTHING)
    due: Money = described("The amount still due.", example.NOTHING)
    credit_balance: Money = described("The amount received beyond what was due.", example.NOTHING)


class _NumberedData(_InvoiceData):
    document_number: DocumentNumber = described("The number that the finance system gave.", "SI-0004711")


class _PaymentData(_InvoiceData):
    payment_id: LedgerEntryId = Field(description="The payment's id.")
    amount: Money = Field(description="The amount of the payment.")


class _ReversalData(_PaymentData):
    reversal_id: LedgerEntryId = described("The reversal's id.", example.REVERSAL_ID)


_AWAITING_NUMBER: Final = described(
    "True if the document waits for the finance system's number. Not in events from before 1.6.", False
)


class _IssuedData(_InvoiceData):
    replaces_invoice_id: InvoiceId | None = described(
        "The invoice that was credited and that this one replaces, or null. Not in events from before 1.6.", None
    )
    awaiting_number: bool = _AWAITING_NUMBER


class _WaiverData(_InvoiceData):
    waiver_id: LedgerEntryId = described("The waiver's id in the ledger.", example.CREDIT_NOTE_ID)
    amount: Money = Field(description="The amount waived; zero if the invoice had been credited.")


class _RefundData(_InvoiceData):
    refund_id: LedgerEntryId = described("The refund's id in the ledger.", example.CREDIT_NOTE_ID)
    amount: Money = Field(description="The amount refunded.")


class _AllocationData(_InvoiceData):
    allocation_id: LedgerEntryId = described("The allocation's id in this invoice's ledger.", example.CREDIT_NOTE_ID)
    counterpart_id: LedgerEntryId = described("Its id in the other invoice's ledger.", example.REVERSAL_ID)
    counterpart_invoice_id: InvoiceId = Field(description="The other invoice.")
    direction: MoneyDirection = described("Whether the money came `in` or went `out`.", "in")
    amount: Money = Field(description="The amount moved.")


class _CreditNoteData(_InvoiceData):
    credit_note_id: LedgerEntryId = described("The credit's id in the ledger.", example.CREDIT_NOTE_ID)
    credit_note_number: Reference = described("The credit note's number.", example.CREDIT_NOTE_NUMBER)
    amount: Money = Field(description="The amount credited.")
    awaiting_number: bool = _AWAITING_NUMBER


class _CreditNoteNumberedData(_NumberedData):
    credit_note_id: LedgerEntryId = described("The credit's id in the ledger.", example.CREDIT_NOTE_ID)
    credit_note_number: Reference = described("Our reference of the credit note.", example.CREDIT_NOTE_NUMBER)


class WebhookEndpointTestedData(EventData):
    """The `data` of `webhook_endpoint.tested`, which is sent by webhook only."""

    endpoint_id: WebhookEndpointId


_E = EventType
_SHAPES: dict[EventType, type[EventData]] = {
    _E.INITIAL_APPLICATION_RECEIVED: _InitialApplicationData,
    _E.INITIAL_APPLICATION_DECLINED: _InitialApplicationData,
    _E.ACCOUNT_CREATED: _AccountData,
    _E.APPLICATION_STARTED: _ApplicationData,
    _E.APPLICATION_SUBMITTED: _SubmittedData,
    _E.APPLICATION_RETURNED: _ReturnedData,
    _E.APPLICATION_RESUBMITTED: _SubmittedData,
    _E.INITIAL_REVIEW_PASSED: _ApplicationData,
    _E.CENTRE_LEAD_ASSIGNED: _ApplicationData,
    _E.INTERVIEW_ARRANGED: _InterviewArrangedData,
    _E.INTERVIEW_HELD: _InterviewData,
    _E.RECOMMENDED: _RecommendedData,
    _E.REFERRED_BACK: _ReferredBackData,
    _E.DECIDED: _DecidedData,
    _E.WITHDRAWN: _ApplicationData,
    _E.CLOSED: _ApplicationData,
    _E.REOPENED: _ApplicationData,
    _E.ACTION_EVIDENCE_SENT: _ActionData,
    _E.ACTION_CLOSED: _ActionData,
    _E.ACTION_OVERDUE: _ActionData,
    _E.CERTIFICATE_ISSUED: _CertificateData,
    _E.INVOICE_ISSUED: _IssuedData,
    _E.INVOICE_PART_PAID: _InvoiceData,
    _E.INVOICE_PAID: _InvoiceData,
    _E.INVOICE_OVERDUE: _InvoiceData,
    _E.INVOICE_UNPAID: _InvoiceData,
    _E.INVOICE_VOIDED: _InvoiceData,
    _E.INVOICE_WAIVED: _WaiverData,
    _E.INVOICE_NUMBERED: _NumberedData,
    _E.CREDIT_NOTE_ISSUED: _CreditNoteData,
    _E.CREDIT_NOTE_NUMBERED: _CreditNoteNumberedData,
    _E.PAYMENT_RECORDED: _PaymentData,
    _E.PAYMENT_REVERSED: _ReversalData,
    _E.PAYMENT_REFUNDED: _RefundData,
    _E.PAYMENT_ALLOCATED: _AllocationData,
}


def _named(type_: EventType, shape: type[EventData]) -> type[EventData]:
    name = "".join(word.capitalize() for word in type_.value.replace(".", "_").split("_")) + "Data"
    return create_model(name, __base__=shape, __module__=__name__, __doc__=f"The `data` of `{type_.value}`.")


EVENT_DATA: Final = MappingProxyType({type_: _named(type_, shape) for type_, shape in _SHAPES.items()})
"""The schema of each public type's `data`: `application.submitted` has `ApplicationSubmittedData`."""
