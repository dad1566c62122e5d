"""The initial application, stage one's web form (R01): everything is mandatory but a second line and the county."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain import limits
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.initial_applications import DuplicateKind, DuplicateReason, InitialApplicationStatus
from app.schemas.addresses import Address, AddressInput
from app.schemas.answered import A_FEW, E164, Email, FullName, Name, Note, Postcode, Reference, Sentence, Title, up_to
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import EmailAddress, Flag, IsoDate, JobTitle, OrganisationName, PersonName, Telephone, choice
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import AnswerId, HelpContacts, Moment, UsefulLink, said
from app.schemas.text import several_lines


def _made(declared: bool) -> bool:
    if not declared:
        raise PydanticCustomError(
            "declaration_required",
            "Confirm that the details are right and that you have read the privacy notice.",
        )
    return declared


class InitialSuperUserInput(Request):
    """The person who will be given access to the system to complete the application."""

    first_name: PersonName = Field(description="First name.", examples=["Alex"])
    last_name: PersonName = Field(description="Last name.", examples=["Morgan"])
    job_title: JobTitle
    email: EmailAddress = Field(description="The person's own email address: the log-in details go there.")
    telephone: Telephone


class InitialApplicationCreate(Request):
    """What an organisation sends to begin with, without an account."""

    organisation_name: OrganisationName
    address: AddressInput = Field(description="The main address of the organisation.")
    email: EmailAddress = Field(description="The organisation's email address: the acknowledgement goes there.")
    telephone: Telephone = Field(description="The organisation's telephone number.")
    initial_super_user: InitialSuperUserInput = Field(description="Who is given access to complete the application.")
    declaration: Annotated[Flag, AfterValidator(_made)] = Field(
        description="True: the details are right and the privacy notice was read.",
        examples=[True],
        json_schema_extra={"const": True},
    )


class InitialApplicationReceipt(Answer):
    """What the sender of an initial application gets back (R02)."""

    id: AnswerId
    reference: Reference = said("Quote it when you contact us.", "IA-2026-000123")
    organisation_name: Title = said("The organisation's name as it was sent.", "Trent Valley Training")
    received_at: Moment
    log_in_details_due_at: datetime = said(
        "The log-in details are sent before this moment: the midnight that ends the second working day.",
        "2026-11-26T00:00:00Z",
    )
    what_happens_next: Sentence = said(
        "What happens next, in words.", "We carry out due diligence and set up your account."
    )
    help: HelpContacts = said("Whom to ask.", None)
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = said("What to read meanwhile.", [])


class InitialSuperUser(Answer):
    """The person named to complete the application."""

    first_name: Name = said("First name.", "Alex")
    last_name: Name = said("Last name.", "Morgan")
    job_title: Name = said("Job title.", "Head of Quality")
    email: Email = said("Email address.", "alex.morgan@example.com")
    telephone: E164 = said("Telephone number, E.164.", "+441154960122")


class InitialApplicationSummary(Answer):
    """An initial application in a list."""

    id: AnswerId
    reference: Reference = said("Its reference.", "IA-2026-000123")
    status: InitialApplicationStatus = said("`received`, then `account_created` or `declined`.", "received")
    organisation_name: Title = said("The organisation's name.", "Trent Valley Training")
    received_at: Moment
    log_in_details_due_at: datetime = said(
        "The log-in details are due before this moment (R05).", "2026-11-26T00:00:00Z"
    )
    log_in_details_sent_at: datetime | None = said("When the log-in details went out, or null.", None)
    late: bool = said("True when they are due and have not gone out.", False)


class InitialApplicationPage(Page[InitialApplicationSummary]):
    """Initial applications, the oldest first."""


class InitialApplicationQuery(ListQuery):
    """What a list of initial applications can be narrowed to."""

    status: Annotated[
        InitialApplicationStatus | None, Field(description="Only those with this status.", examples=["received"])
    ] = None
    due_by: Annotated[
        IsoDate | None,
        Field(
            description="Only those whose log-in details have not gone out and are due by the end of this day.",
            examples=["2026-11-25"],
        ),
    ] = None
    late: Annotated[
        bool | None, Field(description="Only those that are late, or only those that are not.", examples=[True])
    ] = None
    text: Annotated[
        SearchText | None, Field(description="Words in the name, the reference or the postcode.", examples=["harbour"])
    ] = None


class DueDiligenceCheckCreate(Request):
    """One recorded look at one check (R03)."""

    check: Annotated[DueDiligenceCheckKey, choice()] = Field(description="Which of the fixed checks.")
    outcome: Annotated[DueDiligenceOutcome, choice()] = Field(description="What was found.")
    note: Annotated[str, several_lines(1, 2000)] = Field(
        description="What was looked at and what was seen, for whoever asks years later.",
        examples=["Companies House 01234567: active, name agrees."],
    )


class DueDiligenceCheck(Answer):
    """A recorded check."""

    id: AnswerId
    check: DueDiligenceCheckKey = said("Which check.", "organisation_exists")
    outcome: DueDiligenceOutcome = said("What was found.", "clear")
    note: Note = said("What was looked at and seen.", "Companies House 01234567: active, name agrees.")
    recorded_by_name: FullName = said("Who recorded it.", "Sam Taylor")
    recorded_at: Moment


class DueDiligenceCheckList(Answer):
    """Every recorded check of an initial application, the oldest first, and what is still to be checked."""

    items: Annotated[list[DueDiligenceCheck], up_to(limits.DUE_DILIGENCE_CHECKS)] = said(
        "The recorded checks; the last one on each check counts.", []
    )
    outstanding: Annotated[list[DueDiligenceCheckKey], A_FEW] = said(
        "Checks that have not been recorded yet.", ["address"]
    )


class LikelyDuplicate(Answer):
    """Another initial application or a centre that may be the same organisation (R03)."""

    kind: DuplicateKind = said("What it is.", "centre")
    id: AnswerId
    reference: Reference = said("Its reference.", "CEN-2026-000007")
    name: Title = said("Its name.", "Trent Valley Training")
    postcode: Postcode = said("Its postcode.", "NG1 7AR")
    reasons: Annotated[list[DuplicateReason], A_FEW] = said("Why it is shown.", ["similar_name"])


class InitialApplication(Resource):
    """An initial application as staff see it, with its checks and likely duplicates."""

    id: AnswerId
    reference: Reference = said("Its reference.", "IA-2026-000123")
    status: InitialApplicationStatus = said("`received`, then `account_created` or `declined`.", "received")
    organisation_name: Title = said("As it will stand on learners' certificates.", "Trent Valley Training")
    address: Address = said("The main address.", None)
    email: Email = said("The organisation's email address.", "office@example.com")
    telephone: E164 = said("The organisation's telephone number, E.164.", "+441154960122")
    initial_super_user: InitialSuperUser = said("Who is given access.", None)
    received_at: Moment
    log_in_details_due_at: datetime = said(
        "The log-in details are due before this moment (R05).", "2026-11-26T00:00:00Z"
    )
    log_in_details_sent_at: datetime | None = said("When the log-in details went out, or null.", None)
    late: bool = said("True when they are due and have not gone out.", False)
    checks: Annotated[list[DueDiligenceCheck], up_to(limits.DUE_DILIGENCE_CHECKS)] = said(
        "Every recorded check, the oldest first.", []
    )
    outstanding_checks: Annotated[list[DueDiligenceCheckKey], A_FEW] = said(
        "Checks that have not been recorded yet.", ["address"]
    )
    open_concerns: Annotated[list[DueDiligenceCheckKey], A_FEW] = said("Checks whose last outcome is a concern.", [])
    likely_duplicates: Annotated[list[LikelyDuplicate], up_to(limits.LIKELY_DUPLICATES)] = said(
        "Who may be the same organisation.", []
    )
    concerns_accepted_reason: Note | None = said("Why the account was created in spite of a concern, or null.", None)
    decline_reason: Note | None = said("What the sender was told, or null.", None)
    decline_internal_note: Note | None = said("What staff noted for each other, or null.", None)
    decided_at: datetime | None = said("When the account was created or the application declined, or null.", None)
    centre_id: UUID | None = said("The centre that it became, or null.", None)


class CentreAccountCreate(Request):
    """Create the account: the centre, its main site and its first super user, in one step (R04)."""

    concerns_accepted_reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="Why to go on in spite of a concern; needed when a check's last outcome is a concern.",
        examples=["The address is a new building; the landlord confirmed the lease."],
    )


class CentreAccount(Answer):
    """What creating the account made."""

    id: AnswerId = Field(description="The centre's id.")
    reference: Reference = said("The centre's reference.", "CEN-2026-000007")
    main_site_id: UUID = said("The main site's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    super_user_id: UUID = said(
        "The first super user's id among the centre's users.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )
    initial_application_id: UUID = said("The initial application.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")


class InitialApplicationDecline(Request):
    """Decline the initial application (R04)."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="What the sender is told, by email.",
        examples=["We could not confirm that the organisation exists."],
    )
    internal_note: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="A note for staff alone.", examples=["Third attempt from the same address."]
    )
