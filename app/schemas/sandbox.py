"""The sandbox: what test automation asks for, and what it gets back to work with."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.domain import limits
from app.domain.countries import Country
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.invoices import InvoiceStatus
from app.domain.policies import PolicyKey
from app.domain.sandbox import SamplePolicyKey, SandboxState
from app.domain.workflow import Status
from app.schemas import example_centre as example
from app.schemas.answered import (
    ApiPath,
    Base64,
    Body,
    Bytes,
    Code,
    Email,
    FileName,
    FullName,
    MediaType,
    Reference,
    Seconds,
    Secret,
    Sentence,
    Sha256,
    Title,
    WebAddress,
    up_to,
)
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import EmailAddress, Flag, OrganisationName, Timestamp, choice, whole
from app.schemas.ids import (
    ApplicationId,
    CentreId,
    EmailId,
    InitialApplicationId,
    InterviewId,
    InvoiceId,
    PersonId,
    SiteId,
)
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described

_TEN_YEARS = 315_360_000
_PASSWORD = "kTw7e-Hn4Qa-9cYpd-VdLm3"


def _log_in(person_id: str, name: str, email: str = "") -> dict[str, str]:
    address = email or f"{name.lower().replace(' ', '.')}@awarding.example.com"
    return {"person_id": person_id, "name": name, "email": address, "password": _PASSWORD}


class SandboxCentreCreate(Request):
    """The centre to create. Every property has a default, so `{}` is enough."""

    name: OrganisationName | None = Field(
        default=None,
        description="The organisation's name. If left out, one is generated.",
        examples=[example.NAME],
    )
    country: Annotated[Country, choice()] = Field(
        default=Country.ENGLAND,
        description="The centre's country. The rest of the address is generated.",
        examples=["england"],
    )
    status: Annotated[InitialApplicationStatus, choice()] = Field(
        default=InitialApplicationStatus.ACCOUNT_CREATED,
        description="How far to take it. `received` and `declined` leave an initial application without a centre.",
        examples=["account_created"],
    )
    first_password: Flag = Field(
        default=False,
        description="True leaves the super user with the first password. It is only in the email and can only be used "
        "to choose another. False returns a chosen password.",
        examples=[False],
    )


class SandboxApplicationCreate(Request):
    """The application to create, with everything that comes before it."""

    state: Annotated[SandboxState, choice()] = Field(
        description="The state to reach: any application status, or one of the states in between.",
        examples=["awaiting_payment"],
    )
    centre_id: CentreId | None = Field(
        default=None,
        description="The centre to create it for. It must have no open application and no recognition, and the two "
        "users in the answer get new passwords. If left out, a new centre is created.",
        examples=[None],
    )


class SandboxLogIn(Answer):
    """A person who can sign in with `createSession`."""

    person_id: PersonId
    name: FullName = described("First and last name.", example.SUPER_USER)
    email: Email = described("The email address to sign in with.", example.SUPER_USER_EMAIL)
    password: Secret | None = described(
        "The password; null for a first password, which is only in the email.", _PASSWORD
    )


class SandboxStaff(Answer):
    """One staff member for each role. Until a reset, every answer has the same five people."""

    customer_experience: SandboxLogIn = described(
        "Reviews initial applications and applications.",
        _log_in(example.CUSTOMER_EXPERIENCE_ID, example.CUSTOMER_EXPERIENCE),
    )
    finance: SandboxLogIn = described("Records payments.", _log_in(example.FINANCE_ID, example.FINANCE))
    centre_lead: SandboxLogIn = described(
        "Leads every application that the sandbox creates.", _log_in(example.CENTRE_LEAD_ID, example.CENTRE_LEAD)
    )
    quality_assurance_manager: SandboxLogIn = described(
        "Decides on applications.", _log_in(example.QUALITY_ASSURANCE_MANAGER_ID, example.QUALITY_ASSURANCE_MANAGER)
    )
    administrator: SandboxLogIn = described(
        "Publishes documents and manages staff and integration clients.",
        _log_in(example.ADMINISTRATOR_ID, example.ADMINISTRATOR),
    )


class SandboxCentre(Answer):
    """The centre that was created."""

    initial_application_id: InitialApplicationId
    initial_application_reference: Reference = described(
        "The initial application's reference.", example.INITIAL_APPLICATION_REFERENCE
    )
    initial_application_status: InitialApplicationStatus = described(
        "The initial application's status.", "account_created"
    )
    centre_id: CentreId | None = Field(description="The centre's id; null without an account.")
    centre_reference: Reference | None = described(
        "The centre's reference; null without an account.", example.CENTRE_REFERENCE
    )
    main_site_id: SiteId | None = described("The main site's id; null without an account.", example.MAIN_SITE_ID)
    name: Title = described("The organisation's name.", example.NAME)
    super_user: SandboxLogIn | None = Field(description="The centre's super user; null without an account.")
    staff: SandboxStaff = Field(description="Staff to continue with.")


class SandboxApplication(Resource):
    """The application that was created. `etag` and `id` are those of `getApplication`."""

    id: ApplicationId
    reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    state: SandboxState = described("The state that was requested.", "awaiting_payment")
    status: Status = described("The application's status in that state.", "awaiting_payment")
    centre_id: CentreId
    invoice_id: InvoiceId | None = Field(description="The invoice's id; null until it is issued.")
    invoice_status: InvoiceStatus | None = described("The invoice's status; null until it is issued.", "issued")
    interview_id: InterviewId | None = described("The latest interview's id; null until one is arranged.", None)
    certificate_number: Reference | None = described("The number on the certificate; null until acceptance.", None)
    super_user: SandboxLogIn = Field(description="A super user of the centre.")
    user: SandboxLogIn = described(
        "A user of the centre without the super user's rights.",
        _log_in(example.USER_PERSON_ID, example.USER, example.USER_EMAIL),
    )
    staff: SandboxStaff = Field(description="Staff to continue with. The centre lead leads this application.")


class SandboxClock(Answer):
    """The sandbox clock. Everything under `/v1` follows it."""

    now: Moment = Field(description="The sandbox time in UTC (RFC 3339).", examples=["2026-12-23T10:15:00Z"])
    real_now: datetime = described("The real time.", example.DECIDED_AT)
    ahead_seconds: Seconds = described("How many whole seconds the clock is ahead of real time.", 2_592_000)


class SandboxClockMove(Request):
    """Move the clock: first to `now` if given, then ahead by `by_seconds`."""

    now: Timestamp | None = Field(
        default=None,
        description="The time to move to. It cannot be before the sandbox time. If left out, the clock stays.",
        examples=[None],
    )
    by_seconds: Annotated[int, whole(0, _TEN_YEARS)] = Field(
        default=0, description="Seconds to move ahead, for example 86400 for a day.", examples=[86400]
    )


class SandboxEmail(Answer):
    """A captured email."""

    id: EmailId
    kind: Code = described("The kind of email.", "invoice_issued")
    to: Annotated[list[Email], up_to(limits.ADDRESSEES)] = described("The recipients.", [example.CONTACT_EMAIL])
    subject: Sentence = described("The subject line.", f"Invoice {example.INVOICE_NUMBER}")
    sent_at: Moment = described("When it was sent.", example.INVOICED_AT)


class SandboxEmailPage(Page[SandboxEmail]):
    """Captured emails, newest first."""


class SandboxEmailQuery(ListQuery):
    """Filters for the list of emails."""

    to: Annotated[
        EmailAddress | None,
        Field(description="Return only emails to this address.", examples=[example.CONTACT_EMAIL]),
    ] = None
    kind: Annotated[
        str | None,
        Field(
            description="Return only emails of this kind.",
            max_length=64,
            pattern=r"^[a-z_]+$",
            examples=["log_in_details"],
        ),
    ] = None


class SandboxAttachment(Answer):
    """A file attached to an email."""

    file_name: FileName = described("The file's name.", f"{example.INVOICE_NUMBER}.pdf")
    media_type: MediaType = described("The file's media type.", "application/pdf")
    size_bytes: Bytes = described("The file's size in bytes.", example.FILE_SIZE)
    content_base64: Base64 = described("The content in Base64 (RFC 4648 section 4).", "JVBERi0xLjcK")


class SandboxEmailContent(SandboxEmail):
    """A captured email with its text and attachments."""

    text: Body = described("The plain-text part.", f"Dear {example.CONTACT},\n\nthe invoice is attached.\n")
    html: Body = described("The HTML part.", f"<p>Dear {example.CONTACT},</p>")
    links: Annotated[list[WebAddress], up_to(limits.LINKS)] = described(
        "The web addresses in the email, in order and without repeats.", ["https://miaportal.org.uk"]
    )
    attachments: Annotated[list[SandboxAttachment], up_to(limits.ATTACHMENTS)] = Field(description="The attachments.")


class SandboxSamplePolicy(Answer):
    """A policy file to try an upload with."""

    key: SamplePolicyKey = described("The file's key.", "appeals")
    policy: PolicyKey = described("The policy to upload it for.", "appeals")
    file_name: FileName = described("The file's name.", "Harbour Lane Training - Appeals v1.docx")
    media_type: MediaType = described("The media type to upload it with.", "application/pdf")
    size_bytes: Bytes = described("The file's size in bytes.", example.FILE_SIZE)
    sha256: Sha256 = described("The file's SHA-256 hash in hexadecimal.", example.POLICY_SHA256)
    refused_with: Code | None = described("The code with which an upload is refused, or null if accepted.", None)
    content_path: ApiPath = described("Where to download it.", "/v1/sandbox/sample-policies/appeals/content")


class SandboxSamplePolicyList(Answer):
    """The sample policies, accepted files first."""

    items: Annotated[list[SandboxSamplePolicy], up_to(len(SamplePolicyKey))] = Field(description="The files.")


class SandboxResetCreate(Request):
    """Confirm that everything is to be deleted."""

    confirm: Literal["delete everything"] = Field(
        description="The words `delete everything`.", examples=["delete everything"]
    )
