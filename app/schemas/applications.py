"""The application as a whole: overview, inbox, start, withdrawal (R07, R11, R26)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.sections import DetailsGroup, ReadinessSection, Section
from app.domain.workflow import Party, Status
from app.schemas import example_centre as example
from app.schemas.answered import (
    A_FEW,
    ApiPath,
    Code,
    Count,
    FormVersion,
    Note,
    Pointer,
    Reference,
    Sentence,
    Title,
    up_to,
)
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.closings import ApplicationClosing
from app.schemas.fields import Timestamp
from app.schemas.ids import ApplicationId, CentreId, InvoiceId, PersonId
from app.schemas.paging import ListQuery, SearchText, replaced
from app.schemas.shared import (
    BlockedStep,
    HelpContacts,
    Moment,
    OpenStep,
    PersonRef,
    described,
    ends_day_on,
)
from app.schemas.text import several_lines

_WITHDRAW = {
    "name": "withdraw",
    "label": "Withdraw the application",
    "operation_id": "withdrawApplication",
    "method": "POST",
    "path": f"{example.APPLICATION_PATH}/withdrawal",
}


class SectionState(StrEnum):
    """How complete a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class MissingItem(Answer):
    """Something that must be supplied before the application can be submitted."""

    section: ReadinessSection = described("The section with the gap.", "application")
    group: DetailsGroup | None = described("The group within section Application; null elsewhere.", "history")
    pointer: Pointer = described("The property within that resource (RFC 6901).", "/legal_name")
    code: Code = described("What is missing, as a stable code.", "required")
    message: Sentence = described("What to do, for a person to read.", "Enter the legal name.")


class Readiness(Answer):
    """Whether the application can be submitted, and everything that is missing. Submission applies the same rules."""

    ready: bool = described("True when nothing is missing.", False)
    missing: Annotated[list[MissingItem], up_to(limits.MISSING_ITEMS)] = Field(
        description="Everything that is missing, in the order of the form."
    )


class SectionOverview(Answer):
    """One of the form's three sections."""

    section: Section = described("The section.", "application")
    title: Title = described("The section's title.", "Application")
    state: SectionState = described("How complete the section is.", "complete")
    missing: Count = described("How many items are missing in the section.", 0)
    path: ApiPath = described("The path that reads the section.", f"{example.APPLICATION_PATH}/details")


class ApplicationSummary(Resource):
    """An application in a list."""

    id: ApplicationId
    reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    centre_id: CentreId
    centre_name: Title = described("The centre's name.", example.NAME)
    status: Status = described("The application's status.", "in_review")
    status_for_staff: Title = described("The status as staff read it.", "With the centre lead")
    status_for_centre: Title = described("The status as the centre reads it.", "In review")
    status_since: datetime = described("When the application entered this status.", example.PAYMENT_RECORDED_AT)
    waiting_on: Party | None = described("Who must act next; null when nobody must.", "centre_lead")
    due_at: datetime | None = ends_day_on(
        "due_on",
        "The deadline for staff to act: the midnight in London that ends that day; null when none runs.",
        "2026-11-18T00:00:00Z",
    )
    due_on: date | None = described(
        "The last day for staff to act, counted in working days; null when no deadline runs.", "2026-11-17"
    )
    late: bool = described("True once the deadline for staff has passed.", False)
    centre_lead: PersonRef | None = Field(description="The centre lead; null until one is assigned.")
    started_at: Moment = described("When the application was started.", example.STARTED_AT)
    submitted_at: datetime | None = described("When it was last submitted, or null.", example.SUBMITTED_AT)
    closed_at: datetime | None = described("When it was decided, withdrawn or closed; null while it is open.", None)
    closing: ApplicationClosing | None = described(
        "The warning that stands, or the closing by staff; null where there is neither.", None
    )
    allowed_steps: Annotated[list[OpenStep], A_FEW] = described("The steps that the caller can take now.", [_WITHDRAW])
    blocked_steps: Annotated[list[BlockedStep], A_FEW] = described(
        "Steps that belong to the caller in this state but are blocked for now.", []
    )


class Application(ApplicationSummary):
    """An application with the overview of its form."""

    form_version: FormVersion = described("The version of the form.", example.FORM_VERSION)
    sections: Annotated[list[SectionOverview], A_FEW] = Field(
        description="The three sections and how complete they are."
    )
    withdrawal_reason: Note | None = described("Why the centre withdrew the application, or null.", None)
    invoice_id: InvoiceId | None = Field(description="The invoice's id; null until it is issued.")
    help: HelpContacts = Field(description="Who to ask for help.")


class ApplicationPage(Page[ApplicationSummary]):
    """Applications. Staff see those longest in their status first; a centre sees its newest first."""


class ApplicationQuery(ListQuery):
    """Filters for the list of applications."""

    status: Annotated[
        list[Status],
        Field(
            default_factory=list,
            max_length=len(Status),
            description="Return only applications in one of these statuses.",
            examples=[["submitted"]],
        ),
    ]
    centre_lead_id: Annotated[
        PersonId | None,
        Field(
            description="Return only applications with this centre lead (a `person_id`).",
            examples=[example.CENTRE_LEAD_ID],
        ),
    ] = None
    since_before: Annotated[
        Timestamp | None,
        replaced("status_since_before", "It means the same.", example.INVOICED_AT),
    ] = None
    late: Annotated[
        bool | None,
        Field(
            description="True returns only applications for which staff are late, false only the others.",
            examples=[True],
        ),
    ] = None
    text: Annotated[
        SearchText | None,
        Field(
            description="Words in the centre's name or trading name, or the reference. Accents make no difference.",
            examples=["trent"],
        ),
    ] = None
    status_since_before: Annotated[
        Timestamp | None,
        Field(
            description="Return only applications that entered their status before this moment.",
            examples=[example.INVOICED_AT],
        ),
    ] = None


class CentreApplicationQuery(ListQuery):
    """Paging for a centre's applications."""


class Withdrawal(Request):
    """Withdraw the application."""

    reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="The reason, if the centre gives one.", examples=["We will apply again next year."]
    )
