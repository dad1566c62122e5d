"""The initial application, stage one's web form (R01). Everything is mandatory but a second address line and county."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from app.domain import limits
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.emails import EmailStatus
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.acknowledgements import Acknowledgement
from app.schemas.addresses import Address, AddressInput
from app.schemas.answered import (
    A_FEW,
    E164,
    Email,
    ExtensionDigits,
    FullName,
    Name,
    Note,
    Reference,
    Sentence,
    Title,
    up_to,
)
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import (
    EmailAddress,
    Extension,
    Flag,
    IsoDate,
    JobTitle,
    OrganisationName,
    PersonName,
    Telephone,
    choice,
)
from app.schemas.ids import CentreId, DueDiligenceCheckId, InitialApplicationId, SiteId, UserId
from app.schemas.likely_duplicates import LikelyDuplicate
from app.schemas.paging import ListQuery, SearchText, replaced
from app.schemas.refused import refused
from app.schemas.shared import (
    AllowedSteps,
    BlockedSteps,
    HelpContacts,
    Moment,
    UsefulLink,
    described,
    ends_day_on,
)
from app.schemas.text import several_lines

_NOTE = "Companies House 01234567: active, name agrees."
_STATUS = described("The initial application's status.", "account_created")
_DUE_AT = ends_day_on(
    "log_in_details_due_on",
    "The deadline for sending the log-in details: the midnight in London that ends that day.",
    example.LOG_IN_DETAILS_DUE_AT,
)
_DUE_ON = described(
    "The day by the end of which the log-in details are sent: the second working day.", example.LOG_IN_DETAILS_DUE_ON
)
_SENT_AT = described("When the log-in details were sent, or null.", example.LOG_IN_DETAILS_SENT_AT)
_LATE = described("True if the log-in details are overdue and have not been sent.", False)
_RECEIVED_AT = described("When the form arrived.", example.RECEIVED_AT)


def _declared(declared: bool) -> bool:
    if not declared:
        raise refused(
            InputFaultCode.DECLARATION_REQUIRED,
            "Confirm that the details are right and that you have read the privacy notice.",
        )
    return declared


class InitialSuperUserInput(Request):
    """The person who will get access to the system to complete the application."""

    first_name: PersonName = Field(description="First name.", examples=["Alex"])
    last_name: PersonName = Field(description="Last name.", examples=["Morgan"])
    job_title: JobTitle
    email: EmailAddress = Field(description="The person's own email address. The log-in details are sent there.")
    telephone: Telephone
    telephone_extension: Extension | None = Field(
        default=None, description="The extension to ask for, if any.", examples=["205"]
    )


class InitialApplicationCreate(Request):
    """The public web form. It needs no account."""

    organisation_name: OrganisationName
    address: AddressInput = Field(description="The organisation's main address.")
    email: EmailAddress = Field(
        description="The organisation's email address. The acknowledgement is sent there.", examples=[example.EMAIL]
    )
    telephone: Telephone = Field(description="The organisation's telephone number.", examples=[example.TELEPHONE])
    telephone_extension: Extension | None = Field(
        default=None, description="The extension to ask for, if any.", examples=["205"]
    )
    initial_super_user: InitialSuperUserInput = Field(description="The person who gets access first.")
    declaration: Annotated[Flag, AfterValidator(_declared)] = Field(
        description="Always true: the sender confirms the details and has read the privacy notice.",
        examples=[True],
        json_schema_extra={"const": True},
    )


class InitialApplicationReceipt(Answer):
    """The acknowledgement of an initial application."""

    id: InitialApplicationId
    reference: Reference = described("The reference to quote to us.", example.INITIAL_APPLICATION_REFERENCE)
    organisation_name: Title = described("The organisation's name as submitted.", example.NAME)
    received_at: Moment = _RECEIVED_AT
    log_in_details_due_at: datetime = _DUE_AT
    log_in_details_due_on: date = _DUE_ON
    what_happens_next: Sentence = described(
        "What happens next, for a person to read.", "We carry out due diligence and set up your account."
    )
    help: HelpContacts = Field(description="Who to ask for help.")
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = Field(
        description="Pages worth reading in the meantime."
    )


class InitialSuperUser(Answer):
    """The person named to complete the application."""

    first_name: Name = described("First name.", "Alex")
    last_name: Name = described("Last name.", "Morgan")
    job_title: Name = described("Job title.", example.SUPER_USER_JOB)
    email: Email = described("Email address.", example.SUPER_USER_EMAIL)
    telephone: E164 = described("Telephone number in E.164 form.", example.SUPER_USER_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)


class InitialApplicationSummary(Answer):
    """An initial application in a list."""

    id: InitialApplicationId
    reference: Reference = described("The initial application's reference.", example.INITIAL_APPLICATION_REFERENCE)
    status: InitialApplicationStatus = _STATUS
    organisation_name: Title = described("The organisation's name.", example.NAME)
    received_at: Moment = _RECEIVED_AT
    log_in_details_due_at: datetime = _DUE_AT
    log_in_details_due_on: date = _DUE_ON
    log_in_details_sent_at: datetime | None = _SENT_AT
    late: bool = _LATE
    acknowledgement_status: EmailStatus | None = described(
        "What became of the newest acknowledgement: `bounced` if the address returned it. Null if there is none.",
        "sent",
    )
    allowed_steps: AllowedSteps
    blocked_steps: BlockedSteps


class InitialApplicationPage(Page[InitialApplicationSummary]):
    """Initial applications, oldest first."""


class InitialApplicationQuery(ListQuery):
    """Filters for the list of initial applications."""

    status: Annotated[
        InitialApplicationStatus | None,
        Field(description="Return only initial applications with this status.", examples=["received"]),
    ] = None
    due_by: Annotated[
        IsoDate | None,
        replaced("log_in_details_due_before", "This one includes the day itself.", "2026-09-16"),
    ] = None
    late: Annotated[
        bool | None, Field(description="True returns only late ones, false only the others.", examples=[True])
    ] = None
    text: Annotated[
        SearchText | None,
        Field(
            description="Words in the name, the reference, the postcode or the email address, or in the name and email "
            "address of the first super user. Accents make no difference.",
            examples=["trent"],
        ),
    ] = None
    log_in_details_due_before: Annotated[
        IsoDate | None,
        Field(
            description="Return only those whose log-in details have not been sent and are due before this day.",
            examples=["2026-09-17"],
        ),
    ] = None


class DueDiligenceCheckCreate(Request):
    """Record the result of one check."""

    check: Annotated[DueDiligenceCheckKey, choice()] = Field(description="The check that was carried out.")
    outcome: Annotated[DueDiligenceOutcome, choice()] = Field(description="What the check found.")
    note: Annotated[str, several_lines(1, 2000)] = Field(
        description="What was looked at and what it showed. It must make sense to a reader years later.",
        examples=[_NOTE],
    )


class DueDiligenceCheck(Answer):
    """The recorded result of a check."""

    id: DueDiligenceCheckId
    check: DueDiligenceCheckKey = described("The check.", "organisation_exists")
    outcome: DueDiligenceOutcome = described("What the check found.", "clear")
    note: Note = described("What was looked at and what it showed.", _NOTE)
    recorded_by_name: FullName = described("Who recorded it.", example.CUSTOMER_EXPERIENCE)
    recorded_at: Moment = described("When it was recorded.", example.CHECKED_AT)
    counts: bool = described("False if a correction has changed what the check looked at.", True)


class DueDiligenceCheckList(Answer):
    """Every recorded check of an initial application, oldest first, and the checks still to do."""

    items: Annotated[list[DueDiligenceCheck], up_to(limits.DUE_DILIGENCE_CHECKS)] = Field(
        description="The recorded checks. The latest result of each check counts, unless a correction has changed what "
        "it looked at."
    )
    outstanding: Annotated[list[DueDiligenceCheckKey], A_FEW] = described("Checks not recorded yet.", ["address"])


class InitialApplication(Resource):
    """An initial application as staff see it, with its checks and likely duplicates."""

    id: InitialApplicationId
    reference: Reference = described("The initial application's reference.", example.INITIAL_APPLICATION_REFERENCE)
    status: InitialApplicationStatus = _STATUS
    organisation_name: Title = described(
        "The organisation's name, as it will be printed on learners' certificates.", example.NAME
    )
    address: Address = Field(description="The organisation's main address.")
    email: Email = described("The organisation's email address.", example.EMAIL)
    telephone: E164 = described("The organisation's telephone number in E.164 form.", example.TELEPHONE_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    initial_super_user: InitialSuperUser = Field(description="The person who gets access first.")
    received_at: Moment = _RECEIVED_AT
    log_in_details_due_at: datetime = _DUE_AT
    log_in_details_due_on: date = _DUE_ON
    log_in_details_sent_at: datetime | None = _SENT_AT
    late: bool = _LATE
    late_alert_sent_at: datetime | None = described(
        "When customer experience was last alerted that the log-in details are late, or null.", None
    )
    checks: Annotated[list[DueDiligenceCheck], up_to(limits.DUE_DILIGENCE_CHECKS)] = Field(
        description="Every recorded check, oldest first."
    )
    outstanding_checks: Annotated[list[DueDiligenceCheckKey], A_FEW] = described("Checks not recorded yet.", [])
    open_concerns: Annotated[list[DueDiligenceCheckKey], A_FEW] = described(
        "Checks whose latest result is a concern.", []
    )
    likely_duplicates: Annotated[list[LikelyDuplicate], up_to(limits.LIKELY_DUPLICATES)] = Field(
        description="Organisations that may be the same."
    )
    concerns_accepted_reason: Note | None = described("Why staff created the account despite a concern, or null.", None)
    decline_reason: Note | None = described("The reason that the sender was given, or null.", None)
    decline_internal_note: Note | None = described("A note among staff, or null.", None)
    decided_at: datetime | None = described(
        "When the account was created or the application declined, or null.", example.ACCOUNT_CREATED_AT
    )
    centre_id: CentreId | None = Field(description="The centre that was created from it, or null.")
    acknowledgement: Acknowledgement | None = Field(
        description="The newest acknowledgement, and whether it arrived; null if there is none."
    )
    allowed_steps: AllowedSteps
    blocked_steps: BlockedSteps


class CentreAccountCreate(Request):
    """Create the account in one step: the centre, its main site and its first super user."""

    concerns_accepted_reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="Why the account may be created despite a concern. Required if a check's latest result is one.",
        examples=["The address is a new building; the landlord confirmed the lease."],
    )


class CentreAccount(Answer):
    """The new account: the centre, its main site and its first super user."""

    id: CentreId
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    main_site_id: SiteId = described("The main site's id.", example.MAIN_SITE_ID)
    super_user_id: UserId = described("The first super user's id among the centre's users.", example.SUPER_USER_ID)
    initial_application_id: InitialApplicationId


class InitialApplicationDeclineCreate(Request):
    """Decline the initial application."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="The reason. It is emailed to the sender.",
        examples=["We could not confirm that the organisation exists."],
    )
    internal_note: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="A note that only staff can read.",
        examples=["Third attempt from the same address."],
    )
