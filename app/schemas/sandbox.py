"""The sandbox: what test automation asks for, and what it is given to go on with."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.invoices import InvoiceStatus
from app.domain.sandbox import SandboxState
from app.domain.vocabularies import Country
from app.domain.workflow import Status
from app.schemas.answered import (
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
    Title,
    WebAddress,
    up_to,
)
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import EmailAddress, Flag, Id, OrganisationName, Timestamp, choice, whole
from app.schemas.paging import ListQuery
from app.schemas.shared import AnswerId, Moment, said

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_TEN_YEARS = 315_360_000


class SandboxCentreCreate(Request):
    """A centre to be made; everything has a default, so that `{}` will do."""

    name: OrganisationName | None = Field(
        default=None, description="The organisation's name; one is made up if left out.", examples=["Quay College"]
    )
    country: Annotated[Country, choice()] = Field(
        default=Country.ENGLAND, description="Where the centre is; the rest of the address is made up."
    )
    status: Annotated[InitialApplicationStatus, choice()] = Field(
        default=InitialApplicationStatus.ACCOUNT_CREATED,
        description="How far it gets: `received` and `declined` leave an initial application and no centre.",
        examples=["account_created"],
    )
    first_password: Flag = Field(
        default=False,
        description="True to leave the super user with the first password, which is in the mail and opens nothing but "
        "its own replacement. False for a password that has been chosen, as the answer has it.",
        examples=[False],
    )


class SandboxApplicationCreate(Request):
    """An application to be made, with all that comes before it."""

    state: Annotated[SandboxState, choice()] = Field(
        description="The state to bring it to: any status of an application, or one of the states between two.",
        examples=["awaiting_payment"],
    )
    centre_id: Id | None = Field(
        default=None,
        description="The centre whose application it is; without it another centre is made. It must have neither an "
        "open application nor a recognition. The passwords of the two of its users in the answer are set to those.",
        examples=[None],
    )


class SandboxLogIn(Answer):
    """Somebody who can sign in with `createSession`."""

    person_id: UUID = said("The person's id.", _ID)
    name: FullName = said("First and last name.", "Dana Holt")
    email: Email = said("The log-in address.", "dana.holt@harbour-lane-3f1f2b9c6d21.example.com")
    password: Secret | None = said(
        "The password; null for a first password, which stands in the mail alone.", "kTw7e-Hn4Qa-9cYpd-VdLm3"
    )


class SandboxStaff(Answer):
    """One of the awarding organisation's people for each role: the same five in every answer, until a reset."""

    customer_experience: SandboxLogIn = Field(description="Reviews what comes in.")
    finance: SandboxLogIn = Field(description="Records payments.")
    centre_lead: SandboxLogIn = Field(description="Leads every application that the sandbox makes.")
    quality_assurance_manager: SandboxLogIn = Field(description="Decides.")
    administrator: SandboxLogIn = Field(description="Publishes documents, and manages staff and integration clients.")


class SandboxCentre(Answer):
    """What was made."""

    initial_application_id: UUID = said("The initial application, for staff.", _ID)
    initial_application_reference: Reference = said("Its reference.", "IA-2026-000123")
    initial_application_status: InitialApplicationStatus = said("How far it got.", "account_created")
    centre_id: UUID | None = said("The centre; null without an account.", _ID)
    centre_reference: Reference | None = said("The centre's reference; null without an account.", "CEN-2026-000045")
    main_site_id: UUID | None = said("The centre's main site; null without an account.", _ID)
    name: Title = said("The organisation's name.", "Harbour Lane Training 6D21")
    super_user: SandboxLogIn | None = Field(description="The centre's super user; null without an account.")
    staff: SandboxStaff = Field(description="Staff, to go on with.")


