"""The application as a whole: overview, inbox, start, withdrawal (R07, R11, R26)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.outcomes import RecognitionStatus
from app.domain.sections import Section
from app.domain.workflow import Party, Status
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import Timestamp
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import AnswerId, BlockedStep, HelpContacts, Moment, OpenStep, PersonRef, UsefulLink, said
from app.schemas.text import several_lines


class SectionState(StrEnum):
    """How far a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class MissingItem(Answer):
    """One thing that is missing before the application can be submitted (R16)."""

    section: str = said(
        "`application`, `policies_and_procedures`, `centre_agreement`, `contacts` or `return_items`.", "application"
    )
    group: str | None = said("The group of section Application, or null.", "history")
    pointer: str = said("Where in that resource (RFC 6901).", "/legal_name")
    code: str = said("What is missing, as a stable code.", "required")
    message: str = said("What to do about it, in words.", "Enter the legal name.")


class Readiness(Answer):
    """Everything that is missing, judged by the same engine that submission asks (R16)."""

    ready: bool = said("True when nothing is missing.", False)
    missing: list[MissingItem] = said("What is missing, in the order of the form.", [])


class SectionOverview(Answer):
    """One of the form's three sections."""

    section: Section = said("The section.", "application")
    title: str = said("Its title.", "Application")
    state: SectionState = said("How far it is.", "in_progress")
    missing: int = said("How many things are missing in it.", 3)
    path: str = said("Where it is read.", "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/details")


class ApplicationSummary(Resource):
    """An application in a list."""

    id: AnswerId
    reference: str = said("Its reference.", "CRA-2026-000012")
    centre_id: UUID = said("The centre's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    centre_name: str = said("The centre's name.", "Exampleton Community College")
    status: Status = said("The one canonical state.", "in_review")
    status_for_staff: str = said("The state as staff call it.", "With the centre lead")
    status_for_centre: str = said("The state as the centre is told it.", "In review")
    status_since: datetime = said("Since when it is in this state.", "2026-11-23T10:15:00Z")
    waiting_on: Party | None = said("Whose move it is, or null.", "centre_lead")
    due_at: datetime | None = said(
        "Until when staff should have acted, by the working-day clock, or null.", "2026-12-08T00:00:00Z"
    )
    late: bool = said("True when staff should have acted by now.", False)
    centre_lead: PersonRef | None = said("Its centre lead, or null.", None)
    started_at: Moment
    submitted_at: datetime | None = said("When it was submitted last, or null.", "2026-11-23T10:15:00Z")
    closed_at: datetime | None = said("When it ended, or null.", None)
    allowed_steps: list[OpenStep] = said("The steps that are open to the caller now.", [])
    blocked_steps: list[BlockedStep] = said("Steps that are the caller's in this state, but blocked for now.", [])


class Application(ApplicationSummary):
    """An application with its form overview (R11)."""

    form_version: str = said("The version of the form.", "2026.1")
    sections: list[SectionOverview] = said("The three sections and their states.", [])
    withdrawal_reason: str | None = said("Why the centre withdrew it, or null.", None)
    invoice_id: UUID | None = said("Its invoice, or null.", None)
    help: HelpContacts = said("Whom to ask.", None)


class ApplicationPage(Page[ApplicationSummary]):
    """Applications for staff; what has been in its state longest comes first."""


class CentreApplicationPage(Page[ApplicationSummary]):
    """A centre's applications, the newest first."""


class ApplicationQuery(ListQuery):
    """What the inbox can be narrowed to."""

    status: Annotated[
        list[Status],
        Field(
            default_factory=list,
            max_length=10,
            description="Only those in one of these states.",
            examples=[["submitted"]],
        ),
    ]
    centre_lead_id: Annotated[UUID | None, Field(description="Only those of this centre lead.", examples=[None])] = None
    since_before: Annotated[
        Timestamp | None,
        Field(
            description="Only those that have been in their state since before this moment.",
            examples=["2026-11-01T00:00:00Z"],
        ),
    ] = None
    late: Annotated[
        bool | None,
        Field(
            description="Only those for which staff are late, or only those for which they are not.", examples=[True]
        ),
    ] = None
    text: Annotated[
        SearchText | None, Field(description="Words in the centre's name or the reference.", examples=["harbour"])
    ] = None


class CentreApplicationQuery(ListQuery):
    """How a centre's applications are paged."""


class Withdrawal(Request):
    """Withdraw the application."""

    reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="Why, if the centre wants to say.", examples=["We have decided to apply next year."]
    )


class HomeRecognition(Answer):
    """The centre's recognition in short."""

    number: str = said("The certificate's number.", "RC-2026-000001")
    status: RecognitionStatus = said("Its status.", "active")


class CentreHome(Answer):
    """The centre's home: what is done, what is missing, what comes next (R07)."""

    centre_id: UUID = said("The centre's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    name: str = said("The centre's name.", "Exampleton Community College")
    reference: str = said("The centre's reference.", "CEN-2026-000007")
    open_sites: int = said("How many sites are open, the main one included.", 2)
    contacts: int = said("How many contacts there are.", 4)
    contact_roles_missing: list[str] = said("Contact roles that nobody holds.", ["finance"])
    users: int = said("How many people can sign in for the centre.", 2)
    application: ApplicationSummary | None = said("The application that is open, else the last one, or null.", None)
    missing: list[MissingItem] = said("What is missing before the application can be submitted.", [])
    recognition: HomeRecognition | None = said("The centre's recognition, or null.", None)
    next_step: str = said("What comes next, in words.", "Add your sites and contacts, then start the application.")
    help: HelpContacts = said("Whom to ask.", None)
    useful_links: list[UsefulLink] = said("The guide's useful links.", [])
