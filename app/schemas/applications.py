"""The application as a whole: overview, inbox, start, withdrawal (R07, R11, R26)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.recognitions import RecognitionStatus
from app.domain.sections import DetailsGroup, ReadinessSection, Section
from app.domain.workflow import Party, Status
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
from app.schemas.fields import Id, Timestamp
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import AnswerId, BlockedStep, HelpContacts, Moment, OpenStep, PersonRef, UsefulLink, said
from app.schemas.text import several_lines

_WITHDRAW = {
    "name": "withdraw",
    "label": "Withdraw the application",
    "operation_id": "withdrawApplication",
    "method": "POST",
    "path": "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/withdrawal",
}


class SectionState(StrEnum):
    """How far a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class MissingItem(Answer):
    """One thing that is missing before the application can be submitted (R16)."""

    section: ReadinessSection = said("Where it is missing.", "application")
    group: DetailsGroup | None = said("The group of section Application; null elsewhere.", "history")
    pointer: Pointer = said("Where in that resource (RFC 6901).", "/legal_name")
    code: Code = said("What is missing, as a stable code.", "required")
    message: Sentence = said("What to do about it, in words.", "Enter the legal name.")


class Readiness(Answer):
    """Everything that is missing, judged by the same engine that submission asks (R16)."""

    ready: bool = said("True when nothing is missing.", False)
    missing: Annotated[list[MissingItem], up_to(limits.MISSING_ITEMS)] = Field(
        description="What is missing, in the order of the form."
    )


class SectionOverview(Answer):
    """One of the form's three sections."""

    section: Section = said("The section.", "application")
    title: Title = said("Its title.", "Application")
    state: SectionState = said("How far it is.", "in_progress")
    missing: Count = said("How many things are missing in it.", 3)
    path: ApiPath = said("Where it is read.", "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/details")


class ApplicationSummary(Resource):
    """An application in a list."""

    id: AnswerId
    reference: Reference = said("Its reference.", "CRA-2026-000012")
    centre_id: UUID = said("The centre's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    centre_name: Title = said("The centre's name.", "Trent Valley Training")
    status: Status = said("The one canonical state.", "draft")
    status_for_staff: Title = said("The state as staff call it.", "Draft")
    status_for_centre: Title = said("The state as the centre is told it.", "Being completed")
    status_since: datetime = said("Since when it is in this state.", "2026-11-23T10:15:00Z")
    waiting_on: Party | None = said("Whose move it is, or null.", "centre")
    due_at: datetime | None = said(
        "Staff should have acted before this moment, by the working-day clock; null when nothing is due.", None
    )
    late: bool = said("True when staff should have acted by now.", False)
    centre_lead: PersonRef | None = said("Its centre lead, or null.", None)
    started_at: Moment
    submitted_at: datetime | None = said("When it was submitted last, or null.", None)
    closed_at: datetime | None = said("When it ended, or null.", None)
    allowed_steps: Annotated[list[OpenStep], A_FEW] = said("The steps that are open to the caller now.", [_WITHDRAW])
    blocked_steps: Annotated[list[BlockedStep], A_FEW] = Field(
        description="Steps that are the caller's in this state, but blocked for now."
    )


class Application(ApplicationSummary):
    """An application with its form overview (R11)."""

    form_version: FormVersion = said("The version of the form.", "2026.1")
    sections: Annotated[list[SectionOverview], A_FEW] = Field(description="The three sections and their states.")
    withdrawal_reason: Note | None = said("Why the centre withdrew it, or null.", None)
    invoice_id: UUID | None = said("Its invoice, or null.", None)
    help: HelpContacts = said("Whom to ask.", None)


class ApplicationPage(Page[ApplicationSummary]):
    """Applications: for staff, what has been in its state longest comes first; of a centre, the newest."""


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
    centre_lead_id: Annotated[Id | None, Field(description="Only those of this centre lead.", examples=[None])] = None
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

    number: Reference = said("The certificate's number.", "RC-2026-000001")
    status: RecognitionStatus = said("Its status.", "active")


class CentreHome(Answer):
    """The centre's home: what is done, what is missing, what comes next (R07)."""

    centre_id: UUID = said("The centre's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    name: Title = said("The centre's name.", "Trent Valley Training")
    reference: Reference = said("The centre's reference.", "CEN-2026-000007")
    main_site_id: UUID = said("The main site.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    open_sites: Count = said("How many sites are open, the main one included.", 2)
    contacts: Count = said("How many contacts there are.", 4)
    contact_roles_missing: Annotated[list[ContactRole], A_FEW] = said("Contact roles that nobody holds.", ["finance"])
    users: Count = said("How many people can sign in for the centre.", 2)
    application: ApplicationSummary | None = said("The application that is open, else the last one, or null.", None)
    missing: Annotated[list[MissingItem], up_to(limits.MISSING_ITEMS)] = said(
        "What is missing before the application can be submitted.", []
    )
    recognition: HomeRecognition | None = said("The centre's recognition, or null.", None)
    next_step: Sentence = said("What comes next, in words.", "Add your sites and contacts, then start the application.")
    help: HelpContacts = said("Whom to ask.", None)
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = said("The guide's useful links.", [])