class SandboxApplication(Resource):
    """What was made: the application's ETag and id first, as `getApplication` answers them."""

    id: AnswerId
    reference: Reference = said("The application's reference.", "CRA-2026-000012")
    state: SandboxState = said("The state that was asked for.", "awaiting_payment")
    status: Status = said("The application's status in it.", "awaiting_payment")
    centre_id: UUID = said("The centre.", _ID)
    invoice_id: UUID | None = said("The invoice, or null before there is one.", _ID)
    invoice_status: InvoiceStatus | None = said("How the invoice stands, or null.", "issued")
    interview_id: UUID | None = said("The last interview, or null before there is one.", None)
    certificate_number: Reference | None = said("The number on the certificate, or null before acceptance.", None)
    super_user: SandboxLogIn = Field(description="A super user of the centre.")
    user: SandboxLogIn = Field(description="A user of the centre who is no super user.")
    staff: SandboxStaff = Field(description="Staff; the centre lead is the application's own.")


class SandboxClock(Answer):
    """The clock that everything in the sandbox goes by."""

    now: Moment = Field(description="What it shows, in UTC (RFC 3339).", examples=["2026-12-23T10:15:00Z"])
    real_now: datetime = said("Real time.", "2026-11-23T10:15:00Z")
    ahead_seconds: Seconds = said("How far it is ahead of real time, in whole seconds.", 2_592_000)


class SandboxClockMove(Request):
    """Where to move the clock: to `now` where that is given, and then ahead by `by_seconds`."""

    now: Timestamp | None = Field(
        default=None,
        description="A moment that the clock has not passed; it stays where it is if left out.",
        examples=[None],
    )
    by_seconds: Annotated[int, whole(0, _TEN_YEARS)] = Field(
        default=0, description="Seconds to move it ahead besides: 86400 for a day.", examples=[86400]
    )


class SandboxEmail(Answer):
    """An email that would have been sent."""

    id: AnswerId
    kind: Code = said("What it is about.", "invoice_issued")
    to: Annotated[list[Email], up_to(limits.ADDRESSEES)] = said(
        "The addresses that it goes to.", ["tom.becker@harbour-lane-3f1f2b9c6d21.example.com"]
    )
    subject: Sentence = said("Its subject.", "Invoice INV-2026-000045")
    sent_at: Moment


class SandboxEmailPage(Page[SandboxEmail]):
    """Emails, the newest first."""


class SandboxEmailQuery(ListQuery):
    """What the list of emails can be narrowed to."""

    to: Annotated[
        EmailAddress | None,
        Field(description="Only those to this address.", examples=["office@harbour-lane-3f1f2b9c6d21.example.com"]),
    ] = None
    kind: Annotated[
        str | None,
        Field(
            description="Only those of this kind.",
            max_length=64,
            pattern=r"^[a-z_]+$",
            examples=["log_in_details"],
        ),
    ] = None


class SandboxAttachment(Answer):
    """A file that goes with an email."""

    file_name: FileName = said("Its name.", "INV-2026-000045.pdf")
    media_type: MediaType = said("Its media type.", "application/pdf")
    size_bytes: Bytes = said("Its size.", 48211)
    content_base64: Base64 = said("Its content, in Base64 (RFC 4648 section 4).", "JVBERi0xLjcK")


class SandboxEmailContent(SandboxEmail):
    """An email as it would arrive."""

    text: Body = said("Its plain reading.", "Dear Tom Becker,\n\nthe invoice is attached.\n")
    html: Body = said("Its HTML reading.", "<p>Dear Tom Becker,</p>")
    links: Annotated[list[WebAddress], up_to(limits.LINKS)] = said(
        "The web addresses in it, in their order, each once.", ["https://miaportal.org.uk"]
    )
    attachments: Annotated[list[SandboxAttachment], up_to(limits.ATTACHMENTS)] = Field(description="What goes with it.")


class SandboxResetCreate(Request):
    """Everything is deleted, so it has to be said on purpose."""

    confirm: Literal["delete everything"] = Field(
        description="The words `delete everything`.", examples=["delete everything"]
    )
