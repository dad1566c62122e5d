"""The centre's home: what is done, what is missing and what comes next (R07)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.documents import DocumentKind
from app.domain.invoices import InvoiceStatus
from app.domain.recognitions import RecognitionStatus
from app.domain.reviews import ReviewStage
from app.schemas import example_centre as example
from app.schemas.answered import (
    A_FEW,
    ApiPath,
    Count,
    Explanation,
    FullName,
    Ordinal,
    Reference,
    Sentence,
    Title,
    up_to,
)
from app.schemas.applications import ApplicationSummary, MissingItem, SectionOverview
from app.schemas.base import Answer
from app.schemas.ids import CentreId, DocumentId, InvoiceId, ReviewId, SiteId
from app.schemas.reviews import ReturnItem
from app.schemas.shared import HelpContacts, Moment, Money, UsefulLink, described


class HomeReturn(Answer):
    """The return that the centre has to answer: why, what and by when."""

    review_id: ReviewId = Field(description="The review that returned the application.")
    stage: ReviewStage = described("The initial review, or the centre lead's review.", "initial_review")
    explanation: Explanation = described("The explanation.", "One policy needs another look; the details are below.")
    returned_by_name: FullName = described("Who returned it.", example.CUSTOMER_EXPERIENCE)
    returned_at: Moment = described("When it was returned.", example.RETURNED_AT)
    answer_by: date | None = described(
        "The first day by which an answer that is still open is requested, or null.", "2026-10-22"
    )
    unanswered: Count = described("How many items wait for an answer.", 1)
    items: Annotated[list[ReturnItem], up_to(limits.RETURN_ITEMS)] = Field(description="The corrections asked for.")


class HomeInvoice(Answer):
    """The invoice for centre recognition in short."""

    id: InvoiceId
    number: Reference = described("The invoice's number.", example.INVOICE_NUMBER)
    status: InvoiceStatus = described("`issued`, `part_paid`, `paid`, `credited` or `waived`.", "paid")
    total: Money = Field(description="The amount invoiced, VAT included.")
    due: Money = described("The amount still due.", example.NOTHING)
    due_on: date = described("The last day for paying.", example.PAYMENT_DUE_ON)
    overdue: bool = described("True if an amount is still due after that day.", False)
    path: ApiPath = described(
        "The path that reads the invoice, as JSON, PDF or UBL by `Accept`.", f"/v1/invoices/{example.INVOICE_ID}"
    )


class HomeDocument(Answer):
    """A document of the awarding organisation in its current version."""

    id: DocumentId
    kind: DocumentKind = described("The kind of document.", "centre_agreement")
    version: Ordinal = described("The version's number.", 3)
    title: Title = described("The document's title.", "Centre agreement")
    content_path: ApiPath = described(
        "The path that downloads the document.", f"/v1/documents/{example.AGREEMENT_ID}/content"
    )


class NextStep(StrEnum):
    """What a centre should do next, or wait for."""

    ADD_CONTACTS = "add_contacts"
    START_APPLICATION = "start_application"
    COMPLETE_APPLICATION = "complete_application"
    ANSWER_RETURN = "answer_return"
    WAIT_FOR_VIRUS_SCAN = "wait_for_virus_scan"
    SUBMIT_APPLICATION = "submit_application"
    WAIT_FOR_INITIAL_REVIEW = "wait_for_initial_review"
    PAY_INVOICE = "pay_invoice"
    PAY_INVOICE_AGAIN = "pay_invoice_again"
    WAIT_FOR_INVOICE = "wait_for_invoice"
    WAIT_FOR_CENTRE_LEAD = "wait_for_centre_lead"
    WAIT_FOR_DECISION = "wait_for_decision"
    COMPLETE_ACTIONS = "complete_actions"
    ENJOY_RECOGNITION = "enjoy_recognition"
    APPLY_AGAIN = "apply_again"


class HomeRecognition(Answer):
    """The centre's recognition in short."""

    number: Reference = described("The number on the certificate.", example.CERTIFICATE_NUMBER)
    status: RecognitionStatus = described("Whether the recognition is `active` or has `ended`.", "active")


class CentreHome(Answer):
    """The centre's home page: what is done, what is missing and what comes next."""

    centre_id: CentreId
    name: Title = described("The centre's name.", example.NAME)
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    main_site_id: SiteId = described("The main site's id.", example.MAIN_SITE_ID)
    open_sites: Count = described("The number of open sites, the main one included.", 2)
    contacts: Count = described("The number of current contacts.", 4)
    contact_roles_missing: Annotated[list[ContactRole], A_FEW] = described(
        "The contact roles that nobody holds.", ["curriculum_development"]
    )
    users: Count = described("The number of people who can sign in for the centre.", 2)
    application: ApplicationSummary | None = Field(
        description="The open application, otherwise the latest one; null before the first."
    )
    missing: Annotated[list[MissingItem], up_to(limits.MISSING_ITEMS)] = Field(
        description="What is missing before the application can be submitted."
    )
    returned: HomeReturn | None = Field(
        description="The return to answer; null unless the application is returned to the centre.", examples=[None]
    )
    sections: Annotated[list[SectionOverview], A_FEW] = Field(
        description="The sections of that application and how complete they are; empty before the first."
    )
    invoice: HomeInvoice | None = Field(description="That application's invoice; null until it is issued.")
    documents: Annotated[list[HomeDocument], A_FEW] = Field(
        description="Our documents, each in its current version: the agreement, the code of conduct and the guides."
    )
    recognition: HomeRecognition | None = described("The centre's recognition, or null.", None)
    next_step: Sentence = described(
        "What comes next, for a person to read.", "Your centre lead reviews the application and arranges an interview."
    )
    next_step_code: NextStep = described(
        "What comes next, for programs. More values may be added.", NextStep.WAIT_FOR_CENTRE_LEAD.value
    )
    help: HelpContacts = Field(description="Who to ask for help.")
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = Field(
        description="The guide's useful links."
    )
